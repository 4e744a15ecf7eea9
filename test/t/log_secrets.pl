# The server's log is searched for every secret that was used: passwords,
# tokens and password hashes.
#
# What the extension can keep out of the log is the statement and the context
# of messages that are raised while one of its functions runs.  The server
# itself logs
#   - the text of every statement, before it runs with log_statement = all and
#     after it ran with log_min_duration_statement, auto_explain or log_duration,
#   - the text of a statement that fails outside of our functions: a syntax
#     error, a function that does not exist or that the role may not execute,
#     an error elsewhere in the same statement,
#   - the values of bind parameters where log_parameter_max_length and
#     log_parameter_max_length_on_error (default: never) allow it, and
#     auto_explain's plans (log_verbose) where a plan was made for the values.
# So with literals in the text no extension can help there.  What holds is
#   (a) literals, with the server's default logging, made as verbose as it
#       goes: no failure in our functions tells a secret,
#   (b) bind parameters, log_parameter_max_length = 0: nothing tells a
#       secret, with everything logged,
#   (c) bind parameters whose values are logged on errors: not those of a
#       failure in our functions.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('secrets', conf => <<'CONF');
auth.client_providers = 'email, bad, trigger'
auth.client_user_attributes = 'nothing'
auth.client_session_attributes = 'nothing'
log_error_verbosity = verbose
log_min_messages = debug1
log_min_error_statement = debug1
session_preload_libraries = 'auto_explain'
auth.throttle_delay = 0
auto_explain.log_min_duration = -1
auto_explain.log_nested_statements = on
auto_explain.log_analyze = on
CONF

# 16: auto_explain shows parameters, all of them by default
if ($node->pg_version >= 16)
{
	$node->append_conf('postgresql.conf',
		'auto_explain.log_parameter_max_length = 0');
	$node->reload;
}
my $directory = PostgreSQL::Test::Utils::tempdir();

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'ann', 'initialSecret', '{}', 'ann');
SELECT auth_create_user('email', 'off', 'initialSecret', '{}', 'off');
SELECT auth_create_user('email', 'foreign', NULL, '{}', 'foreign');
UPDATE auth_key SET hashed_password = 'foreign:hashSecret' WHERE user_id = 'foreign';
SET auth.password_memory = '64MB';
SET auth.password_iterations = 12;
SELECT auth_create_user('email', 'slow', 'initialSecret', '{}', 'slow');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
VALUES (auth_session_id('livingSecret'), 'ann', 'infinity', 'infinity'),
    (auth_session_id('slow session'), 'slow', 'infinity', 'infinity');
INSERT INTO auth_token (id, purpose, user_id, expires_at)
VALUES (auth_session_id('challenge'), 'second_factor', 'ann', 'infinity');
CREATE VIEW victim AS SELECT 1 AS one;

