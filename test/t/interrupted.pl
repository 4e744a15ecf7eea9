# Calls and transactions that somebody ends half-way: a cancel while a password
# is hashed, a backend killed between any two statements, PREPARE TRANSACTION
# between the calls and their commit, a failed attempt that stays open.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('interrupted', conf => <<'CONF');
max_prepared_transactions = 5
restart_after_crash = on
lock_timeout = 10s
CONF

$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION auth;
SELECT auth_setup();
ALTER TABLE auth_user ADD name text;
SELECT auth_create_user('email', 'ann', 'password of ann', user_id => 'ann');
SELECT auth_create_user('email', 'bob', 'password of bob', user_id => 'bob');
SET auth.password_memory = '256MB';
SET auth.password_iterations = 8;
SELECT auth_create_key('ann', 'email', 'slow', 'slow password of ann');
@{[SIGN_UP_TOKEN]}SELECT sign_up_token('new');
CREATE VIEW everything AS
    SELECT 'user' AS kind, u::text AS row FROM auth_user u
    UNION ALL SELECT 'key', k::text FROM auth_key k
    UNION ALL SELECT 'session', s::text FROM auth_session s;
SQL

sub rows
{
	return $node->safe_psql('postgres', 'SELECT * FROM everything ORDER BY 1, 2');
}

#
# Cancelled while a password is hashed
#

my $before = rows();

foreach my $call (
	q{auth_use_key('email', 'slow', 'slow password of ann')},
	q{auth_use_key('email', 'nobody', 'password of nobody')},
	q{auth_create_user('email', 'new', 'password of new')},
	q{auth_sign_in('email', 'slow', 'slow password of ann')},
	q{auth_sign_in('email', 'no one', 'password of nobody')},
	q{auth_sign_up('sign up new', 'password of new')},
	q{auth_change_user_password('ann', 'password of ann', 'password of new')},
	q{auth_update_key_password('email', 'ann', 'password of new')},
	q{auth_update_user_password('ann', 'password of new')})
{
	my $client = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $client->query_safe('SELECT pg_backend_pid()');

	# a hash of about a second, of which the cancel comes in the midst
	$client->query_safe(<<'SQL');
SET auth.password_memory = '256MB';
SET auth.password_iterations = 8;
BEGIN;
SELECT auth_create_key('ann', 'phone', '1');
SAVEPOINT here;
\set VERBOSITY sqlstate
SQL
	stop_in_hash($node, $client, $pid, "ROLLBACK TO here; SELECT $call");
	is($node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)"),
		't', "$call: cancelled");
	kill 'CONT', $pid;
	$client->query('SELECT 1');
	like($client->{stderr}, qr/ERROR:  57014/, '... ends by that');
	$client->{stderr} = '';

	# and the transaction goes on
	is( $client->query_safe(
			"ROLLBACK TO here; SELECT provider_user_id FROM auth_key"
			  . " WHERE provider_user_id IN ('1', 'new')"),
		'1',
		'... with nothing written');
	is( $client->query_safe(
			"SELECT user_id FROM auth_use_key('email', 'ann', 'password of ann')"
		),
		'ann',
		'... and what was, still is');
	$client->query_safe('ROLLBACK');
	$client->quit;
}
is(rows(), $before, 'nothing is left of cancelled calls');

#
# A backend killed between any two statements of a transaction
#

my @statements = (
	"SELECT auth_create_user('email', 'new', 'password of new', user_id => 'new')",
	"SELECT auth_create_key('new', 'phone', '1')",
	"SELECT auth_create_session('new')",
	"SELECT auth_update_user_attributes('bob', '{\"name\": \"Bob\"}')",
	"SELECT auth_update_user_password('bob', 'another password')",
	"SELECT auth_delete_user('ann')");

$node->safe_psql('postgres', <<'SQL');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id('token of ' || id), id, 'infinity', 'infinity' FROM auth_user
SQL
$before = rows();

sub run_and_kill
{
	my @before_kill = @_;
	my $client = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $client->query_safe('SELECT pg_backend_pid()');

	$client->query_safe($_) foreach @before_kill;
	kill_backend($node, $pid);
	# psql notices when it is asked the next time
	eval { $client->query('SELECT 1') };
	eval { $client->quit };
}

foreach my $count (1 .. @statements)
{
	run_and_kill('BEGIN', @statements[0 .. $count - 1]);
	is(rows(), $before, "killed after statement $count: nothing is left");
}
answers(
	$node, 'postgres', <<'SQL',
SELECT user_id FROM auth_use_key('email', 'ann', 'password of ann');
SELECT user_id FROM auth_use_key('email', 'bob', 'password of bob');
SELECT state FROM auth_validate_session('token of ann');
SELECT state FROM auth_validate_session('token of bob');
SQL
	"ann\nbob\nactive\nactive",
	'... and who was there signs in');

