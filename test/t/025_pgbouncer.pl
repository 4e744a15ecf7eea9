# PgBouncer: many clients share a few connections of the server, in transaction
# mode, and none meets what is another's.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
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
auth.password_concurrency = 1
auth.password_wait = 60s
CONF

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
ALTER TABLE auth_user ADD name text, ADD plan text DEFAULT 'free';
CREATE ROLE web LOGIN;
SELECT auth_grant('web', 'client');
GRANT SET ON PARAMETER auth.user_attributes TO web;
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

append_to_file("$directory/users", qq{"web" ""\n"mailer" ""\n"admin" ""\n});
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
verbose = 1
$statements
INI

my $pooler = IPC::Run::start([ $pgbouncer, "$directory/pgbouncer.ini" ],
	'<', File::Spec->devnull, '>', "$directory/out", '2>&1');

sub connection
{
	my ($pool, $role) = @_;

	return "host=$directory port=6432 dbname=$pool user=" . ($role // 'web');
}

# One client of a pool.
sub through
{
	my ($pool, $sql, $role) = @_;
	my ($stdout, $stderr);

	IPC::Run::run(
		[ 'psql', '-XAtq', '-v', 'VERBOSITY=sqlstate', '-d', connection($pool, $role) ],
		'<', \$sql, '>', \$stdout, '2>', \$stderr);
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
SELECT verify((s."user")->>'name' = :name::text, 'the user that signs up')
  FROM auth_sign_up('email', :name, 'password of ' || :name, jsonb_build_object('name', :name::text)) s;
SELECT verify(status = 'refused' AND token IS NULL, 'the wrong password')
  FROM auth_sign_in('email', :name, 'a wrong password');
SELECT token, user_id AS id, status FROM auth_sign_in('email', :name, 'password of ' || :name) \gset
SELECT verify(count(*) = 1 AND bool_and(user_id = :id AND "user"->>'name' = :name), 'the validation')
  FROM auth_validate_session(:token);
BEGIN;
SET LOCAL auth.user_attributes = 'plan';
SELECT verify(count(*) = 1 AND bool_and("user" = '{"plan": "free"}' AND user_id = :id), 'the setting')
  FROM auth_validate_session(:token);
SELECT verify(status = 'ok', 'the new password')
  FROM auth_change_password(:token, 'password of ' || :name, 'new password of ' || :name);
COMMIT;
BEGIN;
SELECT verify(auth_sign_out(:token), 'the sign-out that is rolled back');
ROLLBACK;
SELECT verify(count(*) = 1 AND bool_and(user_id = :id AND "user"->>'name' = :name AND "user" ? 'plan'), 'the session after the rollback')
  FROM auth_validate_session(:token);
SELECT verify(auth_sign_out(:token), 'the sign-out');
SELECT verify(count(*) = 0, 'the session after the sign-out') FROM auth_get_session(:token);
SQL

foreach my $protocol ('extended', $prepares ? 'prepared' : ())
{
	my ($stdout, $stderr) = ('', '');
	my $good = IPC::Run::run(
		[
			'pgbench', '-n', '-M', $protocol, '-c', '20', '-j', '2', '-t', '5',
			'-f', $script, connection('two')
		],
		'>', \$stdout,
		'2>', \$stderr);

	ok($good, "$protocol: twenty clients on two connections, each with its own")
	  or diag($stderr);
	like($stdout, qr{actually processed: 100/100}, "$protocol: all of them");
	is( $node->safe_psql('postgres',
			"SELECT count(*) FROM pg_stat_activity WHERE usename = 'web'"
			  . " AND datname = 'postgres'") <= 3,
		1,
		"$protocol: they had two, and one is of another pool");
}

$pooler->signal('INT');
IPC::Run::finish($pooler);
$node->stop;
done_testing();
