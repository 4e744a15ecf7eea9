#!/bin/bash
# What auth_sign_in() costs beyond the hash of the password: against
# auth_verify_password_hash(), which is libsodium's verification in the same
# process, against a program with nothing but libsodium, and against the
# crypt() of pgcrypto.  With the default parameters; inside one transaction, and
# with a commit after each call.  Then signing in and up from Node, against
# Lucia and Better Auth, which hash with scrypt.
#
#   PG_CONFIG=... [BENCH=short] test/bench/sign_in.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. test/bench/node.sh

calls=$(either 20 8)
password='correct horse battery'

# Nobody is made to wait, however often the same key signs in.
start_bench "fsync = on" "auth.throttle_address_failures = 2000000000"
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
    for round in $(seq 1 "$(either 15 3)"); do
        first=$(((round - 1) * calls + 1))
        measure_libsodium "$first"
        PGOPTIONS="${2-}" run_sql -c "CALL measure($first, $calls, $1)"
    done
}

measure false
compare sign_in "A sign-in, inside one transaction" "the hash"
measure true "-c synchronous_commit=off"
compare sign_in_async "A sign-in, with a commit that waits for no disk" "the hash"
measure true
compare sign_in_commit "A sign-in, with a commit" "the hash"

run_sql -f test/bench/data.sql
start_node
from_node sign_in 1 "$(either 20 6)" "$(either 15 3)"
compare sign_in_node "A sign-in from Node, over a connection" auth
from_node sign_up 1 "$(either 20 6)" "$(either 15 3)"
compare sign_up_node "A sign-up from Node, over a connection" auth
