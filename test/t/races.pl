# Races between real processes that are let go at the same moment.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('races');

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE app LOGIN;
CREATE ROLE other LOGIN;
CREATE EXTENSION auth;
SELECT auth_setup();
SQL

sub count_of
{
	my ($query) = @_;

	return $node->safe_psql('postgres', "SELECT count(*) FROM $query");
}

# Lines of one kind in what clients have printed
sub lines
{
	my ($pattern, @outputs) = @_;

	return scalar grep { $_ =~ $pattern } map { split /\n/ } @outputs;
}

# Everything that clients have printed and nothing else is expected
sub only
{
	my ($pattern, $name, @outputs) = @_;
	my @others = grep { $_ !~ $pattern } map { split /\n/ } @outputs;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return is(join("\n", @others), '', $name);
}

sub start_over
{
	$node->safe_psql('postgres', 'DELETE FROM auth_user');
}

#
# Creates of one key: exactly one wins, the other UA003
#

my $keys = 200;
my $creates = join '', map {
	"SELECT 'won' FROM auth_create_user('email', 'key$_', NULL);\n"
} 1 .. $keys;
my $backwards = join "\n", reverse split /\n/, $creates;
my @outputs = finish_clients(
	start_clients($node, 'postgres', $creates, $creates, "$backwards\n"));

is(lines(qr/^won$/, @outputs), $keys, 'each key is created once');
is(lines(qr/ERROR:  UA003/, @outputs),
	2 * $keys, '... and the others are told so');
only(qr/^won$|ERROR:  UA003/, '... and nothing else', @outputs);
is(count_of('auth_key'), $keys, 'one row a key');
is(count_of('auth_user'), $keys, '... and no user of a loser is left');
note('won by the clients: ' . join ' ', map { lines(qr/^won$/, $_) } @outputs);

# keys of one user, by statements that take a while after the creation
start_over();
$node->safe_psql('postgres', "SELECT auth_create_user(user_id => 'one')");
$creates = join '', map {
	"SELECT 'won' FROM auth_create_key('one', 'email', 'key$_') k,"
	  . " LATERAL (SELECT pg_sleep(0.001) WHERE k.user_id IS NOT NULL) s;\n"
} 1 .. 100;
@outputs = finish_clients(start_clients($node, 'postgres', ($creates) x 2));
is(lines(qr/^won$/, @outputs), 100, 'each key of a user is created once');
is(lines(qr/ERROR:  UA003/, @outputs), 100, '... and refused once');
only(qr/^won$|ERROR:  UA003/, '... and nothing else', @outputs);

# users by one id, renames to one identifier
start_over();
$creates = join '', map {
	"SELECT 'won' FROM auth_create_user(user_id => 'user$_');\n"
} 1 .. $keys;
@outputs = finish_clients(start_clients($node, 'postgres', ($creates) x 2));
is(lines(qr/^won$/, @outputs), $keys, 'each user id is created once');
is(lines(qr/ERROR:  UA006/, @outputs), $keys, '... and refused once');
only(qr/^won$|ERROR:  UA006/, '... and nothing else', @outputs);

$node->safe_psql('postgres', <<"SQL");
SELECT count(auth_create_key('user' || i, 'old', 'a' || i)),
    count(auth_create_key('user' || i, 'old', 'b' || i))
FROM generate_series(1, $keys) i
SQL
@outputs = finish_clients(
	start_clients(
		$node,
		'postgres',
		map {
			my $old = $_;
			join '', map {
				"SELECT 'won' FROM auth_update_key_identifier("
				  . "'old', '$old$_', 'new', 'n$_');\n"
			} 1 .. $keys
		} qw(a b)));
is(lines(qr/^won$/, @outputs), $keys, 'each identifier is taken once');
is(lines(qr/ERROR:  UA003/, @outputs), $keys, '... and refused once');
only(qr/^won$|ERROR:  UA003/, '... and nothing else', @outputs);

#
# Delete of a user against creation of its sessions and keys
#

