# Who acts where a client sends a transaction at once, without waiting for answers:
# the pipelines of psycopg 3 and node-postgres.  Those of libpq are pgbouncer.pl's.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my %found = find_clients(qw(node python));
my $drivers = "$FindBin::RealBin/../driver";
my $node = new_node('pipelines', conf => "listen_addresses = '127.0.0.1'\n");

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE ROLE web LOGIN;
SELECT auth_grant('web', 'client');
SELECT auth_create_user(NULL, NULL, user_id => name) FROM unnest('{ada,bob}'::text[]) name;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    SELECT auth_session_id('of ' || id), id, 'infinity', 'infinity' FROM auth_user;
CREATE TABLE note AS SELECT id AS owner_id FROM auth_user;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note USING (owner_id = auth_user_id());
GRANT SELECT ON note TO web;
SQL

# psycopg sends one Sync at the end, so that all is one transaction; node-postgres
# sends one behind each statement, and before 8.23 waits for each answer.
my %programs = (
	python => [ 'pipeline.py', qr/^True$/, "no transaction: True ada 1\n" ],
	node => [ 'pipeline.js', qr/^(?:true|false)$/, '' ]);
my $url = 'postgresql://web@127.0.0.1:' . $node->port . '/postgres';

foreach my $language (sort keys %found)
{
	my ($program, $pipelined, $one_transaction) = @{ $programs{$language} };
	my ($out, $err);

	IPC::Run::run([ $found{$language}, "$drivers/$program", $url ], '>', \$out, '2>', \$err,
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	is($err, '', "$language: the program has nothing to say");
	$out =~ s/^pipelined: (.*)\n//m;
	like($1, $pipelined, "$language: whether it is a pipeline");
	is($out =~ s/\btrue\b/True/gr, <<"TEXT", "$language: who acts, and when nobody does");
transaction: True ada 1
${one_transaction}no transaction, each by itself: True - 0
error: 22012
after it: - 0
TEXT
}

$node->stop;
done_testing();
