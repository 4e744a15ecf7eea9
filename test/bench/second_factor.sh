#!/bin/bash
# What the second step of a sign-in costs, with a code of an app and with a
# recovery code, and the first step that asks for it: against a sign-in by a link,
# of a user who is asked for nothing more.  Inside one transaction.
#
#   PG_CONFIG=... [BENCH=short] test/bench/second_factor.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

variants=(nothing auth_create_session "a link" "a link, first step"
    "second step, code" "second step, recovery code")

need_packages oathtool
start_bench "auth.throttle_address_failures = 2000000000"
unprivileged "${MAKE:-make}" -s PG_CONFIG="$PG_CONFIG" \
    test/bench/processor_time.so
unprivileged bash -c "umask 077; printf 'k1:%064d\n' 7 > '$WORKDIR/auth.keys'"
run_sql -c "LOAD 'auth'" -c "ALTER SYSTEM SET auth.key_file = '$WORKDIR/auth.keys'" \
    -c "SELECT pg_reload_conf()" -c "SELECT pg_sleep(1)" >/dev/null
run_sql -v library="$WORKDIR/tree/test/bench/processor_time" \
    -f test/bench/second_factor.sql
run_sql -c "VACUUM ANALYZE"

secret=$(printf 'A twenty byte secret' | od -An -tx1 | tr -d ' \n')
for round in $(seq 0 "$(either 20 5)"); do
    run_sql -c "CALL begin_round($round)" -c "VACUUM auth_token, auth_session, auth_totp"
    code=$(oathtool --totp "$secret")
    for name in "${variants[@]}"; do
        # What a backend does once is not counted.
        echo "BEGIN; CALL measure('$name', $round, 10, '$code'); ROLLBACK;"
        echo "CALL measure('$name', $round, 100, '$code');"
    done | run_sql
done
compare second_factor "The steps of a sign-in with a second factor, processor time" \
    "a link" nothing
