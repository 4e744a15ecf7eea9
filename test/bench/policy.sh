#!/bin/sh
# What looking at a new password costs, with the application's list of common
# passwords empty and with a million rows, and what reading the file of the
# pepper costs.
#
#   PG_CONFIG=... test/bench/policy.sh [ROUNDS]
#
# The extension must be installed.  The cluster is its own and is removed.
set -eu

rounds=${1:-15}
here=$(cd "$(dirname "$0")" && pwd)
bin=$("${PG_CONFIG:-pg_config}" --bindir)

# A server does not run as root.
if [ "$(id -u)" = 0 ]; then
	user=postgres
	id "$user" >/dev/null 2>&1 || user=nobody
	exec runuser -u "$user" -- env PG_CONFIG="${PG_CONFIG:-pg_config}" \
		sh "$here/policy.sh" "$rounds"
fi

directory=$(mktemp -d "${TMPDIR:-/tmp}/auth-bench.XXXXXX")
cd "$directory"
finish() {
	"$bin/pg_ctl" -D data -m immediate stop >/dev/null 2>&1 || true
	rm -rf "$directory"
}
trap finish EXIT
trap 'exit 1' INT TERM

export PGHOST="$directory" PGPORT=5432 PGDATABASE=postgres PGUSER=postgres
"$bin/initdb" -D data -U postgres -A trust -E UTF8 --locale=C -N >/dev/null
cat >>data/postgresql.conf <<CONF
listen_addresses = ''
unix_socket_directories = '$directory'
shared_buffers = 256MB
fsync = off
autovacuum = off
jit = off
max_parallel_workers_per_gather = 0
CONF
umask 077
printf 'one:%064d\n' 0 >data/pepper.keys
"$bin/pg_ctl" -D data -l log -w start >/dev/null
"$bin/psql" -X -q -v ON_ERROR_STOP=1 -v rounds="$rounds" -f "$here/policy.sql"
