# The second step of a sign-in by many at a time: wrong codes are counted, every one
# of them, whatever challenge they come with and whatever becomes of the
# transaction, and a right one is good once.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha1);
use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $secret = '12345678901234567890';
my $node = new_node('second_factor', keys => 1, conf => <<'CONF');
max_connections = 120
auth.throttle_delay = 0
CONF

# The code of the app now, in a table where clients look it up when they are let go.
sub show_code
{
	my $hash = hmac_sha1(pack('Q>', int(time() / 30)), $secret);
	my $number = unpack('N', substr($hash, ord(substr($hash, -1)) & 15, 4)) & 0x7fffffff;

	$node->safe_psql('postgres', sprintf("UPDATE shown SET code = '%06d'; UPDATE auth_totp SET last_step = -1", $number % 1_000_000));
	return;
}

sub ask
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', $sql);
}

# How often each status has been printed
sub statuses
{
	my %count;

	$count{$_}++ foreach map { split /\n/ } @_;
	return join ', ', map { "$count{$_} $_" } sort keys %count;
}

# Challenges are new in each round, as attempts with them are counted.
my $round = 0;
my $complete = sub { "SELECT (auth_complete_sign_in('round $round, $_[0]', $_[1])).status;\n" };
my $completed = sub { ask("SELECT status, aal, retry_after FROM auth_complete_sign_in('round $round, $_[0]', $_[1])") };
my $right = 'totp => (SELECT code FROM shown)';
# No app of six digits has it.
my $wrong = q{totp => '00000000'};

ask(<<"SQL");
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'ann', 'password of ann', user_id => 'ann');
SELECT auth_import_totp('ann', '$secret');
CREATE TABLE shown AS SELECT '' AS code;
SQL

sub begin_round
{
	$round++;
	ask(<<"SQL");
DELETE FROM auth_token;
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at, data)
    SELECT auth_session_id('round $round, ' || i), 'second_factor', 'ann', 'email', 'ann', 'infinity', '{"methods": 1, "attributes": {}}' FROM generate_series(1, 20) i;
INSERT INTO auth_token (id, purpose, user_id, expires_at) VALUES (auth_session_id(repeat('A', 24)), 'recovery', 'ann', 'infinity');
SQL
	return;
}

# 100 wrong codes on 50 connections, over 20 challenges, each rolled back; and the
# right password in between
{
	my @scripts;

	begin_round();
	foreach my $client (0 .. 49)
	{
		push @scripts, join "SELECT 'password ' || (auth_sign_in('email', 'ann', 'password of ann')).status;\n",
		  map { "BEGIN;\n" . $complete->(1 + ($client * 2 + $_) % 20, $wrong) . "ROLLBACK;\n" } 0, 1;
	}
	is(statuses(finish_clients(start_clients($node, 'postgres', @scripts))),
		'50 password second_factor, 100 refused',
		'100 wrong codes at once, over 20 challenges, rolled back, with the right password in between');
	is(ask(q{SELECT reason, count(*) FROM auth_event WHERE kind = 'second_factor_refused' GROUP BY reason}),
		'wrong_code|100', '... are each looked at and recorded');
	is(ask(q{SELECT reason, count(*) FROM auth_event WHERE kind = 'key_stopped' GROUP BY reason}),
		'second_factor|1', '... and the stop, once');
	is(ask(q{SELECT status, retry_after FROM auth_sign_in('email', 'ann', 'password of ann')}), 'second_factor|', '... the right password');
	begin_round();
	show_code();
	is($completed->(1, $right), 'throttled||', '... does not lower it: the right code is not looked at');
	ask("SELECT auth_update_user_password('ann', 'password of ann')");
	begin_round();
	is($completed->(1, $right), 'throttled||', '... nor does a new password');
	$node->stop('immediate');
	$node->start;
	show_code();
	is($completed->(1, $right), 'throttled||', '... nor a crash');
	is($completed->(2, q{recovery_code => repeat('a', 24)}), 'ok|2|', '... a recovery code comes through');
	is($completed->(1, $right), 'ok|2|', '... and lifts it');
}

# Of a challenge five attempts at once, whoever makes them, and the right code no more
{
	begin_round();
	is(statuses(finish_clients(start_clients($node, 'postgres', ($complete->(3, $wrong) x 2) x 10))),
		'20 refused', '20 wrong codes at once with one challenge');
	is(ask(q{SELECT reason, count(*) FROM auth_event WHERE kind = 'second_factor_refused' AND reason = 'stopped' GROUP BY reason}),
		'stopped|15', '... of which five are looked at');
	show_code();
	is($completed->(3, $right), 'refused||', '... and the right one is not');
	is($completed->(4, $right), 'ok|2|', '... but with another challenge');
}

# The right code at once: with as many challenges, with one, and for as many sessions
{
	my @sessions = map { "session $_" } 1 .. 20;

	begin_round();
	is(statuses(finish_clients(start_clients($node, 'postgres', (map { $complete->($_, $right) } 1 .. 20), \&show_code))),
		'1 ok, 19 refused', 'the right code at once with 20 challenges is good once');
	begin_round();
	is(statuses(finish_clients(start_clients($node, 'postgres', ($complete->(5, $right)) x 20, \&show_code))),
		'1 ok, 19 refused', '... as with one challenge');
	ask(q{INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
		SELECT auth_session_id('session ' || i), 'ann', 'infinity', 'infinity', 1 FROM generate_series(1, 20) i});
	is(statuses(finish_clients(start_clients($node, 'postgres',
				(map { "SELECT (auth_reauthenticate('$_', $right)).status;\n" } @sessions), \&show_code))),
		'1 ok, 19 refused', '... and for step-up');
	is(ask(q{SELECT count(*) FROM auth_session WHERE methods = 1 | 8 AND id <> ALL (SELECT auth_session_id('session ' || i) FROM generate_series(1, 20) i)
		AND authenticated_at > created_at}), '1', '... which gives one session the level, by another token');
}

# Challenges of one account, more than there are places for their counts
{
	begin_round();
	my $code = ask(<<'SQL');
ALTER INDEX auth_throttle_count_idx SET (places = 1);
REINDEX INDEX auth_throttle_count_idx;
SELECT auth_create_user('email', 'eve', 'password of eve', user_id => 'eve') \g /dev/null
SELECT auth_import_totp('eve', 'abcdefghijklmnopqrst') \g /dev/null
SELECT token FROM auth_create_code('visit', 'ann');
SQL

	ask(q{INSERT INTO auth_token (id, purpose, user_id, expires_at, data)
		SELECT auth_session_id('flood ' || i), 'second_factor', 'eve', 'infinity', '{"methods": 1, "attributes": {}}' FROM generate_series(1, 1000) i});
	is(ask(<<'SQL'), '1000 refused', 'a wrong code with each of 1000 challenges of one user');
SELECT count(*) || ' ' || status FROM generate_series(1, 1000) i, auth_complete_sign_in('flood ' || i, recovery_code => 'wrong') GROUP BY status;
SQL
	show_code();
	is($completed->(1, $right), 'ok|2|', '... keeps nobody else from the second step');
	is(ask("SELECT user_id FROM auth_use_code('visit', '$code', 'ann')"), 'ann', '... nor from using a one-time code');
}

done_testing();
