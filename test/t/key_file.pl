# The file of keys: how it is set.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('key_file');

sub ask
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', $sql);
}

# Set it for the server.
sub configure
{
	my ($name, $value) = @_;

	$node->append_conf('postgresql.conf', "$name = '$value'");
	$node->reload;
	$node->poll_query_until('postgres',
		"SELECT coalesce(current_setting('$name', true), '') = '$value'")
	  or BAIL_OUT("$name was not taken");
	return;
}

ask(<<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'ada@example.com', 'password of ada', user_id => 'ada');
SQL

# Without this, what 0.1.0 encrypted would be stored as it is.
configure('auth.outbox_key_file', '/keys');
refused($node, 'postgres', "SELECT auth_request_password_reset('email', 'ada\@example.com')",
	'F0000', 'the setting of 0.1.0');
my ($out, $err);
$node->psql('postgres', "LOAD 'auth';\nLOAD 'auth'", on_error_stop => 0, stdout => \$out, stderr => \$err);
like($err, qr/the setting "auth.outbox_key_file" has another name\nHINT:  Set "auth.key_file" in its place\./,
	'... says what its name is now');
unlike($err, qr/redefine/, '... each time that the library is loaded');
configure('auth.outbox_key_file', '');
is(ask("SELECT status FROM auth_request_password_reset('email', 'ada\@example.com')"), 'ok', '... and was all that was wrong');

done_testing();
