#!/usr/bin/env bash
# Builds every image with docker or buildah, with an SBOM beside it in dist/images: ci/images/build.sh [SERVICE…]
# BASE: base image. CERTIFICATES: file of an organisation's own certificates, those that pip uses here unless given.
# TAG: the version in pyproject.toml unless given. CACHE=no: rebuilds everything.
set -euo pipefail
cd "$(dirname "$0")/../.."

services=("$@")
((${#services[@]})) || services=(chat_api notification recurring_task audit sync tools)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
# The time of the last commit stands for that of the build.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
arguments=(
  --build-arg "VERSION=$version"
  --build-arg "REVISION=$(git rev-parse HEAD)"
  --build-arg "CREATED=$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ)"
)
[[ -n ${BASE:-} ]] && arguments+=(--build-arg "BASE=$BASE")
certificates=${CERTIFICATES:-${PIP_CERT:-${SSL_CERT_FILE:-}}}
[[ -n $certificates ]] && arguments+=(--secret "id=certificates,src=$certificates")
[[ ${CACHE:-} == no ]] && arguments+=(--no-cache)

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
    buildah images --format '{{.Size}}' "$1" | head -n 1 # one line for each name of the image
  fi
}

# From the packages that are in the image, whatever its lock says.
sbom() {
  local folder
  folder=$(mktemp -d)
  .venv/bin/python -m venv --without-pip "$folder/python"
  rm -r "$folder"/python/lib/python*/site-packages
  ci/images/files.sh "$1" | tar --extract --directory "$folder" --wildcards '*opt/venv/lib/python*/site-packages'
  mv "$folder"/opt/venv/lib/python*/site-packages "$(echo "$folder"/python/lib/python*)"
  .venv/bin/cyclonedx-py environment --output-reproducible --output-format JSON --output-file "$2" \
    "$folder/python/bin/python"
  rm -rf "$folder"
}

mkdir -p dist/images
for service in "${services[@]}"; do
  image=todo/${service//_/-}:${TAG:-$version}
  build --build-arg "SERVICE=$service" --tag "$image"
  sbom "$image" "dist/images/${service//_/-}.cdx.json"
  echo "$image $(size_of "$image")"
done
