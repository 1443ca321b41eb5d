#!/bin/sh
# What of the repository goes into an image: ci/images/assemble.sh SERVICE SOURCE TARGET
set -eu
service=$1 source=$2 target=$3

mkdir -p "$target/platform" "$target/services"
cp -r "$source/gen" "$target/gen"
for package in todo_calendar todo_product todo_runtime; do
  cp -r "$source/platform/$package" "$target/platform/"
done
cp "$source/services/__init__.py" "$source/services/__main__.py" "$target/services/"
if [ "$service" = tools ]; then
  cp -r "$source/platform/todo_contracts" "$source/platform/todo_stack" "$target/platform/"
  cp -r "$source/avro" "$target/avro"
  for manifest in "$source"/services/*/service.yaml; do
    name=$(basename "$(dirname "$manifest")")
    mkdir -p "$target/services/$name"
    cp "$manifest" "$target/services/$name/"
  done
else
  cp -r "$source/services/$service" "$target/services/"
fi
find "$target" -name __pycache__ -prune -exec rm -rf {} +
