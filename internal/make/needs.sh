#!/usr/bin/env bash
# Says which of the two tools that a build needs is missing or too old.
set -euo pipefail
missing=0
say() { printf 'sufler: %s\n' "$1" >&2; missing=1; }

if ! command -v go >/dev/null; then
  say 'Go 1.26 or newer is needed and there is none: see https://go.dev/dl'
elif ! go version | grep -qE 'go1\.(2[6-9]|[3-9][0-9])'; then
  say "Go 1.26 or newer is needed, this is $(go version | cut -d' ' -f3)"
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  say 'Node 20 or newer with npm is needed and there is none: see https://nodejs.org'
elif [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
  say "Node 20 or newer is needed, this is $(node --version)"
fi
exit $missing
