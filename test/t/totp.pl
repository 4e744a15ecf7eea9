# Authenticator apps beside oathtool: codes that it makes are good here.

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

my $users = 0;

sub new_user
{
	my $user = 'user' . ++$users;

	ask("SELECT auth_create_user('email', '$user\@example.com', 'correct horse', user_id => '$user'), begin_session('$user', 'session $user')");
	return $user;
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
	}
}

done_testing();
