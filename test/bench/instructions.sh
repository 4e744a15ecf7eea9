#!/bin/bash
# How many instructions a call takes, as valgrind counts them: the same on a
# busy machine as on an idle one, so that a version can be compared with another
# whose tree is given.  What is read from disk, waited for or written to the log
# costs nothing here.
#
#   PG_CONFIG=... test/bench/instructions.sh [TREE]
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "${1-.}"

need_packages valgrind
start_bench
run_sql <<'SQL'
DO $$BEGIN
    FOR i IN 1..1000 LOOP PERFORM auth_create_user(user_id => 'u' || i); END LOOP;
    FOR i IN 1..60 LOOP PERFORM auth_create_user(user_id => 'one' || i); END LOOP;
    FOR i IN 1..30 LOOP PERFORM auth_create_user(user_id => 'many' || i); END LOOP;
    FOR i IN 1..30 LOOP PERFORM auth_create_user(user_id => 'ten' || i); END LOOP;
    PERFORM auth_create_session('one' || i) FROM generate_series(1, 60) i;
    PERFORM auth_create_session('ten' || i) FROM generate_series(1, 30) i, generate_series(1, 10);
    PERFORM auth_create_session('many' || i) FROM generate_series(1, 30) i, generate_series(1, 100);
END$$;
CREATE TABLE token AS SELECT (auth_create_session('u' || i)).token FROM generate_series(1, 10) i;
CREATE FUNCTION validate(calls int) RETURNS void LANGUAGE plpgsql AS $$BEGIN
    PERFORM auth_validate_session(token) FROM token, generate_series(1, calls / 10); END$$;
CREATE FUNCTION set_session(calls int) RETURNS void LANGUAGE plpgsql AS $$BEGIN
    PERFORM auth_set_session(token) FROM token, generate_series(1, calls / 10); END$$;
CREATE FUNCTION create_session(calls int) RETURNS void LANGUAGE plpgsql AS $$BEGIN
    FOR i IN 1..calls LOOP PERFORM auth_create_session('u' || i); END LOOP; END$$;
CREATE FUNCTION create_limited(prefix text, first int, last int, most int) RETURNS void LANGUAGE plpgsql AS $$BEGIN
    PERFORM set_config('auth.user_max_sessions', most::text, true);
    FOR i IN first..last LOOP PERFORM auth_create_session(prefix || i); END LOOP; END$$;
CREATE FUNCTION delete_user(prefix text, first int, last int) RETURNS void LANGUAGE plpgsql AS $$BEGIN
    FOR i IN first..last LOOP PERFORM auth_delete_user(prefix || i); END LOOP; END$$;
CREATE FUNCTION rotate(calls int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE r text := refresh_token FROM auth_create_refresh_token((SELECT session_id FROM auth_create_session('u1')));
BEGIN
    FOR i IN 1..calls LOOP SELECT refresh_token INTO STRICT r FROM auth_rotate_refresh_token(r); END LOOP;
END$$;
VACUUM ANALYZE;
SQL
stop_cluster

# count TITLE FUNCTION WARM CALLS QUERY: instructions within the function, by
# the query, after another that fills the caches, and a call that begins anew.
count() {
    unprivileged valgrind --tool=callgrind --toggle-collect="$2" \
        --zero-before=auth_generate_user_id \
        --callgrind-out-file="$WORKDIR/callgrind" "$BINDIR/postgres" --single \
        -D "$WORKDIR/data" postgres >"$WORKDIR/single" 2>&1 <<SQL
SELECT $3;
SELECT auth_generate_user_id();
SELECT $5;
SQL
    awk -v title="$1" -v calls="$4" '/^(summary|totals):/ {
        printf "%-36s %7d\n", title, $2 / calls; found = 1; exit
    } END { exit !found }' "$WORKDIR/callgrind"
}

count "a session validated" auth_validate_session "validate(20)" 500 \
    "validate(500)"
count "a session set" auth_set_session "set_session(20)" 500 \
    "set_session(500)"
count "a session created" auth_create_session "create_session(10)" 300 \
    "create_session(300)"
for sessions in "one 1" "ten 10" "many 100"; do
    read -r prefix number <<<"$sessions"
    count "... the last of $number that may be" auth_create_session \
        "create_limited('$prefix', 1, 10, $number)" 20 "create_limited('$prefix', 11, 30, $number)"
    count "... of 1000, of which there are $number" auth_create_session \
        "create_limited('$prefix', 1, 10, 1000)" 20 "create_limited('$prefix', 11, 30, 1000)"
done
count "a user with 1 session deleted" auth_delete_user \
    "delete_user('one', 1, 10)" 50 "delete_user('one', 11, 60)"
count "a user with 100 sessions deleted" auth_delete_user \
    "delete_user('many', 1, 10)" 20 "delete_user('many', 11, 30)"
count "a refresh token rotated" auth_rotate_refresh_token "rotate(20)" 200 \
    "rotate(200)"
