#!/usr/bin/env bash
# Builds every image with docker or buildah, with an SBOM beside it in dist/images: ci/images/build.sh [SERVICE…]
# BASE: base image. CERTIFICATES: file of an organisation's own certificates. TAG: 0.1.0 unless given.
set -euo pipefail
cd "$(dirname "$0")/../.."

services=("$@")
((${#services[@]})) || services=(chat_api notification recurring_task audit sync tools)
arguments=(--build-arg "REVISION=$(git rev-parse HEAD)")
[[ -n ${BASE:-} ]] && arguments+=(--build-arg "BASE=$BASE")
[[ -n ${CERTIFICATES:-} ]] && arguments+=(--secret "id=certificates,src=$CERTIFICATES")
# The time of the last commit stands for that of the build.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

docker=
docker buildx version > /dev/null 2>&1 && docker=yes

build() {
  if [[ -n $docker ]]; then
    docker build "${arguments[@]}" "$@" .
  else
    buildah bud --quiet --layers --isolation chroot --network host --timestamp "$SOURCE_DATE_EPOCH" \
      "${arguments[@]}" "$@" . > /dev/null
  fi
}

size_of() {
  if [[ -n $docker ]]; then
    docker image inspect --format '{{.Size}}' "$1"
  else
    buildah images --format '{{.Size}}' "$1"
  fi
}

mkdir -p dist/images
for service in "${services[@]}"; do
  image=todo/${service//_/-}:${TAG:-0.1.0}
  build --build-arg "SERVICE=$service" --tag "$image"
  .venv/bin/cyclonedx-py requirements --output-reproducible --output-format JSON \
    --output-file "dist/images/${service//_/-}.cdx.json" "ci/images/$service.lock"
  echo "$image $(size_of "$image")"
done
