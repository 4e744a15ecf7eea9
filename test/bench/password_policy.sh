#!/bin/bash
# What looking at a new password costs, with the application's list of common
# passwords empty and with a million rows, and what reading the file of the
# pepper costs.
#
#   PG_CONFIG=... test/bench/password_policy.sh [ROUNDS]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rounds=${1:-15}

start_bench "max_parallel_workers_per_gather = 0"
printf 'one:%064d\n' 0 |
    unprivileged tee "$WORKDIR/data/pepper.keys" >/dev/null
unprivileged chmod 600 "$WORKDIR/data/pepper.keys"
run_sql -v rounds="$rounds" -f test/bench/password_policy.sql