-- Callers: each level adds a CONTEXT line that quotes the call.
CREATE FUNCTION call_it(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE statement INTO result;
    RETURN result;
END $$;
SQL

my $offset = 0;

# What was logged since the last time.
sub new_log
{
	my $log = slurp_file($node->logfile, $offset);

	$offset += length $log;
	return $log;
}

sub silent
{
	my ($name, @secrets) = @_;
	my $log = new_log();
	my @found = grep { index($log, $_) >= 0 } @secrets, '$argon2id$';

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return is("@found", '', $name) || diag(
		join "\n",
		grep {
			my $line = $_;
			grep { index($line, $_) >= 0 } @found
		} split /\n/,
		$log);
}

# Change settings for all sessions to come; log_statement is the last one.
sub configure
{
	my ($settings, $log_statement) = @_;

	$node->append_conf('postgresql.conf',
		"$settings\nlog_statement = $log_statement");
	$node->reload;
	$node->poll_query_until('postgres',
		"SELECT current_setting('log_statement') = '$log_statement'")
	  or die 'the settings did not arrive';
	new_log();
	return;
}

my $number = 0;

sub secret
{
	return sprintf('topSecret%04dx', ++$number);
}

# Calls by what becomes of them; %s is the secret.  Those that fail raise in
# our functions, by a check of ours, by the server in a statement of ours, or
# in a trigger of the application's.
my @failing = (
	[ 'UA003', q{auth_create_user('email', 'ann', '%s')} ],
	[ 'UA006', q{auth_create_user('email', 'new', '%s', '{}', 'ann')} ],
	[ 'UA008', q{auth_create_user('email', 'new', '%s', '{"nothing": 1}')} ],
	[ '22023', q{auth_create_user('email', 'new', '%s', '[]')} ],
	[ '22023', q{auth_create_user('email', '', '%s')} ],
	[ '22023', q{auth_create_user(NULL, 'new', '%s')} ],
	[ '22023', q{auth_create_user('email', 'new', '%s', NULL)} ],
	[ '22P02', q{auth_create_user('email', 'new', '%s', '{"number": "x"}')} ],
	[ '23514', q{auth_create_user('email', 'new', '%s', '{"number": -1}')} ],
	[ '23505', q{auth_create_user('email', 'new', '%s', '{"number": 5}')} ],
	[ '23514', q{auth_create_user('bad', 'new', '%s')} ],
	[ 'P0001', q{auth_create_user('trigger', 'raise', '%s')} ],
	[ '42601|42P01', q{auth_create_user('trigger', 'syntax', '%s')} ],
	[ 'UA001', q{auth_create_user('trigger', 'vanish', '%s')} ],
	[ 'UA011', q{auth_create_user('email', 'new', left('%s', 3))} ],
	[ 'UA011', q{auth_create_user('email', 'new', repeat('%s', 1000))} ],
	[ 'UA001', q{auth_create_key('nobody', 'email', 'new', '%s')} ],
	[ 'UA003', q{auth_create_key('ann', 'email', 'ann', '%s')} ],
	[ '23514', q{auth_create_key('ann', 'bad', 'x', '%s')} ],
	[ '22023', q{auth_create_key('ann', NULL, 'x', '%s')} ],
	[ '22023', q{auth_create_key(NULL, 'email', 'x', '%s')} ],
	[ 'UA002', q{auth_update_key_password('email', 'nobody', '%s')} ],
	[ '22023', q{auth_update_key_password(NULL, 'nobody', '%s')} ],
	[ 'UA011', q{auth_update_key_password('email', 'ann', left('%s', 2))} ],
	[ '25006', q{auth_update_key_password('email', 'ann', '%s')}, 'read only' ],
	[ 'UA001', q{auth_update_user_password('nobody', '%s')} ],
	[ '22023', q{auth_update_user_password(NULL, '%s')} ],
	[ '25006', q{auth_update_user_password('ann', '%s')}, 'read only' ],
	[ '25006', q{auth_create_user('email', 'new', '%s')}, 'read only' ],
	[ '25006', q{auth_create_key('ann', 'new', 'x', '%s')}, 'read only' ],
	[ '25006', q{auth_sign_out('%s')}, 'read only' ],
	[ 'UA004', q{auth_use_key('email', 'ann', '%s')} ],
	[ 'UA002', q{auth_use_key('email', 'nobody', '%s')} ],
	[ '22023', q{auth_use_key(NULL, 'nobody', '%s')} ],
	[ '22023', q{auth_use_key('email', NULL, '%s')} ],
	[ 'UA007', q{auth_use_key('email', 'foreign', '%s')} ],
	[ 'UA013', q{auth_use_key('email', 'off', '%s')}, 'right password' ],
	[ 'UA011', q{auth_create_key('ann', 'new', '%s', '%s')} ],
	[ '22023', q{auth_get_password_weakness(NULL, '%s')} ],
	[ 'UA010', q{auth_use_key('email', 'nobody', '%s')}, 'throttled' ],
	[ '22023', q{auth_sign_in(NULL, 'ann', '%s')} ],
	[ '22023', q{auth_sign_in('email', 'ann', '%s', session_attributes => '[]')} ],
	[ '22023', q{auth_sign_in('email', 'ann', '%s', lifetime => '-1 day')} ],
	[ 'UA008', q{auth_sign_in('email', 'ann', '%s', session_attributes => '{"nothing": 1}')}, 'own password' ],
	[ '25006', q{auth_sign_in('email', 'ann', '%s')}, 'read only' ],
	[ 'UA008', q{auth_sign_up('sign up new', '%s', user_attributes => '{"nothing": 1}')} ],
	[ '22023', q{auth_sign_up('sign up new', '%s', user_attributes => NULL)} ],
	[ '23514', q{auth_sign_up('sign up bad', '%s')} ],
	[ 'P0001', q{auth_sign_up('sign up raise', '%s')} ],
	[ 'UA011', q{auth_sign_up('sign up new', left('%s', 3))} ],
	[ '25006', q{auth_sign_up('sign up new', '%s')}, 'read only' ],
	[ '25006', q{auth_sign_up_with_code('email', 'new', '%s')}, 'read only' ],
	[ '22023', q{auth_change_password('%s', 'old password', NULL)} ],
	[ '25006', q{auth_change_password('%s', 'old password', 'new password')}, 'read only' ],
	[ 'UA001', q{auth_change_user_password('nobody', '%s', 'new password')} ],
	[ 'UA001', q{auth_change_user_password('nobody', 'old password', '%s')} ],
	[ '22023', q{auth_change_user_password('ann', NULL, '%s')} ],
	[ 'UA011', q{auth_change_user_password('ann', '%s', left('%s', 3))}, 'own password' ],
	[ '25006', q{auth_change_user_password('ann', '%s', 'new password')}, 'read only' ],
	[ 'UA007', q{auth_verify_password_hash('x', '%s')} ],
	[ 'UA007', q{auth_verify_password_hash('%s', 'x')} ],
	[ '22023', q{auth_verify_password_hash(NULL, '%s')} ],
	[ '22023', q{auth_import_key('ann', 'email', 'new', '%s')} ],
	[ '22023', q{auth_import_key('ann', 'email', 'new', '$2b$04$' || '%s')} ],
	[ '25006', q{auth_import_key('ann', 'email', 'new', '%s')}, 'read only' ],
	[ '57014', q{auth_use_key('email', 'slow', '%s')}, 'timeout' ],
	[ '57014', q{auth_use_key('email', 'nobody', '%s')}, 'timeout' ],
	[ '57014', q{auth_create_user('email', 'new', '%s')}, 'timeout' ],
	[ '57014', q{auth_create_key('ann', 'new', 'x', '%s')}, 'timeout' ],
	[ '57014', q{auth_update_user_password('ann', '%s')}, 'timeout' ],
	[ '57014', q{auth_update_key_password('email', 'ann', '%s')}, 'timeout' ],
	[ '57014', q{auth_sign_in('email', 'slow', '%s')}, 'timeout' ],
	[ '57014', q{auth_sign_in('email', 'nobody', '%s')}, 'timeout' ],
	[ '57014', q{auth_sign_up('sign up new', '%s')}, 'timeout' ],
	[ '57014', q{auth_change_user_password('slow', '%s', 'new password')}, 'timeout' ],
	[ '57014', q{auth_change_user_password('slow', 'initialSecret', '%s')}, 'timeout' ],
	[ '55P03', q{auth_sign_in('email', 'ann', '%s')}, 'locked' ],
	[ '55P03', q{auth_sign_up('sign up new', '%s')}, 'locked' ],
	[ '55P03', q{auth_change_password('%s', 'old password', 'new password')}, 'locked' ],
	[ '22023', q{auth_reauthenticate('%s', NULL)} ],
	[ '22023', q{auth_reauthenticate('%s', '%s', totp => '%s')} ],
	[ '22023', q{auth_complete_sign_in('%s', '%s', '%s')} ],
	[ '22023', q{auth_complete_sign_in('%s')} ],
	[ '22023', q{auth_complete_sign_in('%s', '%s', remember => '-1 day')} ],
	[ '25006', q{auth_complete_sign_in('%s', '%s')}, 'read only' ],
	[ '25006', q{auth_complete_sign_in('%s', recovery_code => '%s')}, 'read only' ],
	[ '25006', q{auth_sign_in('email', 'ann', 'old password', device_token => '%s')}, 'read only' ],
	[ '25006', q{auth_reauthenticate('%s', '%s')}, 'read only' ],
	[ '25006', q{auth_reauthenticate('%s', totp => '%s')}, 'read only' ],
	[ '25006', q{auth_delete_own_user('%s', '%s')}, 'read only' ],
	[ '25006', q{auth_verify_own_email_with_code('%s', '%s')}, 'read only' ],
	[ '22023', q{auth_create_totp('%s', algorithm => 'x')} ],
	[ '22023', q{auth_create_totp('%s', digits => 5)} ],
	[ 'F0000', q{auth_create_totp('%s')} ],
	[ '22023', q{auth_confirm_totp('%s', NULL, '%s')} ],
	[ '22023', q{auth_rename_own_factor('%s', gen_random_uuid(), '')} ],
	[ '22023', q{auth_delete_own_factor('%s', NULL)} ],
	[ 'UA001', q{auth_import_totp('nobody', '%s')} ],
	[ 'F0000', q{auth_import_totp('ann', '%s')} ],
	[ '22023', q{auth_import_totp('ann', '%s', '')} ],
	[ '22023', q{auth_import_totp('ann', repeat('%s', 9)::bytea)} ],
	[ '25006', q{auth_confirm_totp('%s', gen_random_uuid(), '%s')}, 'read only' ],
	[ '25006', q{auth_import_totp('ann', '%s')}, 'read only' ],
	[ '22023', q{auth_request_own_email_change('%s', NULL)} ],
	[ '22023', q{auth_end_own_session('%s', NULL)} ],
	[ '22023', q{auth_create_own_key('%s', 'email', 'x')} ],
	[ 'UA008', q{auth_update_own_attributes('%s', '{"disabled_at": null}')} ],
	[ '57014', q{auth_reauthenticate('slow session', '%s')}, 'timeout' ],
	[ '57014', q{auth_delete_own_user('slow session', '%s')}, 'timeout' ],
	[ '25006', q{auth_rotate_refresh_token('%s')}, 'read only' ],
	[ '25006', q{auth_revoke_refresh_token('%s')}, 'read only' ],
	[ '25006', q{auth_use_token('visit', '%s')}, 'read only' ],
	[ '25006', q{auth_use_code('visit', '%s', 'ann')}, 'read only' ],
	[ '25006', q{auth_reset_password('%s', 'a new password')}, 'read only' ],
	[ '25006', q{auth_reset_password('no token', '%s')}, 'read only' ],
	[ '25006', q{auth_sign_in_with_token('%s')}, 'read only' ],
	[ '25006', q{auth_sign_in_with_token('no link', browser_token => '%s')}, 'read only' ],
	[ '22023', q{auth_sign_in_with_token('%s', browser_token => '%s', session_attributes => NULL)} ],
	[ '25006', q{auth_verify_email('%s')}, 'read only' ],
	[ '25006', q{auth_change_email('%s')}, 'read only' ],
	[ '55P03', q{auth_rotate_refresh_token(substr(repeat(lower('%s'), 48), 1, 48))}, 'locked' ],
	[ '55P03', q{auth_revoke_refresh_token(substr(repeat(lower('%s'), 48), 1, 48))}, 'locked' ],
	[ '55P03', q{auth_sign_out('%s')}, 'locked' ],
	[ '55P03', q{auth_validate_session('%s')}, 'locked' ],
	[ '55P03', q{auth_set_session('%s')}, 'locked' ],
	[ '55P03', q{auth_get_session('%s')}, 'locked' ],
	[ '55P03', q{auth_use_key('email', 'ann', '%s')}, 'locked' ],
	[ 'UA012', q{auth_rotate_refresh_token(substr(repeat(lower('%s'), 48), 1, 48))}, 'not set up' ],
	[ 'UA012', q{auth_use_token('visit', '%s')}, 'not set up' ],
	[ 'UA012', q{auth_use_code('visit', '%s', 'ann')}, 'not set up' ],
	[ 'UA012', q{auth_reset_password('%s', 'a new password')}, 'not set up' ],
	[ 'UA012', q{auth_reset_password('no token', '%s')}, 'not set up' ],
	[ 'UA012', q{auth_sign_in_with_token('%s')}, 'not set up' ],
	[ 'UA012', q{auth_verify_email('%s')}, 'not set up' ],
	[ 'UA012', q{auth_change_email('%s')}, 'not set up' ],
	[ 'UA012', q{auth_sign_out('%s')}, 'not set up' ],
	[ 'UA012', q{auth_validate_session('%s')}, 'not set up' ],
	[ 'UA012', q{auth_set_session('%s')}, 'not set up' ],
	[ 'UA012', q{auth_get_session('%s')}, 'not set up' ],
	[ 'UA012', q{auth_use_key('email', 'ann', '%s')}, 'not set up' ],
	[ 'UA012', q{auth_sign_in('email', 'ann', '%s')}, 'not set up' ],
	[ 'UA012', q{auth_sign_up('sign up new', '%s')}, 'not set up' ],
	[ 'UA012', q{auth_sign_up_with_code('email', 'ann', '%s')}, 'not set up' ],
	[ 'UA012', q{auth_change_password('%s', 'old password', 'new password')}, 'not set up' ],
	[ 'UA012', q{auth_reauthenticate('%s', '%s')}, 'not set up' ],
	[ 'UA012', q{auth_complete_sign_in('%s', '%s')}, 'not set up' ],
	[ 'UA012', q{auth_get_own_sessions('%s')}, 'not set up' ],
	[ 'UA012', q{auth_create_user('email', 'ann', '%s')}, 'not set up' ]);

my @succeeding = (
	q{auth_create_user('email', 'user ' || clock_timestamp(), '%s')},
	q{auth_create_key('ann', 'other', clock_timestamp()::text, '%s')},
	q{auth_update_key_password('email', 'ann', '%s')},
	q{auth_use_key('email', 'ann', '%s')},
	q{auth_sign_in('email', 'ann', '%s')},
	q{auth_sign_in('email', 'ann', 'wrong ' || '%s')},
	q{auth_sign_in('email', '%s', 'a password')},
	q{auth_sign_up(sign_up_token(clock_timestamp()::text), '%s')},
	q{auth_sign_up(sign_up_token('ann'), '%s')},
	q{auth_sign_up('%s', 'a password')},
	q{auth_sign_up_with_code('email', 'ann', '%s', '%s')},
	q{auth_change_user_password('ann', '%s', 'new ' || '%s')},
	q{auth_change_user_password('ann', 'old password', '%s')},
	q{auth_change_password('%s', 'old password', 'new password')},
	q{auth_change_password('livingSecret', 'old password', '%s')},
	q{auth_change_password('livingSecret', NULL, '%s')},
	q{auth_reauthenticate('%s', 'old password')},
	q{auth_reauthenticate('livingSecret', '%s')},
	q{auth_reauthenticate('livingSecret', totp => '%s')},
	q{auth_reauthenticate('livingSecret', recovery_code => '%s')},
	q{auth_complete_sign_in('%s', '%s')},
	q{auth_complete_sign_in('challenge', totp => '%s')},
	q{auth_complete_sign_in('challenge', recovery_code => '%s')},
	q{auth_sign_in('email', 'ann', 'old password', device_token => '%s')},
	q{auth_sign_in_with_token('none', device_token => '%s')},
	q{auth_delete_own_user('%s')},
	q{auth_delete_own_user('livingSecret', 'wrong ' || '%s')},
	q{auth_get_own_sessions('%s')},
	q{auth_get_own_keys('%s')},
	q{auth_confirm_totp('%s', gen_random_uuid(), '%s')},
	q{auth_confirm_totp('livingSecret', gen_random_uuid(), '%s')},
	q{auth_get_own_factors('%s')},
	q{auth_rename_own_factor('%s', gen_random_uuid(), 'x')},
	q{auth_delete_own_factor('%s', gen_random_uuid())},
	q{auth_end_own_session('%s', auth_session_id('x'))},
	q{auth_end_other_sessions('%s')},
	q{auth_create_recovery_codes('%s')},
	q{auth_forget_own_devices('%s')},
	q{auth_create_own_key('%s', 'github', '1')},
	q{auth_delete_own_key('%s', 'email', 'ann')},
	q{auth_update_own_attributes('%s', '{}')},
	q{auth_request_own_email_verification('%s')},
	q{auth_request_own_email_change('%s', 'x@example.com')},
	q{auth_verify_own_email_with_code('livingSecret', '%s')},
	q{auth_update_user_password('ann', '%s', auth_session_id('livingSecret'))},
	q{auth_get_password_weakness('%s', '%s')},
	q{auth_describe_password_hash('%s')},
	q{auth_session_id('%s')},
	q{auth_get_session('%s')},
	q{auth_validate_session('%s')},
	q{auth_set_session('%s')},
	q{auth_adopt_session('%s')},
	q{auth_rotate_refresh_token('%s', '10.0.0.1')},
	q{auth_revoke_refresh_token('%s')},
	q{auth_use_token('visit', '%s')},
	q{auth_use_code('visit', '%s', 'ann')},
	q{auth_reset_password('%s', 'a new password')},
	q{auth_reset_password('no token', '%s')},
	q{auth_sign_in_with_token('%s')},
	q{auth_sign_in_with_token('%s', browser_token => '%s')},
	q{auth_verify_email('%s')},
	q{auth_change_email('%s')},
	q{auth_sign_out('%s')});

$node->safe_psql('postgres', SIGN_UP_TOKEN . <<'SQL');
SELECT sign_up_token('new');
INSERT INTO auth_token (id, purpose, provider_id, address, expires_at) VALUES
    (auth_session_id('sign up bad'), 'sign_up', 'bad', 'new', 'infinity'),
    (auth_session_id('sign up raise'), 'sign_up', 'trigger', 'raise', 'infinity');
ALTER TABLE auth_user ADD number int UNIQUE CHECK (number >= 0);
ALTER TABLE auth_key ADD CHECK (provider_id <> 'bad');
CREATE FUNCTION key_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.provider_user_id
        WHEN 'raise' THEN RAISE EXCEPTION 'the application refuses';
        WHEN 'syntax' THEN EXECUTE 'SELECT FROM no_such_table';
        ELSE NULL;
    END CASE;
    RETURN NEW;
END $$;
CREATE TRIGGER key_trigger BEFORE INSERT ON auth_key FOR EACH ROW
    WHEN (NEW.provider_id = 'trigger') EXECUTE FUNCTION key_trigger();
CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM auth_user WHERE id = NEW.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER vanish AFTER INSERT ON auth_key FOR EACH ROW
    WHEN (NEW.provider_user_id = 'vanish') EXECUTE FUNCTION vanish();
UPDATE auth_user SET number = 5 WHERE id = 'ann';
SQL

# A database without tables of ours
$node->safe_psql('postgres', 'CREATE DATABASE bare');
$node->safe_psql('bare', <<'SQL');
CREATE EXTENSION auth;
CREATE FUNCTION call_it(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE statement INTO result;
    RETURN result;
END $$;
SQL

# What holds the locks that make a call wait for longer than it may.
my $holder = $node->background_psql('postgres');

# Settings for one call; the passwords of the accounts are put in place.
sub circumstances
{
	my ($what, $secret) = @_;

	return "BEGIN READ ONLY;\n" if $what eq 'read only';
	return "SET lock_timeout = '10ms';\n" if $what eq 'locked';
	return "SET auth.throttle_max_failures = 1;\n" if $what eq 'throttled';
	# The hash takes a multiple of the time allowed, as the one of the user
	# "slow" does, and is not interrupted.  Until the function is entered, the
	# statement is the server's to show: the library is loaded before, and there
	# is time for the rest on a busy machine.
	return "SET auth.password_memory = '64MB';\n"
	  . "SET auth.password_iterations = 12;\n"
	  . "SELECT auth_get_password_load();\n"
	  . "SET statement_timeout = '150ms';\n"
	  if $what eq 'timeout';
	return '';
}

# For statements that are not what is tested.
my $quiet = 'SET log_min_duration_statement = -1;'
  . ' SET log_duration = off; SET auto_explain.log_min_duration = -1;'
  . ' SET log_statement = none; SET log_min_error_statement = panic;'
  . ' SET log_parameter_max_length = 0;';

sub set_password_of_ann
{
	my ($secret) = @_;

	$node->safe_psql('postgres',
		"$quiet SELECT auth_update_user_password('ann', '$secret',"
		  . " auth_session_id('livingSecret'))");
	new_log();
}

sub prepare_for
{
	my ($what, $secret) = @_;

	$node->safe_psql('postgres',
		"$quiet SELECT auth_update_user_password('off', '$secret');"
		  . " UPDATE auth_user SET disabled_at = now() WHERE id = 'off'")
	  if $what eq 'right password';
	set_password_of_ann($secret) if $what eq 'own password';
	$holder->query_safe(
		'BEGIN; LOCK TABLE auth_session, auth_refresh_token, auth_key IN ACCESS EXCLUSIVE MODE')
	  if $what eq 'locked';
	new_log();
}

sub after
{
	my ($what) = @_;

	$holder->query_safe('ROLLBACK') if $what eq 'locked';
}

# A statement in psql, with the secret in its text.
sub call_with_literal
{
	my ($database, $statement, $before) = @_;
	my ($stdout, $stderr);

	$node->psql(
		$database, $before . $statement,
		stdout => \$stdout,
		stderr => \$stderr,
		on_error_stop => 1,
		extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	return $stderr;
}

# A statement in pgbench, which sends variables as bind parameters; the
# secret is replaced by one.
sub call_with_parameter
{
	my ($database, $statement, $before, $secret, $mode) = @_;
	my $file = "$directory/" . ++$number . '.sql';
	my ($stdout, $stderr);

	# pgbench takes integers for integers; all of ours begin with a letter
	$statement =~ s/'\Q$secret\E'/:secret/g;
	$statement =~ s/\s+/ /g;
	append_to_file($file, "$before$statement;\n");
	IPC::Run::run(
		[
			'pgbench', '-n', '-M', $mode, '-t', 1, '-D', "secret=$secret",
			'-f', $file, $node->connstr($database) =~ /^(.*)$/
		],
		'>', \$stdout,
		'2>', \$stderr,
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	unlink $file;
	return $stderr;
}

#
# Positive control: a planted secret is found in the log
#

new_log();
call_with_literal('postgres', q{SELECT 1 / (length('plantedSecret') - 13)}, '');
like(new_log(), qr/STATEMENT: .*plantedSecret/,
	'control: the statement of an ordinary error is logged');
call_with_literal('postgres',
	q{SELECT call_it('SELECT 1 / (length(''plantedSecret'') - 13)')}, '');
like(new_log(), qr/CONTEXT: .*plantedSecret/,
	'control: the context of an ordinary error is logged');
call_with_literal('postgres', q{SELECT auth_use_key('email', 'a', 'plantedSecret', 1)},
	'');
like(new_log(), qr/plantedSecret/,
	'control: a call that does not come to our function is logged');

#
# (a) literals, default settings
#

sub check_failing
{
	my ($how, $call) = @_;

	foreach my $case (@failing)
	{
		my ($state, $template, $what) = @$case;
		my $secret = secret();
		my $expression = $template =~ s/%s/$secret/gr;
		my $database = ($what // '') eq 'not set up' ? 'bare' : 'postgres';

		prepare_for($what // '', $secret);
		my $stderr =
		  $call->($database, $expression, circumstances($what // '', $secret),
			$secret);
		after($what // '');
		my $name = "$how: $template" . ($what ? ", $what" : '');

		my $log = slurp_file($node->logfile, $offset);
		like($log, qr/(?:ERROR|FATAL):  (?:$state):/, "$name: fails")
		  or diag($stderr);
		silent("$name: tells nothing", $secret, 'hashSecret');
	}
	return;
}

check_failing('literal',
	sub { call_with_literal($_[0], "SELECT $_[1]", $_[2]) });
check_failing(
	'literal in PL/pgSQL',
	sub {
		call_with_literal(
			$_[0],
			'SELECT call_it(' . quote_literal("SELECT $_[1]") . ')',
			$_[2]);
	});
check_failing(
	'literal in a DO block',
	sub {
		call_with_literal($_[0], "DO \$do\$ BEGIN PERFORM $_[1]; END \$do\$",
			$_[2]);
	});

foreach my $template (@succeeding)
{
	my $secret = secret();
	my $expression = $template =~ s/%s/$secret/gr;

	prepare_for('', $secret);
	set_password_of_ann($secret) if $template =~ /use_key|sign_in|change_user/;
	is(call_with_literal('postgres', "SELECT $expression", ''),
		'', "literal: $template: succeeds");
	silent('... and tells nothing', $secret);
}

#
# (b) bind parameters, everything logged but their values
#

configure(<<'CONF', 'all');
log_min_duration_statement = 0
log_duration = on
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
auto_explain.log_min_duration = 0
CONF

call_with_literal('postgres', q{SELECT length('plantedSecret')}, '');
my $planted = new_log();
like($planted, qr/LOG: .*statement: SELECT length\('plantedSecret'\)/,
	'control: everything is logged');
like($planted, qr/LOG: .*plan:\s+Query Text: SELECT length\('plantedSecret'\)/,
	'control: with its plan');

check_failing(
	'bound',
	sub { call_with_parameter($_[0], "SELECT $_[1]", $_[2], $_[3], 'extended') }
);
foreach my $mode (qw(extended prepared))
{
	foreach my $template (@succeeding)
	{
		my $secret = secret();
		my $expression = $template =~ s/%s/$secret/gr;
		my $before = '';

		prepare_for('', $secret);
		set_password_of_ann($secret)
		  if $template =~ /use_key|sign_in|change_user/;
		my $stderr = call_with_parameter('postgres', "SELECT $expression",
			$before, $secret, $mode);
		unlike($stderr, qr/ERROR|aborted/, "bound, $mode: $template: succeeds");
		my $log = slurp_file($node->logfile, $offset);
		like($log, qr/execute .*auth_/, '... and is logged');
		silent('... without the secret', $secret);
	}
}

#
# (c) bind parameters whose values are logged
#

configure(<<'CONF', 'none');
log_min_duration_statement = -1
log_duration = off
auto_explain.log_min_duration = -1
log_parameter_max_length = -1
log_parameter_max_length_on_error = -1
CONF

new_log();
call_with_parameter('postgres',
	q{SELECT 1 / (length('plantedSecret') - 13)},
	'', 'plantedSecret', 'extended');
like(new_log(), qr/CONTEXT: .*plantedSecret/,
	'control: the parameters of an ordinary error are logged');
check_failing(
	'bound, values logged on errors',
	sub {
		call_with_parameter($_[0], "SELECT $_[1]", $_[2], $_[3], 'extended');
	});

#
# Tokens and hashes that the functions make themselves
#

configure(<<'CONF', 'all');
log_min_duration_statement = 0
auto_explain.log_min_duration = 0
auto_explain.log_verbose = on
CONF
my @tokens = split /\n/,
  $node->safe_psql('postgres',
	q{SELECT token FROM generate_series(1, 5), auth_create_session('ann')});
is(scalar(grep { length >= 31 } @tokens), 5, 'tokens are made');
push @tokens, split /\||\n/,
  $node->safe_psql('postgres', <<'SQL');
SELECT r.refresh_token, n.refresh_token, n.token FROM generate_series(1, 5) i,
    LATERAL auth_create_session('ann', '{}', make_interval(days => i)) s,
    LATERAL auth_create_refresh_token(s.session_id) r,
    LATERAL auth_rotate_refresh_token(r.refresh_token) n
SQL
is(scalar(grep { length == 48 } @tokens), 10, 'refresh tokens are made');
my @hashes = split /\n/,
  $node->safe_psql('postgres', <<'SQL');
SELECT count(auth_create_user('email', 'made' || i, 'a password ' || i)) FROM generate_series(1, 3) i \g /dev/null
SELECT hashed_password FROM auth_key WHERE provider_user_id LIKE 'made%'
SQL
is(scalar(grep { /^\$argon2id\$/ } @hashes), 3, 'hashes are made');
silent('what is made is not logged, with everything logged', @tokens, @hashes);

# Who acts: plans under a policy have the call, and not the id of the user.
$node->safe_psql('postgres', <<"SQL");
$quiet
SELECT auth_create_user(NULL, NULL, user_id => 'who-acts');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    VALUES (auth_session_id('of somebody'), 'who-acts', 'infinity', 'infinity');
CREATE ROLE web;
SELECT auth_grant('web', 'client');
CREATE TABLE note AS SELECT id AS owner_id FROM auth_user;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note USING (owner_id = auth_user_id() AND auth_has_level(0));
GRANT SELECT ON note TO web;
SQL
new_log();
answers($node, 'postgres', <<'SQL', "t\n1\nt", 'a policy shows the row of the user who acts');
BEGIN;
SELECT auth_set_session('of somebody');
SET LOCAL ROLE web;
SELECT count(*) FROM note;
SELECT auth_user_id() = (SELECT max(owner_id) FROM note);
COMMIT;
SQL
my $acted = new_log();
like($acted, qr/LOG: .*plan:.*Output: auth_user_id\(\).*Filter: /s, '... and its plan is logged');
unlike($acted, qr/who-acts/, '... without the id of the user');

# Events: what was typed is in none of them; names of keys are no secrets, but
# some hold one here.
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM auth_event'),
	'>', 50, 'events are recorded');
answers(
	$node, 'postgres', <<'SQL', '', '... and none tells a secret');
SELECT e FROM auth_event e WHERE e::text ~ 'Secret(?!\d+x-user)|argon2id'
SQL

# Views that show what is running show literals, and no bind values.
$holder->query_safe(
	'BEGIN; LOCK TABLE auth_session IN ACCESS EXCLUSIVE MODE');
append_to_file("$directory/activity.sql", "SELECT auth_sign_out(:secret);\n");
my $waiting = IPC::Run::start(
	[
		'pgbench', '-n', '-M', 'extended', '-t', 1,
		'-D', 'secret=runningSecret',
		'-f', "$directory/activity.sql", $node->connstr('postgres')
	],
	'>', \my $ignored,
	'2>&1');
ok( $node->poll_query_until('postgres',
		q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'}
	),
	'a call waits');
is( $node->safe_psql('postgres',
		q{SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'}),
	'SELECT auth_sign_out($1);',
	'pg_stat_activity shows no bind value');
$holder->query_safe('ROLLBACK');
IPC::Run::finish($waiting);
$holder->quit;

$node->stop;
done_testing();
