# Validation on standbys that lag: what a client does about it, and how far a
# revocation is behind.  Which functions work there is for hot_standby.pl.
#
# The statements that are tried are those of docs/scaling.md.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node(
	'primary',
	init => { allows_streaming => 'logical' },
	conf => 'synchronous_commit = local');

$primary->backup('base');

my $standby = PostgreSQL::Test::Cluster->new('standby');

$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', <<'CONF');
wal_receiver_timeout = 3s
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 100ms
CONF
$standby->start;

my $page = slurp_file("$FindBin::RealBin/../../docs/scaling.md");

# The statement of the page below this comment.
sub documented
{
	my ($comment) = @_;

	$page =~ /^```sql .*\n-- \Q$comment\E\n(.*?)^```$/ms
	  or die "docs/scaling.md has no statement \"$comment\"";
	return $1;
}

# It is run as drivers do, with its parameters apart.
sub run_documented
{
	my ($node, $comment, $parameters, %options) = @_;
	my $values = join(', ', map { quote_literal($_) } @$parameters);

	return $node->safe_psql(
		'postgres',
		"PREPARE documented AS " . documented($comment)
		  . "EXECUTE documented" . ($values ? "($values)" : ''),
		extra_params => [ '-U', $options{role} // 'postgres' ]);
}

sub ask
{
	my ($sql) = @_;

	return $primary->safe_psql('postgres', $sql);
}

sub ask_standby
{
	my ($sql) = @_;

	return $standby->safe_psql('postgres', $sql);
}

sub create_session
{
	my ($user) = @_;

	return ask("SELECT token FROM auth_create_session('$user')");
}

# Each is looked for until it is so.
sub eventually
{
	my ($node, $sql, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return ok($node->poll_query_until('postgres', $sql), $name);
}

sub pause_replay
{
	ask_standby('SELECT pg_wal_replay_pause()');
	$standby->poll_query_until('postgres',
		"SELECT pg_get_wal_replay_pause_state() = 'paused'")
	  or die 'replay was not paused';
	return;
}

sub resume_replay
{
	ask_standby('SELECT pg_wal_replay_resume()');
	$primary->wait_for_catchup($standby);
	return;
}

# On the standby, and where it has no row or an idle one, on the primary: who
# answered, and what.
sub validate
{
	my ($token) = @_;

	foreach my $node ($standby, $primary)
	{
		my $row =
		  run_documented($node, 'on the standby; $1: the token', [$token]);
		my (undef, $user, $state) = split /\|/, $row;

		return join ' ', $node->name, $user, $state
		  if $row ne '' && ($state eq 'active' || $node == $primary);
	}
	return 'nobody';
}

# The same, where the client knows how far the standby must have come: it asks
# the primary less often.
sub validate_since
{
	my ($token, $position) = @_;
	my ($replayed, undef, $user, $state) = split /\|/,
	  run_documented($standby,
		'on the standby; $1: the token, $2: the position',
		[ $token, $position ]);

	return 'standby refuses' if $replayed eq 't' && $user eq '';
	return "standby $user $state" if $replayed eq 't' && $state eq 'active';
	(undef, $user, $state) = split /\|/,
	  run_documented($primary, 'on the standby; $1: the token', [$token]);
	return defined $user ? "primary $user $state" : 'primary refuses';
}

sub position
{
	return run_documented($primary, 'on the primary, after the COMMIT', []);
}

# What is inserted into the log goes out a moment later when nobody commits.
sub wait_for_position
{
	my ($position) = @_;

	$standby->poll_query_until('postgres',
		"SELECT pg_last_wal_replay_lsn() >= '$position'")
	  or die 'the standby does not come so far';
	return;
}

ask(<<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user(user_id => name) FROM unnest('{ann,bob,carl,dan}'::text[]) name;
CREATE ROLE web LOGIN;
SELECT auth_grant('web', 'client');
CREATE ROLE health LOGIN;
SQL
my $old = create_session('ann');
$primary->wait_for_catchup($standby);

# The page says of each function how it would be found among shards.
my ($routes) = $page =~ /^### Which argument routes\n(.*?)^###/ms;
is( join(' ', grep { $routes !~ /`$_`/ } split /\n/, ask(<<'SQL')),
SELECT DISTINCT p.proname
FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid
AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'auth'
WHERE p.prorettype NOT IN ('trigger'::regtype, 'index_am_handler'::regtype, 'internal'::regtype)
SQL
	'', 'docs/scaling.md has a route for every function');

#
# A session that the standby does not have yet
#

is(validate($old), 'standby ann active', 'a session is validated there');
my $before = position();
wait_for_position($before);
pause_replay();
my $new = create_session('ann');
my $after = position();
is( ask_standby("SELECT count(*) FROM auth_validate_session('$new')"),
	'0', 'a new session is unknown on a standby that lags');
is(validate($new), 'primary ann active', 'the primary knows it');
is(validate_since($new, $after),
	'primary ann active', '... and is asked by position, too');
is(validate_since($old, $before),
	'standby ann active', 'who has come earlier needs no primary');
is(validate('unknown'), 'nobody', 'an unknown token is known nowhere');
is(validate_since('unknown', $before),
	'standby refuses', '... and needs no primary, by position');
resume_replay();
wait_for_position($after);
is(validate($new), 'standby ann active', 'after replay the standby knows it');
is(validate_since($new, $after),
	'standby ann active', '... by position, too');
is(validate_since('unknown', $after),
	'standby refuses', 'what has no session then is refused there');

# The session is looked at with what was found about the position, and that
# is asked once: here by a function that counts.
my $counting =
  documented('on the standby; $1: the token, $2: the position');

$counting =~ s/pg_last_wal_replay_lsn\(\) >= \$2/nextval('looks') > 0/
  or die 'another statement is documented';
$counting =~ s/pg_is_in_recovery\(\)/true/ or die;
is( ask("CREATE SEQUENCE looks; PREPARE documented AS ${counting}"
		  . "EXECUTE documented('$new'); SELECT last_value FROM looks")
	  =~ s/^t\|.*?\|(.*?)\|.*\n/$1 /r,
	'ann 1',
	'the position is looked at once');

#
# Idle sessions
#

ask(<<'SQL');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id('idle'), 'ann', now() - '1 hour'::interval, now() + '1 hour'::interval;
SQL
$primary->wait_for_catchup($standby);
is( ask_standby("SELECT state, fresh FROM auth_validate_session('idle')"),
	'idle|f', 'the standby does not renew an idle session');
pause_replay();
is(validate('idle'), 'primary ann active', 'the primary renews it');
my $renewed = "SELECT xmin, idle_expires_at > now() + '1 day'::interval"
  . " FROM auth_session WHERE id = auth_session_id('idle')";
my $row = ask($renewed);
like($row, qr/\|t$/, '... for its whole periods');
is(validate('idle'), 'primary ann active', '... and is asked until replay');
is(ask($renewed), $row, '... but writes once');
resume_replay();
is(validate('idle'), 'standby ann active', 'after replay it is not asked');

#
# Revocations
#

my %revocations = (
	'a sign-out' => "SELECT auth_sign_out('%s')",
	'all sessions of the user' => "SELECT auth_invalidate_user_sessions('bob')",
	'a new password' => "SELECT auth_update_user_password('bob', 'passphrase2')",
	'a user that is disabled' =>
	  "UPDATE auth_user SET disabled_at = now() WHERE id = 'bob'",
	'a user that is deleted' => "SELECT auth_delete_user('bob')",
	'a spent refresh token' => "BEGIN; SELECT auth_rotate_refresh_token('%s'); ROLLBACK",
);

ask("SELECT auth_create_key('bob', 'email', 'bob', 'passphrase1')");
foreach my $name (
	'a sign-out', 'all sessions of the user',
	'a new password', 'a spent refresh token',
	'a user that is disabled', 'a user that is deleted')
{
	ask("UPDATE auth_user SET disabled_at = NULL WHERE id = 'bob'");
	my $token = create_session('bob');
	my $argument = $token;

	if ($name eq 'a spent refresh token')
	{
		my $next;

		$argument = ask("SELECT refresh_token FROM"
			  . " auth_create_refresh_token(auth_session_id('$token'))");
		($next, $token) = split /\|/,
		  ask("SELECT refresh_token, token FROM auth_rotate_refresh_token('$argument')");
		$token = ask("SELECT token FROM auth_rotate_refresh_token('$next')");
	}
	$primary->wait_for_catchup($standby);
	pause_replay();
	ask(sprintf($revocations{$name}, $argument));
	my $position = position();
	is( ask("SELECT count(*) FROM auth_validate_session('$token')"),
		'0', "$name: at once on the primary");
	is(validate($token), 'standby bob active',
		"$name: a standby that lags does not know");
	is(validate_since($token, $position),
		'primary refuses', "$name: but it does by position");
	resume_replay();
	is( ask_standby("SELECT count(*) FROM auth_validate_session('$token')"),
		'0', "$name: after replay");
	is(validate($token), 'nobody', "$name: nobody accepts it");
}

#
# Revocations that wait for the standby, under real validations
#

# A client of the standby that validates until the session "go on" ends, and
# then tells the last time that it began a validation with each token.  When it
# has a lock it has validated each once.
sub start_validations
{
	my @tokens = @_;
	my $list = join ',', @tokens;
	my $client = $standby->background_psql('postgres');

	$client->query_until(
		qr/started/, <<"SQL");
\\echo started
DO \$\$
DECLARE
    tokens text[] := '{$list}';
    seen timestamptz[] := array_fill(NULL::timestamptz, ARRAY[cardinality(tokens)]);
    count int := 0;
    began timestamptz;
BEGIN
    WHILE EXISTS (SELECT FROM auth_get_session('go on')) LOOP
        FOR i IN 1 .. cardinality(tokens) LOOP
            began := clock_timestamp();
            PERFORM FROM auth_validate_session(tokens[i]);
            IF FOUND THEN
                seen[i] := began;
            END IF;
            count := count + 1;
            COMMIT;
        END LOOP;
        IF count = cardinality(tokens) THEN
            PERFORM pg_advisory_lock_shared(1);
        END IF;
    END LOOP;
    PERFORM set_config('test.count', count::text, false),
        set_config('test.seen', array_to_string(seen, '|'), false);
END \$\$;
SQL
	return $client;
}

# Revoke one token after the other while four clients validate: for how long,
# at most, a token was accepted after its COMMIT had returned.
sub worst_delay
{
	my ($statements) = @_;
	my @tokens = map { create_session('carl') } 1 .. 5;
	my $revoker = $primary->background_psql('postgres');
	my (@returned, @clients, $worst);

	ask("INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)"
		  . " SELECT auth_session_id('go on'), 'carl', 'infinity', 'infinity'");
	$primary->wait_for_catchup($standby);
	@clients = map { start_validations(@tokens) } 1 .. 4;
	$standby->poll_query_until('postgres',
		"SELECT count(*) = 4 FROM pg_locks WHERE locktype = 'advisory'")
	  or die 'the clients do not validate';
	foreach my $token (@tokens)
	{
		$revoker->query_safe(sprintf($statements, $token));
		push @returned, $revoker->query_safe('SELECT clock_timestamp()');
	}
	ask("SELECT auth_sign_out('go on')");
	$revoker->quit;
	foreach my $client (@clients)
	{
		my ($count, @seen) = split /\|/,
		  $client->query_safe("SELECT current_setting('test.count'),"
			  . " current_setting('test.seen')");

		$client->quit;
		cmp_ok($count, '>', 10, 'a client has validated');
		is(scalar @seen, scalar @tokens, '... each token');
		foreach my $i (0 .. $#tokens)
		{
			my $delay = ask("SELECT extract(epoch FROM '$seen[$i]'::timestamptz"
				  . " - '$returned[$i]'::timestamptz)");

			$worst = $delay if !defined $worst || $delay > $worst;
		}
	}
	return $worst;
}

my $documented =
  documented('on the primary: back when no standby accepts the sessions any more');

$documented =~ s/auth_invalidate_user_sessions\('.*?'\)/auth_sign_out('%s')/
  or die 'another statement is documented';
$primary->append_conf('postgresql.conf', "synchronous_standby_names = 'standby'");
$primary->reload;
$standby->append_conf('postgresql.conf', 'recovery_min_apply_delay = 300ms');
$standby->reload;
eventually($primary,
	"SELECT sync_state = 'sync' FROM pg_stat_replication",
	'the standby is a synchronous one');
cmp_ok(worst_delay("SELECT auth_sign_out('%s')"),
	'>', 0, 'without waiting, sessions are accepted after their end');
cmp_ok(worst_delay($documented),
	'<=', 0, 'with remote_apply none is, once the COMMIT is back');
$standby->append_conf('postgresql.conf', 'recovery_min_apply_delay = 0');
$standby->reload;

# It waits for as long as it takes, and who does not wait is not held up.
my $token = create_session('carl');
$primary->wait_for_catchup($standby);
pause_replay();
my $revoker = $primary->background_psql('postgres', on_error_stop => 0);
$revoker->query_until(qr/started/,
	"\\echo started\n" . sprintf($documented, $token) . "\\echo done\n");
eventually(
	$primary,
	"SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
	'a revocation waits for a standby whose replay is paused');
is(validate($token), 'standby carl active', '... where the session lives on');
is( ask("SELECT count(*) FROM auth_validate_session('$token')"),
	'1', '... as it does on the primary');
is(create_session('carl') ne '', 1, 'other transactions do not wait');

# Cancelled: it is revoked on the primary, and on the standby after replay.
ask("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
$revoker->query_until(qr/done/, '');
like($revoker->{stderr}, qr/WARNING:  canceling wait for synchronous replication/,
	'the wait is cancelled with a warning');
is( ask("SELECT count(*) FROM auth_validate_session('$token')"),
	'0', '... the session has ended on the primary');
is(validate($token), 'standby carl active', '... and not yet on the standby');
$revoker->{stderr} = '';
$revoker->quit;
resume_replay();
is(validate($token), 'nobody', '... but after replay');
$primary->append_conf('postgresql.conf', "synchronous_standby_names = ''");
$primary->reload;

#
# Replay conflicts
#

# Rows that a transaction of the standby sees are removed on the primary, and
# then a session is revoked.
sub revoke_behind_vacuum
{
	my ($token) = @_;

	ask("SELECT auth_invalidate_user_sessions('dan',"
		  . " auth_session_id('$token'))");
	ask('VACUUM auth_session');
	ask("SELECT auth_sign_out('$token')");
	return;
}

# A transaction on the standby, with a snapshot.
sub start_reader
{
	my ($level) = @_;
	my $reader = $standby->background_psql('postgres', on_error_stop => 0);

	$token = create_session('dan');
	create_session('dan');
	$primary->wait_for_catchup($standby);
	$reader->query_safe("BEGIN ISOLATION LEVEL $level");
	is( $reader->query_safe("SELECT user_id FROM auth_validate_session('$token')"),
		'dan', "$level: a session in a transaction of the standby");
	$reader->query_safe('SELECT count(*) FROM auth_session');
	return $reader;
}

my $reader = start_reader('REPEATABLE READ');
revoke_behind_vacuum($token);
eventually(
	$standby,
	"SELECT wait_event = 'RecoveryConflictSnapshot' FROM pg_stat_activity"
	  . " WHERE backend_type = 'startup'",
	'replay waits for a transaction of the standby');
is(validate($token), 'standby dan active',
	'... and so does a revocation, which is accepted meanwhile');
is( $reader->query_safe("SELECT user_id FROM auth_validate_session('$token')"),
	'dan', '... by that transaction, too');
$reader->query_safe('COMMIT');
$primary->wait_for_catchup($standby);
is(validate($token), 'nobody', '... until it ends');
$reader->quit;

# READ COMMITTED keeps no snapshot, so that nothing waits for it.
$reader = start_reader('READ COMMITTED');
revoke_behind_vacuum($token);
$primary->wait_for_catchup($standby);
is( $reader->query_safe("SELECT user_id FROM auth_validate_session('$token')"),
	'', 'READ COMMITTED: the session is gone within the transaction');
$reader->query_safe('COMMIT');
$reader->quit;

# What the transactions of the standby keep, the primary does not remove.
$standby->append_conf('postgresql.conf', 'hot_standby_feedback = on');
$standby->reload;
$reader = start_reader('REPEATABLE READ');
eventually($primary,
	'SELECT backend_xmin IS NOT NULL FROM pg_stat_replication',
	'the primary knows what the standby still needs');
revoke_behind_vacuum($token);
$primary->wait_for_catchup($standby);
is( $reader->query_safe("SELECT user_id FROM auth_validate_session('$token')"),
	'', 'hot_standby_feedback: the session is gone within the transaction');
is( $reader->query_safe("SELECT count(*) FROM auth_session WHERE user_id = 'dan'"),
	'2', '... whose own snapshot still has it');
$reader->query_safe('COMMIT');
$reader->quit;
$standby->append_conf('postgresql.conf', <<'CONF');
hot_standby_feedback = off
max_standby_streaming_delay = 100ms
CONF
$standby->reload;

# The transaction gives way.
eventually($primary, 'SELECT backend_xmin IS NULL FROM pg_stat_replication',
	'the primary forgets it');
$reader = start_reader('REPEATABLE READ');
revoke_behind_vacuum($token);
$primary->wait_for_catchup($standby);
is(validate($token), 'nobody',
	'max_standby_streaming_delay: the revocation is not held up');
$reader->{stdin} .= "SELECT 1;\n";
$reader->quit;
like($reader->{stderr}, qr/conflict with recovery/,
	'... the transaction of the standby is ended');

#
# A copy by logical replication is no standby
#

my $subscriber = new_node('subscriber');

$subscriber->safe_psql('postgres', 'CREATE EXTENSION auth; SELECT auth_setup()');
ask('CREATE PUBLICATION copy FOR TABLE auth_user, auth_key, auth_session, auth_refresh_token');
$subscriber->safe_psql('postgres',
	    'CREATE SUBSCRIPTION copy CONNECTION '
	  . quote_literal($primary->connstr('postgres'))
	  . ' PUBLICATION copy');
$subscriber->wait_for_subscription_sync($primary, 'copy');

sub ask_subscriber
{
	my ($sql) = @_;

	$primary->wait_for_catchup('copy');
	return $subscriber->safe_psql('postgres', $sql);
}

$token = create_session('ann');
my $validation = "SELECT user_id FROM auth_validate_session('%s')";
is(ask_subscriber(sprintf $validation, $token), 'ann', 'logical: a session is copied');
ask("SELECT auth_sign_out('$token')");
is(ask_subscriber(sprintf $validation, $token), '', '... and so is its end');
$token = create_session('ann');
my $spent = ask("SELECT refresh_token FROM"
	  . " auth_create_refresh_token(auth_session_id('$token'))");
my $next = ask("SELECT refresh_token FROM auth_rotate_refresh_token('$spent')");
$token = ask("SELECT token FROM auth_rotate_refresh_token('$next')");
ask("BEGIN; SELECT auth_rotate_refresh_token('$spent'); ROLLBACK");
is(ask(sprintf $validation, $token), '',
	'logical: a spent token ends the session, whatever the caller does');
$primary->wait_for_catchup($standby);
is(ask_standby(sprintf $validation, $token), '', '... on a standby, too');
is(ask_subscriber(sprintf $validation, $token),
	'ann', '... but not where the log was decoded');
ask("SELECT auth_create_key('ann', 'email', 'ann', 'passphrase1')");
ask("SELECT status FROM auth_sign_in('email', 'ann', 'wrong')") foreach 1 .. 3;
my $failures = "SELECT failures FROM auth_get_key_throttle('email', 'ann')";
is(ask($failures), '3', 'logical: failures are counted');
$primary->wait_for_catchup($standby);
is(ask_standby($failures), '3', '... which a standby knows');
is(ask_subscriber($failures), '0', '... and the copy does not');
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION copy');
$subscriber->stop;

#
# Whether a standby may be asked
#

my $bound = '4 s';
my $healthy =
  documented('on a standby: is it at most $1 behind?') =~ s/\$1/'$bound'/gr;

$healthy =~ s/;\n$//;

sub healthy_is
{
	my ($expected, $name, $role) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return is(
		run_documented(
			$standby, 'on a standby: is it at most $1 behind?',
			[$bound], role => $role // 'health'),
		$expected,
		$name);
}

# A statement that says "yes" or "no" until it is this.
sub eventually_healthy
{
	my ($expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return ok($standby->poll_query_until('postgres', $healthy, $expected), $name);
}

healthy_is('f', 'without a right to see, a standby is not known to be good');
ask('GRANT pg_read_all_stats TO health');
$primary->wait_for_catchup($standby);
eventually_healthy('t', 'a connected standby is good');
healthy_is('t', '... for a role that may see that');

# What is enough for a standby whose primary commits something all the time
my $committed = ask_standby('SELECT pg_last_xact_replay_timestamp()');
ask('SELECT pg_current_xact_id()');
eventually($standby,
	"SELECT pg_last_xact_replay_timestamp() > '$committed'::timestamptz",
	'a commit that writes nothing shows on the standby');

# Nothing happens on the primary for longer than the bound, but the standby
# hears from it.  On a busy machine it may not for a while, and is not good then.
sub stays_healthy
{
	my $last = ask_standby('SELECT last_msg_receipt_time FROM pg_stat_wal_receiver');

	until (ask_standby("SELECT last_msg_receipt_time > '$last'::timestamptz"
			  . " + '$bound'::interval FROM pg_stat_wal_receiver") eq 't')
	{
		return 0 unless ask_standby($healthy) eq 't';
	}
	return 1;
}

my $stays;
foreach my $attempt (1 .. 10)
{
	$stays = stays_healthy();
	last if $stays;
	eventually_healthy('t', 'a standby that has not heard is good when it has');
}
ok($stays, 'a standby of an idle primary stays good');

# Replay is paused.
pause_replay();
$token = create_session('carl');
eventually_healthy('f', 'where replay is paused, it is not');
resume_replay();
eventually_healthy('t', 'it is again after replay');

# The receiver sleeps: there is a connection, but nothing comes.
my $receiver = ask_standby('SELECT pid FROM pg_stat_wal_receiver');
kill 'STOP', $receiver;
eventually_healthy('f', 'where nothing is received, it is not');
kill 'CONT', $receiver;
eventually_healthy('t', 'it is again when the receiver goes on');

# A receiver that is new and has heard nothing yet shows its start instead.  It
# hears nothing where the log ends with a file, and the primary is idle.
sub start_receiver
{
	my $old = ask_standby('SELECT pid FROM pg_stat_wal_receiver');

	ask('SELECT pg_switch_wal()');
	$primary->wait_for_catchup($standby);
	kill 'TERM', $old;
	$standby->poll_query_until('postgres',
		"SELECT pid <> $old FROM pg_stat_wal_receiver")
	  or die 'there is no new receiver';
	return ask_standby('SELECT latest_end_time = last_msg_receipt_time,'
		  . " ($healthy) FROM pg_stat_wal_receiver");
}

$standby->append_conf('postgresql.conf', 'wal_receiver_timeout = 30s');
$standby->reload;
my $heard = '';
foreach my $attempt (1 .. 10)
{
	$heard = start_receiver();
	last if $heard =~ /^t/;
}
is($heard, 't|f', 'connected anew, it is not before it has heard something');
$standby->append_conf('postgresql.conf', 'wal_receiver_timeout = 3s');
$standby->reload;
eventually_healthy('t', '... and then it is');

# The primary is gone.
$primary->stop;
eventually_healthy('f', 'without its primary, it is not');
$primary->start;
eventually_healthy('t', 'it is again when the primary is back');
is(validate($token), 'standby carl active', '... and it is asked');

#
# A standby that is cut off, and promoted
#

$standby->append_conf('postgresql.conf', "primary_conninfo = ''");
$standby->reload;
eventually_healthy('f', 'cut off from its primary, a standby is not good');
ask("SELECT auth_sign_out('$token')");
is(validate($token), 'standby carl active', '... as what is revoked lives on there');
is(validate_since($token, position()),
	'primary refuses', '... but not by position');
$primary->stop;
$standby->promote;
$standby->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()')
  or die 'the standby was not promoted';
is( run_documented(
		$standby, 'on the standby; $1: the token, $2: the position',
		[ $token, '0/0' ]) =~ s/^(t)\|.*?\|(.*?)\|.*/$1 $2/r,
	't carl',
	'promoted, it has lost the revocation for good');
healthy_is('t', '... and is a primary, whom nobody has to check');

$standby->stop;
done_testing();
