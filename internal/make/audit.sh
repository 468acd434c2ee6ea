#!/usr/bin/env bash
# Known holes in what we depend on. A service that cannot be reached is named;
# that is no pass.
set -uo pipefail
status=0
echo "Go modules (govulncheck):"
go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./... || { echo "  holes were found, or the service at vuln.go.dev could not be reached (see above)"; status=1; }
echo "npm packages:"
npm audit --omit=optional || { echo "  holes were found, or the registry's audit service could not be reached (see above)"; status=1; }
exit $status
