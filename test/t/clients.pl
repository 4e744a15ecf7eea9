# The client packages and docs/function.md: what is made of the catalog is what "make
# clients" makes of it now; tests of the rest without a server; what the compiler and
# the type checker accept; and an account from the sign-up on, by each package.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use IPC::Run;
use Page;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = "$FindBin::RealBin/../..";
my $packages = "$root/clients";
my $programs = "$FindBin::RealBin/../client";
my %found = find_clients(qw(node python));
my @blocks = page_blocks(slurp_file("$root/docs/client.md"));
my $node = new_node('clients', keys => 1);

$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGDATABASE} = 'postgres';
$ENV{PGUSER} = $node->safe_psql('postgres', 'SELECT current_user');
$ENV{PYTHONPATH} = "$packages/python";
$ENV{PYTHONDONTWRITEBYTECODE} = 1;

# The program is content; what it has printed.
sub succeeds
{
	my ($name, @command) = @_;
	my $output = '';

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	my $succeeded = eval {
		IPC::Run::run(\@command, '<', \undef, '>&', \$output,
			IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	};
	ok($succeeded, $name) or diag($@ || $output);
	return $output;
}

# ... and reaches its end.
sub runs_through
{
	my ($name, @command) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return like(succeeds($name, @command), qr/^complete$/m, '... to its end');
}

#
# What is made of the catalog
#

my $made = PostgreSQL::Test::Utils::tempdir();
my @names = split /\n/, succeeds('the generator runs', 'python3', "$packages/generator", $made);
foreach my $name (@names)
{
	ok(-e "$root/$name" && slurp_file("$root/$name") eq slurp_file("$made/$name"), $name)
	  or diag(qq{$name is not what the catalog says: run "make clients"});
}
cmp_ok(scalar @names, '>', 1, 'files were made');

#
# Without a server
#

if ($found{python})
{
	succeeds('python: its own tests', $found{python}, '-m', 'unittest', 'discover', '-s', "$packages/python/tests");
	succeeds('python: types', $found{python}, '-m', 'mypy', '--config-file', "$packages/python/pyproject.toml",
		'--cache-dir', "$made/mypy", "$packages/python/pg_auth_client", "$packages/python/tests", "$programs/typed.py");
}
if ($found{node})
{
	succeeds('node: its own tests', $found{node}, '--test', glob "$packages/node/test/*.test.js");
	succeeds('node: types', 'tsc', qw(--noEmit --strict --target es2022 --module node16 --moduleResolution node16),
		"$programs/typed.mts");
}

#
# An account, and what the page shows
#

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
ALTER TABLE auth_user ADD name text;
ALTER DATABASE postgres SET auth.client_user_attributes = 'name';
CREATE ROLE web LOGIN;
CREATE ROLE mailer LOGIN;
SELECT auth_grant('web', 'client'), auth_grant('mailer', 'worker');
CREATE TABLE note (user_id text DEFAULT auth_user_id(), text text);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note USING (user_id = auth_user_id());
GRANT SELECT, INSERT ON note TO web;
SELECT auth_create_user('email', 'page@example.com', 'correct horse battery', user_id => 'page');
INSERT INTO note VALUES ('page', 'of page'), ('other', 'of another');
CREATE FUNCTION make_idle(token text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS 'UPDATE auth_session SET active_expires_at = now() WHERE id = auth_session_id(token)';
SQL

# What the page shows in a language, with what it must do behind it.
sub page_program
{
	my ($kind, $extension) = @_;
	my $file = "$made/page.$extension";

	$node->safe_psql('postgres', q{SELECT auth_reset_key_throttle('email', 'page@example.com')});
	append_to_file($file, join "\n", (map { $_->{kind} eq $kind ? $_->{text} : () } @blocks),
		slurp_file("$programs/page.$extension"));
	return $file;
}

runs_through('what may be NULL by its type', $found{python}, "$programs/null.py") if $found{python};

my %accounts = (node => "$programs/account.mjs", python => "$programs/account.py");
foreach my $language (sort keys %found)
{
	runs_through("$language: an account", $found{$language}, $accounts{$language});
}
if ($found{node})
{
	make_node_modules($found{node}, $made);
	runs_through('node: docs/client.md', 'env', 'PGUSER=web', $found{node}, page_program('js', 'mjs'));
}
runs_through('python: docs/client.md', 'env', 'PGUSER=web', $found{python}, page_program('py', 'py'))
  if $found{python};

$node->stop;
done_testing();
