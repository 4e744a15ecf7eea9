#!/bin/bash
# What the deletion of users with all that is theirs costs, against the same
# tables with nothing but foreign keys ON DELETE CASCADE.
#
#   PG_CONFIG=... [BENCH=short] test/bench/cascade.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

start_bench
run_sql -f test/bench/cascade.sql

# measure USERS SESSIONS AT_ONCE ROUNDS
measure() {
    local round
    for round in $(seq 0 "$4"); do
        run_sql -c "CALL add_users('gone', $1, $2)" -c "VACUUM ANALYZE"
        # In turn, who comes first has no advantage.
        if ((round % 2)); then
            set -- "$1" "$2" "$3" "$4" plain auth
        else
            set -- "$1" "$2" "$3" "$4" auth plain
        fi
        run_sql -c "CALL measure('$5', $round, $1, $2, $3)" \
            -c "CALL measure('$6', $round, $1, $2, $3)"
    done
    run_sql -c 'DELETE FROM result WHERE round = 0' # it warmed up
}

measure 1000 1 false "$(either 15 3)"
compare cascade_1 "A user with 1 session deleted" plain
measure "$(either 100 30)" 100 false "$(either 15 3)"
compare cascade_100 "A user with 100 sessions deleted" plain
measure "$(either 5 2)" 10000 false "$(either 15 3)"
compare cascade_10000 "A user with 10,000 sessions deleted" plain
measure 10000 3 true "$(either 15 3)"
compare cascade_bulk "A user with 3 sessions deleted, of 10,000 in one statement" plain
