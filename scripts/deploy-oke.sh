#!/usr/bin/env bash
# Runs the whole system on Oracle Kubernetes Engine.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/deploy/common.sh
source "$here/deploy/common.sh"

CLUSTER=${CLUSTER:-todo}
options "Usage: COMPARTMENT=… REGION=… REGISTRY=… IMAGE=… scripts/deploy-oke.sh [--dry-run] [--tag TAG]

Creates a network, a cluster and a pool of three nodes where there is none, installs the operators, pushes the images,
deploys, and drives the whole event flow. Running it again changes only what differs. Log docker in to the registry first.
The network plugin of such a cluster does not enforce NetworkPolicies: add Calico where that matters.

  COMPARTMENT  OCID of the compartment       REGION    for example eu-frankfurt-1
  IMAGE        OCID of the nodes' OKE image  REGISTRY  for example fra.ocir.io/NAMESPACE/todo
  CLUSTER      name of all that is made (todo)
  KUBERNETES   version (v1.34.1)             MACHINE   shape of the nodes (VM.Standard.E5.Flex, 2 OCPUs, 16 GB)
  HOST         name that people come in by (todo.example.com)" "$@"
settings COMPARTMENT REGION REGISTRY IMAGE
tools oci kubectl helm docker git curl make
HIGH_AVAILABILITY=true
KUBERNETES=${KUBERNETES:-v1.34.1}

# The OCID of what bears the cluster's name, or nothing.
known() {
  local query=$1
  shift
  [[ -n $DRY_RUN ]] && return
  oci "$@" --compartment-id "$COMPARTMENT" --query "$query" --raw-output 2> /dev/null | grep -v '^null$' || true
}

# The OCID of a part of the network, created when it is not there: name, kind, and what creating it needs.
part() {
  local name=$1 kind=$2 found
  shift 2
  found=$(known "data[0].id" network "$kind" list --vcn-id "$vcn" --display-name "$name")
  if [[ -z $found ]]; then
    found=$(result_of "$name" oci network "$kind" create --compartment-id "$COMPARTMENT" --vcn-id "$vcn" \
      --display-name "$name" --wait-for-state AVAILABLE --query data.id --raw-output "$@")
  fi
  printf '%s' "$found"
}

network() {
  local gateway routes doors
  vcn=$(known "data[0].id" network vcn list --display-name "$CLUSTER")
  if [[ -z $vcn ]]; then
    vcn=$(result_of vcn oci network vcn create --compartment-id "$COMPARTMENT" --display-name "$CLUSTER" \
      --cidr-blocks '["10.0.0.0/16"]' --wait-for-state AVAILABLE --query data.id --raw-output)
  fi
  gateway=$(part "$CLUSTER-gateway" internet-gateway --is-enabled true)
  routes=$(part "$CLUSTER-routes" route-table --route-rules \
    "[{\"destination\":\"0.0.0.0/0\",\"destinationType\":\"CIDR_BLOCK\",\"networkEntityId\":\"$gateway\"}]")
  doors=$(part "$CLUSTER-doors" security-list --ingress-security-rules "$(ingress)" \
    --egress-security-rules '[{"destination":"0.0.0.0/0","protocol":"all"}]')
  nodes=$(subnet nodes 10.0.0.0/20)
  api=$(subnet api 10.0.16.0/28)
  balancers=$(subnet balancers 10.0.17.0/24)
}

subnet() {
  part "$CLUSTER-$1" subnet --cidr-block "$2" --route-table-id "$routes" --security-list-ids "[\"$doors\"]"
}

# Within the network everything; from outside the API server and what the load balancer serves.
ingress() {
  printf '[{"source":"10.0.0.0/16","protocol":"all"}'
  printf ',{"source":"0.0.0.0/0","protocol":"6","tcpOptions":{"destinationPortRange":{"min":%d,"max":%d}}}' 6443 6443 443 443
  printf ']'
}

network
cluster=$(known "data[?\"lifecycle-state\"=='ACTIVE'] | [0].id" ce cluster list --name "$CLUSTER")
if [[ -z $cluster ]]; then
  run oci ce cluster create --compartment-id "$COMPARTMENT" --name "$CLUSTER" --kubernetes-version "$KUBERNETES" \
    --vcn-id "$vcn" --type ENHANCED_CLUSTER --endpoint-subnet-id "$api" --endpoint-public-ip-enabled true \
    --service-lb-subnet-ids "[\"$balancers\"]" --cluster-pod-network-options '[{"cniType":"OCI_VCN_IP_NATIVE"}]' \
    --wait-for-state SUCCEEDED
  cluster=${DRY_RUN:+<cluster>}
  cluster=${cluster:-$(known "data[?\"lifecycle-state\"=='ACTIVE'] | [0].id" ce cluster list --name "$CLUSTER")}
fi
pool=$(known "data[0].id" ce node-pool list --cluster-id "$cluster" --name "$CLUSTER")
if [[ -z $pool ]]; then
  domains=$(result_of domains oci iam availability-domain list --compartment-id "$COMPARTMENT" --query 'data[].name')
  places=$(DOMAINS=$domains SUBNET=$nodes python3 "$ROOT/scripts/deploy/placements.py")
  run oci ce node-pool create --compartment-id "$COMPARTMENT" --cluster-id "$cluster" --name "$CLUSTER" \
    --kubernetes-version "$KUBERNETES" --node-shape "${MACHINE:-VM.Standard.E5.Flex}" \
    --node-shape-config '{"ocpus":2,"memoryInGBs":16}' --node-image-id "$IMAGE" --size 3 \
    --placement-configs "$places" --cni-type OCI_VCN_IP_NATIVE --pod-subnet-ids "[\"$nodes\"]" \
    --wait-for-state SUCCEEDED
fi
run oci ce cluster create-kubeconfig --cluster-id "$cluster" --region "$REGION" --token-version 2.0.0 \
  --kube-endpoint PUBLIC_ENDPOINT
install_metrics_server
install_operators
install_for_clouds
push_images "$REGISTRY"
apply_overlay oke "$REGISTRY"
verify
