# Signing in while something else happens to the same user: the password is
# changed, the hash replaced, the user disabled, the attempt rolled back.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('sign_in', conf => <<'CONF');
max_connections = 60
max_prepared_transactions = 5
auth.throttle_delay = 0
auth.password_concurrency = 8
CONF

$node->safe_psql('postgres', <<"SQL");
CREATE ROLE client LOGIN;
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_grant('client', 'client');
@{[SIGN_UP_TOKEN]}CREATE FUNCTION events(event text) RETURNS bigint LANGUAGE sql AS
    'SELECT count(*) FROM auth_event WHERE kind = event';
SQL

sub ask
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', $sql);
}

# Lines of one kind in what clients have printed
sub lines
{
	my ($pattern, @outputs) = @_;

	return scalar grep { $_ =~ $pattern } map { split /\n/ } @outputs;
}

# A user whose hash takes a good part of a second, or is cheap.
sub new_user
{
	my ($id, $slow) = @_;
	my $cost =
	  $slow
	  ? 'SET auth.password_memory = 65536; SET auth.password_iterations = 10;'
	  : '';

	ask("$cost SELECT auth_create_user('email', '$id', 'password of $id', user_id => '$id')");
}

sub sign_in
{
	my ($id, $password) = @_;

	return "SELECT status, (SELECT count(*) FROM auth_get_session(coalesce(token, ''))) AS alive"
	  . " FROM auth_sign_in('email', '$id', '$password');\n";
}

# How it ends.
sub finish_sign_in
{
	my ($client) = @_;
	my $answer = $client->query('SELECT 1');

	$client->quit;
	return $answer =~ /^(\w+\|\d)$/m ? $1 : $answer;
}

#
# The password is changed between the hash and the session
#

