#!/bin/bash
# What the removal of dead sessions costs, a million between as many living
# ones (in the short mode 100,000), against the same batches by a bare DELETE
# and against one DELETE.
#
#   PG_CONFIG=... [BENCH=short] test/bench/purge.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

dead=$(either 1000000 100000)

start_bench "shared_buffers = 1GB"
run_sql -f test/bench/purge.sql
for round in $(seq 1 "$(either 5 2)"); do
    for name in "DELETE in batches" auth_delete_dead_sessions "one DELETE"; do
        run_sql -c "CALL fill($dead)" -c "VACUUM ANALYZE auth_session" \
            -c CHECKPOINT -c "CALL measure('$name', $round, $dead)"
    done
done
compare purge "A dead session removed, of $(printf "%'d" "$dead")" "DELETE in batches"
