#!/bin/bash
# What a rotation of a refresh token costs, against a bare INSERT ... RETURNING
# plus UPDATE of the same width in one statement: in a procedure, with the
# COMMIT of each, and over a connection.
#
#   PG_CONFIG=... test/bench/refresh.sh [ROUNDS]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rounds=${1:-15}

start_bench
run_sql -f test/bench/refresh.sql

# The tables are cleaned between the rounds, as a server in use does.
measure() {
    for round in $(seq 0 "$rounds"); do
        for name in bare rotate keyed; do
            run_sql -c "CALL measure('$name', $round, 4000)"
        done
        run_sql -c "VACUUM"
    done
    run_sql -c "DELETE FROM result WHERE round = 0" # it warmed up
}

echo "In a procedure, microseconds a rotation, $rounds rounds of 4,000:"
measure
compare bare

# The scripts of pgbench, for one family each.
IFS='|' read -r token family user < <(
    run_sql -At -c "SELECT refresh_token, family_id, user_id FROM sample WHERE n = 1"
)
cat >"$WORKDIR/rotate.sql" <<'SQL'
SELECT refresh_token, token, session_id, "user" FROM auth_rotate_refresh_token(:refresh_token) \gset
SQL
cat >"$WORKDIR/bare.sql" <<'SQL'
WITH s AS (INSERT INTO bare_session (id, user_id, created_at, active_expires_at, idle_expires_at) VALUES (gen_random_uuid(), :user, now(), now() + interval '1 day', now() + interval '15 days') RETURNING *), t AS (UPDATE bare_refresh_token SET token_hash = gen_random_uuid(), spent_hash = token_hash, rotated_at = now(), expires_at = now() + interval '30 days', session_id = gen_random_uuid() WHERE id = :family RETURNING *) SELECT t.token_hash, s.id, s.user_id, s.expires_at FROM s, t \gset
SQL

latency() {
    unprivileged "$BINDIR/pgbench" -n -M prepared -c 1 -t 10000 "$@" \
        2>/dev/null | sed -n 's/^latency average = \(.*\) ms/\1/p'
}

# A family that was rotated last by pgbench has a token that nobody knows.
new_token() {
    run_sql -At -c "SELECT refresh_token FROM auth_create_session('$user') s, auth_create_refresh_token(s.session_id)"
}

run_sql -c "TRUNCATE result"
echo "Over one connection, prepared, microseconds a statement, $rounds rounds of 10,000:"
for round in $(seq 1 "$rounds"); do
    bare=$(latency -f "$WORKDIR/bare.sql" -D "user=$user" -D "family=$family")
    token=$(new_token)
    rotate=$(latency -f "$WORKDIR/rotate.sql" -D "refresh_token=$token")
    run_sql -c "INSERT INTO result VALUES ('bare', $round, $bare * 1000), ('rotate', $round, $rotate * 1000)"
    run_sql -c "VACUUM"
done
compare bare
