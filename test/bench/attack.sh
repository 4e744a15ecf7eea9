#!/bin/bash
# Attacks on the limits of guessing, with default settings and on full pages:
# how many guesses at one key are looked at in a minute of each, against what
# the rule allows; and what one more guess costs, in calls and in hashes.
#
#   PG_CONFIG=... test/bench/attack.sh
#
# BENCH=short takes ten seconds for each.  It fails when an attack gets more
# guesses than the rule allows, when calls without a hash take a place, or when
# a guess costs less than nine tenths of a quarter of the places in hashes.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

seconds=$(either 60 10)
attacks=(requests requests_48 requests_32 net_48 net_32 keys spellings
    sign_ups familiar codes throttled no_turn)
failed=0

start_bench
unprivileged "${MAKE:-make}" -s PG_CONFIG="$PG_CONFIG" test/bench/no_hash.so
run_sql -f test/bench/attack.sql

# value SQL: what it returns.
value() {
    run_sql -At -c "$1"
}

# check CONDITION TEXT
check() {
    if [ "$(value "SELECT $1")" = t ]; then
        echo "ok      $2"
    else
        echo "FAILED  $2"
        failed=1
    fi
}

# Without hashes, as many names as there are places are a matter of seconds.
stop_cluster
LD_PRELOAD=$WORKDIR/tree/test/bench/no_hash.so resume_cluster
places=$(value "SELECT 16 * 509 * (pg_relation_size('auth_throttle_count_idx') / 8192 / 32)")
echo "== price: $places places for keys, full of names with four failures each"
run_sql -c "SET default_transaction_read_only = on" \
    -c "SET synchronous_commit = off" -c "CALL fail('junk ', 1, $((places * 6 / 5)), 4)"
for prefix in fresh other; do
    names=$(value "SET default_transaction_read_only = on; SELECT forget('$prefix ', 500)")
    echo "four guesses are forgotten after $names hashes of other names: $((names / 4)) for one guess"
    check "$names >= 0.9 * $places" "a guess costs a quarter of the places"
done

# Full pages for networks and sites, too
run_sql <<'SQL'
SET client_min_messages = warning;
SELECT count(auth_sign_in('email', 'filler ' || n, 'wrong', client_address => address_in(32, n)))
FROM generate_series(1, 60000) n \g /dev/null
SQL
stop_cluster
resume_cluster

echo "== $seconds seconds of each attack"
declare -A before
look_at_pages() {
    run_sql -c CHECKPOINT
    before[keys]=$(value "SELECT pages(0, 19)")
    before[networks]=$(value "SELECT pages(20, 25)")
}
for attack in "${attacks[@]}"; do
    settings=
    case $attack in
    no_turn)
        run_sql -c "LOAD 'auth'" \
            -c "ALTER SYSTEM SET auth.password_concurrency = 1" \
            -c "SELECT pg_reload_conf()" >/dev/null
        run_sql -c "SET auth.password_memory = '512MB'" \
            -c "SET auth.password_iterations = 32" \
            -c "DO 'BEGIN FOR i IN 1..100 LOOP PERFORM auth_create_user(''email'', ''slow '' || i, ''correct horse''); END LOOP; END'" \
            >/dev/null 2>&1 &
        slow=$!
        until [ "$(value 'SELECT running FROM auth_get_password_load()')" = 1 ]; do
            sleep 0.1
        done
        settings="-c auth.password_wait=0"
        ;;
    esac
    [ "$attack" = throttled ] && settings="-c auth.throttle_max_failures=1"
    look_at_pages
    PGOPTIONS=$settings run_sql -c "CALL run_attack('$attack', $seconds)"
    case $attack in
    no_turn | throttled)
        run_sql -c CHECKPOINT
        if [ "$attack" = no_turn ]; then
            check "pages(0, 19) = '${before[keys]}'" "no turn: no place taken by names"
            check "pages(20, 25) = '${before[networks]}'" "no turn: no place taken by networks"
        else
            check "hashes = 1 FROM attack WHERE name = 'throttled'" \
                "a throttled key: one hash, whatever the network"
        fi
        ;;
    esac
done
value "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO %slow%' AND pid <> pg_backend_pid()" >/dev/null
wait "$slow" || true

run_sql <<'SQL'
SELECT name AS attack, calls, hashes, guesses AS "looked at", allowed AS "by the rule",
    round((guesses * 3600 / seconds)::numeric) AS "an hour, at that rate", kept AS "count kept"
FROM attack ORDER BY ord;
SQL
check "bool_and(guesses <= allowed) FROM attack" "no attack has more guesses than the rule allows"
check "bool_and(kept) FROM attack WHERE name <> 'keys'" "no count was pushed out"
hashes=$(value "SELECT hashes / seconds FROM attack WHERE name = 'keys'")
printf 'at %.0f hashes a second, at most %.1f guesses an hour at one key, for ever; NIST: 100 in all\n' \
    "$hashes" "$(value "SELECT most_an_hour($names, $hashes)")"
exit "$failed"
