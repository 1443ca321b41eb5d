#!/usr/bin/env bash
# Whether the contracts may land: every rule, against everything that was published, and every version read by every other.
set -euo pipefail
cd "$(dirname "$0")/.."

make --silent install
.venv/bin/todo contracts check
.venv/bin/todo contracts matrix
