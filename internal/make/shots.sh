#!/usr/bin/env bash
# Starts a demo on free ports, takes the pictures and ends it.
set -euo pipefail
log=$(mktemp)
bin/sufler demo -http 127.0.0.1:0 -sip 127.0.0.1:0 >"$log" 2>&1 & demo=$!
trap 'kill $demo 2>/dev/null; wait $demo 2>/dev/null; rm -f "$log"' EXIT
until url=$(grep -om1 'http://127.0.0.1:[0-9]*' "$log"); do
  kill -0 $demo || { cat "$log"; exit 1; }
  read -rt 0.2 <> <(:) || true
done
SUFLER_URL=$url npm run --silent shots
