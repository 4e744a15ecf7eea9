# Counts of failed attempts: exact under parallel guesses, no part of anybody's
# transaction, and still there after crashes, copies and rewritten tables.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# Without delays: what is not throttled is counted and nothing else.
my $node = new_node(
	'throttle',
	init => {
		allows_streaming => 'logical',
		extra => [ '--encoding=UTF8', '--locale=C', '--data-checksums' ]
	},
	conf => <<'CONF');
max_connections = 120
max_prepared_transactions = 5
restart_after_crash = on
auth.throttle_delay = 0
auth.throttle_address_failures = 100000
auth.throttle_address_forget = '1d'
CONF

my $setup = <<'SQL';
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'ann', 'password of ann', user_id => 'ann');

-- So many attempts, and how they were answered.
CREATE FUNCTION attempts(count int, id text, password text, address inet DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answers text[];
BEGIN
    FOR i IN 1..count LOOP
        answers := answers || (auth_sign_in('email', id, password, client_address => attempts.address)).status;
    END LOOP;
    RETURN (SELECT string_agg(n || ' ' || a, ', ' ORDER BY a)
        FROM (SELECT a, count(*) n FROM unnest(answers) a GROUP BY a) x);
END $$;
CREATE FUNCTION failures(id text) RETURNS int LANGUAGE sql AS
    $$ SELECT failures FROM auth_get_key_throttle('email', id) $$;
CREATE FUNCTION failures(address inet) RETURNS int LANGUAGE sql AS
    $$ SELECT failures FROM auth_get_client_throttle(address) $$;
SQL

$node->safe_psql('postgres', $setup);
$node->safe_psql('postgres', <<'SQL');
SELECT auth_create_user('email', 'bob', 'password of bob', user_id => 'bob');
SET auth.password_memory = '64MB';
SET auth.password_iterations = 4;
SELECT auth_create_user('email', 'slow', 'password of slow', user_id => 'slow');
SQL

sub ask
{
	my ($sql, $database, $on) = @_;

	return ($on // $node)->safe_psql($database // 'postgres', $sql);
}

sub failures
{
	my ($id, $database, $on) = @_;

	return ask("SELECT failures('$id'::text)", $database, $on);
}

# Lines of one kind in what clients have printed
sub lines
{
	my ($pattern, @outputs) = @_;

	return scalar grep { $_ =~ $pattern } map { split /\n/ } @outputs;
}

sub sign_in
{
	my ($id, $password, $count) = @_;

	return "SELECT status, retry_after FROM auth_sign_in('email', '$id', '$password');\n"
	  x ($count // 1);
}

# Nothing is wrong with the pages of our tables and the indexes on them.
sub sound
{
	my ($name, $on) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return answers($on // $node, 'postgres', <<'SQL', "\n|", $name);
SELECT t, h.* FROM unnest('{auth_throttle,auth_event}'::regclass[]) t,
    verify_heapam(t, check_toast => true, skip => 'none') h;
SELECT bt_index_check('auth_event_pkey', true);
SELECT bt_index_check('auth_event_user_id_idx', true), bt_index_check('auth_event_client_address_idx', true);
SQL
}

ask('CREATE EXTENSION amcheck');
sound('control: amcheck is content in the beginning');

#
# 100 parallel wrong passwords count 100, and let no guess through past the limit
#

{
	my @outputs = finish_clients(
		start_clients($node, 'postgres', (sign_in('ann', 'wrong')) x 100));

	is(lines(qr/^refused\|$/, @outputs), 100, '100 guesses at once');
	is(failures('ann'), '100', '... count 100');
	is( ask('SELECT attempts(3, $$ann$$, $$password of ann$$)'),
		'3 throttled', '... after which the right password is not looked at');
	is(failures('ann'), '100', '... nor counted');
	is( ask("SELECT count(*) FROM auth_event WHERE kind = 'sign_in_refused'"),
		'100', '... and each is recorded');
	is( ask("SELECT count(*) FROM auth_event WHERE kind = 'key_stopped'"),
		'1', '... and the stop, once');
}

# 400 at once, of which the first 100 are looked at
{
	my @outputs = finish_clients(
		start_clients(
			$node, 'postgres', (sign_in('nobody', 'wrong', 20)) x 20));

	is(lines(qr/^refused\|$/, @outputs), 100, 'of 400 guesses 100 are looked at');
	is(lines(qr/^throttled\|$/, @outputs), 300, '... and the others are not');
	is(failures('nobody'), '100', '... nor counted');
}

# The right password in the midst of it: one guess is left to the first that
# comes, which is a wrong one, as each begins with it.
{
	ask('SELECT attempts(99, $$bob$$, $$wrong$$)');
	my @outputs = finish_clients(
		start_clients(
			$node,
			'postgres',
			(
				sign_in('bob', 'wrong') . sign_in('bob', 'password of bob', 5)
			) x 20));

	is(lines(qr/^refused\|$/, @outputs), 1, 'the last guess is looked at');
	is(lines(qr/^throttled\|$/, @outputs),
		119, '... and no other, nor the right password');
	ask("SELECT auth_reset_key_throttle('email', 'bob')");
}

# With a delay, so many as are free of it
{
	my @outputs = finish_clients(
		start_clients(
			$node,
			'postgres',
			(
				"SET auth.throttle_delay = '5min';\n"
				  . sign_in('someone', 'wrong', 2)
			) x 20));

	is(lines(qr/^refused\|$/, @outputs), 5,
		'of 40 guesses at once 5 are looked at');
	is(lines(qr/^throttled\|00:0[45]:/, @outputs),
		35, '... and the others told how long to wait');
}
answers(
	$node, 'postgres', <<'SQL',
SET auth.throttle_delay = '5min';
SELECT attempts(6, 'one', 'wrong');
SELECT retry_at - failed_at FROM auth_get_key_throttle('email', 'one');
SET auth.throttle_delay = '1s';
SELECT pg_sleep_until(retry_at) FROM auth_get_key_throttle('email', 'one') \g /dev/null
SELECT attempts(1, 'one', 'wrong');
SET auth.throttle_delay = '5min';
SELECT attempts(1, 'one', 'wrong');
SELECT retry_at - failed_at FROM auth_get_key_throttle('email', 'one');
SQL
	"5 refused, 1 throttled\n00:05:00\n1 refused\n1 throttled\n00:10:00",
	'the delay begins with the fifth failure, and doubles');

#
# The caller rolls back after a failed sign-in
#

foreach my $level ('READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE')
{
	answers(
		$node, 'postgres', <<"SQL",
SELECT auth_reset_key_throttle('email', 'ann') \\g /dev/null
BEGIN ISOLATION LEVEL $level;
SELECT attempts(1, 'ann', 'wrong');
SAVEPOINT here;
SELECT attempts(2, 'ann', 'wrong');
ROLLBACK TO here;
SELECT failures('ann'::text);
DO \$\$
BEGIN
    PERFORM attempts(3, 'ann', 'wrong');
    RAISE EXCEPTION 'undone';
EXCEPTION WHEN raise_exception THEN
END \$\$;
SELECT failures('ann'::text);
DO \$\$
BEGIN
    PERFORM auth_use_key('email', 'ann', 'wrong');
EXCEPTION WHEN SQLSTATE 'UA004' THEN
END \$\$;
ROLLBACK;
SELECT failures('ann'::text);
SELECT count(*) FROM auth_event WHERE kind = 'sign_in_refused' AND user_id = 'ann'
    AND id > (SELECT max(id) FROM auth_event WHERE kind = 'throttle_lifted');
SQL
		"1 refused\n2 refused\n3\n6\n7\n7",
		"$level: failures stay counted and recorded when they are rolled back");
}
answers(
	$node, 'postgres', <<'SQL',
BEGIN READ ONLY;
DO $$
BEGIN
    PERFORM auth_use_key('email', 'ann', 'wrong');
EXCEPTION WHEN SQLSTATE 'UA004' THEN
END $$;
COMMIT;
SELECT failures('ann'::text);
SQL
	'8', 'an attempt in a read-only transaction is counted');
answers(
	$node, 'postgres', <<'SQL',
BEGIN;
SELECT attempts(1, 'ann', 'wrong');
PREPARE TRANSACTION 'failed';
ROLLBACK PREPARED 'failed';
SELECT failures('ann'::text);
SQL
	"1 refused\n9", '... and in a prepared one');
answers(
	$node, 'postgres', <<'SQL',
BEGIN;
SELECT attempts(1, 'ann', 'password of ann');
ROLLBACK;
SELECT failures('ann'::text), (SELECT count(*) FROM auth_session);
SQL
	"1 ok\n0|0", 'a good one that is rolled back is no failure');

foreach my $end ('a timeout', 'a cancel')
{
	my $client = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $client->query_safe('SELECT pg_backend_pid()');
	my $before = failures('slow');

	$client->query_safe("SET statement_timeout = '3s'") if $end eq 'a timeout';
	my $attempts = stop_in_hash($node, $client, $pid, sign_in('slow', 'wrong'));
	ask($end eq 'a timeout' ? 'SELECT pg_sleep(3)' : "SELECT pg_cancel_backend($pid)");
	kill 'CONT', $pid;
	$client->query('SELECT 1');
	like(
		$client->{stderr},
		qr/canceling statement due to (?:statement timeout|user request)/,
		"$end within the hash");
	$client->{stderr} = '';
	$client->quit;
	is(failures('slow'), $before + $attempts, '... leaves the attempt counted');
}

# Who changes the table of events and rolls that back takes what was recorded
# meanwhile along: its columns and index entries are gone.
ask("SET allow_in_place_tablespaces = on; CREATE TABLESPACE elsewhere LOCATION ''")
  if $node->pg_version >= 15;
foreach my $change (
	'REINDEX TABLE auth_event',
	'REINDEX INDEX auth_event_pkey',
	'DROP INDEX auth_event_user_id_idx, auth_event_client_address_idx',
	(
		$node->pg_version >= 15
		? 'ALTER INDEX auth_event_user_id_idx SET TABLESPACE elsewhere'
		: ()
	),
	'ALTER TABLE auth_event ADD x int DEFAULT 7')
{
	my $before = ask('SELECT max(id) FROM auth_event');

	ask("BEGIN; $change; SELECT attempts(3, 'ann', 'wrong'); ROLLBACK");
	sound("rolled back with refusals in it: $change");
	ask("BEGIN; SAVEPOINT here; $change; ROLLBACK TO here;"
		  . " SELECT attempts(2, 'ann', 'wrong'); ROLLBACK");
	is(ask("SELECT count(*) FROM auth_event WHERE id > $before"),
		2, '... and those after it stay');
	sound('... soundly');
}
ask('DROP TABLESPACE elsewhere') if $node->pg_version >= 15;
ask("SELECT auth_reset_key_throttle('email', 'ann')");

# Nobody's sign-in waits for an attempt that stays in its transaction.
{
	my $client = $node->background_psql('postgres');

	is($client->query_safe("BEGIN; SELECT attempts(3, 'bob', 'wrong')"),
		'3 refused', 'wrong attempts in an open transaction');
	answers(
		$node, 'postgres',
		"SET lock_timeout = '1ms'; SELECT attempts(1, 'bob', 'password of bob')",
		'1 ok',
		'... do not hold up the user');
	is($client->query_safe("SELECT attempts(1, 'bob', 'password of bob')"),
		'1 ok', 'a good attempt in an open transaction');
	answers(
		$node, 'postgres',
		"SET lock_timeout = '1ms'; SELECT attempts(1, 'bob', 'password of bob')",
		'1 ok',
		'... does not either');
	$client->query_safe('ROLLBACK');
	$client->quit;
}

#
# What sets counts back, and what does not
#

is( ask(
		"SELECT attempts(4, 'bob', 'wrong'), attempts(1, 'bob', 'password of bob'),"
		  . " failures('bob'::text)"),
	'4 refused|1 ok|0',
	'a good sign-in forgets the failures of its key');
foreach my $lift (
	"auth_reset_key_throttle('email', 'bob')",
	"auth_update_key_password('email', 'bob', 'password of bob')",
	"auth_update_user_password('bob', 'password of bob')",
	"auth_change_user_password('bob', 'password of bob', 'password of bob')")
{
	answers(
		$node, 'postgres', <<"SQL",
SELECT attempts(101, 'bob', 'wrong');
SELECT attempts(1, 'bob', 'password of bob');
SELECT $lift \\g /dev/null
SELECT attempts(1, 'bob', 'password of bob');
SQL
		"100 refused, 1 throttled\n1 throttled\n1 ok",
		"a stopped key is let go by $lift");
}

# An address that has an account of its own
answers(
	$node, 'postgres', <<'SQL',
SET auth.throttle_delay = '5min';
SET auth.throttle_address_failures = 10;
SELECT attempts(1, 'a' || i, 'wrong', '192.0.2.1') FROM generate_series(1, 9) i \g /dev/null
SELECT attempts(1, 'bob', 'password of bob', '192.0.2.1'), failures('192.0.2.1'::inet);
SELECT attempts(1, 'a10', 'wrong', '192.0.2.1'), attempts(1, 'a11', 'wrong', '192.0.2.1');
SELECT attempts(1, 'bob', 'password of bob', '192.0.2.1');
SELECT failures('a11'::text), failures('192.0.2.1'::inet);
SELECT attempts(1, 'a11', 'wrong', '192.0.2.2');
SELECT auth_reset_client_throttle('192.0.2.1') \g /dev/null
SELECT attempts(1, 'bob', 'password of bob', '192.0.2.1');
SQL
	"1 ok|9\n1 refused|1 throttled\n1 throttled\n0|10\n1 refused\n1 ok",
	'an account at an address does not set back what was guessed from there');
answers(
	$node, 'postgres', <<'SQL',
SELECT attempts(1, 'x1', 'wrong', '2001:db8:1:2::1'),
    attempts(1, 'x2', 'wrong', '2001:db8:1:2:ffff:ffff:ffff:ffff'),
    attempts(1, 'x3', 'wrong', '2001:db8:1:2:3::/80');
SELECT failures('2001:db8:1:2:abcd::'::inet), failures('2001:db8:1:3::1'::inet),
    failures('2001:db8:1:1:ffff:ffff:ffff:ffff'::inet);
SELECT attempts(1, 'x1', 'wrong', '198.51.100.1'),
    attempts(1, 'x2', 'wrong', '::ffff:198.51.100.1'),
    attempts(1, 'x3', 'wrong', '198.51.100.1/24');
SELECT failures('::ffff:198.51.100.1'::inet), failures('198.51.100.1'::inet),
    failures('198.51.100.2'::inet), failures('198.51.100.0'::inet),
    failures('::198.51.100.1'::inet);
SELECT attempts(1, 'x4', 'wrong', NULL), failures('::'::inet), failures('0.0.0.0'::inet);
SQL
	"1 refused|1 refused|1 refused\n3|0|0\n1 refused|1 refused|1 refused\n3|3|0|0|0\n1 refused|0|0",
	'an IPv6 network of 64 bits is one address, and so is what is mapped into IPv6');

# Who keeps failing does not lock the owner out.
answers(
	$node, 'postgres', <<'SQL',
SELECT attempts(1, 'bob', 'password of bob', '2001:db8:aaaa::1');
SELECT attempts(101, 'bob', 'wrong', '203.0.113.66');
SELECT attempts(1, 'bob', 'password of bob', '203.0.113.66');
SELECT attempts(1, 'bob', 'password of bob', NULL);
SELECT attempts(2, 'bob', 'password of bob', '2001:db8:aaaa::ffff');
SELECT attempts(1, 'bob', 'wrong', '203.0.113.66');
SELECT attempts(1, 'bob', 'password of bob', '203.0.113.67');
SELECT status FROM auth_change_user_password('bob', 'password of bob',
    'password of bob', client_address => '2001:db8:aaaa::2');
SQL
	"1 ok\n100 refused, 1 throttled\n1 throttled\n1 throttled\n2 ok\n1 throttled\n1 throttled\nok",
	'where the owner has signed in before, the key is not stopped by others');
answers(
	$node, 'postgres', <<'SQL',
SELECT attempts(1, 'bob', 'password of bob', '2001:db8:aaaa::1');
SELECT attempts(100, 'bob', 'wrong', '203.0.113.66');
SELECT attempts(101, 'bob', 'wrong', '2001:db8:aaaa::1');
SELECT attempts(1, 'bob', 'password of bob', '2001:db8:aaaa::1');
SELECT auth_reset_key_throttle('email', 'bob') \g /dev/null
SELECT attempts(1, 'bob', 'password of bob', '2001:db8:aaaa::1');
SQL
	"1 ok\n100 refused\n100 refused, 1 throttled\n1 throttled\n1 ok",
	'... but who guesses there has no more guesses than anywhere');

# with every delay that there is, all along
{
	my $attacker = $node->background_psql('postgres');
	my $owner = $node->background_psql('postgres');

	$_->query_safe("SET auth.throttle_delay = '1h'") foreach $attacker, $owner;
	$attacker->query_safe(
		"SELECT attempts(20, 'bob', 'wrong', '203.0.113.66')");
	is( $owner->query_safe(
			"SELECT attempts(1, 'bob', 'password of bob', '203.0.113.67')"),
		'1 throttled',
		'a key that is kept throttled');
	foreach my $round (1 .. 3)
	{
		is( $owner->query_safe(
				"SELECT attempts(1, 'bob', 'password of bob', '2001:db8:aaaa::1')"
			),
			'1 ok',
			'... takes the password of its owner');
		like(
			$attacker->query_safe(
				"SELECT attempts(20, 'bob', 'wrong', '203.0.113.66')"),
			qr/throttled/,
			'... and no more guesses than others');
	}
	$attacker->quit;
	$owner->quit;
	ask("SELECT auth_reset_key_throttle('email', 'bob')");
}

# Two databases count for themselves.
$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql('other', $setup);
is(ask("SELECT attempts(1, 'nobody', 'wrong'), failures('nobody'::text)", 'other'),
	'1 refused|1', 'another database has counts of its own');
is(failures('nobody'), '100', '... and leaves those here alone');
isnt(ask('SELECT secret FROM auth_layout', 'other'),
	ask('SELECT secret FROM auth_layout'), '... with a secret of its own');

#
# Crashes and restarts
#

ask("SELECT attempts(3, 'restarted', 'wrong')");
$node->restart;
is(failures('restarted'), '3', 'counts survive a restart');
is(failures('ann'), '0', 'control: what was set back stays so');
ask("BEGIN; SELECT attempts(100, 'ann', 'wrong'); ROLLBACK");
ask("BEGIN; SELECT attempts(5, 'five', 'wrong'); ROLLBACK");
ask("SET auth.throttle_failures = 100; SET auth.throttle_max_failures = 3;"
	  . " BEGIN; SELECT attempts(4, 'three', 'wrong'); ROLLBACK");
$node->stop('immediate');
$node->start;
is(failures('ann'), '100', 'a stop survives a crash at once after it');
is(failures('five'), '5', '... and so does each failure that a delay follows');
is(failures('three'), '3', '... or a stop before any delay');
is(ask("SELECT attempts(1, 'ann', 'password of ann')"),
	'1 throttled', '... and nobody is let in');

# A backend killed while it hashes; nothing has written the log since
{
	ask("SELECT auth_reset_key_throttle('email', 'slow')");
	ask("SELECT attempts(5, 'slow', 'wrong')");
	my $client = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $client->query_safe('SELECT pg_backend_pid()');

	my $attempts = stop_in_hash($node, $client, $pid, sign_in('slow', 'wrong'));
	kill_backend($node, $pid);
	eval { $client->query('SELECT 1') };
	eval { $client->quit };
	is(failures('slow'), 5 + $attempts, 'a backend killed in its hash has made its attempt');
}

# A storm of refusals that are rolled back, and a kill in the midst of it
my $storm = "BEGIN;\n" . sign_in('storm', 'wrong') . "ROLLBACK;\n"
  . "BEGIN;\n" . sign_in('bob', 'wrong') . sign_in('bob', 'password of bob') . "ROLLBACK;\n";
foreach my $round (1 .. 2)
{
	my $before = ask('SELECT coalesce(max(id), 0) FROM auth_event');
	my @clients = start_clients($node, 'postgres', ($storm x 200) x 6);

	$node->poll_query_until('postgres',
		"SELECT max(id) > $before + 150 FROM auth_event");
	my $pid = ask("SELECT pid FROM pg_stat_activity WHERE state <> 'idle'"
		  . " AND pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 1");
	kill_backend($node, $pid);
	eval { finish_clients(@clients) };
	sound("round $round: pages and indexes are sound after a kill in a storm");
	is( ask(<<'SQL'), 't|t', '... and the events there are whole');
SELECT count(*) > 0, bool_and(user_id = 'bob' AND reason = 'wrong_password' OR reason = 'unknown_key')
FROM auth_event WHERE kind = 'sign_in_refused' AND id > (SELECT max(id) - 100 FROM auth_event)
SQL
}
ask("SELECT auth_reset_key_throttle('email', 'bob')");
is(ask("SELECT attempts(1, 'bob', 'password of bob')"), '1 ok',
	'... and a user signs in');
ask('VACUUM (FREEZE) auth_event, auth_throttle');
sound('pages and indexes are sound after VACUUM, too');

#
# Logical decoding: what is rolled back is not sent, kept or not
#

SKIP:
{
	skip 'test_decoding is not installed', 3
	  unless -e ask("SELECT setting FROM pg_config WHERE name = 'PKGLIBDIR'")
	  . '/test_decoding.so';

	ask("SELECT pg_create_logical_replication_slot('s', 'test_decoding')");
	ask("BEGIN; SELECT attempts(1, 'bob', 'wrong'); ROLLBACK");
	ask("SELECT attempts(1, 'bob', 'another wrong')");
	ask("SELECT attempts(1, 'bob', 'password of bob')");
	my $changes =
	  ask("SELECT data FROM pg_logical_slot_get_changes('s', NULL, NULL)");
	is(() = $changes =~ /INSERT: kind\[text\]|'sign_in_refused'/g,
		1, 'logical decoding shows the refusal that was committed');
	like($changes, qr/'sign_in'/, '... and the sign-in');
	unlike($changes, qr/auth_throttle/, '... and no counts');
	ask("SELECT pg_drop_replication_slot('s')");
}

#
# What is done to the table: its rows, and with them its columns, mean nothing
#

is(ask("SELECT attempts(7, 'rewritten', 'wrong')"), '7 refused', 'seven failures');
foreach my $change (
	'VACUUM (FREEZE, INDEX_CLEANUP on, TRUNCATE on) auth_throttle',
	'ALTER TABLE auth_throttle ADD note text',
	'INSERT INTO auth_throttle VALUES (true), (false)',
	'DELETE FROM auth_throttle',
	'VACUUM auth_throttle',
	'ALTER TABLE auth_throttle DROP note',
	'CREATE INDEX CONCURRENTLY another ON auth_throttle (place)',
	'DROP INDEX another',
	'ANALYZE auth_throttle')
{
	ask($change);
	is(failures('ann') . ' ' . failures('rewritten'),
		'100 7', "counts survive: $change");
}

# Pages are made anew, and counts begin anew and go on.
foreach my $rewrite (
	'REINDEX INDEX auth_throttle_count_idx',
	'REINDEX TABLE CONCURRENTLY auth_throttle',
	'REINDEX DATABASE postgres',
	'TRUNCATE auth_throttle',
	'VACUUM FULL auth_throttle',
	'CLUSTER auth_throttle USING auth_throttle_pkey',
	'DROP INDEX auth_throttle_count_idx; SELECT auth_setup()',
	'ALTER TABLE auth_throttle SET UNLOGGED; SELECT auth_setup()')
{
	ask($rewrite);
	is( ask("SELECT failures('after'::text), attempts(101, 'after', 'wrong')"),
		'0|100 refused, 1 throttled',
		"keys are counted anew and stopped after: $rewrite");
}
sound('pages are sound after that');

#
# A standby, its promotion, and a base backup
#

ask("SELECT attempts(100, 'ann', 'wrong'), attempts(7, 'bob', 'wrong')");
$node->backup('base');
ask("SELECT attempts(3, 'bob', 'wrong')");

my $standby = PostgreSQL::Test::Cluster->new('standby');

$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
is(failures('ann', 'postgres', $standby) . ' ' . failures('bob', 'postgres', $standby),
	'100 10', 'a standby sees what the primary has counted');
refused($standby, 'postgres', "SELECT auth_use_key('email', 'ann', 'password of ann')",
	'UA010', '... and honours a stop');
refused(
	$standby, 'postgres',
	"SET auth.throttle_delay = '1h'; SELECT auth_use_key('email', 'bob', 'password of bob')",
	'UA010', '... and a delay');
refused($standby, 'postgres', "SELECT auth_use_key('email', 'bob', 'wrong')",
	'UA004', '... and counts nothing');
is(failures('bob', 'postgres', $standby), '10', '... of its own');
is( ask("SELECT user_id FROM auth_use_key('email', 'bob', 'password of bob')",
		'postgres', $standby),
	'bob',
	'... neither failures nor what is good');
is(failures('bob', 'postgres', $standby), '10', '... which sets back nothing');
ask("SELECT auth_reset_key_throttle('email', 'ann')");
$node->wait_for_catchup($standby);
is( ask("SELECT user_id FROM auth_use_key('email', 'ann', 'password of ann')",
		'postgres', $standby),
	'ann',
	'what is lifted on the primary is lifted there');
ask("BEGIN; SELECT attempts(100, 'ann', 'wrong'); ROLLBACK");
# a rollback does not flush the log, a commit does
ask('CREATE TABLE flushed ()');
$node->wait_for_catchup($standby);
is( ask("SELECT count(*), max(id) FROM auth_event WHERE kind = 'sign_in_refused'",
		'postgres', $standby),
	ask("SELECT count(*), max(id) FROM auth_event WHERE kind = 'sign_in_refused'"),
	'refusals that were rolled back stay on the standby, too');
$standby->promote;
$standby->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()')
  or die 'the standby was not promoted';
is( ask("SELECT attempts(1, 'ann', 'password of ann'), attempts(1, 'bob', 'wrong'), failures('bob'::text)",
		'postgres', $standby),
	'1 throttled|1 refused|11',
	'after its promotion it goes on counting where the primary was');
sound('... with sound pages and indexes', $standby);

# Checksums of all pages, in both clusters
foreach my $cluster ($standby, $node)
{
	$cluster->stop;
	command_ok([ 'pg_checksums', '--check', '-D', $cluster->data_dir ],
		'pg_checksums finds nothing on the ' . $cluster->name);
}

#
# The least log there is, and tables that are younger than the transaction
#

my $minimal = new_node('minimal', conf => <<'CONF');
wal_level = minimal
max_wal_senders = 0
auth.throttle_delay = 0
CONF

$minimal->safe_psql('postgres', "BEGIN; $setup"
	  . " SELECT attempts(100, 'ann', 'wrong'), attempts(2, 'two', 'wrong'); COMMIT;"
	  . ' CREATE EXTENSION amcheck;');
$minimal->stop('immediate');
$minimal->start;
is(failures('ann', 'postgres', $minimal) . ' ' . failures('two', 'postgres', $minimal),
	'100 2', 'wal_level = minimal: counts of the transaction that made the tables survive');
ask("SELECT attempts(6, 'six', 'wrong')", 'postgres', $minimal);
$minimal->stop('immediate');
$minimal->start;
is(failures('six', 'postgres', $minimal), '6', '... and later ones');
sound('... with sound pages and indexes', $minimal);
$minimal->stop;

done_testing();
