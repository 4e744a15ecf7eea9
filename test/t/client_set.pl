# What a role with the client set can and cannot do: each line of the table in
# docs/grant.md, run as such a role, with the answer that stands there.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $page = slurp_file("$FindBin::RealBin/../../docs/grant.md");
my ($table) = $page =~ /^\| `web` \| answer \|\n\|---\|---\|\n((?:\|.*\|\n)+)/m
  or die 'docs/grant.md has no table of what web can do';
my @lines = map { [/^\| (.*) \| `?(.*?)`? \|$/] } split /\n/, $table;

my $node = new_node('client_set', keys => 1, conf => <<'CONF');
auth.client_user_attributes = 'name'
auth.user_attributes = 'name'
auth.session_active_period = '1h'
auth.session_idle_period = '1h'
auth.session_lifetime = '8h'
CONF

# Users, the sessions s1 to s9 of ada and, for the flows, tokens of known text.
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
ALTER TABLE auth_user ADD name text, ADD is_admin boolean NOT NULL DEFAULT false, ADD secret text DEFAULT 'hidden',
    ADD CONSTRAINT named CHECK (name <> '');
ALTER TABLE auth_session ADD mfa boolean NOT NULL DEFAULT false;
CREATE ROLE web LOGIN;
SELECT auth_grant('web', 'client');
SELECT auth_import_totp((auth_create_user(user_id => 'amy')).user_id, '1234567890');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
    VALUES (auth_session_id('amy'), 'amy', now() + interval '1 day', now() + interval '1 day', 1);
SELECT auth_create_user('email', 'ada@example.com', 'correct horse battery', '{"name": "Ada"}', 'ada');
SELECT auth_create_user('email', n || '@example.com', 'correct horse battery', user_id => n) FROM unnest('{bob,eve,kim}'::text[]) n;
SELECT auth_create_key('ada', 'github', '77');
SELECT auth_create_user('email', n || '@example.com', 'correct horse battery', user_id => n) FROM unnest('{sue,tim,val}'::text[]) n;
SELECT auth_create_user('email', 'zoe@example.com', user_id => 'zoe');
INSERT INTO auth_session (id, user_id, created_at, active_expires_at, idle_expires_at)
    SELECT auth_session_id(token), split_part(token, ' ', 1), now() - CASE WHEN token LIKE '% old' THEN '1 hour' ELSE '0' END::interval, now() + interval '1 day', now() + interval '1 day'
    FROM unnest('{sue,sue again,sue old,sue other,tim,val old,zoe old}'::text[]) token;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    SELECT auth_session_id('s' || i), 'ada', now() + interval '1 day', now() + interval '1 day' FROM generate_series(1, 9) i;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    VALUES (auth_session_id('k1'), 'kim', now() + interval '1 day', now() + interval '1 day');
INSERT INTO auth_token (id, purpose, user_id, address, expires_at) VALUES
    (auth_session_id('link'), 'sign_in', 'ada', 'ada@example.com', now() + interval '1 day'),
    (auth_session_id('long'), 'sign_in', 'kim', 'kim@example.com', now() + interval '1 day'),
    (auth_session_id('other'), 'sign_in', 'bob', 'bob@example.com', now() + interval '1 day'),
    (auth_session_id('reset'), 'password_reset', 'eve', 'eve@example.com', now() + interval '1 day');
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at) VALUES
    (auth_session_id('verify'), 'email_verification', 'eve', 'email', 'eve@example.com', now() + interval '1 day'),
    (auth_session_id('change'), 'email_change', 'bob', 'email', 'bob@example.net', now() + interval '1 day');
INSERT INTO auth_token (id, purpose, provider_id, address, expires_at)
    SELECT auth_session_id('sign up ' || n), 'sign_up', 'email', CASE n WHEN 'taken' THEN 'kim@example.com' ELSE n || '@example.org' END,
        now() + interval '1 day' FROM unnest('{one,two,three,four,five,taken}'::text[]) n;
SQL
my $app = $node->safe_psql('postgres', q{SELECT factor_id FROM auth_get_user_factors('amy')});
my $refresh = $node->safe_psql('postgres',
	"SELECT refresh_token FROM auth_create_refresh_token(auth_session_id('s9'))");

# Names of our tables and settings, as the catalogs have them
my @tables = split /\n/, $node->safe_psql('postgres',
	"SELECT relname FROM pg_class WHERE relname ~ '^auth_' AND relkind = 'r'");
my @settings = split /\n/, $node->safe_psql('postgres',
	"LOAD 'auth'; SELECT name FROM pg_settings WHERE name LIKE 'auth.%' AND context = 'superuser'");
