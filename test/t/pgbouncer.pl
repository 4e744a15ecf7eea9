# PgBouncer: many clients share a few connections of the server, in transaction
# mode, and none meets what is another's.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use File::Spec;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my ($pgbouncer) =
  grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin';

BAIL_OUT('please install pgbouncer') unless $pgbouncer;

my ($output) = run_command([ $pgbouncer, '--version' ]);
my ($major, $minor) = $output =~ /PgBouncer (\d+)\.(\d+)/
  or die "which version is \"$output\"?";

# Named prepared statements in transaction mode
my $prepares = $major > 1 || $minor >= 21;

note "PgBouncer $major.$minor";

my $node = new_node('pooled', conf => <<'CONF');
auth.client_user_attributes = 'name'
auth.password_concurrency = 1
client_connection_check_interval = 100ms
CONF

$node->safe_psql('postgres', <<'SQL' . SIGN_UP_TOKEN);
CREATE EXTENSION auth;
SELECT auth_setup();
ALTER TABLE auth_user ADD name text, ADD plan text DEFAULT 'free';
CREATE ROLE web LOGIN;
SELECT auth_grant('web', 'client');
GRANT SET ON PARAMETER auth.user_attributes TO web;
CREATE ROLE plain LOGIN;
SELECT auth_grant('plain', 'client');
CREATE ROLE mailer LOGIN;
SELECT auth_grant('mailer', 'worker');
CREATE FUNCTION verify(condition boolean, what text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF condition IS NOT TRUE THEN
        RAISE 'not so: %', what;
    END IF;
END $$;
SQL

#
# The pooler, with pools of two connections, of one, and of one a session
#

my $directory = PostgreSQL::Test::Utils::tempdir_short();
my $server = 'host=' . $node->host . ' port=' . $node->port . ' dbname=postgres';
my $statements = $prepares ? 'max_prepared_statements = 20' : '';

append_to_file("$directory/users", join '', map { qq{"$_" ""\n} } qw(web plain mailer admin));
append_to_file("$directory/pgbouncer.ini", <<"INI");
[databases]
two = $server pool_size=2
one = $server pool_size=1
session = $server pool_size=1 pool_mode=session

[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $directory
auth_type = trust
auth_file = $directory/users
admin_users = admin
pool_mode = transaction
max_client_conn = 100
ignore_startup_parameters = extra_float_digits
logfile = $directory/log
$statements
INI

my $pooler = IPC::Run::start([ $pgbouncer, "$directory/pgbouncer.ini" ],
	'<', File::Spec->devnull, '>', "$directory/out", '2>&1');

END
{
	my $status = $?;

	$pooler->kill_kill if $pooler;
	$? = $status;
}

sub connection
{
	my ($pool, $role) = @_;

	return "host=$directory port=6432 dbname=$pool user=" . ($role // 'web');
}

# Nothing here may wait for ever.
sub patience
{
	return IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);
}

# One client of a pool.
sub through
{
	my ($pool, $sql, $role) = @_;
	my ($stdout, $stderr);

	IPC::Run::run(
		[ 'psql', '-XAtq', '-v', 'VERBOSITY=sqlstate', '-d', connection($pool, $role) ],
		'<', \$sql, '>', \$stdout, '2>', \$stderr, patience());
	chomp $stdout;
	chomp $stderr;
	return join "\n", grep { $_ ne '' } $stdout, $stderr;
}

# A client that stays.
sub connect_to
{
	my ($pool, $role) = @_;

	return $node->background_psql('postgres',
		on_error_stop => 0,
		connstr => connection($pool, $role),
		extra_params => [ '-d', connection($pool, $role) ]);
}

foreach (1 .. 300)
{
	last if through('one', 'SELECT 1') eq '1';
	usleep(100_000);
}
is(through('one', 'SELECT 1'), '1', 'the pooler runs');
is(through('one', 'SELECT current_user'), 'web', '... for the web role');

#
# Twenty clients on two connections
#

my $script = PostgreSQL::Test::Utils::tempdir() . '/client';

# Everything that a client gets is compared with what it is itself.
append_to_file($script, <<'SQL');
\set me random(1, 1000000000)
SELECT 'user ' || :client_id || ' ' || :me AS name \gset
SELECT verify((s.user_attributes)->>'name' = :name::text, 'the user that signs up')
  FROM auth_sign_up(sign_up_token(:name), 'password of ' || :name, user_attributes => jsonb_build_object('name', :name::text)) s;
SELECT verify(status = 'refused' AND token IS NULL, 'the wrong password')
  FROM auth_sign_in('email', :name, 'a wrong password');
SELECT token, user_id AS id, status FROM auth_sign_in('email', :name, 'password of ' || :name) \gset
SELECT verify(count(*) = 1 AND bool_and(user_id = :id AND user_attributes->>'name' = :name), 'the validation')
  FROM auth_validate_session(:token);
BEGIN;
SET LOCAL auth.user_attributes = 'plan';
SELECT verify(count(*) = 1 AND bool_and(user_attributes = '{"plan": "free"}' AND user_id = :id), 'the setting')
  FROM auth_validate_session(:token);
SELECT verify(status = 'ok', 'the new password')
  FROM auth_change_password(:token, 'password of ' || :name, 'new password of ' || :name);
COMMIT;
BEGIN;
SELECT verify(auth_sign_out(:token), 'the sign-out that is rolled back');
ROLLBACK;
SELECT verify(count(*) = 1 AND bool_and(user_id = :id AND user_attributes->>'name' = :name AND user_attributes ? 'plan'), 'the session after the rollback')
  FROM auth_validate_session(:token);
SELECT verify(auth_sign_out(:token), 'the sign-out');
SELECT verify(count(*) = 0, 'the session after the sign-out') FROM auth_get_session(:token);
SQL

my $other = through('one', 'SELECT pg_backend_pid()');

# As pgbench waits when it prepares, each client has a thread.
foreach my $protocol ('extended', $prepares ? 'prepared' : ())
{
	my ($stdout, $stderr) = ('', '');
	my $good = IPC::Run::run(
		[
			'pgbench', '-n', '-M', $protocol, '-c', '20', '-j', '20',
			'-t', '5', '-f', $script, connection('two')
		],
		'>', \$stdout,
		'2>', \$stderr,
		patience());

	ok($good, "$protocol: twenty clients on two connections, each with its own")
	  or diag($stderr);
	like($stdout, qr{actually processed: 100/100}, "$protocol: all of them");
	is( $node->safe_psql('postgres',
			"SELECT count(*) FROM pg_stat_activity"
			  . " WHERE usename = 'web' AND pid <> $other"),
		'2', "$protocol: there are no more connections than two");
}

#
# Settings
#

through('one', "SELECT auth_sign_up(sign_up_token('ann'), 'password of ann', user_attributes => '{\"name\": \"Ann\"}')");
my $token = through('one',
	"SELECT token FROM auth_sign_in('email', 'ann', 'password of ann')");
my $validation = "SELECT user_attributes FROM auth_validate_session('$token')";
my $all = '{"name": "Ann", "plan": "free"}';
my $client = connect_to('one');

is(through('one', $validation), $all, 'a session is validated');
$client->query_safe(
	"BEGIN; SET LOCAL auth.user_attributes = 'plan'; COMMIT");
is(through('one', $validation), $all, 'SET LOCAL ends with its transaction');
$client->query_safe("SET auth.user_attributes = 'plan'");
is(through('one', $validation),
	'{"plan": "free"}', 'SET stays for whoever comes next');
$client->query_safe('RESET auth.user_attributes');
is(through('one', $validation), $all, '... until somebody sets it back');

# Who may not set it does not; the next client gets the warning.
my $plain = connect_to('one', 'plain');
$plain->query_safe("SET auth.user_attributes = 'plan'");
like(
	through('one', $validation, 'plain'),
	qr/^\Q$all\E\nWARNING:  42501$/,
	'what a role may not set is not set for the next one');
$plain->quit;

#
# Transactions
#

$client->query_safe('BEGIN');
$client->query_safe("SELECT auth_sign_up(sign_up_token('half'), 'password of half')");
$client->query_safe('ROLLBACK');
my $key = "SELECT count(*) FROM auth_key WHERE provider_user_id = 'half'";
is($node->safe_psql('postgres', $key), '0', 'a transaction is rolled back');
is($client->query("SELECT status FROM auth_sign_in('email', 'ann', 'password of ann')"),
	'ok', '... and the connection goes on');

# A client that goes away in the midst of its transaction
$client->query_safe('BEGIN');
$client->query_safe("SELECT auth_sign_up(sign_up_token('half'), 'password of half')");
$client->{run}->kill_kill;
is(through('one', $validation), $all, 'a client is killed, and the next one is served');
$node->poll_query_until('postgres',
	"SELECT count(*) = 0 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
  or die 'the transaction stays open';
is($node->safe_psql('postgres', $key), '0', '... and its transaction is rolled back');

#
# Session mode: the pooler sends DISCARD ALL between two clients
#

my $backend;
foreach my $i (1 .. 3)
{
	my $answer = through(
		'session', <<"SQL");
SELECT pg_backend_pid() || ' ' || count(*) FROM pg_prepared_statements;
$validation;
SELECT status FROM auth_sign_in('email', 'ann', 'password of ann');
SELECT status FROM auth_change_password('$token', 'password of ann', 'password of ann');
PREPARE validation AS SELECT user_attributes FROM auth_validate_session(\$1);
SET auth.user_attributes = 'plan';
EXECUTE validation('$token');
SQL
	$backend //= ($answer =~ /^(\d+)/)[0];
	is($answer, qq{$backend 0\n$all\nok\nok\n{"plan": "free"}},
		"client $i of one connection, after DISCARD ALL");
}

#
# Sign-ins that wait for a turn to hash
#

sub wait_for_load
{
	my ($load) = @_;

	return $node->poll_query_until('postgres',
		"SELECT running || ' ' || waiting = '$load' FROM auth_get_password_load()");
}

# A process that hashes, and is stopped.
my $holder = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $holder->query_safe('SELECT pg_backend_pid()');
$holder->query_safe("SET auth.password_memory = '256MB'");
$holder->query_safe('SET auth.password_iterations = 4');
stop_in_hash($node, $holder, $pid, "SELECT auth_use_key('email', 'nobody', 'a password')");

# A client that runs by itself.
sub start_client
{
	my ($pool, $sql) = @_;
	my %client = (out => '');

	$client{handle} = IPC::Run::start(
		[
			'psql', '-XAtq', '-v', 'VERBOSITY=sqlstate',
			'-d', connection($pool), '-c', $sql
		],
		'<', File::Spec->devnull, '>', \$client{out}, '2>&1', patience());
	return \%client;
}

sub start_sign_in
{
	my ($pool) = @_;

	return start_client($pool,
		"SELECT status FROM auth_sign_in('email', 'ann', 'password of ann')");
}

sub finish_client
{
	my ($client) = @_;

	IPC::Run::finish($client->{handle});
	return $client->{out};
}

my $waiter = start_sign_in('one');
wait_for_load('1 1') or die 'nobody waits';
$waiter->{handle}->signal('INT');
like(finish_client($waiter), qr/^ERROR:  57014$/m,
	'a client cancels its sign-in while that waits');
ok(wait_for_load('1 0'), '... which leaves the queue');
is(through('one', $validation), $all, '... and the connection to the others');

# A client that goes away is noticed by the pooler, which closes the connection,
# and by the server when it looks (client_connection_check_interval).
$waiter = start_sign_in('one');
wait_for_load('1 1') or die 'nobody waits';
$waiter->{handle}->kill_kill;
is(through('one', $validation), $all,
	'a client is gone while it waits, and the next one is served');
ok(wait_for_load('1 0'), '... and it has left the queue');

# How many clients of a pool wait for a connection
sub waiting_clients
{
	my ($pool) = @_;
	my ($names, @rows);

	IPC::Run::run(
		[
			'psql', '-XAq', '-d', connection('pgbouncer', 'admin'),
			'-c', 'SHOW POOLS'
		],
		'>', \my $pools,
		patience());
	($names, @rows) = map { [ split /\|/ ] } split /\n/, $pools;
	foreach my $row (@rows)
	{
		my %pool;

		@pool{@$names} = @$row;
		return $pool{cl_waiting}
		  if ($pool{database} // '') eq $pool && $pool{user} eq 'web';
	}
	return 0;
}

# Those that wait for a turn have a connection each, so that nobody else of
# their pool is served.
my @waiters = map { start_sign_in('two') } 1 .. 2;
wait_for_load('1 2') or die 'nobody waits';
my $behind = start_client('two', $validation);
foreach (1 .. 1800)
{
	last if waiting_clients('two') == 1;
	usleep(100_000);
}
is(waiting_clients('two'), '1',
	'a validation waits behind sign-ins that wait for a turn');
is($behind->{out}, '', '... and is not answered');
is(through('one', $validation), $all, '... but in a pool of its own it is');
kill 'CONT', $pid;
is(finish_client($_), "ok\n", 'the sign-ins get their turn') foreach @waiters;
is(finish_client($behind), "$all\n", '... and the validation its connection');
$holder->quit;

#
# The outbox
#

# A message that is taken, and what comes with it.
sub take_message
{
	my ($worker) = @_;

	through('two', "SELECT auth_request_magic_link('email', 'ann')");
	return join "\n",
	  $worker->query_safe('SELECT purpose, address FROM auth_take_outbox()'),
	  $worker->query_safe('SELECT 1');
}

my $worker = connect_to('session', 'mailer');
$worker->query_safe('LISTEN auth_outbox');
like(take_message($worker),
	qr/^sign_in\|ann\n.*notification "auth_outbox"/s,
	'in session mode a worker is notified');
$worker->quit;

# In transaction mode it is the shared connection that listens.
$worker = connect_to('one', 'mailer');
$worker->query_safe('LISTEN auth_outbox');
is(through('one', 'SELECT pg_listening_channels()', 'mailer'),
	'auth_outbox', 'in transaction mode another client listens instead');
like(take_message($worker),
	qr/^sign_in\|ann\n/, '... but messages can be taken');
$worker->quit;

#
# What the pooler writes down
#

is(through('one', "SELECT 1 / 0, auth_sign_in('email', 'ann', 'password of ann')"),
	'ERROR:  22012', 'a statement with a password fails');
$pooler->signal('INT');
IPC::Run::finish($pooler);
undef $pooler;
my $log = slurp_file("$directory/log") . slurp_file("$directory/out");
like($log, qr/login attempt/, 'the pooler has a log');
ok($log !~ /password of|\Q$token\E/, '... without passwords and tokens');

$node->stop;
done_testing();
