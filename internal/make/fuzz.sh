#!/usr/bin/env bash
# Runs every fuzz target for the given time.
set -euo pipefail
time=${1:-60s}
grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed -E 's/_test\.go:func /_test.go /' | while read -r file target; do
  echo "$target in $(dirname "$file")"
  go test -run '^$' -fuzz "^${target}\$" -fuzztime "$time" "$(dirname "$file")"
done
