#!/usr/bin/env bash
# Fetches and builds what a Kubernetes node consists of, once: Debian's packages for etcd and the container runtime,
# Kubernetes itself from source into the cache. Needs Debian, root and Go; about 15 minutes the first time.
set -euo pipefail
cd "$(dirname "$0")"

cache=${TODO_CACHE_DIR:-/var/cache/todo-platform}/kubernetes
version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
packages=(etcd-server containerd runc containernetworking-plugins buildah crun debootstrap iptables conntrack iproute2 socat)
programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  echo "Installing ${missing[*]}." >&2
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
fi

mkdir -p "$cache/$version"
for program in "${programs[@]}"; do
  [[ -x $cache/$version/$program ]] && continue
  echo "Building $program $version." >&2
  go build -trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version" \
    -o "$cache/$version/$program" "k8s.io/kubernetes/cmd/$program"
done

# The container that holds a pod's namespaces: from Kubernetes' own source, alone in an image.
if [[ ! -f $cache/$version/pause.tar ]]; then
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  gcc -Os -static -DVERSION=1 -o "$build/pause" "$(go list -m -f '{{.Dir}}' k8s.io/kubernetes)/build/pause/linux/pause.c"
  printf 'FROM scratch\nCOPY pause /pause\nUSER 65535\nENTRYPOINT ["/pause"]\n' > "$build/Dockerfile"
  buildah bud --quiet --isolation chroot --tag localhost/pause:1 "$build" > /dev/null
  buildah push --quiet localhost/pause:1 "oci-archive:$cache/$version/pause.tar:localhost/pause:1"
fi
echo "$cache/$version"
