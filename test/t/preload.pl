# The server loads the library in the midst of whatever calls it first: what the
# log shows of that statement, and what becomes of the application's settings.
# With session_preload_libraries it is loaded before there is any.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('preload', conf => "log_min_error_statement = warning");

$node->safe_psql('postgres', <<'SQL');
CREATE DATABASE app;
CREATE ROLE careless LOGIN SUPERUSER;
ALTER ROLE careless SET auth.session_lifetime = 'a day or two';
CREATE ROLE tenant LOGIN SUPERUSER;
ALTER ROLE tenant SET auth.tenant = 'acme';
\c app
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'ada@example.com', 'correct horse battery');
SQL

# What the server logs for the statements in a new connection
sub logged
{
	my ($role, $sql) = @_;
	my $offset = -s $node->logfile;

	as_role($node, 'app', $role, $sql);
	return slurp_file($node->logfile, $offset);
}

sub first_call
{
	my ($password) = @_;

	return "SELECT status FROM auth_sign_in('email', 'ada\@example.com', '$password')";
}

my $sets = <<'SQL';
BEGIN;
SET LOCAL auth.user_id = 'u1';
SELECT auth_session_id('x') \g /dev/null
SELECT coalesce(current_setting('auth.user_id', true), 'gone');
SQL
my $warning = qr/WARNING:  invalid value for parameter "auth.session_lifetime"/;

my $log = logged('careless', first_call('correct horse battery'));
like($log, $warning, 'loading the library gives a warning');
like($log, qr/correct horse battery/, '... with the first call and its password');
answers($node, 'app', $sets, 'gone', "an application's setting is gone with the first call", role => 'careless');
like(logged('tenant', q{SELECT auth_session_id('x')}), qr/invalid configuration parameter name "auth.tenant", removing it/,
	'... and so is one of a role');

$node->safe_psql('postgres', q{ALTER DATABASE app SET session_preload_libraries = 'auth'});
$log = logged('careless', first_call('correct horse battery'));
like($log, $warning, 'preloaded, the library gives its warning before');
unlike($log, qr/correct horse/, '... and the first call is not in the log');
refused($node, 'app', $sets, '42602', 'a setting of the application is refused at once',
	role => 'careless', message => 'auth.user_id');

$node->stop;
done_testing();
