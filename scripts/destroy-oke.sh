#!/usr/bin/env bash
# Removes what deploy-oke.sh made, data included.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/deploy/common.sh
source "$here/deploy/common.sh"

CLUSTER=${CLUSTER:-todo}
options "Usage: COMPARTMENT=… REGION=… scripts/destroy-oke.sh [--dry-run] [--yes]

Deletes the product with its disks, the node pools, the cluster and its network.

  CLUSTER  name of all that was made (todo)" "$@"
settings COMPARTMENT REGION
tools oci kubectl
agreed "the cluster $CLUSTER and its network" "$CLUSTER"

# The OCIDs of what bears a name, in one line; a dry run makes up one.
ids() {
  if [[ -n $DRY_RUN ]]; then
    printf '<%s>' "$2"
  else
    oci "$@" --compartment-id "$COMPARTMENT" --all --query "join(' ', data[].id)" --raw-output 2> /dev/null || true
  fi
}

read -ra clusters <<< "$(ids ce cluster list --name "$CLUSTER" --lifecycle-state ACTIVE)"
for cluster in "${clusters[@]}"; do
  run oci ce cluster create-kubeconfig --cluster-id "$cluster" --region "$REGION" --token-version 2.0.0 \
    --kube-endpoint PUBLIC_ENDPOINT
  remove_product
  run oci ce cluster delete --cluster-id "$cluster" --force --wait-for-state SUCCEEDED
done

# Removes the parts of a network that deploy-oke.sh made; what the network came with goes with it.
parts() {
  local kind=$1 option=$2 name id found
  shift 2
  for name in "$@"; do
    read -ra found <<< "$(ids network "$kind" list --vcn-id "$vcn" --display-name "$CLUSTER-$name")"
    for id in "${found[@]}"; do
      run oci network "$kind" delete "$option" "$id" --force --wait-for-state TERMINATED
    done
  done
}

read -ra networks <<< "$(ids network vcn list --display-name "$CLUSTER")"
for vcn in "${networks[@]}"; do
  parts subnet --subnet-id nodes api balancers
  parts security-list --security-list-id doors
  parts route-table --rt-id routes
  parts internet-gateway --ig-id gateway
  run oci network vcn delete --vcn-id "$vcn" --force --wait-for-state TERMINATED
done
