#!/usr/bin/env bash
# Runs the whole system on Azure Kubernetes Service.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/deploy/common.sh
source "$here/deploy/common.sh"

CLUSTER=${CLUSTER:-todo}
GROUP=${GROUP:-todo}
options "Usage: LOCATION=… REGISTRY=… scripts/deploy-aks.sh [--dry-run] [--tag TAG]

Creates a resource group, an image registry and a cluster over three zones where there is none, installs the operators,
pushes the images, deploys, and drives the whole event flow. Running it again changes only what differs.

  LOCATION  for example germanywestcentral   REGISTRY  globally unique name of the registry, letters and digits
  GROUP     resource group (todo)            CLUSTER   name of the cluster (todo)
  MACHINE   size of the nodes (Standard_D4s_v5)  HOST      name that people come in by (todo.example.com)" "$@"
settings LOCATION REGISTRY
tools az kubectl helm docker git curl make
HIGH_AVAILABILITY=true

run az group create --name "$GROUP" --location "$LOCATION" --output none
if ! there az acr show --name "$REGISTRY" --resource-group "$GROUP"; then
  run az acr create --name "$REGISTRY" --resource-group "$GROUP" --sku Basic --output none
fi
if ! there az aks show --name "$CLUSTER" --resource-group "$GROUP"; then
  run az aks create --name "$CLUSTER" --resource-group "$GROUP" --node-count 3 --zones 1 2 3 \
    --node-vm-size "${MACHINE:-Standard_D4s_v5}" --network-plugin azure --network-plugin-mode overlay \
    --network-dataplane cilium --attach-acr "$REGISTRY" --generate-ssh-keys --output none
fi
run az aks get-credentials --name "$CLUSTER" --resource-group "$GROUP" --overwrite-existing
run az acr login --name "$REGISTRY"
install_operators
install_for_clouds
push_images "$REGISTRY.azurecr.io"
apply_overlay aks "$REGISTRY.azurecr.io"
verify
