# The pepper: a key in a file of the server that goes into every hash.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use File::Spec;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node(
	'pepper',
	conf => <<CONF);
log_statement = all
log_error_verbosity = verbose
log_min_messages = debug1
CONF
my $file = $node->data_dir . '/pepper.keys';
my %key = (
	one => '1' x 62 . 'aF',
	two => '2' x 64,
	other => '3' x 64);

sub write_file
{
	my ($content, $mode) = @_;

	unlink $file;
	open my $out, '>', $file or die $!;
	print $out $content;
	close $out;
	chmod $mode // 0600, $file;
}

# The setting takes effect in the connections that come afterwards.
sub use_file
{
	my ($path) = @_;

	$node->safe_psql('postgres',
		"LOAD 'auth'; ALTER SYSTEM SET auth.password_pepper_file = '$path'");
	$node->reload;
	$node->poll_query_until('postgres',
		"SELECT current_setting('auth.password_pepper_file') = '$path'"
	) or BAIL_OUT('the setting was not taken');
}

sub stored
{
	my ($identifier) = @_;

	return $node->safe_psql('postgres',
		"SELECT hashed_password FROM auth_key WHERE provider_user_id = '$identifier'"
	);
}

sub signs_in
{
	my ($identifier, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return answers(
		$node,
		'postgres',
		"SELECT provider_user_id FROM auth_use_key('email', '$identifier', 'password of $identifier')",
		$identifier,
		$name);
}

sub is_refused
{
	my ($identifier, $sqlstate, $name, %options) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return refused(
		$node,
		'postgres',
		"SELECT auth_use_key('email', '$identifier', 'password of $identifier')",
		$sqlstate,
		$name,
		%options);
}

sub describes
{
	my ($identifier, $expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return answers(
		$node, 'postgres', <<"SQL", $expected, $name);
SELECT format, parameters ->> 'pepper', needs_rehash
FROM auth_key, auth_describe_password_hash(hashed_password)
WHERE provider_user_id = '$identifier'
SQL
}

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', name, 'password of ' || name, user_id => name)
FROM unnest('{early,later}'::text[]) name;
SQL
unlike(stored('early'), qr/pepper/, 'no pepper without a file');

# The first key.
write_file("# keys\n\none:$key{one}\n");
use_file('pepper.keys');
describes('early', 'argon2id||t', 'a hash without a pepper is out of date');
signs_in('early', 'it is verified');
like(stored('early'), qr/^\$pepper\$k=one\$argon2id\$v=19\$m=7168,t=1,p=1\$/,
	'and replaced by one with the pepper');
describes('early', 'argon2id|one|f', 'which is not out of date');
signs_in('early', 'it is verified, too');
refused(
	$node, 'postgres', "SELECT auth_use_key('email', 'early', 'password of x')",
	'UA004', 'a wrong password is wrong');
answers(
	$node, 'postgres', <<'SQL',
SELECT auth_verify_password_hash(hashed_password, 'password of early'),
    auth_verify_password_hash(replace(hashed_password, '$pepper$k=one', ''), 'password of early')
FROM auth_key WHERE provider_user_id = 'early'
SQL
	't|f', 'without its pepper the hash is of something else');
$node->safe_psql('postgres',
	"SELECT auth_create_user('email', 'new', 'password of new')");
like(stored('new'), qr/^\$pepper\$k=one\$/, 'a new password has it');
$node->safe_psql('postgres',
	"SELECT auth_create_user('email', 'composed', E'pa\\u0308ssword of composed')"
);
answers(
	$node,
	'postgres',
	"SELECT provider_user_id FROM auth_use_key('email', 'composed', E'p\\u00e4ssword of composed')",
	'composed',
	'it is put on the normal form');

# Rotation.
write_file("two:$key{two}\none:$key{one}\n");
describes('early', 'argon2id|one|t', 'a new key: hashes with the old one are out of date');
answers(
	$node, 'postgres',
	'SELECT format, strength, keys FROM auth_get_password_audit()',
	'argon2id|weak|4', 'and counted');
signs_in('early', 'the old key verifies');
like(stored('early'), qr/^\$pepper\$k=two\$/, 'the sign-in puts the new one in');
write_file("two:$key{two}\n");
signs_in('early', 'the old key is not needed any more');
is_refused('new', 'UA007', 'where it is, the hash cannot be verified');
write_file("two:$key{two}\none:$key{other}\n");
is_refused('new', 'UA004', 'with another key of that name nothing matches');
write_file("one:$key{one}\ntwo:$key{two}\n");
signs_in('new', 'with the keys in the file again all is well');
use_file('');
is_refused('new', 'UA007', 'without a file peppered hashes cannot be verified');
signs_in('later', 'others can');

# A service that shows a hash, or imports it, needs no key for it.
$node->safe_psql('postgres',
	"SELECT auth_import_key('later', 'email', 'moved', '" . stored('new') . "')");
is(stored('moved'), stored('new'), 'a peppered hash can be carried over');

# Files that cannot be used: clear errors for all, right password or not, and
# without the path for who calls.
use_file('pepper.keys');
my @unusable = (
	[ 'others may read', sub { chmod 0604, $file }, 'rights to its group' ],
	[ 'the group may read', sub { chmod 0640, $file }, 'rights to its group' ],
	[ 'the group may write', sub { chmod 0620, $file }, 'rights to its group' ],
	[ 'it is missing', sub { unlink $file }, 'No such file' ],
	[ 'it is a directory', sub { unlink $file; mkdir $file, 0700 }, 'regular file' ],
	[
		'it is a pipe',
		sub { rmdir $file; system_or_bail('mkfifo', '-m', '600', $file) },
		'regular file'
	],
	[ 'it is empty', sub { write_file('') }, 'Line 1 is' ],
	[ 'a key is short', sub { write_file("one:$key{one}\ntwo:2222\n") }, 'Line 2 is' ],
	[ 'a key is no number', sub { write_file('one:' . 'x' x 64) }, 'Line 1 is' ],
	[ 'a name is missing', sub { write_file("$key{one}\n") }, 'Line 1 is' ],
	[
		'a name is there twice',
		sub { write_file("one:$key{one}\none:$key{two}\n") },
		'Line 2 is'
	],
	[ 'a zero byte', sub { write_file("one:$key{one}\n\0\n") }, 'zero byte' ],
	[ 'it is too large', sub { write_file("one:$key{one}\n" . '#' x 40000) }, 'too large' ],);

foreach my $case (@unusable)
{
	my ($name, $spoil, $detail) = @$case;

	write_file("one:$key{one}\ntwo:$key{two}\n") unless -d $file;
	$spoil->();
	foreach my $call (
		"auth_use_key('email', 'new', 'password of new')",
		"auth_use_key('email', 'nobody', 'a password')",
		"auth_create_user('email', 'newer', 'a good password')")
	{
		my ($stdout, $stderr);

		$node->psql('postgres', "SELECT $call",
			stdout => \$stdout, stderr => \$stderr,
			extra_params => [ '-v', 'VERBOSITY=verbose' ]);
		like($stderr, qr/ERROR:  F0000: .*\n(.*\n)?DETAIL:  .*$detail/,
			"$name: $call");
		unlike($stderr, qr/pepper\.keys/, '... without its path');
	}
}
unlink $file;
write_file("one:$key{one}\ntwo:$key{two}\n");
signs_in('new', 'with the file in order again all is well');
like(slurp_file($node->logfile), qr/File "pepper\.keys": .*too large/,
	'the log has the path');

# It is nowhere in the database, nor in the log.
use_file(File::Spec->rel2abs($file));
signs_in('new', 'an absolute path');
my $dump = '';
IPC::Run::run([ 'pg_dumpall', '-d', $node->connstr('postgres') ], '>', \$dump)
  or die 'pg_dumpall failed';
my $log = slurp_file($node->logfile);
like($dump, qr/\$pepper\$k=two\$/, 'the dump has hashes');
foreach my $name (sort keys %key)
{
	unlike($dump, qr/$key{$name}/i, "the dump does not have key $name");
	unlike($log, qr/$key{$name}/i, "nor has the log");
}
$node->safe_psql('postgres', 'CREATE ROLE curious');
refused(
	$node, 'postgres',
	"LOAD 'auth'; SET ROLE curious; SHOW auth.password_pepper_file",
	'42501', 'who is no superuser does not see where it is');

$node->stop;
done_testing();
