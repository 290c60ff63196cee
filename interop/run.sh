#!/usr/bin/env bash
# Installs the packages of package-lock.json and runs the tests of this directory.
# Needs Go, Node 20 or newer, and npm.
#
# FRONTEGG_OPENAPI_DIR is the directory of Frontegg's OpenAPI files. Without them,
# contract/openapi.yaml is used.
#
# The tests start every server on a free port, and stop it.
set -euo pipefail
if [ -d "${FRONTEGG_OPENAPI_DIR:-}" ]; then
  FRONTEGG_OPENAPI_DIR=$(cd "$FRONTEGG_OPENAPI_DIR" && pwd)
fi
cd "$(dirname "$0")"

results=$(mktemp)
trap 'rm -f "$results"' EXIT

for tool in go node npm; do
  command -v "$tool" >/dev/null || { echo "interop: $tool is not installed" >&2; exit 1; }
done
if ! installed=$(npm ci --ignore-scripts --no-audit --no-fund 2>&1); then
  printf 'interop: npm ci failed:\n%s\n' "$installed" >&2
  exit 1
fi

if ! go test -count=1 -timeout 5m -v . >"$results" 2>&1; then
  cat "$results" >&2
  echo "interop: failed" >&2
  exit 1
fi
grep -E '^--- PASS|documents:|functions,|x-access-token|^    .*(groups\.|login)' "$results"
[ "$(grep -c '^--- PASS' "$results")" -ge 5 ] || { echo "interop: tests are missing" >&2; exit 1; }
echo "interop: passed"
