#!/usr/bin/env bash
# A base image from Debian's own packages, for machines without an image registry: ci/images/base.sh [NAME]
# Needs root, debootstrap and buildah.
set -euo pipefail
name=${1:-localhost/todo-base:bookworm}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if buildah inspect --type image "$name" > /dev/null 2>&1; then exit; fi
debootstrap --variant=minbase --include=ca-certificates,python3-minimal,python3-venv,libpython3-stdlib bookworm \
  "$folder/root" > "$folder/log" || { cat "$folder/log" >&2; exit 1; }
chroot "$folder/root" apt-get clean
rm -rf "$folder"/root/var/lib/apt/lists/* "$folder"/root/usr/share/{doc,man,locale}
ln -s python3 "$folder/root/usr/bin/python"
printf 'FROM scratch\nCOPY root /\n' > "$folder/Dockerfile"
buildah bud --quiet --isolation chroot --tag "$name" "$folder" > /dev/null
