#!/usr/bin/env bash
# Every test once, inside a network of its own so that no port is taken and
# nothing leaves this machine. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
results=$(mktemp -d); trap 'rm -rf "$results"' EXIT
# What a browser or a killed test leaves in the temporary folder goes with the
# results; PostgreSQL runs as another user, who must pass.
chmod 711 "$results"; mkdir -m 1777 "$results/tmp"; export TMPDIR=$results/tmp
go build -o "$results/testsum" ./internal/testsum || exit 1

# Packages whose tests listen to sound run alone, one after another: two at a
# time on two cores would disturb each other's ears.
alone='/(cmd/sufler|cmd/sufler/server|rtc|sip/phone|sip/rtp|internal/peers)$'
ears=$(go list ./... | grep -E "$alone")
rest=$(go list ./... | grep -vE "$alone")
# Counts of allocations are true only without the race detector.
allocs=$(grep -rl --include='*_test.go' '^//go:build !race' . | xargs -r dirname | sort -u)

export SUFLER_BIN=$PWD/bin/sufler
suite() {
  go test -json -race -shuffle=on $rest
  go test -json -race -shuffle=on -p 1 -timeout 20m $ears
  [ -z "$allocs" ] || go test -json -run 'Alloc' $allocs
  node web/test.mjs --test-reporter=tap --test-reporter-destination="$results/units.tap"
  node web/test.mjs --pages --test-reporter=tap --test-reporter-destination="$results/pages.tap"
}
export -f suite; export rest ears allocs results

isolated() {
  local flags=-n
  [ "$(id -u)" -eq 0 ] || flags='-n -c --keep-caps'
  # --kill-child: whatever a test left behind ends with the suite.
  flags+=' --fork --pid --mount-proc --kill-child'
  if unshare $flags ip link set lo up 2>/dev/null; then
    unshare $flags bash -c 'ip link set lo up && suite'
  else
    echo "a network of its own is refused here: the tests use free ports of this machine" >&2
    suite
  fi
}
isolated | "$results/testsum" "$results/units.tap" "$results/pages.tap"
