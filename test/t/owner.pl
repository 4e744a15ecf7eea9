# A plain role that owns the tables shapes them as it likes.  Whatever it does
# to one column of one table, each function answers rightly or with an error;
# none reads memory that is not its own, and none believes a row that it
# cannot understand.
#
# The columns are the catalog's and the functions are those of the extension,
# so that later ones are tried, too: a function without a call here is a
# failure.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib $FindBin::RealBin;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use AuthTest;

my $node = new_node('owner', keys => 1, conf => "auth.throttle_delay = 0\n");

# Functions that touch no table of ours, or refuse to be called.
my %aside = (
	auth_calibrate => q{auth_calibrate(1, 8192)},
	auth_clear_session => q{auth_clear_session()},
	auth_evaluate_once => q{auth_evaluate_once('held(text)')},
	auth_describe_password_hash => q{auth_describe_password_hash('$2a$04$no')},
	auth_event_kept => q{DELETE FROM auth_event},
	auth_fold_email => q{auth_fold_email('A@X.example')},
	auth_generate_user_id => q{auth_generate_user_id()},
	auth_get_password_load => q{auth_get_password_load()},
	auth_grant => q{auth_grant('owner', 'client')},
	auth_session_id => q{auth_session_id('token')},
	(map { ($_ => "$_()") } qw(auth_user_id auth_user_uuid auth_current_session_id auth_assurance_level auth_authenticated_at)),
	auth_has_level => q{auth_has_level(0)},
	auth_is_fresh => q{auth_is_fresh('1 day')},
	auth_verify_password_hash => q{auth_verify_password_hash('$2a$04$no', 'x')});

