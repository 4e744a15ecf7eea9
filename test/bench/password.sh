#!/bin/bash
# What a change of a password costs, with the end of the user's other sessions,
# against one hash of the same cost and the bare statements.
#
#   PG_CONFIG=... [BENCH=short] test/bench/password.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

start_bench
run_sql -f test/bench/password.sql
for round in $(seq 0 "$(either 15 3)"); do
    for name in "a hash, UPDATE and DELETE" auth_update_user_password \
        "auth_change_password, two hashes"; do
        run_sql -c "CALL measure('$name', $round, $(either 20 8))"
    done
done
compare password "A password changed" "a hash, UPDATE and DELETE"
