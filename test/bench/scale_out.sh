#!/bin/bash
# Validations over 8 connections: on a primary, on its streaming standby, and
# through PgBouncer in transaction mode, which Debian 12 has in a version that
# keeps no prepared statements there.  All on one machine, so that what is seen
# is the cost of each way and not what another machine adds.
#
#   PG_CONFIG=... [BENCH=short] test/bench/scale_out.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

need_packages pgbouncer
start_bench "synchronous_commit = off"
run_sql -f test/bench/data.sql

standby_port=54322
bouncer_port=54323

stop_others() {
    [ ! -e "$WORKDIR/standby/postmaster.pid" ] ||
        unprivileged "$BINDIR/pg_ctl" -D "$WORKDIR/standby" -m fast stop \
            >/dev/null
    [ ! -e "$WORKDIR/pgbouncer.pid" ] || kill "$(cat "$WORKDIR/pgbouncer.pid")"
}
trap 'stop_others; remove_workdir' EXIT

unprivileged "$BINDIR/pg_basebackup" -R -c fast -D "$WORKDIR/standby"
unprivileged "$BINDIR/pg_ctl" -D "$WORKDIR/standby" -o "-p $standby_port" \
    -l "$WORKDIR/standby.log" -w start >/dev/null
unprivileged tee "$WORKDIR/pgbouncer.ini" >/dev/null <<INI
[databases]
postgres = host=$WORKDIR port=$PGPORT user=postgres
[pgbouncer]
listen_addr =
listen_port = $bouncer_port
unix_socket_dir = $WORKDIR
auth_type = any
pool_mode = transaction
default_pool_size = 8
logfile = $WORKDIR/pgbouncer.log
pidfile = $WORKDIR/pgbouncer.pid
INI
unprivileged pgbouncer -q -d "$WORKDIR/pgbouncer.ini"
until PGPORT=$bouncer_port run_sql -c "SELECT 1" >/dev/null 2>&1; do
    sleep 0.1
done

cat >"$WORKDIR/validate.sql" <<'SQL'
\set i random(1, 100000)
SELECT * FROM auth_validate_session(lpad((:i)::text, 32, 't'));
SQL
cp "$WORKDIR/validate.sql" "$WORKDIR/not prepared.sql"
send_by "not prepared" extended

# measure NAME PORT SCRIPT
measure() {
    local time
    time=$(PGPORT=$2 pgbench_time 8 "$(either 40000 8000)" "$3")
    record "$1" "$round" "$time"
}

for round in $(seq 0 "$(either 15 3)"); do
    measure "the primary" "$PGPORT" validate
    measure "a standby" "$standby_port" validate
    measure "the primary, not prepared" "$PGPORT" "not prepared"
    measure "a standby, not prepared" "$standby_port" "not prepared"
    measure "PgBouncer, not prepared" "$bouncer_port" "not prepared"
done
compare scale_out "A validation over 8 connections, to a primary, a standby and PgBouncer" "the primary"
