#!/usr/bin/env bash
# All files of an image as one tar on standard output: ci/images/files.sh IMAGE
set -euo pipefail

if docker buildx version > /dev/null 2>&1; then
  container=$(docker create "$1")
  trap 'docker rm "$container" > /dev/null' EXIT
  docker export "$container"
else
  container=$(buildah from --pull-never "$1")
  trap 'buildah rm "$container" > /dev/null' EXIT
  tar --create --directory "$(buildah mount "$container")" .
fi