cmp_ok(scalar(@tables), '>', 5, 'the tables were found');
cmp_ok(scalar(@settings), '>', 20, 'so were the settings');

my $sign_in = q{auth_sign_in('email', 'ada@example.com', 'correct horse battery'};
my $has_token = q{SELECT CASE WHEN token IS NOT NULL THEN 'a token' END FROM};
my $sign_up = sub { "auth_sign_up('sign up $_[0]', 'correct horse battery'" };
my $as_set = q{CASE WHEN active_expires_at - now() < '61 min' AND idle_expires_at - now() < '121 min'
    AND expires_at - now() BETWEEN '479 min' AND '481 min' THEN 'as long as they say' ELSE s::text END};

# How many entries of the index of keys have been read, as a variable of psql
my $reads = sub {
	"SELECT pg_stat_get_xact_tuples_returned('auth_key_pkey'::regclass) AS $_[0] \\gset\n";
};
my $fails = sub {
	"SELECT auth_sign_in('email', '$_[0]\@example.com', 'wrong horse battery') \\g /dev/null\n";
};

# Statements that each have the answer of the line
my %tests = (
	'asks to sign up with an address, whether it is somebody\'s or not' => [
		map { ("SELECT status FROM auth_request_sign_up('email', '$_\@example.com')",
			"SELECT status FROM auth_request_sign_up('email', '$_\@example.com', code => true)") } qw(kim nobody) ],
	'asks to sign up with another provider' => [
		q{SELECT auth_request_sign_up('github', '77')},
		q{SELECT auth_request_sign_up('github', '78')},
		q{SELECT auth_sign_up_with_code('github', '77', '12345678')} ],
	'signs up with a token that was sent, and makes the user' => [ "$has_token " . $sign_up->('one') . ')' ],
	'signs up with an attribute that is listed' =>
	  [ "$has_token " . $sign_up->('two') . q{, user_attributes => '{"name": "Two"}')} ],
	'signs up with another attribute, of the user or of the session' => [
		'SELECT ' . $sign_up->('three') . q{, user_attributes => '{"name": "Three", "is_admin": true}')},
		'SELECT ' . $sign_up->('three') . q{, user_attributes => '{"disabled_at": null}')},
		'SELECT ' . $sign_up->('three') . q{, user_attributes => '{"nothing": 1}')},
		'SELECT ' . $sign_up->('three') . q{, session_attributes => '{"mfa": true}')},
		q{SELECT auth_sign_in_with_token('sign up three', user_attributes => '{"is_admin": true}')} ],
	'signs up with a token for an address that has become somebody\'s' =>
	  [ 'SELECT status FROM ' . $sign_up->('taken') . ')' ],
	'signs up without a token that was sent' => [
		'SELECT status FROM ' . $sign_up->('made up') . ')',
		q{SELECT status FROM auth_sign_up('link')},
		q{SELECT status FROM auth_sign_up_with_code('email', 'six@example.org', '12345678')} ],
	'signs in with the right password' => ["SELECT status FROM $sign_in)"],
	'signs in with a wrong password, or a name that nobody has' => [
		q{SELECT status FROM auth_sign_in('email', 'ada@example.com', 'wrong horse battery')},
		q{SELECT status FROM auth_sign_in('email', 'nobody@example.com', 'wrong horse battery')} ],
	'signs in with another provider' => [
		q{SELECT auth_sign_in('github', '77', 'correct horse battery')},
		q{SELECT auth_sign_in('Email', 'ada@example.com', 'correct horse battery')} ],
	'signs in with an attribute of the session' => [
		qq{SELECT $sign_in, session_attributes => '{"mfa": true}')},
		q{SELECT auth_sign_in_with_token('link', session_attributes => '{"mfa": true}')} ],
	'signs in for longer than the settings say' => [
		"SELECT $as_set FROM $sign_in, active_period => '9000 years', lifetime => '9999 years') s",
		"SELECT $as_set FROM $sign_in, idle_period => '1 month', lifetime => '8 hours 1 second') s",
		"SELECT $as_set FROM auth_sign_in_with_token('long', active_period => '25 hours', lifetime => '1 year') s",
		"SELECT $as_set FROM " . $sign_up->('four') . q{, active_period => '2 days', lifetime => '9 days') s} ],
	'signs in for a shorter time' => [
		"SELECT CASE WHEN expires_at - now() < '301 s' THEN 'that time' END FROM $sign_in, lifetime => '5 min')" ],
	'has a token sent to a key, or to one that nobody has' => [
		map { ("SELECT status FROM auth_request_password_reset('email', '$_\@example.com')",
			"SELECT status FROM auth_request_magic_link('email', '$_\@example.com')") } qw(kim nobody) ],
	'has a token sent to a key of another provider' => [
		map { ("SELECT auth_request_password_reset('github', '$_')",
			"SELECT auth_request_magic_link('github', '$_')") } 77, 78 ],
	'reads the message with the token' => [ 'SELECT * FROM auth_take_outbox()', 'SELECT * FROM auth_get_outbox()', 'SELECT * FROM auth_outbox' ],
	'keeps a message from being sent' => [ 'SELECT auth_finish_message(1)', 'SELECT auth_fail_message(1, permanent => true)' ],
	'makes a token itself' => [
		q{SELECT auth_create_token('sign_in', 'ada')}, q{SELECT auth_create_code('sign_in', 'ada')},
		q{SELECT auth_request_email_change('ada', 'me@example.com')} ],
	'signs in with a token that was sent' => [q{SELECT status FROM auth_sign_in_with_token('link')}],
	'sets a password with a token that was sent' =>
	  [q{SELECT status FROM auth_reset_password('reset', 'brand new battery')}],
	'proves an address with a token that was sent' => [q{SELECT status FROM auth_verify_email('verify')}],
	'changes an address with a token that was sent' => [q{SELECT status FROM auth_change_email('change')}],
	'uses a token for another purpose, or one that it has made up' => [
		q{SELECT status FROM auth_reset_password('other', 'brand new battery')},
		q{SELECT status FROM auth_change_email('other')},
		q{SELECT status FROM auth_verify_email('other')},
		q{SELECT status FROM auth_sign_in_with_token('made up')},
		q{SELECT status FROM auth_rotate_refresh_token('made up')} ],
	'sees, validates or ends a session whose token it has' => [
		q{SELECT 'a row' FROM auth_get_session('s1')}, q{SELECT 'a row' FROM auth_validate_session('s1')},
		q{SELECT CASE WHEN auth_sign_out('s1') THEN 'a row' END} ],
	'sees or validates a session whose id it has' => [
		map { "SELECT coalesce((SELECT 'a row' FROM auth_$_\_session(auth_session_id('s2')::text)), 'no row')" }
		  qw(get validate) ],
	'ends a session whose id it has' => [
		q{SELECT auth_invalidate_session(auth_session_id('s2'))}, q{SELECT auth_invalidate_user_sessions('ada')} ],
	'acts in its transaction as the user of a session whose token it has' => [
		q{SELECT CASE WHEN auth_set_session('s2') AND auth_user_id() = 'ada' THEN 'that user' END},
		q{SELECT CASE WHEN set_config('request.cookies', '{"session": "s2"}', true) <> '' AND auth_set_session_from_request()
            AND auth_user_id() = 'ada' THEN 'that user' END} ],
	'acts as a user by a session id, a setting, a request without a token, or the transaction before' => [
		map { "$_ \\g /dev/null\nSELECT coalesce(auth_user_id(), 'nobody')" }
		  q{BEGIN; SELECT auth_set_session(auth_session_id('s2')::text)}, q{BEGIN; SELECT auth_set_session('s2'), auth_set_session(NULL)},
		q{SET app.user_id = 'ada'}, q{SELECT set_config('request.jwt.claims', '{"sub": "ada"}', false)},
		q{BEGIN; SELECT set_config('request.headers', '{"x-session": "ada", "x-user": "ada"}', true), auth_set_session_from_request()},
		q{SELECT auth_set_session('s2')} ],
	'reads an attribute of the user who acts that `auth.user_attributes` leaves out' =>
	  [ map { "SELECT CASE WHEN auth_set_session('s2') THEN auth_user_attribute('$_') END" } qw(secret is_admin disabled_at nothing) ],
	'has a function evaluated once' => [q{SELECT auth_evaluate_once('auth_user_id()')}],
	'lists sessions, users, keys or events' => [
		q{SELECT auth_get_user_sessions('ada')}, q{SELECT auth_get_user_keys('ada')}, q{SELECT auth_get_events()},
		'SELECT id FROM auth_user', 'SELECT auth_get_password_audit()' ],
	'sees attributes that `auth.user_attributes` leaves out' =>
	  [ q{SELECT CASE WHEN user_attributes::text ~ 'hidden|is_admin' THEN 'yes' ELSE 'no' END FROM auth_get_session('s2')} ],
	'makes a session without a password' => [q{SELECT auth_create_session('ada')}],
	'makes a refresh token' => [q{SELECT auth_create_refresh_token(auth_session_id('s2'))}],
	'rotates a refresh token that it has' => ["SELECT status FROM auth_rotate_refresh_token('$refresh')"],
	'changes the password of a session whose token it has, with the old password' =>
	  [q{SELECT status FROM auth_change_password('k1', 'correct horse battery', 'brand new battery')}],
	'changes the password of a session whose token it has, with another' =>
	  [q{SELECT status FROM auth_change_password('s2', 'wrong horse battery', 'brand new battery')}],
	'lists sessions or keys of the user whose session\'s token it has' => [
		map { "SELECT DISTINCT 'a row' FROM auth_get_own_$_('sue')" } qw(sessions keys) ],
	'ends another session of that user' => [q{SELECT auth_end_own_session('sue', auth_session_id('sue other'))}],
	'ends a session of another user, whose id it has, with that token' =>
	  [q{SELECT auth_end_own_session('sue', auth_session_id('s2'))}],
	'confirms a password of that user' => [q{SELECT status FROM auth_reauthenticate('sue again', 'correct horse battery')}],
	'confirms another password, or with a token that it has made up' => [
		q{SELECT status FROM auth_reauthenticate('sue', 'wrong horse battery')},
		q{SELECT status FROM auth_reauthenticate(auth_session_id('s2')::text, 'correct horse battery')} ],
	'has a token sent to another address for that user, somebody\'s or not, with a session that is fresh' => [
		map { "SELECT status FROM auth_request_own_email_change('sue', '$_\@example.com')" } qw(kim nobody) ],
	'changes the address, the keys or a first password of that user, or deletes it, with a session that is not fresh' => [
		q{SELECT status FROM auth_request_own_email_change('sue old', 'me@example.com')},
		q{SELECT status FROM auth_delete_own_key('sue old', 'email', 'sue@example.com')},
		q{SELECT status FROM auth_change_password('zoe old', NULL, 'brand new battery')},
		q{SELECT status FROM auth_delete_own_user('sue old')} ],
	'deletes a key of another user, or acts with a token that it has made up' => [
		q{SELECT status FROM auth_delete_own_key('sue', 'github', '77')},
		q{SELECT status FROM auth_delete_own_key('made up', 'email', 'sue@example.com')},
		q{SELECT status FROM auth_request_own_email_change('made up', 'me@example.com')},
		q{SELECT status FROM auth_request_own_email_verification('made up')},
		q{SELECT status FROM auth_change_password('made up', NULL, 'brand new battery')},
		q{SELECT status FROM auth_update_own_attributes('made up', '{"name": "Eve"}')},
		q{SELECT status FROM auth_delete_own_user('made up', 'correct horse battery')} ],
	'adds an authenticator app to that user, with a session that is fresh' => [q{SELECT status FROM auth_create_totp('sue')}],
	'adds an authenticator app to that user, deletes one, or makes recovery codes, with a session that is not fresh, or has not proven one' => [
		map { ("SELECT status FROM auth_create_totp('$_')", "SELECT status FROM auth_create_recovery_codes('$_')", "SELECT status FROM auth_delete_own_factor('$_', gen_random_uuid())") } 'sue old', 'amy' ],
	'confirms, renames or deletes a second factor of another user, or acts with a token that it has made up' => [
		map { ("SELECT status FROM auth_confirm_totp('$_', '$app', '123456')", "SELECT status FROM auth_rename_own_factor('$_', '$app', 'x')",
			"SELECT status FROM auth_delete_own_factor('$_', '$app')") } 'sue', 'made up' ],
	'reads the secret of an authenticator app, or deletes one, or all, by the user\'s id' => [
		'SELECT secret FROM auth_totp', "SELECT auth_delete_user_factor('amy', '$app')", q{SELECT auth_delete_user_factors('amy')}, q{SELECT auth_import_totp('sue', '1234567890')} ],
	'deletes the last key of that user' => [q{SELECT status FROM auth_delete_own_key('sue', 'email', 'sue@example.com')}],
	'adds a key of a provider to that user' => [q{SELECT status FROM auth_create_own_key('sue', 'github', '78')}],
	'writes an attribute of that user that is listed' => [q{SELECT status FROM auth_update_own_attributes('sue', '{"name": "Sue"}')}],
	'writes another attribute of that user' => [
		map { "SELECT status FROM auth_update_own_attributes('sue', '{\"$_\": true}')" } qw(is_admin disabled_at nothing) ],
	'deletes that user, with a session that is fresh or with the password' => [
		q{SELECT status FROM auth_delete_own_user('tim')},
		q{SELECT status FROM auth_delete_own_user('val old', 'correct horse battery')} ],
	'sets a password without the old one, of a user whom it names' => [
		q{SELECT auth_update_user_password('ada', 'brand new battery')},
		q{SELECT auth_update_key_password('email', 'ada@example.com', NULL)} ],
	'writes attributes of a user whom it names, or of a session that is there' => [
		q{SELECT auth_update_user_attributes('ada', '{"name": "Eve"}')},
		q{SELECT auth_update_session_attributes(auth_session_id('s2'), '{"mfa": true}')},
		q{SELECT auth_update_user_attributes('ada', '{}')} ],
	'adds, renames or deletes a key of a user whom it names' => [
		q{SELECT auth_create_key('ada', 'email', 'me@example.com', 'correct horse battery')},
		q{SELECT auth_import_key('ada', 'email', 'me@example.com', '$2b$05$')},
		q{SELECT auth_update_key_identifier('email', 'ada@example.com', 'email', 'me@example.com')},
		q{SELECT auth_update_user_provider_id('ada', 'email', 'me@example.com')},
		q{SELECT auth_delete_key('email', 'ada@example.com')} ],
	'looks up a user by its id or by a key' => [
		q{SELECT auth_get_user('ada')}, q{SELECT auth_get_key('email', 'ada@example.com')},
		q{SELECT auth_get_user_by_provider_id('email', 'ada@example.com')},
		q{SELECT auth_use_key('email', 'ada@example.com', 'correct horse battery')} ],
	'creates a user, or disables or deletes one whom it names' => [
		'SELECT auth_create_user()', q{SELECT auth_delete_user('ada')},
		q{SELECT auth_disable_user('ada')}, q{SELECT auth_enable_user('ada')}, 'UPDATE auth_user SET disabled_at = now()' ],
	'reads a table of ours' => [ map { "SELECT FROM $_" } @tables ],
	'writes a table of ours' => [ map { ("INSERT INTO $_ DEFAULT VALUES", "DELETE FROM $_", "TRUNCATE $_ CASCADE") } @tables ],
	'lifts throttling, or sees counts' => [
		q{SELECT auth_reset_key_throttle('email', 'ada@example.com')},
		q{SELECT auth_reset_client_throttle('192.0.2.1')},
		q{SELECT auth_get_key_throttle('email', 'ada@example.com')},
		q{SELECT auth_get_client_throttle('192.0.2.1')} ],
	'changes a setting of ours' => [
		map { ("SELECT auth_session_id('') \\g /dev/null\nSET $_ = '1'", "SELECT auth_session_id('') \\g /dev/null\nRESET $_") }
		  @settings ],
	'grants a set of functions' => [ map { "SELECT auth_grant('web', '$_')" } qw(identity client service worker admin) ],
	'makes or repairs the tables' => ['SELECT auth_setup()'],
	'learns what a row holds that violates a constraint' => [ <<"SQL" ],
