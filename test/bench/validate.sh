#!/bin/sh
# What one validation of a session costs, against the same lookup written in
# SQL and a PL/pgSQL function: inside one query, and over a connection.
#
#   PG_CONFIG=... test/bench/validate.sh [ROUNDS]
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
		sh "$here/validate.sh" "$rounds"
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
cat >>data/postgresql.conf <<'CONF'
listen_addresses = ''
unix_socket_directories = '.'
shared_buffers = 256MB
fsync = off
autovacuum = off
jit = off
max_parallel_workers_per_gather = 0
# One lookup per token, and not one join for all.
enable_hashjoin = off
enable_mergejoin = off
enable_memoize = off
enable_material = off
CONF
sed -i "s|^unix_socket_directories = '.'|unix_socket_directories = '$directory'|" data/postgresql.conf
"$bin/pg_ctl" -D data -l log -w start >/dev/null
run_psql() {
	"$bin/psql" -X -q -v ON_ERROR_STOP=1 "$@"
}
run_psql -f "$here/validate.sql"

# Medians of what is in "result".  The ratios are medians of those within each
# round, whose parts were measured one after the other; with "1", without the
# time that the empty variant takes in the same round.
show() {
	run_psql -P footer=off -v subtract="$1" <<'SQL'
WITH net AS (
    SELECT r.round, r.name, r.microseconds, r.microseconds - e.microseconds * :subtract AS net
    FROM result r JOIN result e ON e.round = r.round AND e.name = 'empty'
), ratio AS (
    SELECT n.*, v.net / nullif(n.net, 0) AS ratio
    FROM net n JOIN net v ON v.round = n.round AND v.name = 'validate'
)
SELECT name, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds)::numeric, 2) AS median,
    round(min(microseconds)::numeric, 2) AS min, round(max(microseconds)::numeric, 2) AS max,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio)::numeric, 2) AS "validate / this",
    round(min(ratio)::numeric, 2) AS lowest, round(max(ratio)::numeric, 2) AS highest
FROM ratio WHERE name <> 'empty' OR net <> 0 GROUP BY name ORDER BY percentile_cont(0.5) WITHIN GROUP (ORDER BY net);
SQL
}

echo "Inside one query, microseconds a token, $rounds rounds of 20,000 tokens:"
run_psql <<SQL
DO 'BEGIN
	FOR round IN 0..$rounds LOOP
		CALL measure(''empty'', round);
		CALL measure(''validate'', round);
		CALL measure(''inline'', round);
		CALL measure(''bare'', round);
		CALL measure(''plpgsql'', round);
	END LOOP;
END';
-- the first one warmed up
DELETE FROM result WHERE round = 0;
SQL
show 1

# The statements of pgbench: the same, for one token.
run_psql -c 'TRUNCATE result'
for name in empty validate inline bare plpgsql; do
	printf '\\set i random(1, 100000)\n' >"$name.sql"
	run_psql -At -c "SELECT 'SELECT v.* FROM (SELECT lpad((:i)::text, 32, ''t'') AS token OFFSET 0) k, LATERAL '
		|| replace(item, E'\n', ' ') || ';' FROM variant WHERE name = '$name'" >>"$name.sql"
done
echo "Over one connection, prepared, microseconds a statement, $rounds rounds of 10,000:"
for round in $(seq 1 "$rounds"); do
	for name in empty validate inline bare plpgsql; do
		latency=$("$bin/pgbench" -n -M prepared -c 1 -t 10000 -f "$name.sql" 2>/dev/null |
			sed -n 's/^latency average = \(.*\) ms/\1/p')
		echo "INSERT INTO result VALUES ('$name', $round, $latency * 1000);"
	done
done | run_psql
show 0
