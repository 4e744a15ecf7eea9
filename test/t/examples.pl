# The examples for clients in docs/examples, over HTTP: every answer that they
# give, the cookie, the pages that the links of the workers lead to, and that no
# password or token gets into the server's log.

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

my %found = find_clients(qw(node python));
my $examples = copy_examples($found{node});

# Everything is logged, but the values of the roles' parameters.
my $server = new_node('examples', keys => 1, conf => <<'CONF');
log_statement = all
log_min_duration_statement = 0
log_error_verbosity = verbose
CONF

# Any of these in the log is a finding.
my @secrets;

sub secret
{
	my ($secret) = @_;

	push @secrets, $secret;
	return $secret;
}

# A request; what it sets is in the result: "token" of the session with the
# "attributes" of its cookie, and "device".  As browsers do, it says which page's
# it is: one of the same site.
sub request
{
	my ($url, $method, $path, %options) = @_;
	my $http = HTTP::Tiny->new(timeout => 60, agent => $options{agent} // 'laptop');
	my %headers = (Origin => $url, %{ $options{headers} // {} });
	my $content =
	  $options{content} // $http->www_form_urlencode($options{form} // {});

	$headers{Cookie} = join '; ', 'other=1', map { "auth_$_->[0]=$_->[1]" }
	  grep { defined $_->[1] } [ session => $options{token} ], [ device => $options{device} ], [ link => $options{link} ];
	$headers{'Content-Type'} = 'application/x-www-form-urlencoded';
	my $response = $http->request($method, "$url$path",
		{ headers => \%headers, $method eq 'POST' ? (content => $content) : () });
	foreach my $cookie (map { ref $_ ? @$_ : $_ } $response->{headers}{'set-cookie'} // ())
	{
		my ($pair, @attributes) = split /; /, $cookie;
		my ($name, $token) = $pair =~ /^auth_(session|device|link)=(.*)$/;
		$response->{ $name eq 'session' ? 'token' : $name } = $token;
		$response->{attributes} = \@attributes if $name eq 'session';
		secret($token) if $token;
	}
	return $response;
}

sub answered
{
	my ($response, $status, $content, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is("$response->{status} " . $response->{content} =~ s/([:,]) /$1/gr,
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

my $ok = '{"status":"ok"}';
my $refused = '{"status":"refused"}';
my $signed_out = '{"status":"signed_out"}';

# The purpose and the token of the next message of the database, but for notices
# of what one has done oneself.
sub message
{
	my ($database) = @_;
	my ($purpose, $address, $token) = split /\|/, $server->safe_psql($database,
		q{SELECT purpose, address, token FROM auth_take_outbox(), auth_finish_message(id)
			WHERE purpose !~ '^(password|key|factor|recovery_code)_(changed|added|removed|used)$'});

	secret($token) if $token;
	return wantarray ? ($purpose, $token) : defined $purpose ? "$purpose to $address" : undef;
}

# Somebody with an account: what asks as whoever has it.
sub new_account
{
	my ($example, $email, $password) = @_;
	my ($name, $url) = @$example{qw(name url)};

	request($url, 'POST', '/sign-up', form => { email => $email });
	my ($purpose, $token) = message($name);
	my $response = request($url, 'POST', '/complete-sign-up',
		form => { token => $token, password => secret($password), name => 'Somebody' });
	is($response->{status}, 200, "$name: $email has an account");
	return $response->{token};
}

# What a browser at the example asks for, by the token of a session.
sub browser
{
	my ($example) = @_;

	return (
		sub { return request($example->{url}, 'GET', $_[1], token => $_[0]) },
		sub { my ($token, $path, %form) = @_; return request($example->{url}, 'POST', $path, token => $token, form => \%form) });
}

# From the address to a session, with the cookie.
sub check_sign_up
{
	my ($example) = @_;
	my ($name, $url) = @$example{qw(name url)};
	my ($get, $post) = browser($example);
	my $right = secret("correct horse of $name");
	my $wrong = secret("wrong horse of $name");
	my $complete = sub {
		my ($token, $password) = @_;
		return $post->(undef, '/complete-sign-up', token => $token, password => $password, name => 'Ada "é"');
	};
	my ($response, $session);

	$response = $post->(undef, '/sign-up', email => 'Ada@example.com');
	answered($response, 200, $ok, "$name: asking to sign up");
	ok(!defined $response->{token}, '... without a cookie');
	my ($purpose, $token) = message($name);
	is($purpose, 'sign_up', '... sends a message');
	$response = $complete->($token, secret('sh0rt!?'));
	answered($response, 422, '{"status":"weak_password"}', "$name: UA011 is an answer");
	$response = $complete->($token, $right);
	is($response->{status}, 200, "$name: signing up");
	$session = $response->{token};
	is_deeply(
		[ sort grep { !/^Expires=/ } @{ $response->{attributes} } ],
		[qw(HttpOnly Path=/ SameSite=Lax Secure)],
		'... with the attributes of the cookie');
	my $idle = $server->safe_psql($name,
		'SELECT floor(extract(epoch FROM idle_expires_at)) FROM auth_session');
	is(expires($response), $idle, '... which expires with the session');
	is($response->{headers}{'cache-control'}, 'no-store', '... in no cache');
	answered($complete->($token, $right), 401, $refused, "$name: the token once more");
	$response = $post->(undef, '/sign-up', email => 'ada@example.com');
	answered($response, 200, $ok, "$name: an address that is taken");
	($purpose, $token) = message($name);
	is($purpose, 'sign_up_known', '... whose owner is told');
	answered($complete->($token, $wrong), 409, '{"status":"taken"}', '... and nobody else');

	$response = $get->($session, '/me');
	is($response->{status}, 200, "$name: the session is valid");
	like($response->{content}, qr/"name": ?"Ada \\"(\xC3\xA9|\\u00e9)\\""/,
		'... and shows who it is');
	like($response->{content}, qr/"emails": ?\["ada\@example.com"\]/, '... by which address');
	like($response->{content}, qr/"is_admin": ?false/, '... who is no administrator');
	ok(!defined $response->{token}, '... without another cookie');
	$server->safe_psql($name,
		q{UPDATE auth_session SET active_expires_at = now() - interval '1 s'});
	$response = $get->($session, '/me');
	is($response->{token}, $session, "$name: renewed, the cookie is sent again");
	cmp_ok(expires($response), '>=', $idle, '... and expires later');
	answered($get->(undef, '/me'), 401, $signed_out, "$name: no cookie");
	answered($get->("$session=", '/me'), 401, $signed_out, "$name: not the token");
	return;
}

sub check_sign_in
{
	my ($example) = @_;
	my ($name, $url) = @$example{qw(name url)};
	my ($get, $post) = browser($example);
	my $right = "correct horse of $name";
	my $wrong = "wrong horse of $name";
	my $new = secret("brand new horse of $name");
	my $sign_in = sub {
		my ($email, $password, %options) = @_;
		return request($url, 'POST', '/sign-in', %options,
			form => { email => $email, password => $password });
	};
	my $change = sub {
		my ($token, $old, $replacement) = @_;
		return $post->($token, '/change-password', old_password => $old, new_password => $replacement);
	};
	my $first = $sign_in->('ada@example.com', $right)->{token};
	my ($response, $second);

	answered($sign_in->('ada@example.com', $wrong), 401, $refused, "$name: a wrong password");
	answered($sign_in->('nobody@example.com', $right), 401, $refused, "$name: an unknown address");
	answered($sign_in->(q{' OR ''=' -- $1 %s}, $right), 401, $refused, "$name: quotes");
	answered($sign_in->(' ada@example.com', $right), 400, '{"status":"malformed"}',
		"$name: a space before the address");
	$response = $sign_in->('ADA@example.com', $right);
	is($response->{status}, 200, "$name: signing in");
	$second = $response->{token};
	isnt($second, $first, '... with another session');

	answered($change->($second, $wrong, $new), 401, $refused, "$name: the old password is wrong");
	answered($change->($second, $right, 'sh0rt!?'), 422, '{"status":"weak_password"}',
		"$name: a new password that is too short");
	answered($change->(undef, $right, $new), 401, $refused, "$name: no session");
	answered($change->($second, $right, $new), 200, $ok, "$name: the password is changed");
	answered($get->($first, '/me'), 401, $signed_out, '... the other session has ended');
	is($get->($second, '/me')->{status}, 200, '... this one has not');
	answered($sign_in->('ada@example.com', $right), 401, $refused, '... the old password is wrong');
	is($sign_in->('ada@example.com', $new)->{status}, 200, '... the new one is right');

	$response = $post->($second, '/sign-out');
	answered($response, 200, '{"status":"ok","ended":true}', "$name: signing out");
	is($response->{token}, '', '... empties the cookie');
	is(expires($response), 0, '... and lets it expire');
	answered($get->($second, '/me'), 401, $signed_out, '... the session has ended');
	return;
}

# The page that a link leads to has a form, whose button does it.
sub check_page
{
	my ($example, $path, $action, @fields) = @_;
	my ($name, $url) = @$example{qw(name url)};
	my $page = request($url, 'GET', $path);
	my ($section) = $page->{content} =~ m{<section id="\Q@{[ substr $path, 1 ]}\E" hidden>(.*?)</section>}s;
	my ($form) = ($section // '') =~ m{<form action="\Q$action\E">(.*?)</form>}s;

	is("$page->{status} $page->{headers}{'content-type'}", '200 text/html; charset=utf-8', "$name: $path is a page");
	is_deeply([ ($form // '') =~ /name="(\w+)"/g ], \@fields, "... with the form of $action");
	return;
}

# What begins with a message.
sub check_links
{
	my ($example) = @_;
	my ($name, $url) = @$example{qw(name url)};
	my ($get, $post) = browser($example);
	my $password = secret("linked horse of $name");
	my $session = new_account($example, 'lin@example.com', $password);
	my ($purpose, $token, $response);

	check_page($example, '/complete-sign-up', '/complete-sign-up', qw(token name password));
	check_page($example, '/verify-email', '/verify-email', 'token');
	check_page($example, '/reset-password', '/reset-password', qw(token new_password));
	check_page($example, '/sign-in', '/sign-in-with-link', 'token');
	check_page($example, '/change-email', '/change-email', 'token');
	$response = request($url, 'GET', '/page.js');
	is("$response->{status} $response->{headers}{'content-type'}", '200 text/javascript; charset=utf-8', "$name: its script");
	like($response->{headers}{'content-security-policy'}, qr/default-src 'self'/, '... and no other');

	answered($post->(undef, '/forgot-password', email => 'nobody@example.com'), 200, $ok, "$name: a password of nobody's");
	is(message($name), undef, '... sends nothing');
	answered($post->(undef, '/forgot-password', email => 'lin@example.com'), 200, $ok, "$name: a forgotten password");
	($purpose, $token) = message($name);
	is($purpose, 'password_reset', '... sends a message');
	is(request($url, 'GET', '/reset-password')->{status}, 200, '... whose link is opened, as by what looks at mails');
	$password = secret("remembered horse of $name");
	answered($post->(undef, '/reset-password', token => $token, new_password => 'sh0rt!?'), 422,
		'{"status":"weak_password"}', '... and the new one is looked at');
	answered($post->(undef, '/reset-password', token => $token, new_password => $password), 200, $ok, '... and taken');
	answered($post->(undef, '/reset-password', token => $token, new_password => $password), 401, $refused, '... once');
	answered($get->($session, '/me'), 401, $signed_out, '... all sessions have ended');

	$response = $post->(undef, '/send-sign-in-link', email => 'lin@example.com');
	answered($response, 200, $ok, "$name: a link to sign in");
	($purpose, $token) = message($name);
	is($purpose, 'sign_in', '... is sent');
	answered($post->(undef, '/sign-in-with-link', token => $token), 401, $refused, '... is none in another browser');
	my @same = (link => $response->{link}, form => { token => $token });
	$response = request($url, 'POST', '/sign-in-with-link', @same);
	is($response->{status}, 200, '... and signs in where it was asked for');
	$session = $response->{token};
	answered(request($url, 'POST', '/sign-in-with-link', @same), 401, $refused, '... once');

	answered($post->($session, '/verify-my-email'), 401, $refused, "$name: an address that is proven is not asked about");
	$server->safe_psql($name, q{UPDATE auth_key SET verified_at = NULL WHERE provider_user_id = 'lin@example.com'});
	answered($post->($session, '/verify-my-email'), 200, $ok, '... one that is not, is');
	($purpose, $token) = message($name);
	is($purpose, 'email_verification', '... sends a message');
	answered($post->($session, '/verify-email', token => $token), 200, $ok, '... that proves it');
	is($get->($session, '/me')->{status}, 200, '... and the session goes on');

	$server->safe_psql($name, q{UPDATE auth_session SET authenticated_at = now() - interval '1 day', created_at = now() - interval '1 day'});
	answered($post->($session, '/change-my-email', email => 'linda@example.com'), 403, '{"status":"reauthenticate"}',
		"$name: another address, by a session that is not fresh");
	answered($post->($session, '/reauthenticate', password => secret("no horse of $name")), 401, $refused, '... nor gets so by a wrong password');
	$response = $post->($session, '/reauthenticate', password => $password);
	is($response->{status}, 200, '... but by the right one');
	answered($get->($session, '/me'), 401, $signed_out, '... which gives it another token');
	$session = $response->{token};
	answered($post->($session, '/change-my-email', email => 'linda@example.com'), 200, $ok, '... and then asks');
	($purpose, $token) = message($name);
	is($purpose, 'email_change', '... at the new address');
	answered($post->($session, '/change-email', token => $token), 200, $ok, '... which is taken');
	is(message($name), 'email_changed to lin@example.com', '... and the old one is told');
	is($post->(undef, '/sign-in', email => 'linda@example.com', password => $password)->{status}, 200, '... and signs in');
	return;
}

sub check_devices
{
	my ($example) = @_;
	my ($name, $url) = @$example{qw(name url)};
	my ($get, $post) = browser($example);
	my $password = secret("many horses of $name");
	my $laptop = new_account($example, 'dev@example.com', $password);
	my $other = new_account($example, 'other@example.com', "other horses of $name");
	my $sign_in = sub {
		return request($url, 'POST', '/sign-in', agent => $_[0],
			form => { email => 'dev@example.com', password => $password })->{token};
	};
	my $phone = $sign_in->('phone');
	my $response = $get->($laptop, '/devices');
	my %devices = map { /"user_agent": ?"(\w+)"/ ? ($1 => $_) : () } $response->{content} =~ /(\{"session_id".*?\})/g;

	is("@{[ sort keys %devices ]}", 'laptop phone', "$name: the devices");
	like($devices{laptop}, qr/"current": ?true/, '... this one');
	like($devices{phone}, qr/"current": ?false.*"client_address": ?"127.0.0.1"/, '... another one');
	answered($get->(undef, '/devices'), 401, $signed_out, '... are nobody else\'s');
	my ($id) = $devices{phone} =~ /"session_id": ?"(.*?)"/;
	answered($post->($other, '/end-device', session_id => $id), 200, '{"status":"ok","ended":false}', '... nor ended by others');
	is($get->($phone, '/me')->{status}, 200, '... and goes on');
	answered($post->($laptop, '/end-device', session_id => $id), 200, '{"status":"ok","ended":true}', '... but by whose it is');
	answered($get->($phone, '/me'), 401, $signed_out, '... and has ended');
	answered($post->($laptop, '/end-device', session_id => 'x'), 400, '{"status":"malformed"}', '... what is no id');
	$phone = $sign_in->('phone');
	answered($post->($laptop, '/end-other-devices'), 200, '{"status":"ok","ended":1}', "$name: the other devices are ended");
	answered($get->($phone, '/me'), 401, $signed_out, '... that one');
	is($get->($laptop, '/me')->{status}, 200, '... and not this one');
	return;
}

# A code that was not used before: half a minute passes.
sub app_code
{
	my ($database, $secret) = @_;

	$server->safe_psql($database, 'UPDATE auth_totp SET last_step = -1');
	my ($code) = run_command([ 'oathtool', '--totp', '--base32', $secret ]);
	return $code;
}

# What a phone reads that is held to the picture in the answer.
sub scan
{
	my ($response) = @_;
	my ($picture) = $response->{content} =~ /"qr_code": ?"((?:[^"\\]|\\.)*)"/;
	my $text;

	IPC::Run::run([ '/usr/bin/python3', "$FindBin::RealBin/../client/qr_code.py" ],
		'<', \($picture =~ s/\\(.)/$1/gr), '>', \$text);
	return $text;
}

# The second factor, from the QR code to its removal.
sub check_factors
{
	my ($example) = @_;
	my ($name, $url) = @$example{qw(name url)};
	my ($get, $post) = browser($example);
	my $password = secret("guarded horse of $name");
	my $session = new_account($example, 'two@example.com', $password);
	my $sign_in = sub {
		my (%options) = @_;
		my $response = request($url, 'POST', '/sign-in', %options, form => { email => 'two@example.com', password => $password });
		($response->{challenge}) = $response->{content} =~ /"challenge": ?"(.*?)"/;
		secret($response->{challenge}) if $response->{challenge};
		return $response;
	};
	my $complete = sub {
		my ($challenge, $code, $remember) = @_;
		return $post->(undef, '/complete-sign-in', challenge => $challenge, code => $code, remember => $remember // 'no');
	};
	my $recover = sub {
		my ($challenge, $code) = @_;
		return $post->(undef, '/complete-sign-in-with-recovery-code', challenge => $challenge, code => $code);
	};

	my $response = $post->($session, '/create-totp', name => 'phone');
	my ($id, $app) = map { $response->{content} =~ /"$_": ?"(.*?)"/ } qw(factor_id secret);
	secret($app);
	is(scan($response), "otpauth://totp/Notes:two%40example.com?secret=$app&issuer=Notes&algorithm=SHA1&digits=6&period=30",
		"$name: an app is added by a QR code");
	is($sign_in->()->{status}, 200, '... and not asked for yet');
	answered($post->($session, '/confirm-totp', factor_id => $id, code => 'none'), 401, $refused, '... without its code');
	my $code = app_code($name, $app);
	$response = $post->($session, '/confirm-totp', factor_id => $id, code => $code);
	is($response->{status}, 200, '... but with it');
	my @recovery = map { secret($_) } $response->{content} =~ /"((?:[A-Z0-9]{6}-){3}[A-Z0-9]{6})"/g;
	is(scalar @recovery, 10, '... which shows ten recovery codes');
	answered($get->($session, '/me'), 401, $signed_out, '... the session has another token');
	$session = $response->{token};
	is($get->($session, '/me')->{status}, 200, '... that one');
	like($get->($session, '/factors')->{content}, qr/"kind": ?"totp", ?"name": ?"phone".*"kind": ?"recovery_codes".*"remaining": ?10/, '... and is listed');
	answered($post->($session, '/rename-factor', factor_id => $id, name => 'old phone'), 200, $ok, '... by a name');
	like($get->($session, '/factors')->{content}, qr/"name": ?"old phone"/, '... that can be another');
	answered($post->($session, '/rename-factor', factor_id => '00000000-0000-4000-8000-000000000000', name => 'x'), 401, $refused, '... of one\'s own apps');

	$response = $sign_in->();
	like("$response->{status} $response->{content}", qr/^401 \{"status": ?"second_factor".*\["totp", ?"recovery_code"\]/, "$name: the password is not enough");
	ok(!defined $response->{token}, '... and gives no session');
	answered($complete->($response->{challenge}, $code), 401, $refused, '... nor does a code that was used');
	my $phone = $complete->($response->{challenge}, app_code($name, $app), 'yes');
	is($phone->{status}, 200, '... but one that was not');
	is($get->($phone->{token}, '/me')->{status}, 200, '... which signs in');
	$response = $sign_in->(device => $phone->{device});
	is($response->{status}, 200, "$name: on a device that is remembered the password is enough");
	is($sign_in->(device => $phone->{device})->{status}, 401, '... by a token that is good once');
	is($sign_in->(device => $response->{device})->{status}, 200, '... and replaced');
	$response = $sign_in->();
	$session = $recover->($response->{challenge}, $recovery[0])->{token};
	is($get->($session, '/me')->{status}, 200, "$name: a recovery code signs in");
	answered($recover->($sign_in->()->{challenge}, $recovery[0]), 401, $refused, '... once');
	$response = $post->(undef, '/send-sign-in-link', email => 'two@example.com');
	my ($purpose, $token) = message($name);
	like(request($url, 'POST', '/sign-in-with-link', link => $response->{link}, form => { token => $token })->{content}, qr/^\{"status": ?"second_factor"/, "$name: a link is not enough, either");

	$server->safe_psql($name, q{UPDATE auth_session SET authenticated_at = now() - interval '1 day', created_at = now() - interval '1 day'});
	my $stale = '{"status":"reauthenticate"}';
	answered($post->($session, '/create-recovery-codes'), 403, $stale, "$name: new recovery codes, by a session that is not fresh");
	answered($post->($session, '/reauthenticate', password => $password), 403, $stale, '... nor gets so by the password');
	$session = $post->($session, '/reauthenticate-with-code', code => app_code($name, $app))->{token};
	$response = $post->($session, '/create-recovery-codes');
	is(scalar(my @new = map { secret($_) } $response->{content} =~ /"((?:[A-Z0-9]{6}-){3}[A-Z0-9]{6})"/g), 10, '... but by a code');
	answered($recover->($sign_in->()->{challenge}, $recovery[1]), 401, $refused, '... and the old ones are void');
	my $device = $complete->($sign_in->()->{challenge}, app_code($name, $app), 'yes')->{device};
	like($post->($session, '/forget-devices')->{content}, qr/"forgotten": ?[1-9]/, "$name: devices are forgotten");
	is($sign_in->(device => $device)->{status}, 401, '... this one');
	$response = $post->($session, '/delete-factor', factor_id => $id);
	is($response->{status}, 200, "$name: the app is removed");
	is($get->($response->{token}, '/factors')->{content} =~ s/ //gr, '{"status":"ok","factors":[]}', '... with its recovery codes');
	is($sign_in->()->{status}, 200, '... and the password is enough');
	return;
}

# Rows are their writers', by a policy.
sub check_notes
{
	my ($example) = @_;
	my ($name, $url) = @$example{qw(name url)};
	my ($get, $post) = browser($example);
	my $password = secret("writing horse of $name");
	my $ann = new_account($example, 'ann@example.com', $password);
	my $ben = new_account($example, 'ben@example.com', "reading horse of $name");
	my ($id) = $post->($ann, '/notes', body => 'of Ann')->{content} =~ /"id": ?(\d+)/;
	my $of_ann = qq{{"status":"ok","notes":[{"id":$id,"body":"of Ann"}]}};
	my $none = '{"status":"ok","notes":[]}';

	answered($get->($ann, '/notes'), 200, $of_ann, "$name: a note");
	$server->safe_psql($name, q{UPDATE auth_session
		SET active_expires_at = now() - interval '1 s', idle_expires_at = now() + interval '1 h'});
	my $renewed = $get->($ann, '/notes');
	is($renewed->{token}, $ann, '... whose reader\'s session is renewed, and the cookie sent again');
	cmp_ok(expires($renewed), '>', time + 24 * 3600, '... which expires later');
	is($get->($ann, '/notes')->{token}, undef, '... once');
	answered($get->($ben, '/notes'), 200, $none, '... is not another\'s');
	answered($post->($ben, '/delete-note', id => $id), 200, $none, '... who does not delete it');
	answered($get->(undef, '/notes'), 401, $signed_out, '... nor is it nobody\'s');
	answered($post->(undef, '/notes', body => 'of nobody'), 401, $signed_out, '... who writes none');
	answered($post->($ann, '/delete-note', id => 'x'), 400, '{"status":"malformed"}', '... what is no number');
	is($server->safe_psql($name, 'SET ROLE web; SELECT count(*) FROM note'), '0', '... the web role alone sees none');
	answered($get->($ann, '/notes'), 200, $of_ann, '... and there it is');
	answered($post->($ann, '/delete-note', id => $id), 200, $of_ann, '... until it is deleted');
	$post->($ann, '/notes', body => 'another one');

	answered($post->($ann, '/delete-account', password => "writing cow of $name"), 401, $refused, "$name: the account is not deleted by a wrong password");
	my $response = $post->($ann, '/delete-account', password => $password);
	answered($response, 200, $ok, '... but by the right one');
	is($response->{token}, '', '... empties the cookie');
	answered($get->($ann, '/me'), 401, $signed_out, '... the session has ended');
	is($server->safe_psql($name, 'SELECT count(*) FROM note'), '0', '... and the notes are gone');
	answered($post->(undef, '/sign-in', email => 'ann@example.com', password => $password), 401, $refused, '... nobody signs in');
	return;
}

# By another role, in a server of its own.
sub check_admin
{
	my ($example, $office_url) = @_;
	my $name = $example->{name};
	my ($get, $post) = browser($example);
	my ($office_get, $office_post) = browser({ url => $office_url });
	my $password = secret("plain horse of $name");
	my $user = new_account($example, 'user@example.com', $password);
	my $admin = new_account($example, 'admin@example.com', "high horse of $name");
	my $find = '/admin/user?email=user@example.com';
	my $forbidden = '{"status":"forbidden"}';

	answered($office_get->($admin, $find), 403, $forbidden, "$name: not everybody is an administrator");
	answered($office_get->(undef, $find), 403, $forbidden, '... and nobody is not');
	$server->safe_psql($name, q{UPDATE auth_user SET is_admin = true
		WHERE id = (SELECT user_id FROM auth_key WHERE provider_user_id = 'admin@example.com')});
	is($get->($admin, $find)->{status}, 404, '... the server for everybody does not have it');
	my $response = $office_get->($admin, $find);
	like($response->{content}, qr/"name": ?"Somebody".*"disabled_at": ?null/, "$name: an administrator finds a user");
	my ($id) = $response->{content} =~ /"user_id": ?"(.*?)"/;
	is($office_get->($admin, '/admin/user?email=nobody@example.com')->{status}, 404, '... or none');
	answered($office_post->($user, '/admin/disable', user_id => $id, reason => 'spam'), 403, $forbidden, '... the user does not disable');
	is($office_post->($admin, '/admin/disable', user_id => $id, reason => 'spam')->{status}, 200, '... the administrator does');
	answered($get->($user, '/me'), 401, $signed_out, '... the session has ended');
	answered($post->(undef, '/sign-in', email => 'user@example.com', password => $password), 401, $refused, '... nobody signs in');
	like($office_get->($admin, $find)->{content}, qr/"disabled_reason": ?"spam"/, '... which shows');
	like($office_post->($admin, '/admin/enable', user_id => $id)->{content}, qr/"disabled_at": ?null/, '... until the user is enabled');
	is($post->(undef, '/sign-in', email => 'user@example.com', password => $password)->{status}, 200, '... and signs in');
	answered($office_post->($user, '/admin/delete-factors', user_id => $id), 403, $forbidden, "$name: the user's second factors are not for the user to take away");
	$server->safe_psql($name, "SELECT auth_import_totp('$id', '12345678901234567890')");
	is($post->(undef, '/sign-in', email => 'user@example.com', password => $password)->{status}, 401, '... who is asked for one');
	answered($office_post->($admin, '/admin/delete-factors', user_id => $id), 200, '{"status":"ok","deleted":1}', '... the administrator takes them away');
	is($post->(undef, '/sign-in', email => 'user@example.com', password => $password)->{status}, 200, '... and the password is enough');
	is(request($office_url, 'GET', '/admin')->{status}, 200, '... there is a page for it');
	is(request($office_url, 'POST', '/admin/enable', token => $admin, form => { user_id => $id },
		headers => { Origin => 'http://evil.example' })->{status}, 403, '... and not from another site\'s');
	return;
}

# What is no proper request, or too many of them.
sub check_refusals
{
	my ($example) = @_;
	my ($name, $url) = @$example{qw(name url)};
	my $password = "brand new horse of $name";
	my $sign_in = sub {
		my ($email, $password, %options) = @_;
		return request($url, 'POST', '/sign-in', %options,
			form => { email => $email, password => $password });
	};
	my $malformed = '{"status":"malformed","field":"password"}';

	answered($sign_in->('ada@example.com', ''), 400, $malformed, "$name: no password");
	answered($sign_in->('ada@example.com', "\0"), 400, $malformed, "$name: a NUL");
	like(request($url, 'POST', '/sign-in', content => 'email=a&password=%ff')->{content},
		qr/"malformed"/, "$name: invalid UTF-8");
	is(request($url, 'POST', '/sign-in', content => 'email=' . 'x' x 20000)->{status},
		413, "$name: a large body");
	answered(
		$sign_in->('ada@example.com', $password, headers => { Origin => 'http://evil.example' }),
		403, '{"status":"foreign_origin"}', "$name: from another site's page");
	answered($sign_in->('ada@example.com', $password, headers => { Origin => 'null' }),
		403, '{"status":"foreign_origin"}', "$name: from a page of no site");
	is($sign_in->('ada@example.com', $password)->{status}, 200, "$name: from its own page");
	is(request($url, 'GET', '/no-such-page')->{status}, 404, "$name: no such page");
	is(request($url, 'GET', $_)->{status}, 404, "$name: not a page: $_")
	  foreach qw(/constructor /../setup.sql /sign-in-with-link);

	# the sixth attempt has to wait for a second
	foreach my $try (1 .. 5)
	{
		answered($sign_in->('eve@example.com', $password), 401, $refused, "$name: failure $try");
	}
	my $response = $sign_in->('eve@example.com', $password);
	answered($response, 429, '{"status":"throttled"}', "$name: throttled");
	is($response->{headers}{'retry-after'}, 1, '... with the time to wait');

	# what the client is not told
	$server->safe_psql($name, 'ALTER TABLE auth_key RENAME TO lost');
	answered($sign_in->('ada@example.com', $password), 500, '{"status":"error"}',
		"$name: another error");
	$server->safe_psql($name, 'ALTER TABLE lost RENAME TO auth_key');
	is($sign_in->('ada@example.com', $password)->{status}, 200, '... and then again');
	return;
}

# Start a server; what it is, and where.
sub start_example
{
	my ($name, $command, @environment) = @_;
	my %program = (out => '', err => '');

	$program{handle} = IPC::Run::start(
		[ 'env', 'PGHOST=' . $server->host, 'PGPORT=' . $server->port, "PGDATABASE=$name", 'PGUSER=web', 'PORT=0',
			@environment, @$command ],
		'<', \my $in, '>', \$program{out}, '2>', \$program{err},
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	my $handle = $program{handle};
	$handle->pump while $handle->pumpable && $program{out} !~ /listening on \S+\n/;
	($program{url}) = $program{out} =~ /listening on (\S+)\n/;
	ok(defined $program{url}, "$name: listens") or diag($program{err});
	return \%program;
}

# What its own log has, but for the lines of http.server about requests.
sub stop_example
{
	my ($program) = @_;

	$program->{handle}->signal('TERM');
	eval { $program->{handle}->finish };
	return $program->{err} =~ s/^.*"(GET|POST) .*\n//mgr;
}

# All that both of them must do, in a database of its own.
sub check_example
{
	my ($name, @command) = @_;

	$server->safe_psql('postgres', "CREATE DATABASE $name");
	$server->safe_psql('postgres', 'DROP ROLE IF EXISTS web, office, mailer');
	$server->safe_psql($name, slurp_file("$examples/setup.sql"));
	my $program = start_example($name, \@command);
	my $office = start_example($name, \@command, 'ADMIN_ROLE=office');
	my %example = (name => $name, url => $program->{url});
	foreach my $check (\&check_sign_up, \&check_sign_in, \&check_links, \&check_devices, \&check_factors, \&check_notes, \&check_admin, \&check_refusals)
	{
		eval { $check->(\%example, $office->{url}); 1 } or fail("$name: $@");
	}
	is(stop_example($program), "error: UA012 AUTH_NOT_SET_UP\n", "$name: its own log has the one error");
	is(stop_example($office), '', '... that of the other one has none');
	$server->safe_psql($name, 'DROP OWNED BY web, office, mailer');
	return;
}

my %files = (node => 'node/server.js', python => 'python/server.py');
check_example($_, $found{$_}, "$examples/$files{$_}") foreach sort keys %found;

# The log has the statements, as the examples send them, and no secret.
$server->stop;
my $log = slurp_file($server->logfile);
like($log, qr/SELECT \* FROM "?auth_sign_in"?\("?provider_id"? => \$1/, 'control: statements are logged');
like($log, qr/"?auth_change_password"?\("?token"? => \$1/, '... that of another function');
cmp_ok(scalar @secrets, '>', 20 * keys %found, 'control: there are secrets');
my @found = grep { index($log, $_) >= 0 } @secrets;
is("@found", '', 'no password or token is in the log');

done_testing();
