#!/usr/bin/env bash
# Writes a page about this machine's GPU in at most 8 minutes, without the network:
#   bench/gpu/check.sh [page.md] [--seconds 480] [--python python3]
# DENO names the program if it is not on the PATH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export DENO_NO_UPDATE_CHECK=1 DENO_NO_PROMPT=1
exec "${DENO:-deno}" run -A --no-check --no-remote --no-npm --cached-only bench/gpu/check.ts "$@"