foreach my $way ('SELECT auth_delete_user(%s)', 'DELETE FROM auth_user WHERE id = %s')
{
	my $users = 300;

	start_over();
	$node->safe_psql('postgres',
		"SELECT count(auth_create_user('email', 'key' || i, NULL, '{}', 'user' || i))"
		  . " FROM generate_series(1, $users) i");
	@outputs = finish_clients(
		start_clients(
			$node,
			'postgres',
			join('', map { sprintf "$way;\n", "'user$_'" } 1 .. $users),
			join('',
				map { "SELECT 'made' FROM auth_create_session('user$_');\n" }
				  1 .. $users),
			join('',
				map { "SELECT 'made' FROM auth_create_session('user$_');\n" }
				  1 .. $users),
			join('',
				map {
					"SELECT 'made' FROM auth_create_key('user$_', 'phone', '$_');\n"
				} 1 .. $users)));
	is( lines(qr/^made$/, @outputs) + lines(qr/ERROR:  UA001/, @outputs),
		3 * $users,
		"$way: each session and key is made, or the user was gone");
	only(qr/^(?:made)?$|ERROR:  UA001/, '... and nothing else', @outputs);
	is(count_of('auth_user'), '0', '... and all users are deleted');
	is(count_of('auth_session') + count_of('auth_key'),
		0, '... and no session or key has outlived its user');
}

# The windows themselves: each side in an open transaction while the other
# comes along, in the isolation levels that there are.
foreach my $level ('READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE')
{
	foreach my $make (
		"auth_create_session('user')",
		"auth_create_key('user', 'phone', 'x')")
	{
		start_over();
		$node->safe_psql('postgres', "SELECT auth_create_user(user_id => 'user')");

		# made, not committed; the deletion waits and takes it along
		my $maker =
		  $node->background_psql('postgres', on_error_stop => 0);
		my $deleter =
		  $node->background_psql('postgres', on_error_stop => 0);
		$deleter->query_safe("BEGIN ISOLATION LEVEL $level; SELECT 1");
		$deleter->query_safe('\\set VERBOSITY sqlstate');
		$maker->query_safe("BEGIN ISOLATION LEVEL $level; SELECT $make");
		$deleter->query_until(qr/go/,
			"\\echo go\nSELECT auth_delete_user('user');\nCOMMIT;\n");
		ok( $node->poll_query_until('postgres',
				'SELECT count(*) > 0 FROM pg_locks WHERE NOT granted'),
			"$level: the deletion waits for $make");
		$maker->query_safe('COMMIT');
		$deleter->query('SELECT 1');
		my $error = $deleter->{stderr} =~ /ERROR:  (\w+)/ ? $1 : '';
		$deleter->{stderr} = '';
		$maker->quit;
		$deleter->quit;
		is( count_of('auth_session s WHERE NOT EXISTS'
				  . ' (SELECT FROM auth_user u WHERE u.id = s.user_id)')
			  + count_of('auth_key k WHERE NOT EXISTS'
				  . ' (SELECT FROM auth_user u WHERE u.id = k.user_id)'),
			0,
			'... and leaves no orphan');
		like(
			"$error|" . count_of('auth_user'),
			# a serialization failure is for the caller to try again
			$level eq 'SERIALIZABLE' ? qr/^(?:\|0|40001\|1)$/ : qr/^\|0$/,
			'... and no user');

		# deleted, not committed; the creation waits and is refused
		start_over();
		$node->safe_psql('postgres', "SELECT auth_create_user(user_id => 'user')");
		$maker = $node->background_psql('postgres', on_error_stop => 0);
		$deleter = $node->background_psql('postgres', on_error_stop => 0);
		$maker->query_safe("BEGIN ISOLATION LEVEL $level; SELECT 1");
		$maker->query_safe('\\set VERBOSITY sqlstate');
		$deleter->query_safe(
			"BEGIN ISOLATION LEVEL $level; SELECT auth_delete_user('user')");
		$maker->query_until(qr/go/, "\\echo go\nSELECT $make;\nCOMMIT;\n");
		$node->poll_query_until('postgres',
			'SELECT count(*) > 0 FROM pg_locks WHERE NOT granted');
		$deleter->query_safe('COMMIT');
		$maker->query('SELECT 1');
		like(
			$maker->{stderr},
			$level eq 'READ COMMITTED'
			? qr/ERROR:  UA001/
			: qr/ERROR:  (?:UA001|40001)/,
			"$level: $make waits for the deletion and is refused");
		$maker->{stderr} = '';
		$maker->quit;
		$deleter->quit;
		is(count_of('auth_user') + count_of('auth_session') + count_of('auth_key'),
			0, '... and nothing is left');
	}
}

#
# Validations racing to renew an idle session: written exactly once
#

my $sessions = 200;

start_over();
$node->safe_psql('postgres', <<"SQL");
SELECT auth_create_user(user_id => 'user');
CREATE TABLE written (session_id uuid);
CREATE FUNCTION count_writes() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
    INSERT INTO written VALUES (NEW.id);
    RETURN NULL;
END';
CREATE TRIGGER count_writes AFTER UPDATE ON auth_session
    FOR EACH ROW EXECUTE FUNCTION count_writes();
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id('token' || i), 'user', now() - interval '1 hour',
    now() + interval '1 hour' FROM generate_series(1, $sessions) i;
