#!/usr/bin/env bash
# Makes the generated files anew and fails when one of them changes.
set -euo pipefail
before=$(git status --porcelain | sort)
sums=$(git ls-files -z -m -o --exclude-standard | xargs -0r sha256sum)
go generate ./...
after=$(git status --porcelain | sort)
again=$(git ls-files -z -m -o --exclude-standard | xargs -0r sha256sum)
if [ "$before" != "$after" ] || [ "$sums" != "$again" ]; then
  echo "generated files are stale; run make generate and commit:" >&2
  diff <(echo "$before") <(echo "$after") >&2 || true
  exit 1
fi
