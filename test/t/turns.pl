# The limit on the passwords that the server hashes at a time.
#
# A hash cannot be interrupted, but its process can be stopped: a turn is held
# for as long as a test needs it.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $node = new_node('turns', conf => <<CONF);
auth.password_concurrency = 1
max_connections = 250
restart_after_crash = on
CONF

$node->safe_psql('postgres', 'CREATE DATABASE other');
foreach my $database ('postgres', 'other')
{
	$node->safe_psql($database, <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SQL
}

# A name of its own each time, which nothing is counted against.
my $sign_in =
  "SELECT auth_use_key('email', 'nobody ' || random(), 'a password')";

sub load_is
{
	my ($expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return is(
		$node->safe_psql(
			'postgres', 'SELECT running, waiting FROM auth_get_password_load()'),
		$expected,
		$name);
}

sub wait_for_load
{
	my ($condition) = @_;

	return $node->poll_query_until('postgres',
		"SELECT $condition FROM auth_get_password_load()");
}

sub start_session
{
	my ($database) = @_;
	my $session =
	  $node->background_psql($database // 'postgres', on_error_stop => 0);

	$session->query_safe("SET auth.password_wait = '10min'");
	return { session => $session,
		pid => $session->query_safe('SELECT pg_backend_pid()') };
}

# Send a statement without waiting for its answer, which get_answer() reads.
sub send_statement
{
	my ($client, $statement) = @_;

	$client->{session}->query_until(qr/started/, "\\echo started\n$statement;\n");
}

sub get_answer
{
	my ($client) = @_;
	my $answer = $client->{session}->query('SELECT 1');

	$answer .= $client->{session}->{stderr};
	$client->{session}->{stderr} = '';
	return $answer;
}

# A process that was given a turn, and stopped while it hashes.
sub hold_turn
{
	my $holder = start_session();

	$holder->{session}->query_safe("SET auth.password_memory = '256MB'");
	$holder->{session}->query_safe('SET auth.password_iterations = 4');
	stop_in_hash($node, $holder->{session}, $holder->{pid}, $sign_in);
	return $holder;
}

sub release_turn
{
	my ($holder) = @_;

	kill 'CONT', $holder->{pid};
	like(get_answer($holder), qr/key "nobody .* does not exist/,
		'who held the turn gets his answer');
	$holder->{session}->quit;
}

# A process in the queue, behind those that are there.
sub start_waiter
{
	my ($statement, $database) = @_;
	my $waiter = start_session($database);
	my $before = $node->safe_psql('postgres',
		'SELECT waiting FROM auth_get_password_load()');

	$waiter->{session}->query_safe('SET log_statement = none');
	send_statement($waiter, $statement // $sign_in);
	wait_for_load("waiting = $before + 1");
	return $waiter;
}

load_is('0|0', 'nobody hashes');

# No turn comes.
my $holder = hold_turn();
refused($node, 'postgres', "SET auth.password_wait = '100ms'; $sign_in",
	'UA010', 'who waits gives up', message => 'too many passwords');
refused($node, 'postgres', "SET auth.password_wait = 0; $sign_in",
	'UA010', 'nobody waits where there is no time to');
refused($node, 'other', "SET auth.password_wait = 0; $sign_in",
	'UA010', 'another database has the same turns');
refused(
	$node,
	'postgres',
	"SET auth.password_wait = 0;"
	  . " SELECT auth_create_key('nobody', 'email', 'x', 'a password')",
	'UA001',
	'what is refused without a hash is refused as ever');
refused(
	$node, 'postgres',
	"SET auth.password_wait = 0;"
	  . " SELECT auth_create_user('email', 'x', 'password of x')",
	'UA010', 'a new password needs a turn');
refused(
	$node,
	'postgres',
	"SET auth.password_wait = 0; SELECT auth_verify_password_hash("
	  . "'\$2a\$04\$abcdefghijklmnopqrstuu5s3P0m8NJwPIN8B5nb4SXHHhNZpbUPq', 'x')",
	'UA010',
	'so does a hash of another system');
is( $node->safe_psql(
		'postgres', 'SELECT refused FROM auth_get_password_load()'),
	'5', 'those that got no turn are counted');
load_is('1|0', 'and leave nothing behind');

# Interrupted while waiting.
my $waiter = start_waiter();
is( $node->safe_psql(
		'postgres',
		"SELECT wait_event_type FROM pg_stat_activity WHERE pid = $waiter->{pid}"
	),
	'Extension', 'that it waits is seen');
$node->safe_psql('postgres', "SELECT pg_cancel_backend($waiter->{pid})");
like(get_answer($waiter), qr/canceling statement due to user request/,
	'cancelled while waiting');
load_is('1|0', 'who is cancelled is not in the queue');
$waiter->{session}->query("SET statement_timeout = '200ms'");
like($waiter->{session}->query($sign_in) . get_answer($waiter),
	qr/canceling statement due to statement timeout/,
	'a statement timeout while waiting');
load_is('1|0', 'who times out is not in the queue');
$waiter->{session}->quit;
$waiter = start_waiter();
$node->safe_psql('postgres', "SELECT pg_terminate_backend($waiter->{pid})");
wait_for_load('waiting = 0');
load_is('1|0', 'who is terminated is not in the queue');
release_turn($holder);
load_is('0|0', 'nobody hashes or waits');

# First come, first served: as long as all are stopped, the turn stays with
# whom it was given to.
$holder = hold_turn();
my @waiters = map { start_waiter() } 1 .. 4;
stop_process($_->{pid}) foreach @waiters;
release_turn($holder);
load_is('1|3', 'one of four has been given the turn');
foreach my $behind (3, 2, 1, 0)
{
	my $first = shift @waiters;

	kill 'CONT', $first->{pid};
	like(get_answer($first), qr/key "nobody .* does not exist/,
		"it is the one who came first, with $behind behind");
	$first->{session}->quit;
}

# Interrupted just after the turn was handed over, before the process knows.
foreach my $function ('pg_cancel_backend', 'pg_terminate_backend')
{
	$holder = hold_turn();
	$waiter = start_waiter();
	my $next = start_waiter();
	stop_process($waiter->{pid});
	release_turn($holder);
	load_is('1|1', "$function: the turn was handed to a process that sleeps");
	$node->safe_psql('postgres', "SELECT $function($waiter->{pid})");
	kill 'CONT', $waiter->{pid};
	like(get_answer($next), qr/key "nobody .* does not exist/,
		"$function: the turn goes on to the next");
	load_is('0|0', "$function: and comes back");
	$next->{session}->quit;
}

# Who hashes and is stopped goes on; the turn is then another one's, who is stopped.
sub take_next_turn
{
	my ($hasher) = @_;
	my $next = start_waiter();

	stop_process($next->{pid});
	kill 'CONT', $hasher->{pid};
	return $next;
}

sub leave_turn
{
	my ($holder) = @_;

	kill 'CONT', $holder->{pid};
	get_answer($holder);
	$holder->{session}->quit;
}

# A good sign-in whose new hash has no turn keeps the old one.
my $slow = "SET auth.password_memory = '256MB'; SET auth.password_iterations = 4;";
$node->safe_psql('postgres', "$slow SELECT auth_create_user('email', 'ann', 'password of ann')");
my $hasher = start_session();
$hasher->{session}->query_safe("$slow SET auth.password_wait = '100ms'");
my $ask_more = "SELECT set_config('auth.password_iterations', 1 + current_setting('auth.password_iterations')::int || '', false)";
my $good = "SELECT provider_user_id FROM auth_use_key('email', 'ann', 'password of ann')";
stop_in_hash($node, $hasher->{session}, $hasher->{pid}, "$ask_more; $good");
my $stored = "SELECT hashed_password FROM auth_key";
my $old = $node->safe_psql('postgres', $stored);
my $next = take_next_turn($hasher);
like(get_answer($hasher), qr/^ann$/m, 'a sign-in without a turn for a new hash');
is($node->safe_psql('postgres', $stored), $old, 'the old hash stays');
leave_turn($next);
$hasher->{session}->query_safe($good);
isnt($node->safe_psql('postgres', $stored), $old, 'until there is a turn');
$hasher->{session}->quit;

# A guess that has been compared with one hash is made, though there is no turn
# to compare it with the next: or else guesses would be free in a busy server.
sub guess_once
{
	my ($guess) = @_;
	my $guesser = start_session();

	$guesser->{session}->query_safe("SET auth.password_wait = '100ms'");
	stop_in_hash($node, $guesser->{session}, $guesser->{pid}, $guess);
	my $next = take_next_turn($guesser);
	my ($answer) = split /\n/, get_answer($guesser);
	leave_turn($next);
	$guesser->{session}->query_safe('SET auth.throttle_max_failures = 1');
	$answer .= ' ' . $guesser->{session}->query_safe($guess);
	$guesser->{session}->quit;
	return $answer;
}

is($node->safe_psql('postgres', 'SHOW server_encoding'),
	'UTF8', 'control: there are normal forms');
is( guess_once("SELECT status FROM auth_sign_in('email', 'ann', U&'\\FB01sh')"),
	'refused throttled',
	'what is typed and its normal form are compared in one turn, and counted');
$node->safe_psql('postgres', $slow . <<'SQL');
SELECT auth_reset_key_throttle('email', 'ann');
SELECT auth_create_key(user_id, 'username', 'ann', 'another password')
FROM auth_get_key('email', 'ann');
SQL
is( guess_once("SELECT status FROM auth_get_key('email', 'ann') k,"
		  . " auth_change_user_password(k.user_id, 'a guess', 'a new password')"),
	'throttled throttled',
	'a guess at the second of two passwords has no turn, and is counted');

# A limit that is raised lets those that wait through together.
$holder = hold_turn();
@waiters = map { start_waiter() } 1 .. 3;
stop_process($_->{pid}) foreach @waiters;
$node->append_conf('postgresql.conf', 'auth.password_concurrency = 4');
$node->reload;
push @waiters, start_session();
send_statement($waiters[3], $sign_in);
wait_for_load('running > 1');
load_is('4|1', 'raised: whoever comes next lets the others through');
kill 'CONT', map { $_->{pid} } @waiters;
get_answer($_) foreach @waiters;
$_->{session}->quit foreach @waiters;
release_turn($holder);
load_is('0|0', 'raised: nobody is left');
is( $node->safe_psql(
		'postgres', 'SELECT concurrency FROM auth_get_password_load()'),
	'4', 'the limit in force is shown');

# A process killed while it hashes: the server starts anew.
$node->append_conf('postgresql.conf', 'auth.password_concurrency = 2');
$node->reload;
$holder = hold_turn();
kill 'KILL', $holder->{pid};
$node->poll_query_until('postgres',
	"SELECT most_running = 0 FROM auth_get_password_load()")
  or BAIL_OUT('the server did not come back');
load_is('0|0', 'after a crash nobody hashes');
$holder->{session}->{run}->finish;

# A storm of 200.  Besides what the library counts itself, the memory of the
# processes is looked at: those that have that of a hash at one moment.  Who
# has it at the end of one look and in the next one, too, has it between.
my $memory = 64 * 1024;

sub hashing
{
	my ($backends) = @_;
	my %hashing;

	foreach my $pid (@$backends)
	{
		open my $status, '<', "/proc/$pid/status" or next;
		my ($size) = join('', <$status>) =~ /^VmData:\s*(\d+) kB/m;
		close $status;
		$hashing{$pid} = 1 if defined $size && $size > $memory;
	}
	return \%hashing;
}

my @clients = start_clients(
	$node,
	'postgres',
	(
		    "SET auth.password_memory = $memory; SET auth.password_iterations = 1;"
		  . " SET auth.password_wait = '10min';\n$sign_in;\n"
	) x 200);
my @backends = split /\n/,
  $node->safe_psql('postgres',
	"SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'");
my ($most, $looks, $last) = (0, 0, {});
my $deadline = time + $PostgreSQL::Test::Utils::timeout_default;
while (time < $deadline && grep { -d "/proc/$_" } @backends)
{
	my $now = hashing(\@backends);
	my $both = grep { $last->{$_} } keys %$now;

	$most = $both if $both > $most;
	$looks++;
	$last = $now;
	usleep(1000);
}
my @outputs = finish_clients(@clients);
is(scalar(grep { /^(psql:.*)?ERROR:  UA002$/m } @outputs),
	200, '200 at a time: each gets its answer');
cmp_ok($looks, '>', 100, '200 at a time: looked at often enough');
is($most, 2, '200 at a time: two processes have the memory of a hash');
is( $node->safe_psql(
		'postgres',
		'SELECT running, waiting, most_running, refused'
		  . ' FROM auth_get_password_load()'),
	'0|0|2|0',
	'200 at a time: two run, nobody is refused, nothing is left');

$node->stop;
done_testing();
