#!/usr/bin/env bash
# step.sh N/M "what" -- command...: runs one step, tells it and how long it took.
set -euo pipefail
number=$1 what=$2; shift 3
printf '%s  %s\n' "$number" "$what"
start=$(date +%s%N)
"$@"
tenths=$(( ($(date +%s%N) - start) / 100000000 ))
printf '     done in %d.%d s\n' $((tenths / 10)) $((tenths % 10))
