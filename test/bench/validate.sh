#!/bin/bash
# What one validation of a session costs, against the same look-up written in
# SQL, a PL/pgSQL function as tutorials have it, and the bare row by its
# primary key: inside one query, and over connections.  Then from Node, against
# Lucia and Better Auth.
#
#   PG_CONFIG=... [BENCH=short] test/bench/validate.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. test/bench/node.sh

variants=(nothing "primary key" "inline SQL" auth_validate_session PL/pgSQL)

# One lookup per token, and not one join for all.
start_bench "max_parallel_workers_per_gather = 0" "enable_hashjoin = off" \
    "enable_mergejoin = off" "enable_memoize = off" "enable_material = off"
run_sql -f test/bench/data.sql -f test/bench/validate.sql

for round in $(seq 0 "$(either 15 5)"); do
    for name in "${variants[@]}"; do
        echo "CALL measure('$name', $round);"
    done
done | run_sql
compare validate_server "A validation inside one query" "inline SQL" nothing

# The statements of pgbench: the same, for one token.
for name in "${variants[@]}"; do
    mkdir -p "$(dirname "$WORKDIR/$name")"
    {
        echo '\set i random(1, 100000)'
        run_sql -At -v name="$name" <<'SQL'
SELECT 'SELECT v.* FROM '
    || replace(replace(item, 'k.token', 'lpad((:i)::text, 32, ''t'')'), E'\n', ' ')
    || ';' FROM variant WHERE name = :'name'
SQL
    } >"$WORKDIR/$name.sql"
done

# What Lucia sends, without Node: each statement is parsed and planned.
start_node
send_by "Lucia's statements" extended
cat >"$WORKDIR/Lucia's statements.sql" <<'SQL'
\set i random(1, 100000)
SELECT * FROM lucia.user_session WHERE id = lpad((:i)::text, 32, 't');
SELECT lucia.auth_user.*, lucia.user_session.id AS __session_id FROM lucia.user_session INNER JOIN lucia.auth_user ON lucia.auth_user.id = lucia.user_session.user_id WHERE lucia.user_session.id = lpad((:i)::text, 32, 't');
SQL
variants+=("Lucia's statements")

over_connections 1 "$(either 10000 4000)" "$(either 15 3)" "${variants[@]}"
compare validate_wire_1 "A validation over a connection, prepared" "inline SQL"
over_connections 8 "$(either 40000 8000)" "$(either 15 3)" "${variants[@]}"
compare validate_wire_8 "A validation over 8 connections, prepared" "inline SQL"
from_node validate 1 "$(either 4000 1000)" "$(either 15 3)"
compare validate_node_1 "A validation from Node, over a connection" auth
from_node validate 8 "$(either 8000 2000)" "$(either 15 3)"
compare validate_node_8 "A validation from Node, over 8 connections" auth
