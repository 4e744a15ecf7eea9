#!/bin/bash
# What creating a session costs, against a bare INSERT of the same row into the
# same table; from Node, against Lucia and Better Auth.  A commit each.
#
#   PG_CONFIG=... [BENCH=short] test/bench/session.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. test/bench/node.sh

start_bench
run_sql -f test/bench/data.sql
start_node

cat >"$WORKDIR/auth_create_session.sql" <<'SQL'
\set i random(1, 10000)
SELECT * FROM auth_create_session(lpad((:i)::text, 15, 'u'));
SQL
cat >"$WORKDIR/INSERT.sql" <<'SQL'
\set i random(1, 10000)
INSERT INTO auth_session (id, user_id, created_at, active_expires_at, idle_expires_at) VALUES (gen_random_uuid(), lpad((:i)::text, 15, 'u'), clock_timestamp(), clock_timestamp() + interval '1 day', clock_timestamp() + interval '14 days') RETURNING *;
SQL

for connections in 1 8; do
    over_connections $connections "$(either 8000 4000)" "$(either 15 3)" INSERT auth_create_session
    compare create_session_wire_$connections \
        "A session created over $connections connection$([ $connections -eq 1 ] || echo s), prepared" INSERT
done
from_node create 1 "$(either 2000 500)" "$(either 15 3)"
compare create_session_node "A session created from Node, over a connection" auth
