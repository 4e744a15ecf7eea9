#!/bin/bash
# What row security costs that asks who acts, against a policy with the user's id
# in it, and Supabase's and PostgREST's ways: scans of 100,000 and a million rows,
# one row by its key, and a plan that was made for another user.  What it costs to
# say who acts, against a validation; and, 0.6 ms away, how long a transaction
# takes that does.
#
#   PG_CONFIG=... [BENCH=short] test/bench/identity.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

variants=(literal "auth_user_id()" "auth.once = off" current_setting PostgREST
    "literal, uuid" "auth_user_uuid()" "Supabase, wrapped" Supabase)

start_bench "max_parallel_workers_per_gather = 0"
unprivileged "${MAKE:-make}" -s PG_CONFIG="$PG_CONFIG" \
    test/bench/processor_time.so
run_sql -f test/bench/data.sql \
    -v library="$WORKDIR/tree/test/bench/processor_time" -f test/bench/identity.sql

# shifted ROUND NAME...: who comes first changes.
shifted() {
    local first=$(($1 % ($# - 1) + 1))
    shift
    printf '%s\n' "${@:first}" "${@:1:first-1}"
}

# in_turn ROUNDS PROCEDURE ARGUMENTS NAME...: call it for each in turn.
in_turn() {
    local last=$1 procedure=$2 arguments=$3 round name
    shift 3
    for round in $(seq 0 "$last"); do
        shifted "$round" "$@" | while read -r name; do
            echo "CALL $procedure('$name', $round, $arguments);"
        done
    done | run_sql
}

# scan ROWS ROUNDS
scan() {
    local rows=$1 name=note_$1
    run_sql -c "CALL make_table('$name', $rows, 0)" -c "VACUUM ANALYZE $name"
    in_turn "$2" measure_scan "'$name'" "${variants[@]}"
    compare "identity_scan_$rows" \
        "$(printf "%'d" "$rows") rows read under a policy, processor time" literal
}

scan 100000 "$(either 70 21)"
[ "${BENCH-}" = short ] || scan 1000000 14

run_sql -c "CALL make_table('uneven', 200000, 900)" \
    -c "CREATE INDEX ON uneven (owner_id)" -c "CREATE INDEX ON uneven (owner_uuid)" \
    -c "VACUUM ANALYZE uneven"
in_turn "$(either 14 7)" measure_whale "'uneven', 20" "${variants[@]}"
compare identity_whale "200 of 200,000 rows by a plan that was made for the owner of 180,000, processor time" literal

in_turn "$(either 30 9)" measure_set 5000 nothing auth_validate_session \
    auth_set_session
compare identity_set "A session set, processor time" auth_validate_session nothing

# One row, 50 times in a transaction, in one connection.  The first plans of a
# prepared statement are for the values that it is given.
{
    echo '\set round :round + 1'
    for name in "${variants[@]}"; do
        [ "$name" != "auth.once = off" ] || continue
        echo "BEGIN;"
        echo "SELECT act('$name');"
        echo 'SELECT processor_time() AS start \gset'
        for _ in {1..50}; do
            echo '\set i random(0, 99) * 1000 + 7'
            echo "SELECT id, body FROM note_100000 WHERE id = :i;"
        done
        echo "INSERT INTO result VALUES ('$name', :round, (processor_time() - :start) / 50);"
        echo "COMMIT;"
    done
} >"$WORKDIR/rows.sql"
pgbench_time 1 "$(either 800 200)" rows -D round=-10 >/dev/null
compare identity_row "A row by its key over a connection, prepared, under a policy, processor time" literal

# Transactions of a client that is 0.6 ms away.
script() {
    {
        echo '\set i random(0, 99) * 1000 + 7'
        cat
    } >"$WORKDIR/$1.sql"
}
script "the query alone" <<SQL
SELECT id, body FROM note_100000 WHERE id = :i;
SQL
script "auth_validate_session, then the query" <<SQL
SELECT * FROM auth_validate_session('token 7');
SELECT id, body FROM note_100000 WHERE id = :i;
SQL
script "auth_set_session" <<SQL
BEGIN;
SELECT auth_set_session('token 7');
SELECT id, body FROM note_100000 WHERE id = :i;
COMMIT;
SQL
script "auth_set_session, in a pipeline" <<SQL
\startpipeline
BEGIN;
SELECT auth_set_session('token 7');
SELECT id, body FROM note_100000 WHERE id = :i;
COMMIT;
\endpipeline
SQL
script "set_config, in a pipeline" <<SQL
\startpipeline
BEGIN;
SELECT set_config('request.user_id', '$(run_sql -At -c "SELECT user_number(7)")', true);
SELECT id, body FROM note_100000 WHERE id = :i;
COMMIT;
\endpipeline
SQL
declare -A role=(["the query alone"]=literal
    ["auth_validate_session, then the query"]=literal
    [auth_set_session]="auth_user_id()"
    ["auth_set_session, in a pipeline"]="auth_user_id()"
    ["set_config, in a pipeline"]=current_setting)

away=54322
(
    umask 0
    exec python3 test/bench/delay.py "$WORKDIR/.s.PGSQL.$away" \
        "$WORKDIR/.s.PGSQL.$PGPORT" 0.0003
) &
proxy=$!
trap 'kill $proxy; remove_workdir' EXIT
until [ -e "$WORKDIR/.s.PGSQL.$away" ]; do sleep 0.1; done
# A transaction that the machine held up is one of many, each with its own time.
for round in $(seq 0 "$(either 30 10)"); do
    shifted "$round" "${!role[@]}" | while read -r name; do
        pgbench_time 1 100 "$name" -p "$away" -U "${role[$name]}" \
            -l --log-prefix="$WORKDIR/transaction" >/dev/null
        mapfile -t times < <(cut -d ' ' -f 3 "$WORKDIR"/transaction.*)
        record "$name" "$round" "${times[@]}"
        rm "$WORKDIR"/transaction.*
    done
done
compare identity_away "A transaction 0.6 ms away, prepared" "the query alone"
