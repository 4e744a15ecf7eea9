# A server killed with -9 under load: what was acknowledged is there after the
# restart, and nothing is there by half.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $clients = 4;
my $node = new_node('crash', keys => 1, conf => <<'CONF');
restart_after_crash = on
checkpoint_timeout = 30s
CONF

$node->safe_psql('postgres', 'CREATE EXTENSION auth; SELECT auth_setup()');
$node->safe_psql('postgres', <<'SQL');
ALTER TABLE auth_user ADD score int GENERATED ALWAYS AS IDENTITY;
CREATE UNIQUE INDEX ON auth_user (score);
SQL

# Statements of one client.  psql prints a result when the command is
# complete, which is after its commit; each line of the output is therefore
# an acknowledgement.
sub script
{
	my ($round, $client) = @_;
	my $script = "SET application_name = 'load';\n";

	foreach my $i (1 .. 5000)
	{
		my $id = "r$round-c$client-$i";

		# single calls
		$script .= <<"SQL";
SELECT 'user', user_id FROM auth_create_user('email', '$id', 'password-$id', '{}', '$id');
SELECT 'session', user_id, token FROM auth_create_session('$id');
SELECT 'key', user_id FROM auth_create_key('$id', 'phone', '$id', NULL);
SQL

		# a transaction: all of it or nothing
		$script .= <<"SQL";
BEGIN;
SELECT user_id FROM auth_create_user('email', 't-$id', NULL, '{}', 't-$id') \\g /dev/null
SELECT token FROM auth_create_session('t-$id') \\gset
SELECT user_id FROM auth_create_key('t-$id', 'phone', 't-$id') \\g /dev/null
COMMIT;
SELECT 'whole', 't-$id', :'token';
SQL

		# what was there is deleted, renamed or gets another password
		next if $i % 3 != 0;
		my $old = "r$round-c$client-" . ($i - 1);
		my $older = "r$round-c$client-" . ($i - 2);
		$script .= <<"SQL";
SELECT 'deleted', '$old' FROM (SELECT auth_delete_user('$old')) x;
SELECT 'renamed', user_id FROM auth_update_key_identifier('phone', '$older', 'phone', 'renamed-$older');
SELECT 'changed', user_id FROM auth_update_key_password('email', '$older', 'new-$older');
SQL
	}
	return $script;
}

# Run the load, kill the server when enough was acknowledged; the lines.
sub load_and_kill
{
	my ($round, $kill) = @_;
	my @files = map { "$PostgreSQL::Test::Utils::tmp_check/r$round-c$_" }
	  1 .. $clients;
	my @handles;

	foreach my $client (1 .. $clients)
	{
		my $in = "$files[$client - 1].sql";

		append_to_file($in, script($round, $client));
		# what psql still has when the connection breaks it writes at its exit
		push @handles,
		  IPC::Run::start(
			[
				'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1',
				'-d', $node->connstr('postgres'),
				'-f', $in
			],
			'>', "$files[$client - 1].out",
			'2>', "$files[$client - 1].err");
	}
	$node->poll_query_until('postgres',
		"SELECT count(*) > 300 FROM auth_user WHERE id LIKE 'r$round-%'")
	  or die 'there is no load';
	$kill->();
	foreach my $handle (@handles)
	{
		eval { IPC::Run::finish($handle); };
	}
	my @lines;
	foreach my $file (@files)
	{
		like(slurp_file("$file.err"),
			qr/server closed the connection|connection to server was lost|terminating connection/,
			'a client lost its connection');
		push @lines, split /\n/, slurp_file("$file.out");
	}
	return @lines;
}

sub count_of
{
	my ($query) = @_;

	return $node->safe_psql('postgres', "SELECT count(*) FROM $query");
}

