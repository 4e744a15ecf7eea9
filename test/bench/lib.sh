# shellcheck shell=bash
#
# Shared by the benchmarks: the library built from this source, in a copy of
# the server of PG_CONFIG, and a cluster with it, removed at the end.  As root,
# the server runs as the user postgres.
#
# What is compared is measured in alternation, a round at a time, into the
# table "result"; round 0 warms up and is not counted.  BENCH=short takes few
# rounds.  RESULTS is the file where test/bench/run collects what was measured.
cd "$(dirname "$0")/../.." || exit
. test/lib.sh

# either FULL SHORT: what is for the mode.
either() {
    if [ "${BENCH-}" = short ]; then echo "$2"; else echo "$1"; fi
}

# start_bench [SETTING...]: the current directory is then a copy of the tree.
start_bench() {
    need_server
    need_packages python3
    build
    make_workdir
    RESULTS=${RESULTS:-$WORKDIR/results}
    copy_server
    unprivileged "${MAKE:-make}" -s PG_CONFIG="$PG_CONFIG" install
    start_cluster "shared_buffers = 256MB" "autovacuum = off" "jit = off" \
        "max_wal_size = 16GB" "checkpoint_timeout = 1h" "$@"
    export PGDATABASE=postgres
    make_database
}

# The extension and the table of results, in the database of PGDATABASE.
make_database() {
    run_sql <<'SQL'
CREATE EXTENSION auth;
SELECT auth_setup() \g /dev/null
CREATE TABLE result (name text, round integer, microseconds double precision);
SQL
}

run_sql() {
    unprivileged "$BINDIR/psql" -X -q -v ON_ERROR_STOP=1 "$@"
}

# record NAME ROUND MICROSECONDS...
record() {
    local name=$1 round=$2 value
    shift 2
    for value in "$@"; do
        printf '%s\t%s\t%s\n' "$name" "$round" "$value"
    done | run_sql -c 'COPY result FROM STDIN'
}

# send_by SCRIPT PROTOCOL: how pgbench sends its statements; prepared, where
# nothing is said.
declare -A protocol
send_by() {
    protocol[$1]=$2
}

# The clients of pgbench that run at a time are no more than the processors.
threads() {
    local processors
    processors=$(nproc)
    echo $(($1 < processors ? $1 : processors))
}

# pgbench_time CONNECTIONS CALLS SCRIPT [OPTION...]: microseconds a call, of
# all connections together.
pgbench_time() {
    local connections=$1 calls=$2 script=$3
    shift 3
    unprivileged "$BINDIR/pgbench" -n -M "${protocol[$script]-prepared}" \
        -c "$connections" -j "$(threads "$connections")" \
        -t $((calls / connections)) -f "$WORKDIR/$script.sql" "$@" \
        2>"$WORKDIR/pgbench.log" |
        awk '/^tps = / { print 1e6 / $3; found = 1 } END { exit !found }' ||
        {
            cat "$WORKDIR/pgbench.log" >&2
            return 1
        }
}

# over_connections CONNECTIONS CALLS ROUNDS NAME...: run WORKDIR/NAME.sql of
# each in turn.
over_connections() {
    local connections=$1 calls=$2 last=$3 round name time
    shift 3
    for round in $(seq 0 "$last"); do
        for name in "$@"; do
            time=$(pgbench_time "$connections" "$calls" "$name")
            record "$name" "$round" "$time"
        done
    done
}

# compare SECTION TITLE REFERENCE [EMPTY]: the times, and the ratios within
# each round, whose parts were measured one after the other; with EMPTY, the
# ratios are without what this one takes in the same round.
compare() {
    run_sql -At -v section="$1" -v title="$2" -v reference="$3" \
        -v empty="${4-}" <<'SQL' | tee -a "$RESULTS" |
SELECT json_build_object('section', :'section', 'title', :'title',
    'reference', :'reference', 'empty', :'empty',
    'rows', json_agg(json_build_array(name, round, microseconds) ORDER BY round))
FROM result WHERE round > 0;
SQL
        python3 test/bench/report.py show
    run_sql -c 'TRUNCATE result'
}
