# The server's clock is two hours ahead for a while, and then right again: what
# happened meanwhile delays nobody, limits nothing and stands in the way of
# nothing.  Then it is behind, and nothing is deleted for that.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($library) = glob('/usr/lib/*/faketime/libfaketimeMT.so.1');
my $node = new_node('clock', conf => "auth.throttle_delay = '30min'");

# Start anew with another clock.
sub set_clock
{
	my ($offset) = @_;

	$node->stop;
	local $ENV{LD_PRELOAD} = $library;
	local $ENV{FAKETIME} = $offset;
	local $ENV{FAKETIME_DONT_FAKE_MONOTONIC} = 1;
	$node->start;
	return;
}

sub ask
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', $sql);
}

sub sign_in
{
	my ($password) = @_;

	return ask("SELECT status FROM auth_sign_in('email', 'ada\@example.com', '$password', client_address => '192.0.2.1')");
}

my $request = "SELECT status FROM auth_request_password_reset('email', 'ada\@example.com');";

ask(<<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'ada@example.com', 'correct horse', user_id => 'ada');
SQL
my $real = ask('SELECT extract(epoch FROM clock_timestamp())::bigint');

#
# Ahead
#

set_clock('+2h');
cmp_ok(ask('SELECT extract(epoch FROM clock_timestamp())::bigint'),
	'>', $real + 7000, 'the server has another clock');
sign_in('wrong') for 1 .. 6;
is(sign_in('correct horse'), 'throttled', 'a key waits after too many failures');
ask($request) for 1 .. 6;
my $future_link = ask("SELECT token FROM auth_create_token('link', 'ada')");
my $future_code = ask("SELECT token FROM auth_create_code('code', 'ada')");
ask("SELECT auth_create_token('replaced link', 'ada'), auth_create_code('replaced code', 'ada')");
my $spent = ask(<<'SQL');
SELECT refresh_token FROM auth_create_refresh_token((SELECT session_id FROM auth_create_session('ada')))
SQL
is(ask("SELECT status FROM auth_rotate_refresh_token('$spent')"), 'ok', 'a refresh token is spent');
my $session = ask("SELECT token FROM auth_create_session('ada')");
my $events = ask('SELECT count(*) FROM auth_event');

#
# Right
#

set_clock('+0');
is(sign_in('correct horse'), 'ok', 'failures in the future delay nobody');
is(ask("SELECT failures, throttled FROM auth_get_client_throttle('192.0.2.1')"),
	'0|f', '... nor an address');
is(ask("SELECT count(*) FROM auth_use_token('link', '$future_link')"),
	'0', 'a link of the future is no good');
is(ask("SELECT count(*) FROM auth_use_code('code', '$future_code', 'ada')"),
	'0', '... nor a code');
my $link = ask("SELECT token FROM auth_create_token('replaced link', 'ada')");
my $code = ask("SELECT token FROM auth_create_code('replaced code', 'ada')");
is(ask("SELECT count(*) FROM auth_use_token('replaced link', '$link')"),
	'1', '... and neither replaces one of now: a link');
is(ask("SELECT count(*) FROM auth_use_code('replaced code', '$code', 'ada')"), '1', '... a code');
is( ask("$request SELECT count(*) FROM auth_take_outbox() WHERE purpose = 'password_reset' AND created_at <= clock_timestamp()"),
	"ok\n1", 'messages of the future limit nothing');
is(ask("SELECT count(*) FROM auth_validate_session('$session')"),
	'1', 'a session of the future lives');
is(ask("SELECT status FROM auth_rotate_refresh_token('$spent')"),
	'reused', 'a refresh token that was spent in the future has no grace');
is(ask('SELECT count(*) FROM auth_event WHERE created_at > clock_timestamp()') > 0,
	1, 'there are events of the future');
is(ask("SELECT auth_delete_events('1 hour')"), '0', '... which stay as long as those around them');
ask("SELECT pg_sleep(1.1), auth_delete_events('1 second')");
is(ask("SELECT count(*) FROM auth_event WHERE created_at > clock_timestamp()"),
	'0', '... and no longer');

#
# Behind
#

my $lasting = ask("SELECT token FROM auth_create_token('lasting', 'ada')");
ask("SELECT auth_create_user(user_id => 'bob')");
my $rows = 'SELECT (SELECT count(*) FROM auth_event), (SELECT count(*) FROM auth_session), (SELECT count(*) FROM auth_token)';
my $before = ask($rows);
set_clock('-3d');
is( ask(<<'SQL'), '0|0|0|0', 'a clock that is behind deletes nothing');
SELECT auth_delete_events('1 day'), auth_delete_dead_sessions(), auth_delete_dead_refresh_tokens(), auth_delete_dead_tokens()
SQL
is(ask($rows), $before, '... nothing at all');
is(ask("SELECT count(*) FROM auth_validate_session('$session')"), '1', 'a session lives');
set_clock('+0');
is(ask("SELECT count(*) FROM auth_use_token('lasting', '$lasting')"), '1', 'right again, a token is used');

$node->stop;
done_testing();
