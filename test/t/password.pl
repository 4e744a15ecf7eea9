# What happens while a password is being hashed, and when it cannot be.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('password');

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SET auth.password_memory = '256MB';
SET auth.password_iterations = 8;
SELECT auth_create_user('email', 'ann', 'password of ann', user_id => 'ann');
SELECT auth_create_user('email', 'bob', 'password of bob', user_id => 'bob');
SQL

# A function of ann's that takes a second or so, and what happens meanwhile: as
# a rule her key's name goes over to bob.
my $rename = <<'SQL';
BEGIN;
SELECT auth_delete_key('email', 'ann');
SELECT auth_update_key_identifier('email', 'bob', 'email', 'ann');
COMMIT;
SQL

sub meanwhile
{
	my ($query, $other, $iterations) = @_;
	my $client = $node->background_psql('postgres', on_error_stop => 0);

	$client->query_safe("SET auth.password_memory = '256MB'");
	$client->query_safe(
		"SET auth.password_iterations = " . ($iterations // 8));
	my $pid = $client->query_safe('SELECT pg_backend_pid()');
	stop_in_hash($node, $client, $pid, $query);
	$node->safe_psql('postgres', $other // $rename);
	kill 'CONT', $pid;
	my $answer = $client->query('SELECT 1');
	$client->quit;
	return $answer . $client->{stderr};
}

sub restore
{
	$node->safe_psql('postgres', <<'SQL');
SELECT auth_update_key_identifier('email', 'ann', 'email', 'bob');
SET auth.password_memory = '256MB';
SET auth.password_iterations = 8;
SELECT auth_create_key('ann', 'email', 'ann', 'password of ann');
SQL
}

my $answer = meanwhile(
	"SELECT user_id FROM auth_use_key('email', 'ann', 'password of ann')");
like($answer, qr/^ann$/m, 'the key whose hash was compared is the answer');
unlike($answer, qr/^bob$/m, 'and not the one that has its name by now');
is( $node->safe_psql(
		'postgres', "SELECT user_id FROM auth_get_key('email', 'ann')"),
	'bob', 'which is there');
restore();

$answer = meanwhile("SELECT user_id"
	  . " FROM auth_update_key_password('email', 'ann', 'new one of ann')");
like($answer, qr/key "ann" of provider "email" does not exist/,
	'the password of a key that is gone is not changed');
answers($node, 'postgres',
	"SELECT user_id FROM auth_use_key('email', 'ann', 'password of bob')",
	'bob', 'nor that of the key that has its name by now');
restore();

# A sign-in that replaces the hash, and meanwhile the password is changed.
$answer = meanwhile(
	"SELECT user_id FROM auth_use_key('email', 'ann', 'password of ann')",
	"SELECT auth_update_key_password('email', 'ann', 'new one of ann')", 9);
like($answer, qr/^ann$/m, 'the old password was right when it was given');
answers($node, 'postgres',
	"SELECT user_id FROM auth_use_key('email', 'ann', 'new one of ann')",
	'ann', 'and the new one is not undone');
$node->safe_psql('postgres', <<'SQL');
SET auth.password_memory = '256MB';
SET auth.password_iterations = 8;
SELECT auth_update_key_password('email', 'ann', 'password of ann');
SQL

# Memory that cannot be had is an error: neither a wrong password nor a right
# one.  The limit leaves room for everything but the hash.
my $poor = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $poor->query_safe('SELECT pg_backend_pid()');
$poor->query_safe(
	"SELECT count(*) FROM (SELECT auth_create_user()) created");
my ($size) = slurp_file("/proc/$pid/status") =~ /^VmSize:\s*(\d+) kB/m;
system_or_bail('prlimit', "--pid=$pid",
	'--as=' . ($size + 64 * 1024) * 1024);

foreach my $password ('password of ann', 'another password')
{
	$poor->{stderr} = '';
	my $user = $poor->query(
		"SELECT user_id FROM auth_use_key('email', 'ann', '$password')");
	is($user, '', "no memory, '$password': no user");
	like($poor->{stderr}, qr/ERROR:  out of memory/,
		"no memory, '$password': an error that says so");
}
# So it is for the hashes of other systems.
my $key = 'xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o';
foreach my $stored (
	"\$scrypt\$ln=17,r=8,p=1\$c2FsdA\$$key",
	"\$fbscrypt\$v=1,n=17,r=8,p=1,ss=Bw==,sk=$key=\$c2FsdA==\$$key=",
	'$y$jCT$p6OI0WN7.rSfZBOijjRdR.$xUOA2MTcB48ac.9Oc5fz8cxwLv1mMqabnn333iOzSA6')
{
	$poor->{stderr} = '';
	is( $poor->query("SELECT auth_verify_password_hash('$stored', 'x')"),
		'', "no memory for $stored: no answer");
	like($poor->{stderr}, qr/ERROR:  out of memory/, 'an error that says so');
}
$poor->{stderr} = '';
$poor->query_safe("SET auth.password_memory = '256MB'");
$poor->query("SELECT user_id FROM auth_use_key('email', 'nobody', 'password')");
like($poor->{stderr}, qr/ERROR:  out of memory/,
	'no memory for the hash of an unknown key: the same error');
$poor->{stderr} = '';
$poor->query("SELECT auth_create_key('ann', 'email', 'new', 'a new one')");
like($poor->{stderr}, qr/ERROR:  out of memory/,
	'no memory for a new hash: no key');
is( $node->safe_psql(
		'postgres',
		"SELECT count(*) FROM auth_key WHERE provider_user_id = 'new'"),
	'0', 'and indeed there is none');
$poor->{stderr} = '';
$poor->quit;

$node->stop;
done_testing();