DO \$\$
DECLARE
    detail text;
BEGIN
    PERFORM ${\ $sign_up->('five') }, user_attributes => '{"name": ""}');
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    PERFORM set_config('my.answer', CASE detail WHEN '' THEN 'no' ELSE detail END, false);
END \$\$;
SELECT current_setting('my.answer');
SQL
	'tells by the statistics of its transaction whether a key exists' =>
	  [ join '', "BEGIN;\n", $reads->('before'), $fails->('ada'), $reads->('between'),
		$fails->('nobody'), $reads->('after'),
		"SELECT CASE WHEN :between - :before <> :after - :between THEN 'yes' ELSE 'no' END" ]);

# The answer to a statement as web: what it prints, or the SQLSTATE.
sub answer
{
	my ($statement) = @_;
	my ($stdout, $stderr);

	$node->psql('postgres', $statement,
		stdout => \$stdout,
		stderr => \$stderr,
		extra_params => [ '-U', 'web', '-v', 'VERBOSITY=sqlstate' ]);
	return $stderr =~ /ERROR:  (\w+)/ ? $1 : $stdout;
}

foreach my $line (@lines)
{
	my ($what, $answer) = @$line;
	my $statements = delete $tests{$what} // [];

	ok(scalar(@$statements), "there is a test of: $what");
	is_deeply([ map { answer($_) . ": $_" } @$statements ],
		[ map { "$answer: $_" } @$statements ],
		"web $what: $answer");
}
is(join(', ', sort keys %tests), '', 'the page has a line for every test');

$node->stop;
done_testing();