# The acknowledgements as a table, and what is missing of them.
sub check
{
	my ($round, @lines) = @_;
	my %kinds;

	$kinds{ (split /\|/)[0] }++ foreach @lines;
	foreach my $kind (qw(user session key whole deleted renamed changed))
	{
		ok($kinds{$kind}, "round $round: acknowledged: $kind: $kinds{$kind}");
	}
	$node->safe_psql('postgres',
		    "CREATE TABLE ack$round (kind text, id text, token text);\n"
		  . "COPY ack$round FROM STDIN (DELIMITER '|', NULL '');\n"
		  . join('', map { $_ . '|' x (2 - tr/|//) . "\n" } @lines)
		  . "\\.\n");

	# what was acknowledged as deleted, or may have been on its way
	my $alive = "(SELECT a.* FROM ack$round a WHERE NOT EXISTS"
	  . " (SELECT FROM ack$round d WHERE d.kind = 'deleted' AND d.id = a.id))";
	my $last = "(SELECT split_part(id, '-', 2) AS client,"
	  . " max(split_part(id, '-', 3)::int) AS i FROM ack$round"
	  . " WHERE kind IN ('user', 'session', 'key') GROUP BY 1)";
	# the last statement may have been a deletion without its answer
	my $sure = "(SELECT a.* FROM $alive a JOIN $last l"
	  . " ON a.id ~ ('-' || l.client || '-')"
	  . " AND substring(a.id FROM '[0-9]+\$')::int <> l.i - 1)";

	cmp_ok(count_of("$sure a WHERE kind = 'user'"),
		'>', 50, '... enough of them to look at');
	is(count_of("$sure a WHERE kind IN ('user', 'whole') AND NOT EXISTS"
			  . " (SELECT FROM auth_user u WHERE u.id = a.id)"),
		'0', 'no acknowledged user is lost');
	is(count_of("$sure a WHERE (kind = 'whole' OR kind = 'session'"
			  # a change of the password ends the sessions of its user
			  . " AND substring(id FROM '[0-9]+\$')::int % 3 <> 1) AND NOT EXISTS"
			  . " (SELECT FROM auth_validate_session(a.token) s"
			  . " WHERE s.user_id = a.id AND s.state = 'active')"),
		'0', 'no acknowledged session is lost');
	is(count_of("$sure a WHERE kind IN ('key', 'whole') AND NOT EXISTS"
			  . " (SELECT FROM auth_key k WHERE k.user_id = a.id"
			  . " AND k.provider_id = 'phone')"),
		'0', 'no acknowledged key is lost');
	is(count_of("ack$round a WHERE kind = 'deleted' AND (EXISTS"
			  . " (SELECT FROM auth_user u WHERE u.id = a.id) OR EXISTS"
			  . " (SELECT FROM auth_key k WHERE k.user_id = a.id) OR EXISTS"
			  . " (SELECT FROM auth_session s WHERE s.user_id = a.id))"),
		'0', 'what was acknowledged as deleted is gone with all it had');
	is(count_of("ack$round a WHERE kind = 'deleted' AND EXISTS"
			  . " (SELECT FROM ack$round b, auth_get_session(b.token)"
			  . " WHERE b.kind = 'session' AND b.id = a.id)"),
		'0', '... and its sessions do not validate');
	is(count_of("$sure a WHERE kind = 'renamed' AND NOT EXISTS"
			  . " (SELECT FROM auth_key k WHERE k.user_id = a.id"
			  . " AND k.provider_user_id = 'renamed-' || a.id)"),
		'0', 'no acknowledged change of an identifier is lost');

	# passwords: all that were changed, and some of the others
	is(count_of("$sure a, auth_use_key('email', a.id, 'new-' || a.id)"
			  . " WHERE kind = 'changed'"),
		count_of("$sure a WHERE kind = 'changed'"),
		'every changed password signs in');
	is(count_of("ack$round a WHERE kind = 'changed' AND EXISTS"
			  . " (SELECT FROM ack$round b, auth_get_session(b.token)"
			  . " WHERE b.kind = 'session' AND b.id = a.id)"),
		'0', '... and has ended the sessions');
	is(count_of("(SELECT * FROM $sure a WHERE kind = 'user'"
			  . " AND split_part(id, '-', 3)::int % 3 = 0 LIMIT 100) a,"
			  . " auth_use_key('email', a.id, 'password-' || a.id)"),
		count_of("(SELECT FROM $sure a WHERE kind = 'user'"
			  . " AND split_part(id, '-', 3)::int % 3 = 0 LIMIT 100) a"),
		'every other password signs in');

	# nothing by half
	is(count_of('auth_key k WHERE NOT EXISTS'
			  . ' (SELECT FROM auth_user u WHERE u.id = k.user_id)'),
		'0', 'every key has its user');
	is(count_of('auth_session s WHERE NOT EXISTS'
			  . ' (SELECT FROM auth_user u WHERE u.id = s.user_id)'),
		'0', 'every session has its user');
	is(count_of("auth_user u WHERE NOT EXISTS (SELECT FROM auth_key k"
			  . " WHERE k.user_id = u.id AND k.provider_id = 'email'"
			  . " AND k.provider_user_id = u.id)"),
		'0', 'every user has the key that it was made with');
	is(count_of("auth_key WHERE user_id NOT LIKE 't-%' AND provider_id = 'email'"
			  . " AND hashed_password NOT LIKE '\$argon2id\$%'"),
		'0', '... and the password');
	is(count_of("auth_user u WHERE id LIKE 't-%' AND NOT (EXISTS"
			  . " (SELECT FROM auth_session s WHERE s.user_id = u.id) AND EXISTS"
			  . " (SELECT FROM auth_key k WHERE k.user_id = u.id"
			  . " AND k.provider_id = 'phone'))"),
		'0', 'a transaction of several calls is there as a whole');

	# the direct reads go by the indexes, and find what a table scan finds
	is(count_of("auth_key k WHERE NOT EXISTS"
			  . " (SELECT FROM auth_get_key(k.provider_id, k.provider_user_id) g"
			  . " WHERE g.user_id = k.user_id)"),
		'0', 'the index of the keys has every key');
	answers(
		$node, 'postgres',
		"SELECT user_id FROM auth_create_user('email', 'after-$round',"
		  . " 'passphrase1', '{}', 'after-$round');"
		  . "SELECT user_id FROM auth_use_key('email', 'after-$round', 'passphrase1');"
		  . "SELECT auth_delete_user('after-$round')",
		"after-$round\nafter-$round\n",
		'the server works on');
	return;
}

# Second factors of a user: what is used, and what is left, beside the secret.
my %factor = (secret => '3132333435363738393031323334353637383930');

# The first step of a sign-in, on a device; what it answers.
sub begin_sign_in
{
	my ($device) = @_;

	return split /\|/,
	  $node->safe_psql('postgres',
		"SELECT status, coalesce(challenge, device_token) FROM auth_sign_in('email', 'fay', 'passphrase1', device_token => "
		  . quote_literal($device) . ')');
}

# The second one, by these arguments.
sub end_sign_in
{
	my ($proof) = @_;
	my ($status, $challenge) = begin_sign_in(undef);

	return $node->safe_psql('postgres', "SELECT status, device_token FROM auth_complete_sign_in('$challenge', $proof)");
}

sub use_factors
{
	$node->safe_psql('postgres', <<"SQL");
SELECT auth_create_user('email', 'fay', 'passphrase1', '{}', 'fay');
SELECT auth_import_totp('fay', '\\x$factor{secret}');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
VALUES (auth_session_id('fay'), 'fay', 'infinity', 'infinity', 9);
SQL
	($factor{used}, $factor{left}) = split /\|/,
	  $node->safe_psql('postgres', "SELECT recovery_codes[1], recovery_codes[2] FROM auth_create_recovery_codes('fay')");
	my ($status, $device) = split /\|/, end_sign_in("recovery_code => '$factor{used}', remember => '1 day'");
	my ($again, $next) = begin_sign_in($device);
	# of the period that comes, so that it is in time for a while
	my ($code) = run_command([ 'oathtool', '--totp', '-N', '@' . (time() + 30), $factor{secret} ]);

	is("$status $again " . end_sign_in("totp => '$code'"), 'ok ok ok|', 'second factors are used');
	@factor{qw(spent device code)} = ($device, $next, $code);
	return;
}

sub check_factors
{
	is(end_sign_in("recovery_code => '$factor{used}'"), 'refused|', 'a recovery code that was used is no good');
	is(end_sign_in("totp => '$factor{code}'"), 'refused|', '... nor is the code of an app');
	is((begin_sign_in($factor{spent}))[0], 'second_factor', '... nor the token of a device');
	is((begin_sign_in($factor{device}))[0], 'ok', 'the next token of the device is good');
	is(end_sign_in("recovery_code => '$factor{left}'"), 'ok|', '... and a recovery code that was not used');
	answers($node, 'postgres', 'SELECT kind, remaining FROM auth_get_user_factors(\'fay\') ORDER BY 1',
		"recovery_codes|8\ntotp|", 'the factors are there');
	is(count_of("auth_check() WHERE kind = 'factor'"), '0', '... and asked for');
	return;
}

# A backend dies between two statements, or within one: the server restarts
# by itself, from its log.
my @lines = load_and_kill(
	1,
	sub {
		my $pid = $node->safe_psql('postgres',
			"SELECT pid FROM pg_stat_activity WHERE application_name = 'load' LIMIT 1"
		);
		ok($pid && kill(9, $pid), 'a backend is killed');
	});
$node->poll_query_until('postgres', 'SELECT true')
  or die 'the server did not come back';
like(slurp_file($node->logfile),
	qr/automatic recovery in progress/, 'the server has recovered');
check(1, @lines);

# The server dies as a whole.
@lines = load_and_kill(2, sub { use_factors(); $node->kill9 });
my $started = 0;
foreach my $attempt (1 .. 300)
{
	# backends that have not noticed yet keep the shared memory
	$started = $node->start(fail_ok => 1);
	last if $started;
	usleep(100_000);
	$node->stop('fast', fail_ok => 1);
}
ok($started, 'the server starts again');
check(2, @lines);
check_factors();

$node->stop;
done_testing();