# A call of each other function, and the answer when nothing is wrong; without
# one it depends on more than is looked at here.
my %calls = (
	auth_change_email => [ q{SELECT status FROM auth_change_email(held('email_change'))}, 'ok' ],
	auth_change_password => [ q{SELECT status FROM auth_change_password(held('session'), 'correct horse', 'better horse')}, 'ok' ],
	auth_change_user_password => [ q{SELECT status FROM auth_change_user_password('ann', 'correct horse', 'better horse')}, 'ok' ],
	auth_check => [ q{SELECT count(*) FROM auth_check()} ],
	auth_get_password_weakness => [ q{SELECT auth_get_password_weakness('correct horse')} ],
	auth_complete_sign_in => [ q{SELECT status FROM auth_complete_sign_in(held('second_factor'), recovery_code => repeat('a', 24))}, 'ok' ],
	auth_confirm_totp => [ q{SELECT status FROM auth_confirm_totp(held('app session'), held('new app')::uuid, '123456')}, 'refused' ],
	auth_create_code => [ q{SELECT user_id FROM auth_create_code('call', 'ann')}, 'ann' ],
	auth_create_key => [ q{SELECT user_id FROM auth_create_key('ann', 'name', 'ann', 'correct horse')}, 'ann' ],
	auth_create_own_key => [ q{SELECT status FROM auth_create_own_key(held('session'), 'github', '7')}, 'ok' ],
	auth_create_recovery_codes => [ q{SELECT status FROM auth_create_recovery_codes(held('session of sam'))}, 'ok' ],
	auth_create_refresh_token => [ q{SELECT user_id FROM auth_create_refresh_token(auth_session_id(held('session')))}, 'ann' ],
	auth_create_session => [ q{SELECT user_id FROM auth_create_session('ann')}, 'ann' ],
	auth_create_token => [ q{SELECT user_id FROM auth_create_token('call', 'ann', 'ann@x.example', deliver => true)}, 'ann' ],
	auth_create_totp => [ q{SELECT status FROM auth_create_totp(held('app session'))}, 'ok' ],
	auth_create_user => [ q{SELECT user_id FROM auth_create_user('email', 'bob@x.example', 'correct horse', user_id => 'bob')}, 'bob' ],
	auth_delete_dead_factors => [ q{SELECT auth_delete_dead_factors()} ],
	auth_delete_dead_outbox => [ q{SELECT auth_delete_dead_outbox()} ],
	auth_delete_dead_refresh_tokens => [ q{SELECT auth_delete_dead_refresh_tokens()} ],
	auth_delete_dead_sessions => [ q{SELECT auth_delete_dead_sessions()} ],
	auth_delete_dead_tokens => [ q{SELECT auth_delete_dead_tokens()} ],
	auth_delete_dead_user_sessions => [ q{SELECT auth_delete_dead_user_sessions('ann')} ],
	auth_delete_events => [ q{SELECT auth_delete_events('1 day')} ],
	auth_delete_key => [ q{SELECT auth_delete_key('email', 'ann@x.example')} ],
	auth_delete_own_factor => [ q{SELECT status FROM auth_delete_own_factor(held('app session'), held('app')::uuid)}, 'ok' ],
	auth_delete_own_key => [ q{SELECT status FROM auth_delete_own_key(held('session'), 'email', 'ann@x.example')}, 'last_key' ],
	auth_delete_own_user => [ q{SELECT status FROM auth_delete_own_user(held('session'), 'correct horse')}, 'ok' ],
	auth_delete_user => [ q{SELECT auth_delete_user('ann')} ],
	auth_delete_user_factor => [ q{SELECT auth_delete_user_factor('tom', held('app')::uuid)} ],
	auth_delete_user_factors => [ q{SELECT auth_delete_user_factors('tom')}, '1' ],
	auth_disable_user => [ q{SELECT user_id FROM auth_disable_user('ann', '2999-01-01', 'spam')}, 'ann' ],
	auth_enable_user => [ q{SELECT user_id FROM auth_enable_user('ann')}, 'ann' ],
	auth_end_other_sessions => [ q{SELECT auth_end_other_sessions(held('session'))} ],
	auth_end_own_session => [ q{SELECT auth_end_own_session(held('session'), auth_session_id(held('session')))}, 'true' ],
	auth_erase_user => [ q{SELECT auth_erase_user('ann') IS NOT NULL}, 'true' ],
	auth_export_user => [ q{SELECT auth_export_user('ann') #>> '{user,id}'}, 'ann' ],
	auth_fail_message => [ q{SELECT auth_fail_message(1, '451 later') IS NOT NULL}, 'true' ],
	auth_finish_message => [ q{SELECT auth_finish_message(1)}, 'true' ],
	auth_forget_own_devices => [ q{SELECT auth_forget_own_devices(held('session of sam'))}, '1' ],
	auth_get_client_throttle => [ q{SELECT failures FROM auth_get_client_throttle('192.0.2.1')} ],
	auth_get_events => [ q{SELECT count(*) > 0 FROM auth_get_events()}, 'true' ],
	auth_get_key => [ q{SELECT user_id IS NOT NULL FROM auth_get_key('email', 'ann@x.example')}, 'true' ],
	auth_get_key_throttle => [ q{SELECT failures FROM auth_get_key_throttle('email', 'ann@x.example')} ],
	auth_get_outbox => [ q{SELECT count(*) FROM auth_get_outbox()}, '6' ],
	auth_get_own_factors => [ q{SELECT kind FROM auth_get_own_factors(held('app session'))}, 'totp' ],
	auth_get_own_keys => [ q{SELECT user_id FROM auth_get_own_keys(held('session'))}, 'ann' ],
	auth_get_own_sessions => [ q{SELECT bool_or(current) FROM auth_get_own_sessions(held('session'))}, 'true' ],
	auth_get_password_audit => [ q{SELECT sum(keys) FROM auth_get_password_audit()}, '1' ],
	auth_get_session => [ q{SELECT user_id FROM auth_get_session(held('session'))}, 'ann' ],
	auth_get_user => [ q{SELECT user_id FROM auth_get_user('ann')}, 'ann' ],
	auth_get_user_by_provider_id => [ q{SELECT user_id FROM auth_get_user_by_provider_id('email', 'ann@x.example')}, 'ann' ],
	auth_get_user_factors => [ q{SELECT kind FROM auth_get_user_factors('tom')}, 'totp' ],
	auth_get_user_keys => [ q{SELECT user_id FROM auth_get_user_keys('ann')}, 'ann' ],
	auth_get_user_sessions => [ q{SELECT user_id FROM auth_get_user_sessions('ann')}, 'ann' ],
	auth_import_key => [ q{SELECT user_id FROM auth_import_key('ann', 'name', 'anna', '$2a$04$abcdefghijklmnopqrstuuW4zCqJqIG1kXhB6pIoaB0sGQ9qBsGhm')}, 'ann' ],
	auth_adopt_session => [ q{SELECT count(*) FROM auth_adopt_session('id.secret')}, '0' ],
	auth_import_lucia => [ q{SELECT sum(count) FROM auth_import_lucia('2', 'lucia_user', 'lucia_key', 'lucia_session')}, '3' ],
	auth_import_totp => [ q{SELECT auth_import_totp('tom', '12345678901234567890') IS NOT NULL}, 'true' ],
	auth_invalidate_session => [ q{SELECT auth_invalidate_session(auth_session_id(held('session')))} ],
	auth_invalidate_all_sessions => [ q{SELECT auth_invalidate_all_sessions()} ],
	auth_invalidate_user_sessions => [ q{SELECT auth_invalidate_user_sessions('ann')} ],
	auth_reauthenticate => [ q{SELECT status FROM auth_reauthenticate(held('session'), 'correct horse')}, 'ok' ],
	auth_rename_own_factor => [ q{SELECT status FROM auth_rename_own_factor(held('app session'), held('app')::uuid, 'x')}, 'ok' ],
	auth_request_email_change => [ q{SELECT status FROM auth_request_email_change('ann', 'anna@x.example')}, 'ok' ],
	auth_request_email_verification => [ q{SELECT status FROM auth_request_email_verification('ann', 'ann@x.example')}, 'ok' ],
	auth_request_magic_link => [ q{SELECT status FROM auth_request_magic_link('email', 'ann@x.example')}, 'ok' ],
	auth_request_own_email_change => [ q{SELECT status FROM auth_request_own_email_change(held('session'), 'anna@x.example')}, 'ok' ],
	auth_request_own_email_verification => [ q{SELECT status FROM auth_request_own_email_verification(held('session'))}, 'ok' ],
	auth_request_sign_up => [ q{SELECT status FROM auth_request_sign_up('email', 'fay@x.example')}, 'ok' ],
	auth_request_password_reset => [ q{SELECT status FROM auth_request_password_reset('email', 'ann@x.example')}, 'ok' ],
	auth_reset_client_throttle => [ q{SELECT auth_reset_client_throttle('192.0.2.1')} ],
	auth_reset_key_throttle => [ q{SELECT auth_reset_key_throttle('email', 'ann@x.example')} ],
	auth_reseal => [ q{SELECT auth_reseal()} ],
	auth_reset_password => [ q{SELECT status FROM auth_reset_password(held('password_reset'), 'better horse')}, 'ok' ],
	auth_revoke_refresh_token => [ q{SELECT auth_revoke_refresh_token(held('refresh'))}, 'true' ],
	auth_revoke_user_refresh_tokens => [ q{SELECT auth_revoke_user_refresh_tokens('ann')} ],
	auth_rotate_refresh_token => [ q{SELECT status FROM auth_rotate_refresh_token(held('refresh'))}, 'ok' ],
	auth_setup => [ q{SELECT auth_setup()} ],
	auth_sign_in => [ q{SELECT status FROM auth_sign_in('email', 'ann@x.example', 'correct horse', client_address => '192.0.2.1')}, 'ok' ],
	auth_sign_in_with_token => [ q{SELECT status FROM auth_sign_in_with_token(held('sign_in'))}, 'ok' ],
	auth_require => [ q{SELECT auth_set_session(held('session')) AND auth_require(0, '1 day')}, 'true' ],
	auth_set_session => [ q{SELECT CASE WHEN auth_set_session(held('session')) THEN auth_user_id() END}, 'ann' ],
	auth_set_session_from_request => [ q{SELECT CASE WHEN set_config('request.cookies', json_build_object('session', held('session'))::text, true) <> ''
        AND auth_set_session_from_request() THEN auth_user_id() END}, 'ann' ],
	auth_sign_out => [ q{SELECT auth_sign_out(held('session'))}, 'true' ],
	auth_sign_up => [ q{SELECT status FROM auth_sign_up(held('sign_up'), 'correct horse')}, 'ok' ],
	auth_sign_up_with_code => [ q{SELECT status FROM auth_sign_up_with_code('email', 'gus@x.example', held('sign_up_code'), 'correct horse')}, 'ok' ],
	auth_take_outbox => [ q{SELECT count(*) > 0 FROM auth_take_outbox()}, 'true' ],
	auth_update_key_identifier => [ q{SELECT user_id IS NOT NULL FROM auth_update_key_identifier('email', 'ann@x.example', 'email', 'a@x.example')}, 'true' ],
	auth_update_key_password => [ q{SELECT user_id FROM auth_update_key_password('email', 'ann@x.example', 'better horse')}, 'ann' ],
	auth_update_own_attributes => [ q{SELECT status FROM auth_update_own_attributes(held('session'), '{}')}, 'ok' ],
	auth_update_session_attributes => [ q{SELECT user_id FROM auth_update_session_attributes(auth_session_id(held('session')), '{"device": "phone"}')}, 'ann' ],
	auth_update_user_attributes => [ q{SELECT user_id FROM auth_update_user_attributes('ann', '{"city": "Rome"}')}, 'ann' ],
	auth_update_user_password => [ q{SELECT user_id FROM auth_update_user_password('ann', 'better horse')}, 'ann' ],
	auth_update_user_provider_id => [ q{SELECT user_id FROM auth_update_user_provider_id('ann', 'email', 'a@x.example')}, 'ann' ],
	auth_use_code => [ q{SELECT user_id FROM auth_use_code('visit', held('code'), 'ann')}, 'ann' ],
	auth_use_key => [ q{SELECT user_id FROM auth_use_key('email', 'ann@x.example', 'correct horse')}, 'ann' ],
	auth_use_token => [ q{SELECT user_id IS NOT NULL FROM auth_use_token('visit', held('token'))}, 'true' ],
	auth_user_deleted => [ q{DELETE FROM auth_user} ],
	auth_user_disabled => [ q{UPDATE auth_user SET disabled_at = now()} ],
	auth_user_attribute => [ q{SELECT CASE WHEN auth_set_session(held('session')) THEN auth_user_attribute('city') END} ],
	auth_user_attribute_text => [ q{SELECT CASE WHEN auth_set_session(held('session')) THEN auth_user_attribute_text('city') END} ],
	auth_users_deleted => [ q{DELETE FROM auth_user WHERE true} ],
	auth_validate_session => [ q{SELECT user_id FROM auth_validate_session(held('session'))}, 'ann' ],
	auth_verify_email => [ q{SELECT status FROM auth_verify_email(held('email_verification'))}, 'ok' ],
	auth_verify_own_email_with_code => [ q{SELECT status FROM auth_verify_own_email_with_code(held('session'), '12345678')}, 'refused' ]);

# What a value of a column does not open, whatever it is changed to, or when it
# is long past.
my @signs_in = qw(auth_sign_in auth_use_key auth_change_user_password);
my @by_session = qw(auth_validate_session auth_get_session auth_change_password auth_set_session auth_set_session_from_request
  auth_reauthenticate auth_get_own_sessions auth_create_own_key auth_request_own_email_change auth_update_own_attributes
  auth_delete_own_user auth_create_recovery_codes auth_forget_own_devices);
my @by_token = qw(auth_use_token auth_use_code auth_reset_password
  auth_sign_in_with_token auth_verify_email auth_change_email auth_complete_sign_in auth_sign_up auth_sign_up_with_code);
my @closed = (
	[ any => 'auth_key', 'hashed_password', @signs_in, qw(auth_change_password auth_reauthenticate auth_delete_own_user) ],
	[ any => 'auth_layout', 'secret', 'auth_use_code' ],
	(map { [ any => 'auth_refresh_token', $_, 'auth_rotate_refresh_token' ] } qw(id session_id token_hash)),
	(map { [ past => 'auth_refresh_token', $_, 'auth_rotate_refresh_token' ] } qw(expires_at ends_at)),
	(map { [ any => 'auth_session', $_, @by_session ] } qw(id user_id)),
	(map { [ past => 'auth_session', $_, @by_session ] } qw(idle_expires_at expires_at)),
	(map { [ any => 'auth_outbox', $_, 'auth_take_outbox' ] } qw(failed_at token_id)),
	[ past => 'auth_outbox', 'expires_at', 'auth_take_outbox' ],
	[ any => 'auth_token', 'purpose', @by_token ],
	[ past => 'auth_token', 'expires_at', @by_token ],
	[ any => 'auth_token', 'code_hash', 'auth_use_code' ],
	(map { [ any => 'auth_totp', $_, 'auth_delete_own_factor', 'auth_rename_own_factor' ] } qw(id user_id)),
	(map { [ any => 'auth_user', $_, @by_session, 'auth_sign_in' ] } qw(id disabled_at)));

# The extension is a superuser's, the tables are the owner's.
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE DATABASE walk;
\c walk
CREATE EXTENSION auth;
CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
GRANT CREATE ON SCHEMA public TO owner;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO owner;
SQL

as_role($node, 'walk', 'owner', <<'SQL');
SELECT auth_setup();
ALTER TABLE auth_user ADD city text;
ALTER TABLE auth_session ADD device text;
CREATE TABLE lucia_user (id text, name text);
CREATE TABLE lucia_key (id text, user_id text, hashed_password text);
CREATE TABLE lucia_session (id text, user_id text, active_expires bigint, idle_expires bigint);
ALTER TABLE auth_user ADD name text;
INSERT INTO lucia_user VALUES ('lu', 'Lu');
INSERT INTO lucia_key VALUES ('email:lu@x.example', 'lu', NULL);
INSERT INTO lucia_session VALUES ('a session of Lucia', 'lu', 32503680000000, 32503680000000);
INSERT INTO auth_common_password VALUES ('qwertyuiop12');
INSERT INTO auth_ended (id, user_id, ended_at) VALUES (gen_random_uuid(), 'ann', now());

CREATE TABLE held_value (name text PRIMARY KEY, value text);
CREATE FUNCTION held(wanted text) RETURNS text LANGUAGE sql STABLE AS
    'SELECT value FROM held_value WHERE name = wanted';
SELECT auth_create_user('email', 'ann@x.example', 'correct horse', user_id => 'ann');
INSERT INTO held_value SELECT 'session', token FROM auth_create_session('ann');
INSERT INTO held_value SELECT 'refresh', refresh_token
    FROM auth_create_refresh_token(auth_session_id(held('session')));
INSERT INTO held_value SELECT 'token', token FROM auth_create_token('visit', 'ann');
INSERT INTO held_value SELECT 'code', token FROM auth_create_code('visit', 'ann');
SELECT auth_request_password_reset('email', 'ann@x.example');
SELECT auth_request_magic_link('email', 'ann@x.example');
SELECT auth_request_email_verification('ann', 'ann@x.example');
SELECT auth_request_email_change('ann', 'anna@x.example');
SELECT auth_request_sign_up('email', 'eve@x.example');
INSERT INTO held_value SELECT purpose, token FROM auth_take_outbox(100);
SELECT auth_request_sign_up('email', 'gus@x.example', code => true);
INSERT INTO held_value SELECT 'sign_up_code', token FROM auth_take_outbox();
UPDATE auth_outbox SET next_attempt_at = created_at;
-- Who has a second factor, in a session that has shown it.
SELECT auth_create_user(user_id => 'sam');
UPDATE auth_user SET second_factor_at = now() WHERE id = 'sam';
INSERT INTO held_value SELECT 'session of sam', token FROM auth_create_session('sam', amr => '{pwd,otp}');
INSERT INTO auth_token (id, purpose, user_id, expires_at) SELECT auth_session_id(p), p, 'sam', 'infinity' FROM unnest('{device,recovery}'::text[]) p;
SELECT auth_create_user(user_id => 'tom');
INSERT INTO held_value SELECT 'app', auth_import_totp('tom', '12345678901234567890')::text;
INSERT INTO held_value SELECT 'app session', token FROM auth_create_session('tom', amr => '{pwd,otp}');
INSERT INTO held_value SELECT 'new app', factor_id::text FROM auth_create_totp(held('app session'));

SELECT auth_create_user(user_id => 'tia');
UPDATE auth_user SET second_factor_at = now() WHERE id = 'tia';
INSERT INTO held_value VALUES ('second_factor', 'challenge');
INSERT INTO auth_token (id, purpose, user_id, expires_at, data)
    VALUES (auth_session_id(held('second_factor')), 'second_factor', 'tia', 'infinity', '{"methods": 1, "attributes": {}}'),
        (auth_session_id(repeat('A', 24)), 'recovery', 'tia', 'infinity', NULL);

CREATE TABLE call (function text PRIMARY KEY, statement text, answer text);

-- What the statement answers, and nothing is left of it.
CREATE FUNCTION attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    IF statement LIKE 'SELECT%' THEN
        EXECUTE statement INTO result;
    ELSE
        EXECUTE statement;
    END IF;
    RAISE SQLSTATE 'RB000' USING MESSAGE = coalesce(result, '');
EXCEPTION
    WHEN SQLSTATE 'RB000' THEN RETURN 'answer ' || SQLERRM;
    WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

-- What a call opens only with this column as it was, or not long past.
CREATE TABLE closed (condition text, table_name text, column_name text, function text);

CREATE FUNCTION is_bad(called call, result text, must_stay_closed boolean) RETURNS boolean LANGUAGE sql AS $$
    SELECT result ~ '^(XX(?!001 column "\w+" of a row of table "auth_totp")|58)'
        OR called.answer IS NOT NULL AND result LIKE 'answer %'
            AND substr(result, 8) NOT IN ('', 'refused', 'reauthenticate', 'reused', 'taken', 'throttled', 'false', '0')
            AND (must_stay_closed OR substr(result, 8) <> called.answer)
$$;

-- Call everything; the results that must not be.
CREATE FUNCTION call_all(of_table text DEFAULT NULL, of_column text DEFAULT NULL, is_past boolean DEFAULT false)
    RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(function || ': ' || result, E'\n' ORDER BY function), '')
    FROM call c, attempt(statement) result
    WHERE is_bad(c, result, EXISTS (SELECT FROM closed x
        WHERE (x.table_name, x.column_name, x.function) = (of_table, of_column, c.function)
            AND (x.condition = 'any' OR is_past)))
$$;

-- The results that are no error of this pattern.
CREATE FUNCTION refuse_all(pattern text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(function || ': ' || result, E'\n' ORDER BY function), '')
    FROM call, attempt(statement) result
    WHERE function || ': ' || result !~ pattern
$$;

CREATE VIEW our_column AS
    SELECT c.relname AS table_name, a.attname AS column_name, a.attnotnull AS required,
        a.atttypid::regtype::text AS type
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relname LIKE 'auth\_%'
        AND a.attname NOT IN ('city', 'device', 'name');

-- Take away whatever keeps the column as it is.
CREATE FUNCTION unbind(of_table text, of_column text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    bound record;
BEGIN
    FOR bound IN
        SELECT DISTINCT k.conname FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
        WHERE k.conrelid = of_table::regclass AND a.attname = of_column AND k.contype <> 'n'
    LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I CASCADE', of_table, bound.conname);
    END LOOP;
    EXECUTE format('ALTER TABLE %I ALTER %I DROP IDENTITY IF EXISTS', of_table, of_column);
    EXECUTE format('ALTER TABLE %I ALTER %I DROP NOT NULL', of_table, of_column);
END $$;

CREATE FUNCTION set_all(of_table text, of_column text, value text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', of_table);
    EXECUTE format('UPDATE %I SET %I = %s', of_table, of_column, value);
    EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', of_table);
END $$;

-- Store a value, past foreign keys: in all rows or, where they have to differ,
-- in one.  The table, or '' when an index has no room for the value or a check
-- refuses it.
CREATE FUNCTION store(of_table text, of_column text, type text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    bound record;
BEGIN
    FOR bound IN
        SELECT conrelid::regclass AS on_table, conname FROM pg_constraint
        WHERE contype = 'f' AND of_table::regclass IN (conrelid, confrelid)
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', bound.on_table, bound.conname);
    END LOOP;
    IF type IN ('text', 'jsonb', 'bytea') THEN
        EXECUTE format('ALTER TABLE %I ALTER %I SET STORAGE EXTERNAL', of_table, of_column);
    ELSIF of_column = 'id' AND type = 'bigint' THEN
        EXECUTE format('ALTER TABLE %I ALTER %I SET GENERATED BY DEFAULT', of_table, of_column);
    END IF;
    BEGIN
        PERFORM set_all(of_table, of_column, format('(%s)::%s', value, type));
    EXCEPTION WHEN unique_violation THEN
        PERFORM set_all(of_table, of_column,
            format('(%s)::%s WHERE ctid = (SELECT min(ctid) FROM %I)', value, type, of_table));
    END;
    RETURN of_table;
EXCEPTION WHEN program_limit_exceeded OR check_violation THEN
    RETURN '';
END $$;
SQL

$node->safe_psql('walk',
	join("\n",
		(map { 'INSERT INTO call VALUES (' . join(', ', map { quote_literal($_) } $_, @{ $calls{$_} }[0, 1]) . ');' }
		sort keys %calls),
		map {
			my ($condition, $table, $column, @functions) = @$_;
			map { "INSERT INTO closed VALUES ('$condition', '$table', '$column', '$_');" } @functions
		} @closed));

# What was encrypted is to be encrypted again.
write_keys($node, 'two', 'one');

# Every function is here.
{
	my $functions = $node->safe_psql('walk', <<'SQL');
SELECT p.proname FROM pg_proc p
JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
WHERE e.extname = 'auth' AND p.prorettype NOT IN ('internal'::regtype, 'index_am_handler'::regtype)
ORDER BY 1
SQL
	is(join("\n", sort keys %calls, keys %aside), $functions, 'each function is called');
	like(as_role($node, 'walk', 'owner', "SELECT attempt('" . ($_ =~ s/'/''/gr =~ s/^(?=auth)/SELECT /r) . "')"),
		qr/^(answer|22|23|42|55|UA007)/, "called: $_")
	  for map { $aside{$_} } sort keys %aside;
}

# As it is, everything answers as it says.
is(as_role($node, 'walk', 'owner', <<'SQL'), '', 'all calls are good ones');
SELECT function || ': ' || result FROM call, attempt(statement) result
WHERE result NOT LIKE 'answer %' OR answer IS NOT NULL AND result <> 'answer ' || answer
SQL

# The record is needed by those alone that are about it.
my $without_record = q{|^(?!auth_(get_events|delete_events|setup):).*: answer};

# A trigger goes with a column that it looks at, and UPDATE answers by itself.
my $without_trigger = '|^auth_user_disabled: answer';

# Do this to each column that the condition names, in a transaction that is
# rolled back, and call everything.
sub walk
{
	my ($name, $condition, $change, $calls) = @_;
	my @columns = split /\n/, as_role($node, 'walk', 'owner',
		"SELECT table_name, column_name, type FROM our_column WHERE $condition ORDER BY 1, 2");

	cmp_ok(scalar @columns, '>', 0, "$name: there are columns");
	foreach (@columns)
	{
		my ($table, $column, $type) = split /\|/;
		my %with = (
			table => $table, column => $column, type => $type,
			record => $table eq 'auth_event' ? $without_record : '',
			trigger => $column =~ /^disabled_/ ? $without_trigger : '');
		my $sql = join("\n", $change, $calls) =~ s/:(table|column|type|record|trigger)\b/$with{$1}/gr;

		is(as_role($node, 'walk', 'owner', "BEGIN;\n$sql;\nROLLBACK;"),
			'', "$name: $table.$column");
	}
	return;
}

my $unbind = q{SELECT unbind(':table', ':column') \g /dev/null};
my $named = q{UA012.*":column" of (a row of )?table ":table"|^auth_check: answer:record};

# The server says it, too; and auth_setup() mends the definition if no row is
# there.
my $unmended = <<"SQL" =~ s/\n$//r;
SELECT CASE WHEN NOT EXISTS (SELECT FROM :table) THEN '|auth_setup: answer' ELSE '' END AS mended \\gset
SELECT refuse_all('$named|23502.*":column" of relation ":table"' || :'mended')
SQL

walk('null', 'required', qq{$unbind
SELECT set_all(':table', ':column', 'NULL') \\g /dev/null}, $unmended);
walk('null where it may be', 'NOT required',
	q{SELECT set_all(':table', ':column', 'NULL') \g /dev/null}, 'SELECT call_all()');
walk('another type', 'true', <<'SQL', qq{SELECT refuse_all('$named|auth_(setup|user_disabled): 42:trigger')});
SET client_min_messages = error;
ALTER TABLE :table DROP :column CASCADE;
ALTER TABLE :table ADD :column point NOT NULL DEFAULT '(1, 2)';
SQL

walk('another access method',
	q{column_name = (SELECT min(o.column_name::text) FROM our_column o WHERE o.table_name = our_column.table_name)},
	'ALTER TABLE :table SET ACCESS METHOD other_heap;', 'SELECT call_all()');

# A NOT NULL that has not been validated holds for later rows only.
walk('not validated', 'required', <<SQL, $unmended)
$unbind
SELECT set_all(':table', ':column', 'NULL') \\g /dev/null
ALTER TABLE :table ADD CONSTRAINT unseen NOT NULL :column NOT VALID;
SQL
  if $node->pg_version >= 18;

# The table is what it was, its rows are in another.
refused($node, 'walk', <<'SQL', 'UA012', 'a child table', role => 'owner', message => 'table "auth_token" has child tables');
BEGIN;
CREATE TABLE child () INHERITS (auth_token);
WITH moved AS (DELETE FROM ONLY auth_token RETURNING *) INSERT INTO child SELECT * FROM moved;
SELECT auth_use_code('visit', held('code'), 'ann');
SQL

# Dropped and added again, it is another column of the same name.
walk('added again', 'true', <<'SQL', 'SELECT call_all()');
SET client_min_messages = error;
ALTER TABLE :table DROP :column CASCADE;
ALTER TABLE :table ADD :column :type;
SQL
walk('added again with a value', 'required', <<'SQL', 'SELECT call_all()');
SET client_min_messages = error;
ALTER TABLE :table DROP :column CASCADE;
SELECT format('ALTER TABLE :table ADD :column :type NOT NULL DEFAULT %L',
    CASE ':type' WHEN 'text' THEN 'ann' WHEN 'boolean' THEN 'true'
    WHEN 'uuid' THEN '00000000-0000-0000-0000-000000000000'
    WHEN 'timestamp with time zone' THEN 'infinity' ELSE '1' END) \gexec
SQL

# Values that the library never writes, in each place where they can be stored.
my %extremes = (
	'bigint' => [ '-9223372036854775808', '9223372036854775807' ],
	'boolean' => ['true'],
	'bytea' => [ q{''}, q{'\\x00'}, q{repeat('x', 1000000)::bytea} ],
	'inet' => [ q{'::/0'}, q{'255.255.255.255'} ],
	'integer' => [ '-2147483648', '2147483647' ],
	'interval' => [ q{'178000000 years'}, q{'-178000000 years'}, q{'2147483647 days'} ],
	'jsonb' => [ q{'null'}, q{'0'}, q{'[]'}, q{(repeat('[', 4000) || repeat(']', 4000))::jsonb},
		q{jsonb_build_object('a', repeat('x', 1000000))} ],
	'smallint' => [ '-32768', '32767' ],
	'text' => [ q{''}, q{repeat('é', 500)}, q{repeat('x', 1000000)} ],
	'timestamp with time zone' =>
	  [ q{'infinity'}, q{'-infinity'}, q{'4714-11-24 00:00:00 BC'} ],
	'uuid' => [ q{'00000000-0000-0000-0000-000000000000'}, q{'ffffffff-ffff-ffff-ffff-ffffffffffff'} ],
	'uuid[]' => [
		q{'{}'}, q{'{NULL}'}, q{array_fill(gen_random_uuid(), ARRAY[10, 10, 10])},
		q{array_fill(gen_random_uuid(), ARRAY[100000])},
		q{'[-2147483648:-2147483648]={00000000-0000-0000-0000-000000000000}'} ]);

is(as_role($node, 'walk', 'owner',
		'SELECT DISTINCT type FROM our_column WHERE type NOT IN ('
		  . join(', ', map { quote_literal($_) } sort keys %extremes) . ')'),
	'', 'there are extreme values of each type');

foreach my $type (sort keys %extremes)
{
	foreach my $value (@{ $extremes{$type} })
	{
		my $is_past = $value =~ /-infinity|BC/ ? 'true' : 'false';

		walk(substr($value, 0, 40), qq{type = '$type'}, <<SQL, "SELECT call_all(:'stored', ':column', $is_past)");
SET client_min_messages = error;
SELECT store(':table', ':column', ':type', \$v\$$value\$v\$) AS stored \\gset
SQL
	}
}

$node->stop;
unlike(slurp_file($node->logfile), qr/TRAP|PANIC|terminated by signal/, 'the server has not crashed');
done_testing();
