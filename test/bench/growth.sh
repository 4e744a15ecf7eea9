#!/bin/bash
# How a validation and the room of a session grow with the number of sessions:
# from 10^4 to 10^7 (in the short mode up to 10^6), each in a database of its
# own, measured in turn.  All of them fit into shared_buffers.
#
#   PG_CONFIG=... [BENCH=short] test/bench/growth.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

if [ "${BENCH-}" = short ]; then
    sizes=(10000 100000 1000000)
else
    sizes=(10000 100000 1000000 10000000)
fi
calls=$(either 20000 8000)

start_bench "shared_buffers = 5GB" "synchronous_commit = off"
for sessions in "${sizes[@]}"; do
    run_sql -c "CREATE DATABASE growth$sessions"
    PGDATABASE=growth$sessions make_database
    PGDATABASE=growth$sessions run_sql -v sessions="$sessions" \
        -f test/bench/growth.sql
done

in_database() {
    local database=growth$1
    shift
    PGDATABASE=$database run_sql -At "$@"
}

cat >"$WORKDIR/validate.sql" <<'SQL'
\set i 10 * random(0, :sessions / 10 - 1) + random(1, 9)
SELECT * FROM auth_validate_session(lpad((:i)::text, 32, 't'));
SQL

cat >"$WORKDIR/bare.sql" <<'SQL'
\set i 10 * random(0, :sessions / 10 - 1) + random(1, 9)
SELECT * FROM auth_session WHERE id = auth_session_id(lpad((:i)::text, 32, 't'));
SQL

in_server() {
    in_database "$1" -c "SELECT microseconds FROM measure($1, $calls, false)"
}

over_connection() {
    PGDATABASE=growth$1 pgbench_time 1 "$calls" validate -D "sessions=$1"
}

bare_row() {
    PGDATABASE=growth$1 pgbench_time 1 "$calls" bare -D "sessions=$1"
}

# by_size MEASURE: each size in turn; round 0 reads everything once.
by_size() {
    local round sessions time
    for round in $(seq 0 "$(either 9 2)"); do
        for sessions in "${sizes[@]}"; do
            time=$("$1" "$sessions")
            record "$sessions" "$round" "$time"
        done
    done
}

by_size in_server
compare growth_server "A validation inside one query, by the number of sessions" "${sizes[0]}"
by_size over_connection
compare growth_wire "A validation over a connection, by the number of sessions" "${sizes[0]}"
by_size bare_row
compare growth_bare "The bare row by its primary key, by the number of sessions" "${sizes[0]}"

# Each renewal is in a transaction of its own.
cat >"$WORKDIR/renew.sql" <<'SQL'
\set i 10 * random(1, :sessions / 10)
SELECT * FROM auth_validate_session(lpad((:i)::text, 32, 't'));
SQL

for sessions in "${sizes[@]}"; do
    room=$(in_database "$sessions" -F , -c "
        SELECT pg_table_size('auth_session') / $sessions.0, pg_indexes_size('auth_session') / $sessions.0")
    active=$(in_database "$sessions" -c "SELECT wal_bytes FROM measure($sessions, $calls, false)")
    in_database "$sessions" -c CHECKPOINT
    before=$(in_database "$sessions" -c "SELECT pg_current_wal_insert_lsn()")
    PGDATABASE=growth$sessions pgbench_time 1 "$calls" renew \
        -D "sessions=$sessions" >/dev/null
    in_database "$sessions" -v room="$room" -v sessions="$sessions" -v active="$active" \
        -v calls="$calls" -v before="$before" <<'SQL' | tee -a "$RESULTS" | python3 test/bench/report.py show
SELECT json_build_object('sessions', :sessions, 'table_bytes', split_part(:'room', ',', 1)::float,
    'index_bytes', split_part(:'room', ',', 2)::float, 'wal_active', :'active'::float,
    'wal_renewed', (pg_current_wal_insert_lsn() - :'before') / :calls,
    'hot', 100.0 * n_tup_hot_upd / n_tup_upd)
FROM pg_stat_user_tables WHERE relid = 'auth_session'::regclass;
SQL
done
