#!/usr/bin/env bash
# Builds an image twice, from nothing each time, and says how the two differ: ci/images/compare.sh [SERVICE]
# BASE and CERTIFICATES as for build.sh. Ends with 1 when any file, permission or owner differs; the two images stay,
# under the tags compared-first and compared-second.
set -euo pipefail
cd "$(dirname "$0")/../.."

service=${1:-audit}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for try in first second; do
  CACHE=no TAG=compared-$try ci/images/build.sh "$service" > /dev/null
  ci/images/files.sh "todo/${service//_/-}:compared-$try" | .venv/bin/python ci/images/list.py > "$folder/$try"
done
diff "$folder/first" "$folder/second"
echo "$(wc -l < "$folder/first") files of todo/${service//_/-} are the same in both builds"
