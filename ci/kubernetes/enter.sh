#!/usr/bin/env bash
# Runs a command in a network, mount and process space of its own, in which a node can be had: ci/kubernetes/enter.sh COMMAND…
set -euo pipefail

if [[ -z ${TODO_KUBERNETES_INSIDE:-} ]]; then
  exec env TODO_KUBERNETES_INSIDE=1 unshare --net --mount --pid --fork --mount-proc "$0" "$@"
fi
ip link set lo up
# The bridge that pods hang on: this machine is at its first address.
ip link add cni0 type bridge
ip address add 10.88.0.1/16 dev cni0
ip link set cni0 up
ip route add default dev cni0
sysctl -qw net.ipv4.ip_forward=1
mount --make-rshared /
exec "$@"