SQL
my $validate = join '', map {
	"SELECT s.fresh, s.state FROM auth_validate_session('token$_') s;\n"
} 1 .. $sessions;
@outputs = finish_clients(start_clients($node, 'postgres', ($validate) x 4));
is(lines(qr/^t\|active$/, @outputs), $sessions,
	'each idle session is renewed by one of four validations');
is(lines(qr/^f\|(?:active|idle)$/, @outputs),
	3 * $sessions, '... and is alive for the others');
only(qr/^[tf]\|(?:active|idle)$/, '... and nothing else', @outputs);
is(count_of('written'), $sessions, 'each is written once');
is( $node->safe_psql('postgres',
		'SELECT max(count) FROM (SELECT count(*) FROM written GROUP BY session_id) x'
	),
	'1',
	'... and none of them twice');

# The loser does not wait for a winner that stays in its transaction.
{
	$node->safe_psql('postgres',
		"UPDATE auth_session SET active_expires_at = now() - interval '1 hour'"
	);
	my $winner = $node->background_psql('postgres');
	my $call = "SELECT fresh, state FROM auth_validate_session('token1')";

	is($winner->query_safe("BEGIN; $call"),
		't|active', 'the winner stays in its transaction');
	answers($node, 'postgres', "SET lock_timeout = '1s'; $call",
		'f|idle', 'the loser passes by without waiting');
	$winner->query_safe('ROLLBACK');
	$winner->quit;
	answers($node, 'postgres', $call, 't|active',
		'... and renews when the winner has rolled back');
}

# A renewal does not bring back what is being signed out.
{
	my $count = 200;

	start_over();
	$node->safe_psql('postgres', <<"SQL");
SELECT auth_create_user(user_id => 'user');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id('token' || i), 'user', now() - interval '1 hour',
    now() + interval '1 hour' FROM generate_series(1, $count) i;
SQL
	@outputs = finish_clients(
		start_clients(
			$node,
			'postgres',
			join('', map { "SELECT auth_sign_out('token$_');\n" } 1 .. $count),
			join('',
				map { "SELECT auth_validate_session('token$_') \\g /dev/null\n" }
				  1 .. $count)));
	is(lines(qr/^t$/, $outputs[0]), $count, 'every sign-out ends its session');
	is($outputs[1], '', '... and the validations beside it raise nothing');
	is(count_of('auth_session'), '0', '... and no session is left');
}

#
# Purge against renewal
#

my $alive = 150;
my $dead = 3000;

start_over();
$node->safe_psql('postgres', <<"SQL");
SELECT auth_create_user(user_id => 'user');
TRUNCATE written;

INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id('token' || i), 'user', now() - interval '1 hour', 'infinity'
FROM generate_series(1, $alive) i;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id('dead' || i), 'user', now() - interval '2 hours',
    now() - interval '1 hour' FROM generate_series(1, $dead) i;
CREATE TABLE validated (i int, at timestamptz);
SQL
my $purge = "SELECT pg_sleep(0.01) \\g /dev/null\n"
  . "SELECT 'purged', auth_delete_dead_sessions(50);\n";
$purge x= 480;
my $purge_user = "SELECT pg_sleep(0.01) \\g /dev/null\n"
  . "SELECT 'purged', auth_delete_dead_user_sessions('user');\n";
$purge_user x= 440;

# From when the clients are let go, idle sessions die while the race goes on.
# Each is validated about the time when it dies, and every tenth well before, as
# a busy machine may be late.
my @early = grep { $_ % 10 == 0 } 1 .. $alive;
my @late = grep { $_ % 10 != 0 } 1 .. $alive;
$validate = join '', map {
	"SELECT pg_sleep_until(at) FROM validated WHERE i = $_ \\g /dev/null\n"
	  . "SELECT 'renewed', 'token$_' FROM auth_validate_session('token$_') WHERE fresh;\n"
} @early, @late;
my $begin = <<"SQL";
UPDATE auth_session SET idle_expires_at = clock_timestamp() + interval '3 seconds' + i * interval '5 ms'
FROM generate_series(1, $alive) i WHERE id = auth_session_id('token' || i);
INSERT INTO validated
SELECT i, CASE WHEN i % 10 = 0 THEN clock_timestamp() ELSE idle_expires_at - (i % 3) * interval '2 ms' END
FROM generate_series(1, $alive) i, auth_session WHERE id = auth_session_id('token' || i);
SQL
@outputs = finish_clients(
	start_clients(
		$node, 'postgres', $purge, $purge, $purge_user, $validate, $validate,
		sub { $node->safe_psql('postgres', $begin) }));
