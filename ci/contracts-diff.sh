#!/usr/bin/env bash
# What a branch changes in the contracts, as Markdown: ci/contracts-diff.sh REF, where REF is what it starts from.
set -euo pipefail
cd "$(dirname "$0")/.."

echo '## Contracts'
echo '```text'
.venv/bin/todo contracts diff --against "$(git merge-base "$1" HEAD)"
echo '```'