run_and_kill('BEGIN', @statements, 'COMMIT');
answers(
	$node, 'postgres', <<'SQL',
SELECT user_id FROM auth_use_key('email', 'new', 'password of new');
SELECT user_id FROM auth_use_key('email', 'bob', 'another password');
SELECT count(*) FROM auth_get_user_sessions('new');
SELECT count(*) FROM auth_validate_session('token of bob');
SELECT count(*) FROM auth_validate_session('token of ann');
SELECT count(*) FROM auth_user WHERE id = 'ann';
SQL
	"new\nbob\n1\n0\n0\n0",
	'killed after the commit: everything is there');

#
# PREPARE TRANSACTION
#

$node->safe_psql('postgres', <<'SQL');
DELETE FROM auth_user;
SELECT auth_create_user('email', 'ann', 'password of ann', user_id => 'ann');
SELECT auth_create_user('email', 'bob', 'password of bob', user_id => 'bob');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id('token of ' || id), id, '2020-01-01', 'infinity' FROM auth_user;
SQL
$before = rows();

# a renewal and the purge, too
my $work = join '', map { "$_ \\g /dev/null\n" } 'BEGIN',
  "SELECT fresh FROM auth_validate_session('token of bob')",
  @statements,
  'SELECT auth_delete_dead_sessions()',
  "PREPARE TRANSACTION 'auth'";

foreach my $end ('ROLLBACK', 'COMMIT')
{
	my $client = $node->background_psql('postgres', on_error_stop => 0);

	$client->query_safe($work);

	# prepared is not committed, and the backend works on
	is( $client->query_safe(
			"SELECT user_id, state FROM auth_get_session('token of ann')"),
		'ann|idle',
		"before $end PREPARED: what is to be deleted is there");
	is( $client->query_safe(
			"SELECT user_id FROM auth_use_key('email', 'bob', 'password of bob')"
		),
		'bob',
		'... and the old password is right');
	is( $client->query_safe(
			"SELECT user_id FROM auth_create_user(user_id => 'other');"
			  . " SELECT auth_delete_user('other')"),
		"other\n",
		'... and others are made and deleted');
	is(rows(), $before, '... and nothing has changed');

	# what is prepared holds its locks, over a restart, too
	$client->quit;
	$node->restart;
	refused(
		$node, 'postgres',
		"SET lock_timeout = '100ms'; SELECT auth_create_session('ann')",
		'55P03', 'a session of the user to be deleted has to wait');
	answers($node, 'postgres',
		"SET lock_timeout = '5s'; SELECT state, fresh FROM auth_validate_session('token of ann')",
		'idle|f', '... a validation does not');
	$node->safe_psql('postgres', "$end PREPARED 'auth'");
	next if $end eq 'COMMIT';
	is(rows(), $before, 'after ROLLBACK PREPARED all is as before');
}
answers(
	$node, 'postgres', <<'SQL',
SELECT user_id FROM auth_use_key('email', 'new', 'password of new');
SELECT user_id FROM auth_use_key('email', 'bob', 'another password');
SELECT user_attributes FROM auth_get_user('bob');
SELECT count(*) FROM auth_get_user_sessions('new');
SELECT count(*) FROM auth_validate_session('token of bob');
SELECT count(*) FROM auth_validate_session('token of ann');
SELECT count(*) FROM auth_user WHERE id = 'ann';
SQL
	"new\nbob\n{\"name\": \"Bob\"}\n1\n0\n0\n0",
	'after COMMIT PREPARED everything is done');

#
# An attempt that stays in an open transaction
#

{
	my $attempt = $node->background_psql('postgres', on_error_stop => 0);

	$attempt->query_safe('BEGIN; SAVEPOINT here');
	$attempt->query("SELECT auth_use_key('email', 'bob', 'a guess')");
	like($attempt->{stderr}, qr/password does not match/, 'a wrong attempt');
	$attempt->{stderr} = '';
	$attempt->query_safe('ROLLBACK TO here');
	is( $attempt->query_safe(
			"SELECT user_id FROM auth_use_key('email', 'bob', 'another password')"
		),
		'bob',
		'... and a right one, not committed');
	answers(
		$node, 'postgres', <<'SQL',
SET lock_timeout = '1s';
SELECT user_id FROM auth_use_key('email', 'bob', 'another password');
SELECT user_id FROM auth_create_session('bob');
SELECT user_id FROM auth_update_user_password('bob', 'password of bob');
SQL
		"bob\nbob\nbob",
		'the user signs in and changes the password meanwhile');
	$attempt->query_safe('ROLLBACK');
	$attempt->quit;
}

$node->stop;
done_testing();
