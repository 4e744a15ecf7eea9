# A turn to hash comes back from processes that are no client backends: a
# background worker whose handler of SIGTERM exits at once, and a parallel one.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $tree = "$FindBin::RealBin/../..";
my $library = "$tree/test/worker/worker.so";
system_or_bail('make', '-s', '-C', $tree, 'test/worker/worker.so');

my $node = new_node('turn_workers', conf => <<CONF);
auth.password_concurrency = 1
auth.password_wait = '10min'
auth.password_memory = 128MB
auth.password_iterations = 4
CONF

$node->safe_psql('postgres', <<SQL);
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE FUNCTION start_worker(text, text) RETURNS int LANGUAGE c AS '$library';
SQL
my $hash = $node->safe_psql('postgres', <<'SQL');
SELECT count(auth_create_user('email', 'ann', 'password of ann'));
SELECT hashed_password FROM auth_key;
SQL
$hash =~ s/^1\n//;

# It hashes for a few tenths of a second, and begins anew until it is ended.
my $statement = <<'SQL';
DO $$ BEGIN LOOP PERFORM auth_verify_password_hash(hashed_password, 'a guess') FROM auth_key; END LOOP; END $$
SQL

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
		"SELECT $condition FROM auth_get_password_load()")
	  || BAIL_OUT("the load has not become: $condition");
}

sub start_worker
{
	return $node->safe_psql('postgres',
		'SELECT start_worker(' . quote_literal($library) . ',' . quote_literal($statement) . ')');
}

# Stopped while it has the turn, so that the signal finds it there, and not
# between two hashes.
sub stop_in_turn
{
	my ($pid) = @_;
	my $running = 'SELECT running FROM auth_get_password_load()';

	foreach my $attempt (1 .. 100)
	{
		wait_for_load('running = 1');
		stop_process($pid);
		last if $node->safe_psql('postgres', $running);
		kill 'CONT', $pid;
	}
	load_is('1|0', 'a worker that hashes is stopped');
	return;
}

sub terminate
{
	my ($pid) = @_;

	$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
	kill 'CONT', $pid;
	return;
}

sub wait_for_end
{
	my ($pid) = @_;

	return $node->poll_query_until('postgres',
		"SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid");
}

my $sign_in = "SELECT count(auth_verify_password_hash('$hash', 'password of ann'))";

foreach my $time (1 .. 3)
{
	my $worker = start_worker();
	stop_in_turn($worker);
	terminate($worker);
	ok(wait_for_end($worker), 'terminated while it hashes');
	load_is('0|0', 'the turn is back');
}
answers($node, 'postgres', $sign_in, '1', 'and somebody else gets it');

# Somebody waits for the turn that the worker has.
my $worker = start_worker();
stop_in_turn($worker);
my @clients = start_clients($node, 'postgres', "$sign_in;\n");
wait_for_load('waiting = 1');
terminate($worker);
my @outputs = finish_clients(@clients);
like($outputs[0], qr/^1$/m, 'who waits for it gets it');
load_is('0|0', 'nothing is left');

# Two workers, of which one waits.
$worker = start_worker();
stop_in_turn($worker);
my $waiter = start_worker();
wait_for_load('waiting = 1');
terminate($waiter);
ok(wait_for_end($waiter), 'terminated while it waits');
load_is('1|0', 'it is not in the queue');
$waiter = start_worker();
wait_for_load('waiting = 1');
stop_process($waiter);
terminate($worker);
ok(wait_for_end($worker), 'the turn goes to a worker that sleeps');
load_is('1|0', 'and it is its');
terminate($waiter);
ok(wait_for_end($waiter), 'terminated just after it was given the turn');
load_is('0|0', 'the turn is back');

# A parallel worker, in a function that is said to be safe and is not.
$node->safe_psql('postgres', <<SQL);
CREATE FUNCTION verify() RETURNS boolean LANGUAGE plpgsql PARALLEL SAFE AS
    \$\$ BEGIN RETURN auth_verify_password_hash('$hash', 'a guess'); END \$\$;
SQL
my $parallel = $node->safe_psql('postgres',
	"SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')");
@clients = start_clients($node, 'postgres', <<SQL);
SET $parallel = on;
LOAD 'auth';
SELECT count(verify()) FROM generate_series(1, 1000);
SQL
$node->poll_query_until('postgres',
	"SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'parallel worker'")
  or BAIL_OUT('there is no parallel worker');
my $pid = $node->safe_psql('postgres',
	"SELECT pid FROM pg_stat_activity WHERE backend_type = 'parallel worker'");
stop_in_turn($pid);
terminate($pid);
@outputs = finish_clients(@clients);
like($outputs[0], qr/^(psql:.*)?ERROR:  57P01$/m, 'a parallel worker is terminated');
load_is('0|0', 'the turn is back');

# Killed, it takes the server's memory with it.
$node->append_conf('postgresql.conf', 'restart_after_crash = on');
$node->reload;
$worker = start_worker();
stop_in_turn($worker);
kill_backend($node, $worker);
load_is('0|0', 'after a crash nobody hashes');

$node->stop;
done_testing();
