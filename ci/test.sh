#!/usr/bin/env bash
# All tests, in three lanes side by side: one on the stacks that the whole run shares, one that starts stacks of its own,
# which both often wait, and one that needs a processor and no stack, and takes what is left over.
# Arguments go to pytest, e.g. `ci/test.sh -k name`; a run that has nothing of that name is none that failed. Each lane
# ends with its slowest tests.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

NOTHING_COLLECTED=5
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
PURE=(tests/unit tests/contract)
STACK=(tests --ignore=tests/unit --ignore=tests/contract)
SLOWEST=--durations=25

lane() {
  local name=$1
  shift
  "$@" > "$logs/$name" 2>&1
  echo $? > "$logs/$name.code"
}

lane pure nice -n 15 .venv/bin/pytest "$SLOWEST" -m "not slow" "$@" "${PURE[@]}" &
lane own .venv/bin/pytest "$SLOWEST" -m "not slow and own_stack" "$@" "${STACK[@]}" &
.venv/bin/pytest "$SLOWEST" -m "not slow and not own_stack" "$@" "${STACK[@]}"
echo $? > "$logs/shared.code"
wait
cat "$logs/pure" "$logs/own"

codes=$(cat "$logs"/*.code)
for code in $codes; do
  if [[ $code != 0 && $code != "$NOTHING_COLLECTED" ]]; then exit "$code"; fi
done
if [[ $codes != *0* ]]; then exit "$NOTHING_COLLECTED"; fi
