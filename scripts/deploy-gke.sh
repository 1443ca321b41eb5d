#!/usr/bin/env bash
# Runs the whole system on Google Kubernetes Engine.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/deploy/common.sh
source "$here/deploy/common.sh"

CLUSTER=${CLUSTER:-todo}
REPOSITORY=${REPOSITORY:-todo}
options "Usage: PROJECT=… REGION=… scripts/deploy-gke.sh [--dry-run] [--tag TAG]

Creates a regional cluster over three zones and an image repository where there is none, installs the operators, pushes
the images, deploys, and drives the whole event flow. Running it again changes only what differs.

  PROJECT  Google Cloud project          REGION      for example europe-west3
  CLUSTER  name of the cluster (todo)    REPOSITORY  name of the image repository (todo)
  MACHINE  machine type (e2-standard-4)  HOST        name that people come in by (todo.example.com)" "$@"
settings PROJECT REGION
tools gcloud kubectl helm docker git curl make
HIGH_AVAILABILITY=true
REGISTRY=$REGION-docker.pkg.dev/$PROJECT/$REPOSITORY

run gcloud services enable container.googleapis.com artifactregistry.googleapis.com --project "$PROJECT"
if ! there gcloud container clusters describe "$CLUSTER" --project "$PROJECT" --region "$REGION"; then
  run gcloud container clusters create "$CLUSTER" --project "$PROJECT" --region "$REGION" --num-nodes 1 \
    --machine-type "${MACHINE:-e2-standard-4}" --release-channel regular --enable-ip-alias --enable-dataplane-v2 \
    --workload-pool "$PROJECT.svc.id.goog"
fi
if ! there gcloud artifacts repositories describe "$REPOSITORY" --project "$PROJECT" --location "$REGION"; then
  run gcloud artifacts repositories create "$REPOSITORY" --project "$PROJECT" --location "$REGION" \
    --repository-format docker
fi
run gcloud container clusters get-credentials "$CLUSTER" --project "$PROJECT" --region "$REGION"
run gcloud auth configure-docker "$REGION-docker.pkg.dev" --quiet
install_operators
install_for_clouds
push_images "$REGISTRY"
apply_overlay gke "$REGISTRY"
verify
