#!/usr/bin/env bash
# Removes what deploy-gke.sh made, data included.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/deploy/common.sh
source "$here/deploy/common.sh"

CLUSTER=${CLUSTER:-todo}
REPOSITORY=${REPOSITORY:-todo}
options "Usage: PROJECT=… REGION=… scripts/destroy-gke.sh [--dry-run] [--yes]

Deletes the product with its disks, the cluster and the image repository." "$@"
settings PROJECT REGION
tools gcloud kubectl
agreed "the cluster $CLUSTER" "$CLUSTER"

if [[ -n $DRY_RUN ]] || there gcloud container clusters describe "$CLUSTER" --project "$PROJECT" --region "$REGION"; then
  run gcloud container clusters get-credentials "$CLUSTER" --project "$PROJECT" --region "$REGION"
  remove_product
  run gcloud container clusters delete "$CLUSTER" --project "$PROJECT" --region "$REGION" --quiet
fi
if [[ -n $DRY_RUN ]] || there gcloud artifacts repositories describe "$REPOSITORY" --project "$PROJECT" --location "$REGION"; then
  run gcloud artifacts repositories delete "$REPOSITORY" --project "$PROJECT" --location "$REGION" --quiet
fi
