#!/bin/bash
# What a rotation of a refresh token costs, against a bare INSERT ... RETURNING
# plus UPDATE of the same width in one statement: in a procedure, with the
# COMMIT of each, and over a connection.
#
#   PG_CONFIG=... [BENCH=short] test/bench/refresh.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

start_bench
run_sql -f test/bench/refresh.sql

# The tables are cleaned between the rounds, as a server in use does.
for round in $(seq 0 "$(either 15 3)"); do
    for name in "INSERT and UPDATE" "... with foreign keys" auth_rotate_refresh_token; do
        run_sql -c "CALL measure('$name', $round, 4000)"
    done
    run_sql -c VACUUM
done
compare refresh "A refresh token rotated, in a procedure" "INSERT and UPDATE"

# The scripts of pgbench, for one family each.
IFS='|' read -r token family user < <(
    run_sql -At -c "SELECT refresh_token, family_id, user_id FROM sample WHERE n = 1"
)
cat >"$WORKDIR/auth_rotate_refresh_token.sql" <<'SQL'
SELECT refresh_token, token, session_id, user_attributes FROM auth_rotate_refresh_token(:refresh_token) \gset
SQL
cat >"$WORKDIR/INSERT and UPDATE.sql" <<'SQL'
WITH s AS (INSERT INTO bare_session (id, user_id, created_at, active_expires_at, idle_expires_at) VALUES (gen_random_uuid(), :user, now(), now() + interval '1 day', now() + interval '15 days') RETURNING *), t AS (UPDATE bare_refresh_token SET token_hash = gen_random_uuid(), spent_hash = token_hash, rotated_at = now(), expires_at = now() + interval '30 days', session_id = gen_random_uuid() WHERE id = :family RETURNING *) SELECT t.token_hash, s.id, s.user_id, s.expires_at FROM s, t \gset
SQL

# A family that was rotated last by pgbench has a token that nobody knows.
new_token() {
    run_sql -At -c "SELECT refresh_token FROM auth_create_session('$user') s, auth_create_refresh_token(s.session_id)"
}

calls=$(either 10000 4000)
for round in $(seq 1 "$(either 15 3)"); do
    record "INSERT and UPDATE" "$round" "$(pgbench_time 1 "$calls" \
        "INSERT and UPDATE" -D "user=$user" -D "family=$family")"
    token=$(new_token)
    record auth_rotate_refresh_token "$round" "$(pgbench_time 1 "$calls" \
        auth_rotate_refresh_token -D "refresh_token=$token")"
    run_sql -c VACUUM
done
compare refresh_wire "A refresh token rotated over a connection, prepared" "INSERT and UPDATE"
