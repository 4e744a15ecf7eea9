# An import of Lucia's tables from several processes: two at a time, one that
# is cancelled, one whose memory is watched, and what the log shows of it.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $rows = 40000;
my $node = new_node('import', conf => <<'CONF');
log_error_verbosity = verbose
log_min_messages = debug1
CONF

$node->safe_psql('postgres', <<SQL);
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE SCHEMA lucia;
CREATE TABLE lucia.users AS
SELECT 'user' || n AS id, n AS number FROM generate_series(1, $rows) n;
CREATE TABLE lucia.keys AS
SELECT 'email:secretAddress' || n AS id, 'user' || n AS user_id,
    's2:secretHashSecret:' || repeat('ab', 64) AS hashed_password
FROM generate_series(1, $rows) n;
CREATE TABLE lucia.sessions AS
SELECT 'secretToken' || n AS id, 'user' || n AS user_id,
    4102444800000 AS active_expires, 4102444800000 AS idle_expires
FROM generate_series(1, $rows) n;
SQL

my $import = "auth_import_lucia('2', 'lucia.users', 'lucia.keys',"
  . " 'lucia.sessions')";
my $counts = 'SELECT (SELECT count(*) FROM auth_user),'
  . ' (SELECT count(*) FROM auth_key), (SELECT count(*) FROM auth_session)';

# Cancelled in the midst of it, and nothing is left: not even the column.
my $written = q{SELECT sum(pg_relation_size(t)) FROM unnest('{auth_user,auth_key,auth_session}'::regclass[]) t};
my $until_cancelled;
{
	refused(
		$node,
		'postgres',
		"SET statement_timeout = 300; SELECT * FROM $import",
		'57014',
		'an import is cancelled');
	$until_cancelled = $node->safe_psql('postgres', $written);
	answers($node, 'postgres', $counts, '0|0|0', 'nothing is left of it');
	answers(
		$node,
		'postgres',
		"SELECT count(*) FROM pg_attribute"
		  . " WHERE attrelid = 'auth_user'::regclass AND attname = 'number'",
		0,
		'nor of its column');
}

# A failure in the last row of all takes everything with it and tells the
# user, but neither token nor hash.
{
	$node->safe_psql('postgres',
		    "ALTER TABLE auth_session ADD CHECK (user_id <> 'user$rows');"
		  . "ALTER TABLE auth_key ADD CHECK (user_id <> 'refused')");
	my ($result, $stdout, $stderr) = $node->psql('postgres',
		"\\set VERBOSITY verbose\nSELECT * FROM $import");
	is($result, 3, 'a session is refused');
	cmp_ok($node->safe_psql('postgres', $written) - $until_cancelled,
		'>', $until_cancelled, 'the import that was cancelled had not gone on to its end');
	like(
		$stderr,
		qr/ERROR:  23514: .*import of a session of user "user$rows"/s,
		'its user is told');
	answers($node, 'postgres', $counts, '0|0|0', 'nothing is imported');

	$node->safe_psql('postgres', <<'SQL');
CREATE TABLE lucia.refused AS SELECT 'refused'::text AS id;
CREATE TABLE lucia.refused_keys AS
SELECT 'email:refused'::text AS id, 'refused'::text AS user_id,
    'secretHash'::text AS hashed_password;
SQL
	($result, $stdout, $stderr) = $node->psql('postgres',
		    "\\set VERBOSITY verbose\n"
		  . "SELECT auth_import_lucia('2', 'lucia.refused', 'lucia.refused_keys')"
	);
	like(
		$stderr,
		qr/ERROR:  23514: .*import of a key of user "refused"/s,
		'a key is refused');
	unlike($stderr, qr/secret/, 'without its hash');
	my $log = slurp_file($node->logfile);
	like($log, qr/import of a key of user "refused"/,
		'the log has the failure');
	unlike($log, qr/secret[A-Z]/, 'but no token, hash or address');
	$node->safe_psql('postgres',
		    'ALTER TABLE auth_session DROP CONSTRAINT auth_session_user_id_check;'
		  . 'ALTER TABLE auth_key DROP CONSTRAINT auth_key_user_id_check');
}

# Memory does not grow with the rows: it is looked at while they are written.
{
	my $growth = $node->safe_psql('postgres', <<SQL);
CREATE TABLE measured (id serial, bytes bigint);
CREATE FUNCTION measure() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
    INSERT INTO measured (bytes)
    SELECT sum(used_bytes) FROM pg_backend_memory_contexts;
    RETURN NULL;
END \$\$;
CREATE TRIGGER measure AFTER INSERT ON auth_session
FOR EACH ROW WHEN (NEW.user_id IN ('user1000', 'user$rows'))
EXECUTE FUNCTION measure();
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT count(*) FROM $import \\g /dev/null
SELECT b.bytes - a.bytes FROM measured a, measured b WHERE a.id < b.id;
ROLLBACK;
DROP TRIGGER measure ON auth_session;
SQL

	note("memory grew by $growth bytes");

	# 16 bytes a row would be 600 kB
	cmp_ok($growth, '<', 400 * 1024, 'memory is flat');
}

# Two at a time, both of which have a column to add while somebody reads: the
# second waits for the first, without a lock that the first needs, and finds
# all users there.
{
	my $reader = $node->background_psql('postgres');

	$reader->query_safe('BEGIN');
	$reader->query_safe('SELECT count(*) FROM auth_user');
	my @clients =
	  start_clients($node, 'postgres',
		("SELECT count(*), sum(count) FROM $import WHERE result = 'imported';")
		  x 2);
	$node->poll_query_until('postgres',
		'SELECT count(*) = 2 FROM pg_locks WHERE NOT granted')
	  or die 'the imports do not wait';
	$reader->query_safe('COMMIT');
	$reader->quit;
	my @answers = finish_clients(@clients);

	is(scalar(grep { /^3\|@{[ 3 * $rows ]}$/m } @answers),
		1, 'of two imports one does all');
	is(scalar(grep { /UA006|user "user\d+" exists already/ } @answers),
		1, 'and the other is refused');
	answers($node, 'postgres', $counts, "$rows|$rows|$rows", 'once');
}

# While an import runs, somebody else signs up with an identifier of it: the
# import waits for the answer and leaves the key to the other one.
{
	my $other = $node->background_psql('postgres');

	$node->safe_psql('postgres', 'TRUNCATE auth_user CASCADE');
	$other->query_safe('BEGIN');
	$other->query_safe("SELECT auth_create_user('email', 'secretAddress7',"
		  . " user_id => 'other')");
	my ($client) = start_clients($node, 'postgres',
		"SELECT reason, count FROM $import WHERE result = 'skipped';");
	$node->poll_query_until('postgres',
		    "SELECT count(*) > 0 FROM pg_locks"
		  . " WHERE locktype = 'transactionid' AND NOT granted")
	  or die 'the import does not wait';
	$other->query_safe('COMMIT');
	$other->quit;
	my ($answer) = finish_clients($client);
	like($answer, qr/^taken\|1$/m, 'a key that is taken meanwhile');
	answers(
		$node,
		'postgres',
		"SELECT user_id FROM auth_get_key('email', 'secretAddress7')",
		'other',
		'stays with its user');
}

done_testing();
