# Authenticator apps beside oathtool: codes that it makes are good here, and those
# of its windows alone; each is good once, for whichever of many; and secrets open
# with their keys, in their rows.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('totp', keys => 1, conf => <<'CONF');
auth.throttle_delay = 0
auth.throttle_failures = 100
max_connections = 80
session_preload_libraries = 'auth'
CONF

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE FUNCTION begin_session(user_id text, token text, methods integer DEFAULT 9) RETURNS void LANGUAGE sql AS $$
    INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
    VALUES (auth_session_id(token), user_id, now() + '1 day', now() + '15 days', methods)
$$;
SQL

sub ask
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', $sql);
}

# The code of an app so many periods from now.  The secret is in base32, or, with
# "hex", as it is.
sub code
{
	my ($secret, $later, %app) = @_;
	my $algorithm = lc($app{algorithm} // 'SHA1');
	my $period = $app{period} // 30;
	my ($code, $problem);

	run_log(
		[
			'oathtool', "--totp=$algorithm", '-d', $app{digits} // 6, '-s', $period, '-N', '@' . (time() + $later * $period),
			$app{hex} ? () : '-b', $secret
		],
		'>', \$code, '2>', \$problem) or BAIL_OUT("oathtool: $problem");
	return $code =~ s/\s//gr;
}

# What the work returns, all of it done in one period: when that was not so, it is
# done again.
sub in_one_period
{
	my ($period, $work) = @_;

	while (1)
	{
		my $step = int(time() / $period);
		my @result = $work->();

		return @result if int(time() / $period) == $step;
	}
}

my $users = 0;

sub new_user
{
	my $user = 'user' . ++$users;

	ask("SELECT auth_create_user('email', '$user\@example.com', 'correct horse', user_id => '$user'), begin_session('$user', 'session $user')");
	return $user;
}

# Of an app that was imported: its user, and its secret
sub new_app
{
	my (%app) = @_;
	my $user = new_user();
	my $secret = unpack 'H*', join '', map { chr int rand 256 } 1 .. ($app{bytes} // 20);
	my $arguments = join ', ', map { "$_ => '$app{$_}'" } grep { defined $app{$_} } qw(algorithm digits period);

	ask("SELECT auth_import_totp('$user', '\\x$secret'" . ($arguments ? ", $arguments)" : ')'));
	return ($user, $secret);
}

# An app is made here, and its codes are made by oathtool, of the secret as it is
# written and of that in the URI.
foreach my $algorithm (qw(SHA1 SHA256 SHA512))
{
	foreach my $digits (6 .. 8)
	{
		my $user = new_user();
		my ($id, $secret, $uri) = split /\|/,
		  ask("SELECT factor_id, secret, uri FROM auth_create_totp('session $user', NULL, '$algorithm', $digits)");
		my $code = code($secret, 0, algorithm => $algorithm, digits => $digits);

		is($uri,
			"otpauth://totp/Example:$user%40example.com?secret=$secret&issuer=Example&algorithm=$algorithm&digits=$digits&period=30",
			"$algorithm, $digits digits: what the app is told");
		is(ask("SELECT status FROM auth_confirm_totp('session $user', '$id', '$code')"), 'ok', '... its code confirms it');
		is(ask("SELECT status FROM auth_sign_in('email', '$user\@example.com', 'correct horse')"),
			'second_factor', '... and is asked for');
	}
}

sub challenge
{
	my ($user) = @_;

	return ask("SELECT challenge FROM auth_sign_in('email', '$user\@example.com', 'correct horse')");
}

sub complete
{
	my ($user, $code, $before) = @_;
	my $challenge = challenge($user);

	return ask(($before // '') . "SELECT status FROM auth_complete_sign_in('$challenge', totp => '$code')");
}

# A secret of another system's, and a window of so many periods before and after.
foreach my $algorithm (qw(SHA1 SHA256 SHA512))
{
	foreach my $digits (6 .. 8)
	{
		my %app = (algorithm => $algorithm, digits => $digits, period => 120);
		my ($first, $again) = in_one_period(
			120,
			sub {
				my ($user, $secret) = new_app(%app, bytes => 10 + $digits);

				return map {
					join ' ', map { complete($user, code($secret, $_, %app, hex => 1)) } @$_
				} [ -3, 3, -2, 2, -1, 0, 1 ], [ 1, 0, -1 ];
			});

		is($first, 'refused refused refused refused ok ok ok',
			"$algorithm, $digits digits, of another system: the codes of three periods are good");
		is($again, 'refused refused refused', '... once');
	}
}

foreach my $skew (0, 2)
{
	my ($answers) = in_one_period(
		120,
		sub {
			my ($user, $secret) = new_app(period => 120);

			return join ' ', map { complete($user, code($secret, $_, period => 120, hex => 1), "SET auth.totp_skew = $skew;") }
			  -$skew - 1, $skew + 1, -$skew .. $skew;
		});

	is($answers, join(' ', 'refused', 'refused', ('ok') x (2 * $skew + 1)), "auth.totp_skew = $skew");
}

# The code that confirms an app signs nobody in, and takes nobody a step up.
{
	my $user = new_user();
	my ($id, $secret) = split /\|/, ask("SELECT factor_id, secret FROM auth_create_totp('session $user')");
	my $code = code($secret, 0);
	my ($status, $token) = split /\|/, ask("SELECT status, new_token FROM auth_confirm_totp('session $user', '$id', '$code')");

	is($status, 'ok', 'an app is confirmed');
	is(complete($user, $code), 'refused', '... its code signs nobody in');
	is(ask("SELECT status FROM auth_reauthenticate('$token', totp => '$code')"), 'refused', '... and is no proof');
	is(ask("SELECT reason FROM auth_get_events('$user', max_rows => 1)"), 'replayed', '... as it was used');
	is(complete($user, code($secret, 1)), 'ok', 'the next one does');
}

# Many at a time with one code: one of them.
foreach my $call ('challenges', 'a session')
{
	my ($user, $secret) = new_app(period => 120);
	my @challenges = map { challenge($user) } 1 .. 50;

	my $code = code($secret, 0, period => 120, hex => 1);
	my @answers = finish_clients(start_clients(
			$node, 'postgres',
			map { $call eq 'challenges'
				? "SELECT status FROM auth_complete_sign_in('$_', totp => '$code');\n"
				: "SELECT status FROM auth_reauthenticate('session $user', totp => '$code');\n" } @challenges));
	is(scalar(grep { /^ok$/ } @answers), 1, "50 uses of a code by $call: one wins");
	is(join('', grep { !/^(ok|refused)$/ } @answers), '', '... and the others are refused');
}

# The second of two waits for the first, and then finds the code used, or not.  In
# REPEATABLE READ it fails.
foreach (
	[ 'READ COMMITTED', 'COMMIT', qr/^refused$/m ],
	[ 'READ COMMITTED', 'ROLLBACK', qr/^ok$/m ],
	[ 'REPEATABLE READ', 'COMMIT', qr/ERROR:  40001/ ],
	[ 'REPEATABLE READ', 'ROLLBACK', qr/^ok$/m ])
{
	my ($level, $end, $answer) = @$_;
	my ($user, $secret) = new_app(period => 120);
	my ($one, $other) = map { challenge($user) } 1, 2;
	my $code = code($secret, 0, period => 120, hex => 1);
	my $holder = $node->background_psql('postgres');

	$holder->query_safe("BEGIN; SELECT status FROM auth_complete_sign_in('$one', totp => '$code')");
	my ($waiting) = start_clients($node, 'postgres',
		"BEGIN ISOLATION LEVEL $level; SELECT 1;\nSELECT status FROM auth_complete_sign_in('$other', totp => '$code');\nCOMMIT;\n");
	$node->poll_query_until('postgres',
		q{SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'auth_complete_sign_in'})
	  or die 'the second use did not wait';
	$holder->query_safe($end);
	$holder->quit;
	like((finish_clients($waiting))[0], $answer, "$level: the second of two uses, after $end");
	is(complete($user, $code), 'refused', '... and then it is used');
}

# A clock that was ahead: the codes are refused until then, which shows.
{
	my ($user, $secret) = new_app();
	my ($until, $listed);

	is(complete($user, code($secret, 0, hex => 1)), 'ok', 'a code is good');
	ask("UPDATE auth_totp SET last_step = last_step + 120 WHERE user_id = '$user'");
	is(complete($user, code($secret, 1, hex => 1)), 'refused', 'the clock was ahead by an hour: codes are refused');
	is(ask("SELECT refused_until - now() BETWEEN '59 min' AND '61 min' FROM auth_get_user_factors('$user')"), 't', '... until then');
	ask("UPDATE auth_totp SET last_step = last_step - 120 WHERE user_id = '$user'");
	is(complete($user, code($secret, 1, hex => 1)), 'ok', '... and are good again');
}

#
# What is stored
#

my ($user, $secret) = new_app();
my ($other) = new_app();

# Nobody signs in by it, and nothing was used, with an error.
sub fails
{
	my ($sqlstate, $name) = @_;
	my $challenge = challenge($user);
	my $code = code($secret, 1, hex => 1);

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return refused($node, 'postgres', "SELECT status FROM auth_complete_sign_in('$challenge', totp => '$code')", $sqlstate, $name);
}

# In this state, and then as before
sub changed
{
	my ($change, $sqlstate, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	ask("CREATE TABLE kept AS SELECT * FROM auth_totp; UPDATE auth_totp t SET $change WHERE user_id = '$user'");
	fails($sqlstate, $name);
	ask("DELETE FROM auth_totp; INSERT INTO auth_totp SELECT * FROM kept; DROP TABLE kept");
	return;
}

changed("secret = (SELECT o.secret FROM auth_totp o WHERE o.user_id = '$other')", 'XX001', 'the ciphertext of another row');
changed('secret = set_byte(secret, 40, get_byte(secret, 40) # 128)', 'XX001', 'a changed byte');
changed('period = 60', 'XX001', 'codes for longer');
changed("key_id = 'z'", 'F0000', 'a key that is not in the file');

write_keys($node, 'two');
fails('F0000', 'the key is not in the file any more');
unlink $node->basedir . '/keys' or die;
fails('F0000', 'the file is gone');
is(ask("SELECT count(*) FROM auth_check() WHERE kind = 'file'"), '1', '... and auth_check() says so');

# The first key of the file seals, all open.
write_keys($node, 'two', 'one');
is(complete($user, code($secret, 0, hex => 1)), 'ok', 'the key was changed: the old one opens');
is(ask("SELECT string_agg(DISTINCT key_id, ' ') FROM auth_totp WHERE user_id = '$user'"), 'one', '... what it has sealed');
my ($new) = new_app();
is(ask("SELECT key_id FROM auth_totp WHERE user_id = '$new'"), 'two', '... and the new one seals');

# A dump, which has no key.
my $dump = $node->basedir . '/totp.sql';
run_log([ 'pg_dump', '-f', $dump, $node->connstr('postgres') ]) or BAIL_OUT('no dump');
unlike(slurp_file($dump), qr/$secret/i, 'a dump does not have the secret');
my $restored = new_node('restored', keys => 1, conf => "auth.throttle_delay = 0\n");
unlink $restored->basedir . '/keys' or die;
$restored->psql('postgres', 'CREATE DATABASE app');
$restored->psql('app', slurp_file($dump));
{
	my $code = code($secret, 1, hex => 1);
	my $challenge = $restored->safe_psql('app', "SELECT challenge FROM auth_sign_in('email', '$user\@example.com', 'correct horse')");
	my $complete = "SELECT status FROM auth_complete_sign_in('$challenge', totp => '$code')";

	refused($restored, 'app', $complete, 'F0000', 'restored without the file of keys: no code is good');
	write_keys($restored, 'two', 'one');
	is($restored->safe_psql('app', $complete), 'ok', '... and with it, it is');
}

# The log of the server knows neither secrets nor codes.
unlike(slurp_file($node->logfile), qr/$secret|otpauth/i, 'no secret is in the log');

done_testing();
