# Parallel plans under policies that ask who acts: workers are launched and sent the
# answer; one that asks itself, as a function was marked wrongly, fails.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('parallel', conf => <<'CONF');
parallel_setup_cost = 0
parallel_tuple_cost = 0
min_parallel_table_scan_size = 0
max_parallel_workers = 8
max_parallel_workers_per_gather = 2
parallel_leader_participation = off
CONF

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE ROLE web LOGIN;
SELECT auth_grant('web', 'client');
SELECT auth_create_user(NULL, NULL, user_id => name) FROM unnest('{ada,bob}'::text[]) name;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    SELECT auth_session_id('of ' || id), id, 'infinity', 'infinity' FROM auth_user;
CREATE TABLE note AS SELECT CASE i % 10 WHEN 0 THEN 'ada' ELSE 'bob' END AS owner_id, i FROM generate_series(1, 10000) i;
ALTER TABLE note SET (parallel_workers = 2);
ANALYZE note;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note USING (owner_id = auth_user_id());
GRANT SELECT ON note TO web;
CREATE FUNCTION restricted() RETURNS text STABLE PARALLEL RESTRICTED LANGUAGE plpgsql AS 'BEGIN RETURN auth_user_id(); END';
CREATE FUNCTION once() RETURNS text STABLE PARALLEL RESTRICTED LANGUAGE plpgsql AS 'BEGIN RETURN auth_user_id(); END';
SELECT auth_evaluate_once('once()');
CREATE FUNCTION safe() RETURNS text STABLE PARALLEL SAFE LANGUAGE plpgsql AS 'BEGIN RETURN auth_user_id(); END';
SQL

my $count = 'SELECT count(*), min(owner_id), max(owner_id) FROM note';

# The statement, as web, with the session of this user set
sub acting
{
	my ($user, $statement) = @_;

	return "BEGIN;\nSELECT auth_set_session('of $user') \\g /dev/null\n$statement;\nCOMMIT";
}

# How many workers the count has had
sub workers
{
	my ($user) = @_;
	my $plan = as_role($node, 'postgres', 'web', acting($user, "EXPLAIN (ANALYZE, COSTS off, TIMING off) $count"));

	return $plan =~ /Workers Launched: (\d+)/ ? $1 : 0;
}

sub policy
{
	my ($condition) = @_;

	$node->safe_psql('postgres', "ALTER POLICY own ON note USING ($condition)");
	return;
}

# Each sees their own, whoever counts
sub counts
{
	my ($name) = @_;

	answers($node, 'postgres', acting('ada', $count), '1000|ada|ada', "$name: rows of one user", role => 'web');
	answers($node, 'postgres', acting('bob', $count), '9000|bob|bob', '... of another', role => 'web');
	answers($node, 'postgres', acting('nobody', $count), '0||', '... of nobody', role => 'web');
	answers($node, 'postgres', $count, '0||', '... and without a session', role => 'web');
	return;
}

is(workers('ada'), 2, 'workers are launched under a policy');
counts('in parallel');

policy('owner_id = once()');
is(workers('ada'), 2, 'workers are launched for a function that is evaluated once');
counts('a function that is evaluated once');

# Without that the leader alone may ask.
policy('owner_id = restricted()');
is(workers('ada'), 0, 'no workers for a function that is restricted');
counts('a function that is restricted');

policy('owner_id = safe()');
refused($node, 'postgres', acting('ada', $count), '25000', 'a worker that asks itself fails',
	role => 'web', message => 'a parallel worker does not know the identity of the transaction');
answers($node, 'postgres', acting('ada', "SET LOCAL max_parallel_workers_per_gather = 0;\n$count"),
	'1000|ada|ada', '... which only a wrong mark brings about', role => 'web');

$node->stop;
done_testing();
