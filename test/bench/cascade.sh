#!/bin/bash
# What the deletion of users with all that is theirs costs, against the same
# tables with nothing but foreign keys ON DELETE CASCADE, and those with a row
# in a table of events, as auth writes one.
#
#   PG_CONFIG=... [BENCH=short] test/bench/cascade.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

start_bench
run_sql -f test/bench/cascade.sql

variants=(plain "plain, with an event" auth)

# measure USERS SESSIONS AT_ONCE ROUNDS: who comes first changes.
measure() {
    local round i name
    for round in $(seq 0 "$4"); do
        for i in 0 1 2; do
            name=${variants[(round + i) % 3]}
            run_sql -c "CALL add_users('$name', 'gone', $1, $2)" \
                -c 'VACUUM ANALYZE' \
                -c "CALL measure('$name', $round, $1, $3)"
        done
    done
}

measure 1000 1 false "$(either 9 3)"
compare cascade_1 "A user with 1 session deleted" plain
measure 200 100 false "$(either 9 3)"
compare cascade_100 "A user with 100 sessions deleted" plain
measure "$(either 5 2)" 10000 false "$(either 9 3)"
compare cascade_10000 "A user with 10,000 sessions deleted" plain
measure 10000 3 true "$(either 9 3)"
compare cascade_bulk "A user with 3 sessions deleted, of 10,000 in one statement" plain
