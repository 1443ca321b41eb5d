#!/usr/bin/env bash
# Removes what deploy-minikube.sh made, data included.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/deploy/common.sh
source "$here/deploy/common.sh"

PROFILE=${PROFILE:-todo}
options "Usage: scripts/destroy-minikube.sh [--dry-run] [--yes]

Deletes the minikube profile with all data.

  PROFILE  name of the minikube profile (todo)" "$@"
tools minikube
agreed "the minikube profile $PROFILE" "$PROFILE"

run minikube delete --profile "$PROFILE"
