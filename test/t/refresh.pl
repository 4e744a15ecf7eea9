# Refresh tokens: many uses at once, bounded storage, and a replay that has
# ended the family whatever happens next: rollback, crash, standby, restore.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node(
	'refresh',
	init => {
		allows_streaming => 1,
		extra => [ '--encoding=UTF8', '--locale=C', '--data-checksums' ]
	},
	conf => <<'CONF');
max_connections = 80
max_prepared_transactions = 5
restart_after_crash = on
CONF

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
CREATE EXTENSION amcheck;
SELECT auth_setup();
ALTER TABLE auth_session ADD device text;
SELECT auth_create_user('email', 'ann', 'password of ann', user_id => 'ann');

CREATE FUNCTION begin_family() RETURNS text LANGUAGE sql AS $$
    SELECT r.refresh_token
    FROM auth_create_session('ann', '{"device": "phone"}', '15 min', '0') s,
        auth_create_refresh_token(s.session_id) r
$$;
CREATE FUNCTION family(token text) RETURNS uuid LANGUAGE sql AS
    'SELECT auth_session_id(left(token, 24))';
CREATE PROCEDURE rotate_often(token text, times int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..times LOOP
        token := (auth_rotate_refresh_token(token)).refresh_token;
        COMMIT;
    END LOOP;
    ASSERT token IS NOT NULL;
END $$;
SQL

sub ask
{
	my ($sql, $on) = @_;

	return ($on // $node)->safe_psql('postgres', $sql);
}

# A rotation; the status is left, and the new tokens are returned.
sub rotate
{
	my ($token, $on) = @_;

	return split /\|/,
	  ask("SELECT status, refresh_token, token FROM auth_rotate_refresh_token('$token')", $on);
}

sub status
{
	my ($token, $on) = @_;

	return (rotate($token, $on))[0];
}

sub lives
{
	my ($token, $on) = @_;

	return ask("SELECT count(*) FROM auth_get_session('$token')", $on);
}

# A family whose third token is the newest, and the token of its session.
sub begin_family
{
	my @tokens = (ask('SELECT begin_family()'));
	my ($status, $session);

	foreach (1 .. 2)
	{
		($status, $tokens[@tokens], $session) = rotate($tokens[-1]);
		die $status if $status ne 'ok';
	}
	return (@tokens, $session);
}

sub sound
{
	my ($name, $on) = @_;

	is( ask(<<'SQL', $on), '', $name);
SELECT h.* FROM unnest('{auth_session,auth_refresh_token,auth_ended,auth_event}'::regclass[]) t, LATERAL verify_heapam(t) h;
SELECT bt_index_check(indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE indrelid = ANY ('{auth_session,auth_refresh_token,auth_ended,auth_event}'::regclass[]) AND relam = 403 \g /dev/null
SQL
	return;
}

# How many clients were answered how.
sub at_once
{
	my ($token, $before) = @_;
	my %answers;

	$answers{$_}++ foreach map { split /\n/ } finish_clients(
		start_clients(
			$node, 'postgres',
			("$before SELECT status FROM auth_rotate_refresh_token('$token');\n") x 50));
	return join ', ', map { "$answers{$_} $_" } sort keys %answers;
}

#
# A refresh raced by itself
#

my $token = ask('SELECT begin_family()');
is(at_once($token, "SET auth.refresh_grace = '1h';"), '17 ok, 33 refused', '50 parallel uses of one token: no replay');
is(ask("SELECT count(*), max(cardinality(sibling_hashes)) FROM auth_refresh_token"),
	'1|16', '... and one row');
is(ask('SELECT count(*) FROM auth_session'), '1', '... and one session');
is(ask("SELECT auth_revoke_user_refresh_tokens('ann')"), '1', '... to end');

$token = ask('SELECT begin_family()');
like( at_once($token, 'SET auth.refresh_grace = 0;'),
	qr/^1 ok, (\d+ refused, )?[1-9]\d* reused$/,
	'without a grace period exactly one of 50 wins, and others replay');
is(ask('SELECT (SELECT count(*) FROM auth_refresh_token), count(*) FROM auth_session'),
	'0|0', '... which ends the family');

#
# Bounded storage
#

$token = ask('SELECT begin_family()');
ask('SELECT begin_family() FROM generate_series(1, 100)');
ask('VACUUM auth_refresh_token');
my $size = q{SELECT pg_total_relation_size('auth_refresh_token') / 8192};
my $before = ask($size);
ask("CALL rotate_often('$token', 5000)");
is(ask("SELECT count(*) FROM auth_refresh_token WHERE id = family('$token')"),
	'1', '5,000 rotations leave one row');
cmp_ok(ask($size), '<=', $before + 2, '... and no more pages, before any vacuum');
is(ask("SELECT count(*) FROM auth_session WHERE user_id = 'ann'"),
	'101', '... and one session');
is(status($token), 'reused', 'the first of 5,001 tokens is known as spent');
ask("SELECT auth_revoke_user_refresh_tokens('ann')");
sound('pages and indexes are sound');

#
# Rollback and crash
#

my @family = begin_family();
ask("BEGIN; SELECT auth_rotate_refresh_token('$family[0]'); ROLLBACK");
$node->stop('immediate');
$node->start;
is(lives($family[3]), '0', 'a replay that was rolled back has ended the session, a crash at once after it or not');
is(status($family[2]), 'refused', '... and the family');
is(ask("SELECT kind FROM auth_get_events('ann', NULL, 1)"),
	'refresh_token_reused', '... and is on record');
sound('... with sound pages and indexes');
ask("SELECT auth_revoke_refresh_token('$family[0]')");

# The answer is out and the transaction open when the server dies.
foreach my $signal ('INT', 'KILL')
{
	@family = begin_family();
	ask('CHECKPOINT');
	my $client = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $client->query_safe('SELECT pg_backend_pid()');

	is( $client->query_safe(
			"BEGIN; SELECT status FROM auth_rotate_refresh_token('$family[0]')"),
		'reused', 'a replay is answered');
	if ($signal eq 'KILL')
	{
		kill_backend($node, $pid);
	}
	else
	{
		$node->stop('immediate');
		$node->start;
	}
	eval { $client->quit };
	is(lives($family[3]), '0', '... and the session has ended: '
		  . ($signal eq 'KILL' ? 'kill -9 right after it' : 'an immediate stop right after it'));
	is(status($family[2]), 'refused', '... and the family');
	is(ask("SELECT kind FROM auth_get_events('ann', NULL, 1)"),
		'refresh_token_reused', '... and it is on record');
	is(ask("SELECT count(*) FROM auth_ended WHERE id = family('$family[0]')"),
		'1', '... by one row');
	sound('... with sound pages and indexes');
}
ask("SELECT auth_invalidate_user_sessions('ann')");

@family = begin_family();
{
	my $client = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $client->query_safe('SELECT pg_backend_pid()');

	$client->query_safe("BEGIN; SELECT status FROM auth_rotate_refresh_token('$family[2]')");
	kill_backend($node, $pid);
	eval { $client->query('SELECT 1') };
	eval { $client->quit };
}
is(lives($family[3]), '1', 'a backend killed within a rotation has not rotated');
is(status($family[2]), 'ok', '... and the token is as good as before');

@family = begin_family();
ask("BEGIN; SELECT auth_rotate_refresh_token('$family[2]'); PREPARE TRANSACTION 'rotation'");
$node->restart;
ask("ROLLBACK PREPARED 'rotation'");
is(status($family[2]), 'ok', 'a rotation that was prepared and rolled back has not happened');
is(status($family[1]), 'reused', 'a spent token is known after a restart');

#
# Sessions of all shapes, ended past the transaction: their rows do not change
#

foreach my $shape (
	[ 'as it was', '' ],
	[ 'a long attribute', "UPDATE auth_session SET device = repeat(md5(device), 100)" ],
	[ 'an attribute out of line', "ALTER TABLE auth_session ALTER device SET STORAGE EXTERNAL; UPDATE auth_session SET device = repeat(md5(device), 1000)" ],
	[ 'an attribute that is NULL', 'UPDATE auth_session SET device = NULL' ],
	[ 'periods of its own', "UPDATE auth_session SET idle_period = NULL" ],
	[ 'a table that was rewritten', 'VACUUM FULL auth_session' ],
	[ 'a dropped column', 'ALTER TABLE auth_session ADD gone int DEFAULT 5; UPDATE auth_session SET gone = 6; ALTER TABLE auth_session DROP gone; UPDATE auth_session SET device = 1' ])
{
	my ($name, $statement) = @$shape;

	@family = begin_family();
	ask($_) foreach split /; /, $statement;
	my $columns = q{SELECT md5(to_jsonb(s)::text), s.ctid, s.xmin FROM
		(SELECT s.ctid, s.xmin, s.id, s.user_id, created_at, active_expires_at, idle_expires_at, expires_at, active_period, idle_period, device
		FROM auth_session s) s WHERE id = auth_session_id('} . $family[3] . q{')};
	my $row = ask($columns);

	ask("BEGIN; SELECT auth_rotate_refresh_token('$family[0]'); ROLLBACK");
	is(lives($family[3]), '0', "the session is ended: $name");
	is(ask($columns), $row, '... and its row is as it was');
	sound('... with sound pages and indexes');
	ask("SELECT auth_invalidate_user_sessions('ann')");
}
# A column that the row has not got yet
@family = begin_family();
ask('ALTER TABLE auth_session ADD later int DEFAULT 7');
ask("BEGIN; SELECT auth_rotate_refresh_token('$family[0]'); ROLLBACK");
is(lives($family[3]), '0', 'the session is ended: a row that is shorter than the table');
is(status($family[2]), 'refused', '... and the family');
ask("SELECT auth_invalidate_user_sessions('ann')");
# The transaction has changed the table
@family = begin_family();
ask("BEGIN; ALTER TABLE auth_session ADD more int DEFAULT random(); SELECT auth_rotate_refresh_token('$family[0]'); ROLLBACK");
sound('a table that the transaction has rewritten is sound');
is(lives($family[3]), '0', '... the session has ended');
is(status($family[2]), 'refused', '... and the family');
ask("SELECT auth_invalidate_user_sessions('ann')");
# ... or the one that the end is written to, or an index of it
foreach my $change ('ALTER TABLE auth_ended ADD more int DEFAULT random()', 'REINDEX TABLE auth_ended')
{
	@family = begin_family();
	ask("BEGIN; $change; SELECT auth_rotate_refresh_token('$family[0]'); ROLLBACK");
	sound("$change: left to the transaction");
	is(status($family[2]), 'ok', '... and the family has not ended');
	ask("SELECT auth_invalidate_user_sessions('ann')");
}

#
# A dump that is restored
#

@family = begin_family();
my @ended = begin_family();
ask("BEGIN; SELECT auth_rotate_refresh_token('$ended[0]'); ROLLBACK");
$node->safe_psql('postgres', 'CREATE DATABASE copy');
$node->run_log([ 'pg_dump', '-Fc', '-f', "$PostgreSQL::Test::Utils::tmp_check/dump", $node->connstr('postgres') ])
  or die 'pg_dump failed';
$node->run_log([ 'pg_restore', '-d', $node->connstr('copy'), "$PostgreSQL::Test::Utils::tmp_check/dump" ])
  or die 'pg_restore failed';
is($node->safe_psql('copy', "SELECT status FROM auth_rotate_refresh_token('$family[2]')"),
	'ok', 'a refresh token is good after the restore of a dump');
is($node->safe_psql('copy', "SELECT status FROM auth_rotate_refresh_token('$family[0]')"),
	'reused', '... and a spent one is known');
is($node->safe_psql('copy', "SELECT count(*) FROM auth_get_session('$ended[3]')"),
	'0', '... and a session that a replay has ended stays so');
is($node->safe_psql('copy', "SELECT status FROM auth_rotate_refresh_token('$ended[2]')"),
	'refused', '... and its family');
is(status($family[2]), 'ok', '... while the original goes on by itself');

#
# A standby and its promotion
#

@family = begin_family();
my @other = begin_family();
$node->backup('base');

my $standby = PostgreSQL::Test::Cluster->new('standby');

$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
foreach my $call (
	"auth_create_refresh_token(auth_session_id('$family[3]'))",
	"auth_rotate_refresh_token('$family[2]')",
	"auth_rotate_refresh_token('$family[0]')",
	"auth_revoke_refresh_token('$family[2]')",
	"auth_revoke_user_refresh_tokens('ann')",
	'auth_delete_dead_refresh_tokens()')
{
	refused($standby, 'postgres', "SELECT $call", '25006',
		'a standby refuses ' . $call =~ s/\(.*//r);
}
is(lives($family[3], $standby), '1', '... and ends nothing');
ask("BEGIN; SELECT auth_rotate_refresh_token('$family[0]'); ROLLBACK");
$node->wait_for_catchup($standby);
is(lives($family[3], $standby), '0', 'a session that a replay has ended on the primary is ended there');
is(ask("SELECT count(*) FROM auth_validate_session('$family[3]')", $standby), '0', '... and not validated');
is(ask("SELECT count(*) FROM auth_get_user_sessions('ann') WHERE session_id = auth_session_id('$family[3]')", $standby),
	'0', '... and not listed');
$standby->promote;
$standby->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()')
  or die 'the standby was not promoted';
is(status($family[2], $standby), 'refused', '... and its family after the promotion');
is(status($other[2], $standby), 'ok', 'another token is good there');
is(status($other[0], $standby), 'reused', '... and a spent one is known');
sound('... with sound pages and indexes', $standby);

# Checksums of all pages, in both clusters
foreach my $cluster ($standby, $node)
{
	$cluster->stop;
	command_ok([ 'pg_checksums', '--check', '-D', $cluster->data_dir ],
		'pg_checksums finds nothing on the ' . $cluster->name);
}

done_testing();
