#!/usr/bin/env bash
# Removes what deploy-aks.sh made, data included.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/deploy/common.sh
source "$here/deploy/common.sh"

GROUP=${GROUP:-todo}
options "Usage: scripts/destroy-aks.sh [--dry-run] [--yes]

Deletes the resource group with the cluster, its disks and the image registry.

  GROUP  resource group (todo)" "$@"
tools az
agreed "the resource group $GROUP" "$GROUP"

if [[ -n $DRY_RUN ]] || there az group show --name "$GROUP"; then
  run az group delete --name "$GROUP" --yes
fi