foreach my $change (
	"auth_update_user_password('%s', 'another password')",
	"auth_update_key_password('email', '%s', 'another password')",
	"auth_update_user_password('%s', NULL)",
	"auth_delete_user('%s')")
{
	my $id = 'slow' . ($change =~ tr/a-z//);

	new_user($id, 1);
	my $client = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $client->query_safe('SELECT pg_backend_pid()');
	$client->query_safe('SET auth.password_memory = 65536; SET auth.password_iterations = 9');
	stop_in_hash($node, $client, $pid, sign_in($id, "password of $id"));
	is(ask("SELECT failures FROM auth_get_key_throttle('email', '$id')"),
		'1', "during the hash the attempt is counted: $change");
	ask('SELECT ' . sprintf($change, $id));
	kill 'CONT', $pid;
	is(finish_sign_in($client), 'refused|0', '... and the old password is refused');
	is(ask("SELECT count(*) FROM auth_session WHERE user_id = '$id'"),
		'0', '... with no session');
	answers($node, 'postgres', sign_in($id, 'another password'),
		'ok|1', '... but the new one is not')
	  if $change =~ /another/;
}

# An open change: the sign-in waits for it where it would make the session
foreach my $end ('COMMIT', 'ROLLBACK')
{
	foreach my $change (
		"SELECT auth_update_user_password('%s', 'another password')",
		"SELECT auth_change_user_password('%s', 'password of %s', 'another password')",
		"UPDATE auth_user SET disabled_at = now() WHERE id = '%s'",
		"SELECT auth_delete_user('%s')")
	{
		my $id = lc "$end" . ($change =~ tr/a-z//);
		my $changer = $node->background_psql('postgres');

		new_user($id);
		$changer->query_safe('BEGIN; ' . $change =~ s/%s/$id/gr);
		my $client = $node->background_psql('postgres', on_error_stop => 0);
		$client->query_until(qr/started/,
			"\\echo started\n" . sign_in($id, "password of $id"));
		ok( $node->poll_query_until('postgres',
				'SELECT count(*) > 0 FROM pg_locks WHERE NOT granted'),
			"$change: a sign-in waits");
		$changer->query_safe($end);
		$changer->quit;
		is( finish_sign_in($client),
			$end eq 'COMMIT' ? 'refused|0' : 'ok|1',
			"... for the $end");
		is( ask("SELECT count(*) FROM auth_session WHERE user_id = '$id'"),
			$end eq 'COMMIT' ? '0' : '1',
			'... and has its session or none');
	}
}

# Sign-ins as they come, and a change in the midst of them
foreach my $round (1 .. 4)
{
	my $id = "round$round";

	new_user($id);
	my @outputs = finish_clients(
		start_clients(
			$node,
			'postgres',
			(sign_in($id, "password of $id") x 60) x 3,
			"SELECT pg_sleep(0.02 * $round) \\g /dev/null\n"
			  . "SELECT status FROM auth_change_user_password('$id', 'password of $id', 'another password');\n"
		));

	is(lines(qr/^ok$/, $outputs[3]), 1, "round $round: the password is changed");
	is(lines(qr/^ok\|[01]$|^refused\|0$|^throttled\|0$/, @outputs[ 0 .. 2 ]),
		180, '... while others sign in with the old one');
	is( ask("SELECT count(*) FROM auth_session WHERE user_id = '$id'"),
		'0',
		'... of whose sessions none is left');
	note(lines(qr/^ok/, @outputs) . ' were before the change');
}

#
# The hash is out of date
#

ask("SELECT auth_create_user('email', 'old', 'password of old', user_id => 'old')");
{
	my $better = "SET auth.password_iterations = 2;\n";
	my @outputs = finish_clients(
		start_clients(
			$node, 'postgres', ($better . sign_in('old', 'password of old')) x 10));

	is(lines(qr/^ok\|1$/, @outputs), 10, '10 sign-ins at once');
	is(ask("SELECT events('hash_replaced')"),
		'1', '... replace an outdated hash once');
	is( ask("SELECT split_part(hashed_password, '\$', 4) FROM auth_key WHERE user_id = 'old'"),
		'm=7168,t=2,p=1',
		'... by one of the cost that is set');

	# and one that is not committed
	my $open = $node->background_psql('postgres');
	$better = "SET auth.password_iterations = 3;\n";
	is($open->query_safe("BEGIN;\n$better" . sign_in('old', 'password of old')),
		'ok|1', 'a replacement in an open transaction');
	answers(
		$node, 'postgres',
		"SET lock_timeout = '1ms'; $better"
		  . sign_in('old', 'password of old')
		  . sign_in('old', 'wrong'),
		"ok|1\nrefused|0",
		'... holds up nobody');
	$open->query_safe('ROLLBACK');
	$open->quit;
	answers($node, 'postgres', $better . sign_in('old', 'password of old'),
		'ok|1', '... and is made up for');
	is(ask("SELECT events('hash_replaced')"), '2', '... once');
}

#
# Attempts that stay in an open transaction
#

new_user('open');
foreach my $attempt (
	sign_in('open', 'wrong'),
	sign_in('open', 'password of open'),
	"SELECT status FROM auth_change_user_password('open', 'wrong', 'x');",
	"SELECT status FROM auth_request_sign_up('email', 'open');",
	"SELECT status FROM auth_sign_up(sign_up_token('open'), 'password of another');")
{
	foreach my $level ('READ COMMITTED', 'SERIALIZABLE')
	{
		my $client = $node->background_psql('postgres');

		$client->query_safe("BEGIN ISOLATION LEVEL $level;\n$attempt");
		answers(
			$node, 'postgres',
			"SET lock_timeout = '1ms'; BEGIN ISOLATION LEVEL $level;\n"
			  . sign_in('open', 'password of open') . 'COMMIT',
			'ok|1',
			"$level: a sign-in does not wait for: $attempt");
		$client->query_safe('COMMIT');
		$client->quit;
	}
}

#
# Signing up under one address, at once: with one token, and with one each
#

foreach my $case ([ 'one token', q{'sign up one'}, 'refused' ],
	[ 'twenty tokens', q{sign_up_token('twenty', pg_backend_pid()::text)}, 'taken' ])
{
	my ($name, $token, $others) = @$case;
	my $made = $name =~ s/ .*//r;

	ask("SELECT sign_up_token('one')");
	my @outputs = finish_clients(
		start_clients(
			$node, 'postgres',
			map { <<"SQL" } 1 .. 20));
SELECT status, token AS token, s::text AS all FROM auth_sign_up($token, 'password $_') s \\gset
\\echo :all
SELECT 'alive', count(*) FROM auth_get_session(:'token') WHERE :'status' = 'ok';
SQL

	is(lines(qr/^alive\|1$/, @outputs), 1, "$name: of 20 who sign up at once one has a session");
	is(lines(qr/^\($others,+\)$/, @outputs), 19, "... and the others are told: $others");
	is( ask("SELECT count(*) FROM auth_user u JOIN auth_key k ON k.user_id = u.id"
			  . " WHERE k.provider_user_id = '$made'"),
		'1', '... and there is one user');
	is( ask("SELECT count(*) FROM auth_user u WHERE NOT EXISTS"
			  . " (SELECT FROM auth_key k WHERE k.user_id = u.id)"),
		'0', '... and none without a key');
}

#
# What was refused stays recorded, what was good goes with its transaction
#

new_user('ann');
my $good = sign_in('ann', 'password of ann');
my $refused = sign_in('ann', 'wrong');
my $change = "SELECT status FROM auth_change_user_password('ann', 'wrong', 'new password');\n";
my $since;

sub recorded
{
	my ($expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return is(
		ask("SELECT string_agg(kind || ' ' || coalesce(reason, ''), ', ' ORDER BY id)"
			  . " FROM auth_event WHERE user_id = 'ann' AND id > $since"),
		$expected, $name);
}

foreach my $level ('READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE')
{
	$since = ask('SELECT max(id) FROM auth_event');
	ask("BEGIN ISOLATION LEVEL $level; $refused $change $good ROLLBACK");
	recorded(
		'sign_in_refused wrong_password, password_change_refused wrong_password',
		"$level: refusals stay after ROLLBACK, a sign-in does not");
	$since = ask('SELECT max(id) FROM auth_event');
	ask("BEGIN ISOLATION LEVEL $level; SAVEPOINT a; $refused SAVEPOINT b; $refused"
		  . " ROLLBACK TO b; $good ROLLBACK TO a; $change RELEASE a; COMMIT");
	recorded(
		'sign_in_refused wrong_password, sign_in_refused wrong_password,'
		  . ' password_change_refused wrong_password',
		"$level: ... and after ROLLBACK TO");
}
$since = ask('SELECT max(id) FROM auth_event');
ask("BEGIN; $refused $good PREPARE TRANSACTION 'p'");
recorded('sign_in_refused wrong_password', 'PREPARE TRANSACTION keeps it, too');
ask("ROLLBACK PREPARED 'p'");
recorded('sign_in_refused wrong_password', '... over ROLLBACK PREPARED');
$since = ask('SELECT max(id) FROM auth_event');
ask(<<'SQL');
DO $$
BEGIN
    PERFORM auth_sign_in('email', 'ann', 'wrong');
    PERFORM auth_sign_in('email', 'ann', 'password of ann');
    RAISE EXCEPTION 'no';
EXCEPTION WHEN raise_exception THEN
    PERFORM auth_sign_in('email', 'ann', 'wrong');
END $$
SQL
recorded('sign_in_refused wrong_password, sign_in_refused wrong_password',
	'an exception block keeps it');

# seen at once, by a transaction that began before, too
{
	my $client = $node->background_psql('postgres');
	my $other = $node->background_psql('postgres');

	$since = ask('SELECT max(id) FROM auth_event');
	$other->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
	$client->query_safe("BEGIN; $refused $good");
	is( $other->query_safe(
			"SELECT kind FROM auth_get_events('ann') WHERE id > $since"),
		'sign_in_refused',
		'others see a refusal before the end of its transaction');
	$client->query_safe('ROLLBACK');
	$_->quit foreach $client, $other;
}

#
# What an application adds to the table of events
#

ask(<<'SQL');
CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER suppress BEFORE INSERT ON auth_event
    FOR EACH ROW EXECUTE FUNCTION suppress();
SQL
$since = ask('SELECT max(id) FROM auth_event');
answers($node, 'postgres', "$refused$good", "refused|0\nok|1",
	'a trigger that suppresses events does no harm');
recorded('', '... and suppresses them');
ask(<<'SQL');
DROP TRIGGER suppress ON auth_event;
ALTER TABLE auth_event ADD note text DEFAULT 'noted';
CREATE INDEX auth_event_note_idx ON auth_event (upper(note || reason));
CREATE EXTENSION amcheck;
SQL
answers($node, 'postgres', "BEGIN; $refused ROLLBACK; $good", "refused|0\nok|1",
	'a column and an index of the application do no harm');
answers(
	$node, 'postgres',
	"SET enable_seqscan = off; SELECT count(*) FROM auth_event"
	  . " WHERE upper(note || reason) = 'NOTEDWRONG_PASSWORD' AND id > $since",
	'1',
	'... and the index has what was rolled back');
answers($node, 'postgres', "SELECT bt_index_check('auth_event_note_idx', true)",
	'', '... all of it');
ask("ALTER TABLE auth_event ADD CHECK (reason <> 'wrong_password') NOT VALID");
ask("SELECT auth_reset_key_throttle('email', 'ann')");
refused($node, 'postgres', $refused, '23514',
	'a check of the application refuses, with its own error');
answers(
	$node, 'postgres',
	"SELECT failures FROM auth_get_key_throttle('email', 'ann'); $good",
	"1\nok|1",
	'... while the attempt counts, and a good one is none of its business');
ask('ALTER TABLE auth_event DROP CONSTRAINT auth_event_reason_check');

#
# A role that has no right on any table
#

answers(
	$node, 'postgres', <<'SQL',
SELECT status, user_id FROM auth_sign_in('email', 'ann', 'wrong', client_address => '10.0.0.1');
SELECT state FROM auth_sign_up(sign_up_token('client'), 'password of client');
SELECT status, token AS token FROM auth_sign_in('email', 'client', 'password of client') \gset
SELECT :'status', (SELECT count(*) FROM auth_get_session(:'token'));
SELECT status FROM auth_change_password(:'token', 'wrong', 'new password of client', '10.0.0.1');
SELECT status FROM auth_change_password(:'token', 'password of client', 'new password of client', '10.0.0.1');
SELECT (SELECT count(*) FROM auth_get_session(:'token'));
SQL
	"refused|\nactive\nok|1\nrefused\nok\n1",
	'the client role signs in, signs up and changes a password',
	role => 'client');
foreach my $table (qw(auth_event auth_throttle auth_layout))
{
	refused($node, 'postgres', "SELECT FROM $table", '42501',
		"... and does not read $table",
		role => 'client');
}
is( ask("SELECT string_agg(DISTINCT role, ' ') FROM auth_event WHERE client_address = '10.0.0.1'"),
	'client', '... but is on record');

$node->stop;
done_testing();
