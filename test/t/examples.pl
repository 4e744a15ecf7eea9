# The examples for clients in docs/examples, over HTTP: every answer that they
# give, the cookie, and that no password or token gets into the server's log.

use strict;
use utf8;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use HTTP::Tiny;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::Local qw(timegm);

my $examples = "$FindBin::RealBin/../../docs/examples";

my %found = find_clients(qw(node python));

# Everything is logged, but the values of the web role's parameters.
my $server = new_node('examples', conf => <<'CONF');
log_statement = all
log_min_duration_statement = 0
log_error_verbosity = verbose
auth.throttle_delay = 10min
CONF

# Any of these in the log is a finding.
my @secrets;

sub secret
{
	my ($secret) = @_;

	push @secrets, $secret;
	return $secret;
}

# A request; in the result, "session" is the Set-Cookie header taken apart.
sub request
{
	my ($url, $method, $path, %options) = @_;
	my $http = HTTP::Tiny->new(timeout => 60);
	my %headers = %{ $options{headers} // {} };
	my $content =
	  $options{content} // $http->www_form_urlencode($options{form} // {});

	$headers{Cookie} = "other=1; auth_session=$options{token}"
	  if defined $options{token};
	$headers{'Content-Type'} = 'application/x-www-form-urlencoded';
	my $response = $http->request($method, "$url$path",
		{ headers => \%headers, $method eq 'POST' ? (content => $content) : () });
	my $cookie = $response->{headers}{'set-cookie'};
	if (defined $cookie)
	{
		my ($pair, @attributes) = split /; /, $cookie;
		($response->{token}) = $pair =~ /^auth_session=(.*)$/;
		$response->{attributes} = \@attributes;
		secret($response->{token}) if $response->{token};
	}
	return $response;
}

sub answered
{
	my ($response, $status, $content, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is("$response->{status} " . $response->{content} =~ s/: /:/gr,
		qq{$status $content}, $name);
}

my %month;
@month{qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)} = (0 .. 11);

# The time at which a cookie expires.
sub expires
{
	my ($response) = @_;
	my ($date) = grep { /^Expires=/ } @{ $response->{attributes} };
	my ($day, $month, $year, $hour, $minute, $second) =
	  ($date // '') =~ /^Expires=\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/
	  or return;
	return timegm($second, $minute, $hour, $day, $month{$month}, $year);
}

# All that both of them must do, in a database of its own.
sub check_example
{
	my ($name, $url, $database) = @_;
	my $right = secret("correct horse of $name");
	my $wrong = secret("wrong horse of $name");
	my $new = secret("brand new horse of $name");
	my $short = secret('sh0rt!?');
	my $ok = '{"status":"ok"}';
	my $refused = '{"status":"refused"}';
	my $signed_out = '{"status":"signed_out"}';
	my ($response, $first, $second);

	my $sign_in = sub {
		my ($email, $password, %options) = @_;
		return request($url, 'POST', '/sign-in', %options,
			form => { email => $email, password => $password });
	};
	my $change = sub {
		my ($token, $old, $replacement) = @_;
		return request(
			$url, 'POST', '/change-password',
			token => $token,
			form => { old_password => $old, new_password => $replacement });
	};
	my $me = sub { return request($url, 'GET', '/me', token => $_[0]) };

	# Signing up
	my $message = sub {
		my ($purpose, $token) = split /\|/, $server->safe_psql($database,
			'SELECT purpose, token FROM auth_take_outbox(), auth_finish_message(id)');

		return ($purpose, secret($token));
	};
	my $complete = sub {
		my ($token, $password) = @_;
		return request($url, 'POST', '/complete-sign-up',
			form => { token => $token, password => $password, name => 'Ada "é"' });
	};
	$response = request($url, 'POST', '/sign-up', form => { email => 'Ada@example.com' });
	answered($response, 202, $ok, "$name: asking to sign up");
	ok(!defined $response->{token}, '... without a cookie');
	my ($purpose, $token) = $message->();
	is($purpose, 'sign_up', '... sends a message');
	$response = $complete->($token, $short);
	answered($response, 422, '{"status":"weak_password"}',
		"$name: UA011 is an answer");
	$response = $complete->($token, $right);
	is($response->{status}, 201, "$name: signing up");
	$first = $response->{token};
	is_deeply(
		[ sort grep { !/^Expires=/ } @{ $response->{attributes} } ],
		[qw(HttpOnly Path=/ SameSite=Lax Secure)],
		'... with the attributes of the cookie');
	my $idle = $server->safe_psql($database,
		'SELECT floor(extract(epoch FROM idle_expires_at)) FROM auth_session');
	is(expires($response), $idle, '... which expires with the session');
	is($response->{headers}{'cache-control'}, 'no-store', '... in no cache');
	answered($complete->($token, $right), 401, $refused, "$name: the token once more");
	$response = request($url, 'POST', '/sign-up', form => { email => 'ada@example.com' });
	answered($response, 202, $ok, "$name: an address that is taken");
	($purpose, $token) = $message->();
	is($purpose, 'sign_up_known', '... whose owner is told');
	answered($complete->($token, $wrong), 409, '{"status":"taken"}', '... and nobody else');

	# The session
	$response = $me->($first);
	is($response->{status}, 200, "$name: the session is valid");
	like($response->{content}, qr/"name": ?"Ada \\"(\xC3\xA9|\\u00e9)\\""/,
		'... and shows who it is');
	ok(!defined $response->{token}, '... without another cookie');
	$server->safe_psql($database,
		q{UPDATE auth_session SET active_expires_at = now() - interval '1 s'});
	$response = $me->($first);
	is($response->{token}, $first, "$name: renewed, the cookie is sent again");
	cmp_ok(expires($response), '>=', $idle, '... and expires later');
	answered($me->(undef), 401, $signed_out, "$name: no cookie");
	answered($me->("$first="), 401, $signed_out, "$name: not the token");

	# Signing in
	answered($sign_in->('ada@example.com', $wrong), 401, $refused, "$name: a wrong password");
	answered($sign_in->('nobody@example.com', $right), 401, $refused, "$name: an unknown address");
	answered($sign_in->(q{' OR ''=' -- $1 %s}, $right), 401, $refused, "$name: quotes");
	answered($sign_in->(' ada@example.com', $right), 400, '{"status":"malformed"}',
		"$name: a space before the address");
	$response = $sign_in->('ADA@example.com', $right);
	is($response->{status}, 200, "$name: signing in");
	$second = $response->{token};
	isnt($second, $first, '... with another session');

	# Another password
	answered($change->($second, $wrong, $new), 401, $refused, "$name: the old password is wrong");
	answered($change->($second, $right, $short), 422, '{"status":"weak_password"}',
		"$name: a new password that is too short");
	answered($change->(undef, $right, $new), 401, $refused, "$name: no session");
	answered($change->($second, $right, $new), 200, $ok, "$name: the password is changed");
	answered($me->($first), 401, $signed_out, '... the other session has ended');
	is($me->($second)->{status}, 200, '... this one has not');
	answered($sign_in->('ada@example.com', $right), 401, $refused, '... the old password is wrong');
	is($sign_in->('ada@example.com', $new)->{status}, 200, '... the new one is right');

	# Signing out
	$response = request($url, 'POST', '/sign-out', token => $second);
	answered($response, 200, $ok, "$name: signing out");
	is($response->{token}, '', '... empties the cookie');
	is(expires($response), 0, '... and lets it expire');
	answered($me->($second), 401, $signed_out, '... the session has ended');

	# What is no proper request
	answered($sign_in->('ada@example.com', ''), 400,
		'{"status":"missing","field":"password"}' =~ s/,/$name eq 'python' ? ', ' : ','/er,
		"$name: no password");
	answered($sign_in->('ada@example.com', "\0"), 400, '{"status":"malformed"}', "$name: a NUL");
	answered(request($url, 'POST', '/sign-in', content => 'email=a&password=%ff'),
		400, '{"status":"malformed"}', "$name: invalid UTF-8");
	is(request($url, 'POST', '/sign-in', content => 'email=' . 'x' x 20000)->{status},
		413, "$name: a large body");
	answered(
		$sign_in->('ada@example.com', $new, headers => { Origin => 'http://evil.example' }),
		403, '{"status":"foreign_origin"}', "$name: from another site's page");
	is($sign_in->('ada@example.com', $new, headers => { Origin => $url })->{status},
		200, "$name: from its own page");
	is(request($url, 'GET', '/sign-in')->{status}, 404, "$name: no such page");

	# Too many failures: the sixth attempt has to wait.
	foreach my $try (1 .. 5)
	{
		answered($sign_in->('eve@example.com', $wrong), 401, $refused, "$name: failure $try");
	}
	$response = $sign_in->('eve@example.com', $wrong);
	answered($response, 429, '{"status":"throttled"}', "$name: throttled");
	my $wait = $response->{headers}{'retry-after'};
	ok($wait > 9 * 60 && $wait <= 10 * 60, "... with the time to wait: $wait s");

	# What the client is not told
	$server->safe_psql($database, 'ALTER TABLE auth_key RENAME TO lost');
	answered($sign_in->('ada@example.com', $new), 500, '{"status":"error"}',
		"$name: another error");
	$server->safe_psql($database, 'ALTER TABLE lost RENAME TO auth_key');
	is($sign_in->('ada@example.com', $new)->{status}, 200, '... and then again');
	return;
}

# Run the example, and what is to be done with its address.
sub with_example
{
	my ($name, @command) = @_;
	my ($out, $err) = ('', '');

	$server->safe_psql('postgres', "CREATE DATABASE $name");
	$server->safe_psql('postgres', 'DROP ROLE IF EXISTS web, mailer');
	$server->safe_psql($name, slurp_file("$examples/setup.sql"));
	my @environment = (
		'PGHOST=' . $server->host, 'PGPORT=' . $server->port,
		"PGDATABASE=$name", 'PGUSER=web', 'PORT=0');
	my $program = IPC::Run::start([ 'env', @environment, @command ],
		'<', \my $in, '>', \$out, '2>', \$err,
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	$program->pump while $program->pumpable && $out !~ /listening on \S+\n/;
	my ($url) = $out =~ /listening on (\S+)\n/;
	ok(defined $url, "$name: listens") or diag($err), return;
	eval { check_example($name, $url, $name); 1 } or fail("$name: $@");
	$program->signal('TERM');
	eval { $program->finish };
	is($err =~ s/^.*"(GET|POST) .*\n//mgr, "error: UA012 AUTH_NOT_SET_UP\n",
		"$name: its own log has the one error");
	$server->safe_psql($name, 'DROP OWNED BY web, mailer');
	return;
}

my %files = (node => 'node/server.js', python => 'python/server.py');
with_example($_, $found{$_}, "$examples/$files{$_}") foreach sort keys %found;

# The log has the statements, as the examples send them, and no secret.
$server->stop;
my $log = slurp_file($server->logfile);
like($log, qr/auth_sign_in\('email', \$1, \$2, client_address => \$3\)/, 'control: statements are logged');
like($log, qr/auth_change_password\(\$1, \$2, \$3, \$4\)/, '... that of another function');
cmp_ok(scalar @secrets, '>', 10 * keys %found, 'control: there are secrets');
my @found = grep { index($log, $_) >= 0 } @secrets;
is("@found", '', 'no password or token is in the log');

done_testing();
