# An event that cannot be recorded is lost, the log of the server says so, once a
# connection, and nobody else: neither a client nor the secrets of the statement.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('record');
my $lost = qr/LOG:  events of users, keys and sessions are not recorded\n/;

$node->safe_psql('postgres', <<'SQL' . SIGN_UP_TOKEN);
CREATE ROLE web LOGIN;
CREATE ROLE ops SUPERUSER LOGIN;
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_grant('web', 'client');
SELECT auth_create_user('email', 'ann@example.com', 'the password of ann', user_id => 'ann');
SQL

# What a client hears of the statements, and what the log has of them.
sub heard
{
	my ($role, $sql) = @_;
	my $offset = -s $node->logfile;
	my ($stdout, $stderr);

	$node->psql(
		'postgres', $sql,
		stdout => \$stdout,
		stderr => \$stderr,
		extra_params => [ '-U', $role ]);
	return ($stdout, $stderr, slurp_file($node->logfile, $offset));
}

my $calls = <<'SQL';
SET client_min_messages = debug1;
SELECT status FROM auth_sign_in('email', 'ann@example.com', 'the password of ann');
SELECT status FROM auth_sign_in('email', 'ann@example.com', 'a wrong password');
SELECT status FROM auth_request_sign_up('email', 'new@example.com');
SELECT status FROM auth_sign_up(sign_up_token('new@example.com'), 'the password of new');
SELECT * FROM auth_request_password_reset('email', 'ann@example.com');
SQL

foreach my $damage (
	[ 'no table', 'ALTER TABLE auth_event RENAME TO gone', 'ALTER TABLE gone RENAME TO auth_event',
		qr/DETAIL:  table "auth_event" does not exist/ ],
	[ 'no column', 'ALTER TABLE auth_event RENAME kind TO what', 'ALTER TABLE auth_event RENAME what TO kind',
		qr/DETAIL:  table "auth_event" has no column "kind"/ ],
	[ 'no partition', <<'SQL', 'SELECT 1', qr/DETAIL:  There is no partition/ ])
DROP TABLE auth_event;
CREATE TABLE auth_event (id bigint GENERATED ALWAYS AS IDENTITY, created_at timestamptz NOT NULL, kind text NOT NULL,
	reason text, user_id text, provider_id text, provider_user_id text, session_id uuid, client_address inet, count bigint,
	role text NOT NULL DEFAULT session_user, PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);
SELECT auth_setup();
SQL
{
	my ($name, $break, $mend, $detail) = @$damage;

	$node->safe_psql('postgres', "DELETE FROM auth_user WHERE id <> 'ann'; $break");
	my ($stdout, $stderr, $log) = heard('web', $calls);

	like($stdout, qr/^ok\nrefused\nok\nok\n/, "$name: all calls are answered");
	is($stderr, '', '... and no client is told');
	is(() = $log =~ /$lost/g, 1, '... the log is, once');
	like($log, $detail, '... and why');
	unlike($log, qr/password of|wrong password/, '... without a secret');
	$node->safe_psql('postgres', $mend);
}

# Again when it is lost again, after one was recorded.
my ($stdout, $stderr, $log) = heard('ops', <<'SQL');
SELECT auth_reset_client_throttle('192.0.2.1');
CREATE TABLE event_now PARTITION OF auth_event DEFAULT;
SELECT auth_reset_client_throttle('192.0.2.1');
DROP TABLE event_now;
SELECT auth_reset_client_throttle('192.0.2.1');
SELECT auth_reset_client_throttle('192.0.2.1');
SQL
is($stderr, '', 'an administrator is not told either');
is(() = $log =~ /$lost/g, 2, 'what is lost again is logged again');

$node->stop;
done_testing();
