#!/bin/bash
# What auth_sign_in() costs beyond the hash of the password: against
# auth_verify_password_hash(), which is libsodium's verification in the same
# process, and that against a program with nothing but libsodium.  With the
# default parameters; inside one transaction, and with a commit after each call.
#
#   PG_CONFIG=... test/bench/sign_in.sh [ROUNDS]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

calls=20
rounds=${1:-15}
password='correct horse battery'

start_bench "fsync = on"
unprivileged "${MAKE:-make}" -s PG_CONFIG="$PG_CONFIG" test/bench/libsodium
run_sql -f test/bench/sign_in.sql
hash=$(run_sql -At -c "SELECT hashed_password FROM auth_key LIMIT 1")

# Each call of the program makes a pair with one in the server.
measure_libsodium() {
    unprivileged test/bench/libsodium "$hash" "$password" "$calls" |
        awk -v first="$1" '{ print "libsodium\t" NR + first - 1 "\t" $1 }' |
        run_sql -c 'COPY result FROM STDIN'
}

# measure COMMITS [SETTING]
measure() {
    local round first
    run_sql -c 'TRUNCATE result'
    for round in $(seq 1 "$rounds"); do
        first=$(((round - 1) * calls + 1))
        measure_libsodium "$first"
        PGOPTIONS="${2-}" run_sql -c "CALL measure($first, $calls, $1)"
    done
    compare hash
}

echo "Microseconds a call, of $((rounds * calls)); inside one transaction:"
measure false
echo "With a commit each, synchronous_commit = off:"
measure true "-c synchronous_commit=off"
echo "With a commit each, synchronous_commit = on:"
measure true "-c synchronous_commit=on"
