#!/usr/bin/env bash
# Removes what deploy-minikube.sh made, data included.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/deploy/common.sh
source "$here/deploy/common.sh"

PROFILE=${PROFILE:-todo}
options "Usage: scripts/destroy-minikube.sh [--dry-run]

Deletes the minikube profile with all data.

  PROFILE  name of the minikube profile (todo)" "$@"
tools minikube

run minikube delete --profile "$PROFILE"
