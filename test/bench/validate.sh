#!/bin/bash
# What one validation of a session costs, against the same lookup written in
# SQL and a PL/pgSQL function: inside one query, and over a connection.
#
#   PG_CONFIG=... test/bench/validate.sh [ROUNDS]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rounds=${1:-15}
variants='empty validate inline bare plpgsql'

# One lookup per token, and not one join for all.
start_bench "max_parallel_workers_per_gather = 0" "enable_hashjoin = off" \
    "enable_mergejoin = off" "enable_memoize = off" "enable_material = off"
run_sql -f test/bench/validate.sql

echo "Inside one query, microseconds a token, $rounds rounds of 20,000 tokens:"
run_sql <<SQL
DO 'BEGIN
    FOR round IN 0..$rounds LOOP
        CALL measure(''empty'', round);
        CALL measure(''validate'', round);
        CALL measure(''inline'', round);
        CALL measure(''bare'', round);
        CALL measure(''plpgsql'', round);
    END LOOP;
END';
-- the first one warmed up
DELETE FROM result WHERE round = 0;
SQL
compare validate empty

# The statements of pgbench: the same, for one token.
make_script() {
    echo '\set i random(1, 100000)'
    run_sql -At -v name="$1" <<'SQL'
SELECT 'SELECT v.* FROM (SELECT lpad((:i)::text, 32, ''t'') AS token OFFSET 0) k, LATERAL '
    || replace(item, E'\n', ' ') || ';' FROM variant WHERE name = :'name'
SQL
}

latency() {
    unprivileged "$BINDIR/pgbench" -n -M prepared -c 1 -t 10000 \
        -f "$WORKDIR/$1.sql" 2>/dev/null |
        sed -n 's/^latency average = \(.*\) ms/\1/p'
}

run_sql -c 'TRUNCATE result'
for name in $variants; do
    make_script "$name" >"$WORKDIR/$name.sql"
done
echo "Over one connection, prepared, microseconds a statement, $rounds rounds of 10,000:"
for round in $(seq 1 "$rounds"); do
    for name in $variants; do
        echo "INSERT INTO result VALUES ('$name', $round, $(latency "$name") * 1000);"
    done
done | run_sql
compare validate
