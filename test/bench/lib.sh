# shellcheck shell=bash
#
# Shared by the benchmarks: the library built from this source, in a copy of
# the server of PG_CONFIG, and a cluster with it, removed at the end.  As root,
# the server runs as the user postgres.
#
# What is compared is measured in alternation, a round at a time, into the
# table "result".
cd "$(dirname "$0")/../.." || exit
. test/lib.sh

# start_bench [SETTING...]: the current directory is then a copy of the tree.
start_bench() {
    need_server
    build
    make_workdir
    copy_server
    unprivileged "${MAKE:-make}" -s PG_CONFIG="$PG_CONFIG" install
    start_cluster "shared_buffers = 256MB" "autovacuum = off" "jit = off" \
        "max_wal_size = 4GB" "checkpoint_timeout = 1h" "$@"
    export PGDATABASE=postgres
    run_sql <<'SQL'
CREATE EXTENSION auth;
SELECT auth_setup() \g /dev/null
CREATE TABLE result (name text, round integer, microseconds double precision);
SQL
}

run_sql() {
    unprivileged "$BINDIR/psql" -X -q -v ON_ERROR_STOP=1 "$@"
}

# compare REFERENCE [EMPTY]: the times, and the ratios within each round, whose
# parts were measured one after the other; with EMPTY, the ratios are without
# what this one takes in the same round.
compare() {
    run_sql -P footer=off -v reference="$1" -v empty="${2-}" \
        -v heading="times $1" <<'SQL'
WITH net AS (
    SELECT r.*, r.microseconds - coalesce(e.microseconds, 0) AS net
    FROM result r LEFT JOIN result e ON e.round = r.round AND e.name = :'empty'
), ratio AS (
    SELECT n.*, n.net / nullif(f.net, 0) AS ratio
    FROM net n JOIN net f ON f.round = n.round AND f.name = :'reference'
)
SELECT name,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds)::numeric, 2) AS median,
    round(avg(microseconds)::numeric, 2) AS mean,
    round(min(microseconds)::numeric, 2) AS min,
    round(max(microseconds)::numeric, 2) AS max,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio)::numeric, 4) AS :"heading",
    round(percentile_cont(0.25) WITHIN GROUP (ORDER BY ratio)::numeric, 4) AS "1st quartile",
    round(percentile_cont(0.75) WITHIN GROUP (ORDER BY ratio)::numeric, 4) AS "3rd quartile"
FROM ratio
WHERE name <> :'empty'
GROUP BY name
ORDER BY percentile_cont(0.5) WITHIN GROUP (ORDER BY net);
SQL
}
