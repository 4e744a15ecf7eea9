# AuthTest: what the TAP tests of auth share.

package AuthTest;

use strict;
use warnings;

use Carp;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Spec;
use FindBin;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

our @EXPORT = qw(
  new_node write_keys quote_literal quote_identifier
  as_role refused answers
  start_clients finish_clients
  find_clients make_node_modules copy_examples
  kill_backend
  stop_process stop_in_hash
  AWKWARD SIGN_UP_TOKEN
);

# The schema name of CVE-2023-39417.
use constant AWKWARD => q{a'b$$"c};

# A function that makes a token to sign up with, whoever calls it: what is
# otherwise in a message.  Tokens with other marks are others for the same name.
use constant SIGN_UP_TOKEN => <<'SQL';
CREATE FUNCTION sign_up_token(name text, mark text DEFAULT '') RETURNS text
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO auth_token (id, purpose, provider_id, address, expires_at)
        VALUES (auth_session_id('sign up ' || name || mark), 'sign_up', 'email', name, now() + interval '1 day')
        ON CONFLICT DO NOTHING;
    SELECT 'sign up ' || name || mark
$$;
SQL

# A cluster with hashes that are cheap, except where a test says otherwise, and
# with turns to hash for whoever comes: on a machine that is busy nobody gives up.
# Statements are not logged: the tests of the log switch that on themselves.
# With "keys" there is a file of keys, and authenticator apps can be added.
sub new_node
{
	my ($name, %options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(
		extra => [ '--encoding=UTF8', '--locale=C' ],
		%{ $options{init} // {} });
	$node->append_conf('postgresql.conf', <<CONF);
autovacuum = off
log_statement = none
auth.password_memory = 7168
auth.password_iterations = 1
auth.password_concurrency = 8
auth.password_wait = 10min
CONF
	$node->append_conf('postgresql.conf', $options{conf}) if $options{conf};
	write_keys($node, 'one') if $options{keys};
	$node->append_conf('postgresql.conf', q{auth.totp_issuer = 'Example'}) if $options{keys};
	$node->start unless $options{stopped};
	return $node;
}

# A file with a key of each name, the first of which is the current one, for a
# server that is configured anew.
sub write_keys
{
	my ($node, @names) = @_;
	my $file = abs_path($node->basedir) . '/keys';
	my $content = join '', map { "$_:" . unpack('H64', $_ x 32) . "\n" } @names;

	unlink $file;
	append_to_file($file, $content);
	chmod 0600, $file;
	$node->append_conf('postgresql.conf', "auth.key_file = '$file'");
	return;
}

sub quote_literal
{
	my ($text) = @_;

	return 'NULL' unless defined $text;
	$text =~ s/'/''/g;
	return $text =~ s/\\/\\\\/g ? " E'$text'" : "'$text'";
}

sub quote_identifier
{
	my ($name) = @_;

	$name =~ s/"/""/g;
	return qq{"$name"};
}

# Run statements as a login role, with the result or death.
sub as_role
{
	my ($node, $database, $role, $sql) = @_;

	return $node->safe_psql($database, $sql, extra_params => [ '-U', $role ]);
}

# The statements fail, the last one that runs with this SQLSTATE and, when it
# is given, a message that matches.
sub refused
{
	my ($node, $database, $sql, $sqlstate, $name, %options) = @_;
	my @params = ('-v', 'VERBOSITY=verbose');
	my ($stdout, $stderr);

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	push @params, '-U', $options{role} if $options{role};
	my $result = $node->psql(
		$database, $sql,
		stdout => \$stdout,
		stderr => \$stderr,
		on_error_stop => 1,
		extra_params => \@params);
	return fail("$name: no error, but: $stdout") if $result == 0;
	return like(
		$stderr,
		$options{message}
		? qr/ERROR:  $sqlstate: .*$options{message}/
		: qr/ERROR:  $sqlstate: /,
		$name);
}

# The statements succeed and print this.
sub answers
{
	my ($node, $database, $sql, $expected, $name, %options) = @_;
	my @params = $options{role} ? ('-U', $options{role}) : ();
	my ($stdout, $stderr);

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	my $result = $node->psql(
		$database, $sql,
		stdout => \$stdout,
		stderr => \$stderr,
		on_error_stop => 1,
		extra_params => \@params);
	return is($stdout, $expected, $name) if $result == 0;
	fail($name);
	diag($stderr);
	return 0;
}

# Kill a backend and come back when the server does.  For a moment after the
# kill the server still answers: its own word that it starts anew is waited for.
sub kill_backend
{
	my ($node, $pid) = @_;
	my $offset = -s $node->logfile;
	my $patience = 10 * $PostgreSQL::Test::Utils::timeout_default;

	kill(9, $pid) or croak 'there is nothing to kill';
	until (slurp_file($node->logfile, $offset) =~ /all server processes terminated/)
	{
		croak 'the server did not notice' if $patience-- == 0;
		usleep(100_000);
	}
	$node->poll_query_until('postgres', 'SELECT true')
	  or croak 'the server did not come back';
	return;
}

# Come back when the process is stopped.
sub stop_process
{
	my ($pid) = @_;

	kill('STOP', $pid) or croak 'there is nothing to stop';
	usleep(1000) until slurp_file("/proc/$pid/stat") =~ /^\d+ \(.*\) T /;
	return;
}

# Send a statement to a client, and stop its process, whose number it is, in the
# midst of the hash: it keeps its turn until it is sent CONT.  Where the hash was
# over too soon, the statement is sent anew; how many times it was.
sub stop_in_hash
{
	my ($node, $client, $pid, $statement) = @_;
	my $watch = $node->background_psql('postgres');
	my $load = 'SELECT running FROM auth_get_password_load()';
	my $before = $watch->query_safe($load);

	foreach my $count (1 .. 20)
	{
		$client->{stdin} .= "$statement;\n\\echo ended\n";
		until ($client->{stdout} =~ /^ended$/m || $watch->query_safe($load) > $before)
		{
			$client->{run}->pump_nb;
			usleep(1000);
		}
		stop_process($pid);
		if ($watch->query_safe($load) > $before)
		{
			$watch->quit;
			return $count;
		}
		kill 'CONT', $pid;
		$client->query('SELECT 1');
		$client->{stderr} = '';
	}
	croak 'the hash is always over too soon';
}

my $clients = 0;

# One psql process per script, all of them let go at the same moment: each
# waits for an advisory lock that is held until every one has connected.
# Errors do not stop a script; they are printed with their SQLSTATE.  All test
# files share a directory, so that the process is in the scripts' names.  A
# function behind the scripts is called just before that moment.
sub start_clients
{
	my ($node, $database, @scripts) = @_;
	my $prepare = ref $scripts[-1] ? pop @scripts : sub { };
	my $gate = $node->background_psql($database);
	my @clients;

	$gate->query_safe('SELECT pg_advisory_lock(1)');
	foreach my $script (@scripts)
	{
		my $base = "$PostgreSQL::Test::Utils::tmp_check/client_${$}_" . ++$clients;
		my %client = (out => "$base.out");

		append_to_file("$base.sql",
			"SELECT pg_advisory_lock_shared(1) \\g /dev/null\n$script");
		$client{handle} = IPC::Run::start(
			[
				'psql', '-XAtq',
				'-v', 'VERBOSITY=sqlstate',
				'-d', $node->connstr($database),
				'-f', "$base.sql"
			],
			'<', File::Spec->devnull,
			'>', $client{out},
			'2>&1',
			IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
		push @clients, \%client;
	}
	my $waiting = scalar @scripts;
	$node->poll_query_until($database,
		"SELECT count(*) = $waiting FROM pg_locks"
		  . " WHERE locktype = 'advisory' AND NOT granted")
	  or croak 'the clients did not come to the gate';
	$prepare->();
	$gate->quit;
	return @clients;
}

# What each client has printed.
sub finish_clients
{
	my @clients = @_;

	foreach my $client (@clients)
	{
		IPC::Run::finish($client->{handle});
	}
	return map { slurp_file($_->{out}) } @clients;
}

# The first of the programs with which the command succeeds.
sub find_program
{
	my ($programs, @arguments) = @_;

	foreach my $program (@$programs)
	{
		return $program
		  if eval { IPC::Run::run([ $program, @arguments ], '>&', \my $output) };
	}
	return undef;
}

# How to know that a language has its client library for PostgreSQL, and where
# Debian has it
my %clients = (
	node => [ ['node'], [ '-e', 'require("pg")' ], 'nodejs and node-pg' ],
	python => [ [ 'python3', '/usr/bin/python3' ], [ '-c', 'import psycopg' ], 'python3 and python3-psycopg' ],
	java => [ ['java'], [ '-cp', '/usr/share/java/postgresql.jar', '--list-modules', 'jdk.compiler' ],
		'default-jdk-headless and libpostgresql-jdbc-java' ]);

# These languages, with the program that has the client library.  A missing one
# is a failure, but for Node when make test has said that it could not be
# installed.
sub find_clients
{
	my @languages = @_;
	my %found = map { $_ => find_program(@{ $clients{$_} }[0], @{ $clients{$_}[1] }) } @languages;

	foreach my $language (grep { !$found{$_} } sort keys %found)
	{
		delete $found{$language};
	  SKIP:
		{
			skip('no client library for Node could be installed', 1)
			  if $language eq 'node' && $ENV{AUTH_WITHOUT_NODE};
			fail("$language has its client library");
			diag("please install $clients{$language}[2]");
		}
	}
	return %found;
}

# In a directory, what Node's programs there import by name: others' packages, and ours.
sub make_node_modules
{
	my ($node, $directory) = @_;
	my $modules = "$directory/node_modules";

	mkdir $modules or die "could not make $modules: $!";
	foreach my $package (qw(pg qrcode-generator))
	{
		my ($file) = run_command([ $node, '-p', "require.resolve('$package')" ]);
		symlink($file =~ s{/$package/\K.*}{}sr, "$modules/$package") or die "could not link $package: $!";
	}
	symlink(abs_path("$FindBin::RealBin/../../clients/node"), "$modules/pg-auth-client")
	  or die "could not link pg-auth-client: $!";
	return;
}

# A copy of docs/examples, in which the programs find their packages; given is
# the program of Node, if there is one.
sub copy_examples
{
	my ($node) = @_;
	my $root = abs_path("$FindBin::RealBin/../..");
	my $copy = PostgreSQL::Test::Utils::tempdir() . '/examples';

	system_or_bail('cp', '-R', "$root/docs/examples", $copy);
	make_node_modules($node, $copy) if defined $node;
	$ENV{PYTHONPATH} = "$root/clients/python";
	$ENV{PYTHONDONTWRITEBYTECODE} = 1;
	return $copy;
}

1;
