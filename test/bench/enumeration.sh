#!/bin/bash
# Whether the time of an answer tells identifiers that exist from others: calls
# of all kinds in random order, each pair of kinds compared as dudect does.
# Beyond 4.5 the statistic tells them apart; the difference in microseconds
# says what that is worth.  Signing in, signing in while throttled, signing up.
#
#   PG_CONFIG=... test/bench/enumeration.sh [CALLS [CALLS_OF_DEFAULT_COST]]
#
# First with no hash at all (no_hash.c), which shows what is around it to the
# microsecond; then with hashes that cost the least, and of default cost.
# "cheaper" is the wrong password for a hash of lower cost than what is made
# now: where hashes are computed it has to differ, as it does until its user
# signs in, and so shows that the measurement sees differences.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

calls=${1:-5000}
default_calls=${2:-1000}

# Attempts are counted, but lead to no delay.
start_bench "synchronous_commit = off" \
    "auth.throttle_failures = 100" "auth.throttle_delay = 0" \
    "auth.throttle_address_failures = 2000000000"
unprivileged "${MAKE:-make}" -s PG_CONFIG="$PG_CONFIG" test/bench/no_hash.so
run_sql -f test/bench/enumeration.sql

# observe SECTION CALLS SETTING...
observe() {
    local section=$1 count=$2 setting options=
    shift 2
    for setting in "$@"; do
        options+=" -c auth.$setting"
    done
    run_sql -c 'SET client_min_messages = warning' \
        -c 'TRUNCATE observation, auth_user CASCADE'
    PGOPTIONS=$options run_sql -c "CALL observe('$section', $count)"
    echo "$section, $count calls each${*:+, $*}; microseconds:"
    run_sql -P footer=off -c "SELECT * FROM compare('$section')"
}

echo "== no hash"
stop_cluster
LD_PRELOAD=$WORKDIR/tree/test/bench/no_hash.so resume_cluster
observe sign_in "$calls"
observe sign_up "$calls"

echo "== least costly hash"
stop_cluster
resume_cluster
observe sign_in "$calls" password_memory=7168 password_iterations=1
observe sign_up "$calls" password_memory=7168 password_iterations=1

echo "== default cost"
observe sign_in "$default_calls"

# No hash is computed here, whatever it costs.
echo "== throttled"
observe throttled "$calls" throttle_max_failures=1
