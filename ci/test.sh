#!/usr/bin/env bash
# All tests, as two runs side by side: the first needs a processor and no stack, and takes what the second leaves, which
# often waits for one.
# Arguments go to pytest, e.g. `ci/test.sh -k name`; a run that has nothing of that name is none that failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

NOTHING_COLLECTED=5
log=$(mktemp)
trap 'rm -f "$log"' EXIT

nice -n 15 .venv/bin/pytest -m "not slow" "$@" tests/unit tests/contract > "$log" 2>&1 &
pure=$!
.venv/bin/pytest -m "not slow" "$@" tests --ignore=tests/unit --ignore=tests/contract
stack=$?
wait "$pure"
pure=$?
cat "$log"

if [[ $pure == "$NOTHING_COLLECTED" && $stack == "$NOTHING_COLLECTED" ]]; then exit "$NOTHING_COLLECTED"; fi
for code in "$pure" "$stack"; do
  if [[ $code != 0 && $code != "$NOTHING_COLLECTED" ]]; then exit "$code"; fi
done