only(qr/^purged\|\d+$|^renewed\|token\d+$/, 'the race raises nothing', @outputs);
my %renewed = map { $_ => 1 } map { /^renewed\|(\w+)$/mg } @outputs;
my $purged = 0;
$purged += $_ foreach map { /^purged\|(\d+)$/mg } @outputs;
cmp_ok($purged, '>', $dead, 'some sessions were purged as they died');
$purged += $node->safe_psql('postgres', 'SELECT auth_delete_dead_sessions()');
note(scalar(keys %renewed) . " of $alive were renewed, $purged purged");
cmp_ok(scalar(keys %renewed), '>', 0, 'some sessions were renewed in time');
is(lines(qr/^renewed/, @outputs), scalar(keys %renewed), '... each of them once');
my @lost = grep {
	$node->safe_psql('postgres', "SELECT state FROM auth_get_session('$_')") ne
	  'active'
} sort keys %renewed;
is("@lost", '', 'no session that was renewed is purged');
is( count_of('auth_session'), scalar(keys %renewed),
	'every other session is purged');
is($purged, $dead + $alive - scalar(keys %renewed),
	'... and counted by exactly one purge');

# The window itself: renewed in time, and not committed when it would have died.
{
	start_over();
	my $winner = $node->background_psql('postgres');
	my $waiter = $node->background_psql('postgres');
	$winner->query_safe(<<'SQL');
SELECT auth_create_user(user_id => 'user');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
VALUES (auth_session_id('token'), 'user', now() - interval '1 hour',
    clock_timestamp() + interval '3 seconds');
SQL

	is( $winner->query_safe(
			"BEGIN; SELECT fresh FROM auth_validate_session('token')"),
		't',
		'a session is renewed in its last seconds');
	$node->safe_psql('postgres',
		'SELECT pg_sleep_until(max(idle_expires_at)) FROM auth_session');
	answers(
		$node,
		'postgres',
		"SET lock_timeout = '1s'; SELECT auth_delete_dead_sessions()",
		'0',
		'the purge passes over it without waiting');
	$waiter->query_until(qr/go/,
		"\\echo go\nSELECT 'deleted', auth_delete_dead_user_sessions('user');\n");
	ok( $node->poll_query_until('postgres',
			'SELECT count(*) > 0 FROM pg_locks WHERE NOT granted'),
		'the purge of the user waits for it');
	$winner->query_safe('COMMIT');
	like($waiter->query_safe('SELECT 1'),
		qr/^deleted\|0$/m, '... and leaves it');
	answers($node, 'postgres', "SELECT state FROM auth_get_session('token')",
		'active', '... so that it lives on');
	$winner->quit;
	$waiter->quit;
}

#
# auth_setup() by two connections at once
#

foreach my $round (1 .. 5)
{
	my $database = "setup$round";

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION auth');
	@outputs = finish_clients(
		start_clients($node, $database, ("SELECT auth_setup();\n") x 3));
	only(qr/^$/, "round $round: auth_setup() by three at once", @outputs);
	answers(
		$node,
		$database,
		"SELECT count(*) FROM auth_layout;"
		  . " SELECT user_id FROM auth_create_user(user_id => 'a')",
		"1\na",
		'... and the tables work');
}

# by two roles: one becomes the owner, the other is refused
foreach my $round (1 .. 3)
{
	my $database = "roles$round";

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, <<'SQL');
GRANT CREATE ON SCHEMA public TO app, other;
CREATE EXTENSION auth;
GRANT EXECUTE ON FUNCTION auth_setup() TO app, other;
SQL
	@outputs = finish_clients(
		start_clients(
			$node,
			$database,
			map {
				"SET SESSION AUTHORIZATION $_;\n"
				  . "SELECT 'owner' FROM auth_setup();\n"
			} qw(app other)));
	is(lines(qr/^owner$/, @outputs), 1, "round $round: one role sets up");
	is(lines(qr/ERROR:  42501/, @outputs), 1, '... and the other is refused');
	only(qr/^owner$|ERROR:  42501/, '... and nothing else', @outputs);
	answers(
		$node, $database, <<'SQL',
SELECT count(DISTINCT relowner), count(*) FROM pg_class
WHERE relname IN ('auth_layout', 'auth_user', 'auth_key', 'auth_session',
    'auth_refresh_token', 'auth_ended', 'auth_token', 'auth_outbox', 'auth_event', 'auth_throttle', 'auth_common_password')
SQL
		'1|11', '... and all tables have one owner');
}

$node->stop;
done_testing();
