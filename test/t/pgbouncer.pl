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

# Until it listens, psql is gone before it has read its statement.
foreach (1 .. 300)
{
	last if eval { through('one', 'SELECT 1') eq '1' };
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
# Who acts, for row security
#

$node->safe_psql('postgres', <<'SQL');
SELECT auth_create_user(NULL, NULL, user_id => 'user ' || i) FROM generate_series(0, 7) i;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    SELECT auth_session_id('of ' || id), id, 'infinity', 'infinity' FROM auth_user WHERE id LIKE 'user _';
CREATE TABLE note (owner_id text DEFAULT auth_user_id());
INSERT INTO note SELECT id FROM auth_user WHERE id LIKE 'user _';
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note USING (owner_id = auth_user_id());
GRANT SELECT ON note TO web;
CREATE FUNCTION mine() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN string_agg(owner_id, '','') FROM note; END';
SQL

my $who = "SELECT auth_user_id(), string_agg(owner_id, ',') FROM note";

# Whoever comes next on the connection with this backend
sub next_is_nobody
{
	my ($backend, $name) = @_;

	is(through('one', "SELECT pg_backend_pid(); $who"), "$backend\n|", "$name: the next client is nobody");
	return;
}

# What each client sees that has done this on a connection, and then the next one
my @ways = (
	[ 'COMMIT', "BEGIN; SET 1; $who; COMMIT; $who", "t\nuser 1|user 1\n|" ],
	[ 'ROLLBACK', "BEGIN; SET 1; $who; ROLLBACK; $who", "t\nuser 1|user 1\n|" ],
	[ 'an error', "BEGIN; SET 1; SELECT 1 / 0; COMMIT; $who", "t\n|\nERROR:  22012" ],
	[ 'another user', "BEGIN; SET 2; $who; COMMIT", "t\nuser 2|user 2" ],
	[ 'two users', "BEGIN; SET 1; SET 2; $who; COMMIT", "t\nt\nuser 2|user 2" ],
	[ 'a refusal', "BEGIN; SET 1; SET 9; $who; COMMIT", "t\nf\n|" ],
	[ 'a savepoint', "BEGIN; SET 1; SAVEPOINT a; SET 2; ROLLBACK TO a; $who; COMMIT", "t\nt\nuser 1|user 1" ],
	[ 'COMMIT AND CHAIN', "BEGIN; SET 1; COMMIT AND CHAIN; $who; COMMIT", "t\n|" ],
	[ 'no transaction', "SET 1; $who", "t\n|" ],
	[ 'a plan that is kept', join('; ', map { "BEGIN; SET $_; SELECT mine(); COMMIT" } 1 .. 3), join("\n", map { "t\nuser $_" } 1 .. 3) ],
	[ 'a setting that stays', "SET app.user_id = 'user 1'; SET request.jwt.claims = '{\"sub\": \"user 1\"}'; $who", '|' ],
	[ 'an end without COMMIT', "BEGIN; SET 1; $who", "t\nuser 1|user 1" ]);

foreach my $way (@ways)
{
	my ($name, $sql, $expected) = @$way;
	my $pid = through('one', 'SELECT pg_backend_pid()');

	is(through('one', $sql =~ s/SET (\d)/SELECT auth_set_session('of user $1')/gr), $expected, "who acts: $name");
	next_is_nobody($name eq 'an end without COMMIT' ? through('one', 'SELECT pg_backend_pid()') : $pid, $name);
}

# A client that goes away in its transaction
$client = connect_to('one');
is($client->query_safe("BEGIN; SELECT auth_set_session('of user 1')"), 't', 'who acts: a client that vanishes');
$client->{run}->kill_kill;
next_is_nobody(through('one', 'SELECT pg_backend_pid()'), 'a client that vanishes');

# A session that ends while its user acts
$client = connect_to('one');
$client->query_safe("BEGIN; SELECT auth_set_session('of user 0')");
is(through('two', "SELECT auth_sign_out('of user 0')"), 't', 'who acts: a session is ended by another client');
is($client->query_safe($who), 'user 0|user 0', '... and its user acts until the transaction ends');
is($client->query_safe("SELECT auth_set_session('of user 0')"), 'f', '... unless it is set again');
is($client->query_safe("$who; COMMIT"), '|', '... which makes nobody');
$client->quit;

# Eight clients on two connections, in transactions, in pipelines that are
# transactions of their own, and in pipelines of one implicit transaction
my $acts = <<'SQL';
SELECT verify(auth_set_session('of user ' || :client_id % 7 + 1), 'set');
SELECT verify(count(*) = 1 AND max(owner_id) = 'user ' || :client_id % 7 + 1, 'own') FROM note;
SQL
my $nobody = "SELECT verify(count(*) = 0 AND auth_user_id() IS NULL, 'nobody') FROM note;\n";
my %scripts = (
	transaction => "BEGIN;\n${acts}COMMIT;\n$nobody",
	'transaction in a pipeline' => "\\startpipeline\nBEGIN;\n${acts}COMMIT;\n${nobody}\\endpipeline\n$nobody",
	'pipeline without BEGIN' => "\\startpipeline\n${acts}\\endpipeline\n$nobody\\startpipeline\n$nobody\\endpipeline\n");

foreach my $name (sort keys %scripts)
{
	my $file = PostgreSQL::Test::Utils::tempdir() . '/acts';

	append_to_file($file, $scripts{$name});
	IPC::Run::run([ 'pgbench', '-n', '-M', 'extended', '-c', '8', '-j', '8', '-t', '60', '-f', $file, connection('two') ],
		'>', \my $stdout, '2>', \my $stderr, patience());
	like($stdout, qr{actually processed: 480/480}, "who acts: $name, eight clients on two connections")
	  or diag($stderr);
}

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
	  $worker->query_safe(q{SELECT purpose, address FROM auth_take_outbox(10, '{sign_in}')}),
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
