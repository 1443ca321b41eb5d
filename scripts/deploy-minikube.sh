#!/usr/bin/env bash
# Runs the whole system on minikube on this machine.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/deploy/common.sh
source "$here/deploy/common.sh"

PROFILE=${PROFILE:-todo}
options "Usage: scripts/deploy-minikube.sh [--dry-run] [--tag TAG]

Starts minikube (or takes the one that runs), installs the operators, builds the images inside it, deploys, and drives
the whole event flow. Running it again changes only what differs.

  PROFILE  name of the minikube profile (todo)
  CPUS     processors (4)        MEMORY  memory (8g)" "$@"
tools minikube kubectl helm git curl make

run minikube start --profile "$PROFILE" --cpus "${CPUS:-4}" --memory "${MEMORY:-8g}" --cni calico --addons metrics-server
run kubectl config use-context "$PROFILE"
install_operators
for service in "${SERVICES[@]}" tools; do
  run minikube image build --profile "$PROFILE" --tag "todo.local/$service:$TAG" \
    --build-opt "build-arg=SERVICE=${service//-/_}" "$ROOT"
done
apply_overlay minikube todo.local
verify
say "Deployed. The page: kubectl port-forward -n $NAMESPACE service/chat-api 8080:8080"
