-- What all functions return.  No time is at infinity: NULL is never, as many
-- drivers fail on such a time when the statement has done its work already.  Ids
-- say that they are UUIDs of version 8, or of version 4 if they are random, as
-- many clients refuse others.
\set VERBOSITY sqlstate

-- Nothing ever ends, and a key takes no more attempts.
SELECT user_id FROM auth_create_user('email', 'never@example.com', 'correct horse', user_id => 'never');
SELECT user_id FROM auth_create_user('email', 'never2@example.com', 'correct horse', user_id => 'never2');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    VALUES (auth_session_id('never'), 'never', 'infinity', 'infinity');
SELECT refresh_token FROM auth_create_refresh_token(auth_session_id('never')) \gset
UPDATE auth_refresh_token SET expires_at = 'infinity', ends_at = 'infinity';
UPDATE auth_user SET created_at = '-infinity' WHERE id = 'never';
UPDATE auth_key SET created_at = '-infinity' WHERE user_id = 'never';
SELECT token AS secret FROM auth_create_token('never', 'never') \gset
SELECT token AS code FROM auth_create_code('never', 'never') \gset
SELECT status FROM auth_request_sign_up('email', 'never4@example.com', code => true);
SELECT convert_from(secret, 'UTF8') AS sign_up_code FROM auth_outbox \gset
SELECT token IS NULL AS sent FROM auth_create_token('sent', 'never', 'never@example.com', deliver => true);
SELECT user_id FROM auth_create_user(user_id => 'twice');
UPDATE auth_user SET second_factor_at = now() WHERE id = 'twice';
INSERT INTO auth_token (id, purpose, user_id, expires_at, data) VALUES
    (auth_session_id('challenge'), 'second_factor', 'twice', 'infinity', '{"methods": 1, "attributes": {}}'),
    (auth_session_id(repeat('A', 24)), 'recovery', 'twice', 'infinity', NULL);
UPDATE auth_token SET expires_at = 'infinity';
UPDATE auth_outbox SET expires_at = 'infinity';
SET auth.throttle_failures = 1;
SET auth.throttle_max_failures = 1;
SELECT status FROM auth_sign_in('email', 'never2@example.com', 'wrong');

CREATE TABLE call (function text, statement text);
INSERT INTO call VALUES
    ('auth_adopt_session', $$auth_adopt_session('adopted.before')$$),
    ('auth_complete_sign_in', $$auth_complete_sign_in('challenge', recovery_code => repeat('a', 24))$$),
    ('auth_create_code', $$auth_create_code('other', 'never')$$),
    ('auth_create_key', $$auth_create_key('never', 'github', '1')$$),
    ('auth_create_refresh_token', $$auth_create_refresh_token((SELECT session_id FROM auth_create_session('never')))$$),
    ('auth_create_session', $$auth_create_session('never')$$),
    ('auth_create_totp', $$auth_create_totp('app')$$),
    ('auth_create_token', $$auth_create_token('other', 'never')$$),
    ('auth_create_user', $$auth_create_user()$$),
    ('auth_disable_user', $$auth_disable_user((SELECT user_id FROM auth_create_user()), 'infinity')$$),
    ('auth_enable_user', $$auth_enable_user('never')$$),
    ('auth_get_client_throttle', $$auth_get_client_throttle('192.0.2.1')$$),
    ('auth_get_events', $$auth_get_events()$$),
    ('auth_get_key', $$auth_get_key('email', 'never@example.com')$$),
    ('auth_get_key_throttle', $$auth_get_key_throttle('email', 'never2@example.com')$$),
    ('auth_get_own_factors', $$auth_get_own_factors('app')$$),
    ('auth_get_own_keys', $$auth_get_own_keys('never')$$),
    ('auth_get_own_sessions', $$auth_get_own_sessions('never')$$),
    ('auth_get_session', $$auth_get_session('never')$$),
    ('auth_get_user', $$auth_get_user('never')$$),
    ('auth_get_user_by_provider_id', $$auth_get_user_by_provider_id('email', 'never@example.com')$$),
    ('auth_get_user_factors', $$auth_get_user_factors('app')$$),
    ('auth_get_user_keys', $$auth_get_user_keys('never')$$),
    ('auth_get_user_sessions', $$auth_get_user_sessions('never')$$),
    ('auth_import_totp', $$auth_import_totp('app', '1234567890')$$),
    ('auth_import_key', $$auth_import_key('never', 'old', '1', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')$$),
    ('auth_reauthenticate', $$auth_reauthenticate('never', 'correct horse')$$),
    ('auth_rotate_refresh_token', format('auth_rotate_refresh_token(%L)', :'refresh_token')),
    ('auth_session_id', $$auth_session_id('never')$$),
    ('auth_sign_in', $$auth_sign_in('email', 'never@example.com', 'correct horse')$$),
    ('auth_sign_in_with_token', $$auth_sign_in_with_token('link')$$),
    ('auth_sign_up', $$auth_sign_up('sign up', 'correct horse')$$),
    ('auth_sign_up_with_code', format('auth_sign_up_with_code(''email'', ''never4@example.com'', %L)', :'sign_up_code')),
    ('auth_take_outbox', $$auth_take_outbox()$$),
    ('auth_get_outbox', $$auth_get_outbox()$$),
    ('auth_fail_message', $$auth_fail_message((SELECT max(id) FROM auth_outbox))$$),
    ('auth_update_key_identifier', $$auth_update_key_identifier('email', 'never@example.com', 'email', 'ever@example.com')$$),
    ('auth_update_key_password', $$auth_update_key_password('email', 'ever@example.com', 'battery staple', auth_session_id('kept'))$$),
    ('auth_update_session_attributes', $$auth_update_session_attributes(auth_session_id('kept'), '{}')$$),
    ('auth_update_user_attributes', $$auth_update_user_attributes('never', '{}')$$),
    ('auth_update_user_password', $$auth_update_user_password('never', 'battery horse', auth_session_id('kept'))$$),
    ('auth_update_user_provider_id', $$auth_update_user_provider_id('never', 'old', '2')$$),
    ('auth_use_code', format('auth_use_code(''never'', %L, ''never'')', :'code')),
    ('auth_use_key', $$auth_use_key('github', '1')$$),
    ('auth_use_token', format('auth_use_token(''never'', %L)', :'secret')),
    ('auth_validate_session', $$auth_validate_session('kept')$$),
    ('auth_authenticated_at', $$(SELECT auth_set_session('kept'), auth_authenticated_at())$$),
    ('auth_current_session_id', $$(SELECT auth_set_session('kept'), auth_current_session_id())$$),
    ('auth_user_uuid', $$(SELECT auth_set_session('kept'), auth_user_uuid())$$);

-- What is asked for in a call is there by then.
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    VALUES (auth_session_id('kept'), 'never', 'infinity', 'infinity'), (auth_session_id('adopted.before'), 'never', 'infinity', 'infinity');
UPDATE auth_session SET created_at = '-infinity', authenticated_at = 'infinity';
INSERT INTO auth_token (id, purpose, user_id, expires_at) VALUES (auth_session_id('link'), 'sign_in', 'never', 'infinity');
INSERT INTO auth_token (id, purpose, provider_id, address, expires_at) VALUES (auth_session_id('sign up'), 'sign_up', 'email', 'never3@example.com', 'infinity');

-- All functions that return a time or an id are called, by this list.
CREATE TEMP VIEW listed AS
SELECT DISTINCT p.proname::text AS function FROM pg_proc p
LEFT JOIN pg_type t ON t.oid = p.prorettype
LEFT JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0
WHERE p.proname ~ '^auth_' AND p.pronamespace = 'public'::regnamespace
AND ('{timestamptz,uuid}'::regtype[] && ARRAY[p.prorettype, a.atttypid]::regtype[]
    OR EXISTS (SELECT FROM unnest(p.proallargtypes, p.proargmodes) o (type, mode)
        WHERE type = ANY ('{timestamptz,uuid}'::regtype[]) AND mode IN ('o', 't', 'b')));
SELECT coalesce(listed.function, 'missing') AS listed, coalesce(call.function, 'missing') AS called
FROM listed FULL JOIN call USING (function) WHERE listed.function IS NULL OR call.function IS NULL;

CREATE FUNCTION rows_of(statement text, OUT rows bigint, OUT infinite bigint, OUT strange bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE r::text ~ ''infinity''),
        count(*) FILTER (WHERE r::text ~ ''[0-9a-f]{8}-[0-9a-f]{4}-(?![48][0-9a-f]{3}-[89ab])[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'')
        FROM %s r', statement) INTO rows, infinite, strange;
END
$$;
SELECT function, least(rows, 1) AS rows, infinite, strange FROM call c, LATERAL rows_of(statement) WHERE function !~ 'totp|factor' ORDER BY c.ctid;

-- NULL and throttled: until it is lifted.
SELECT failures, throttled, retry_at FROM auth_get_key_throttle('email', 'never2@example.com');
SELECT failures, throttled, retry_at FROM auth_get_key_throttle('email', 'unknown@example.com');
SELECT throttled, retry_at FROM auth_get_client_throttle('192.0.2.1');
SELECT active_expires_at, idle_expires_at, expires_at FROM auth_get_session('kept');
SET auth.session_lifetime = '1 h';
SELECT expires_at IS NOT NULL AS ends FROM auth_create_session('never');
RESET auth.session_lifetime;
RESET auth.throttle_failures;
RESET auth.throttle_max_failures;

-- Those that encrypt need a key.
\getenv abs_srcdir PG_ABS_SRCDIR
\set key_helper :abs_srcdir '/test/key_file.psql'
\set key_file regress_auth.keys
\i :key_helper
SET auth.totp_issuer = 'Example';
SELECT auth_import_totp(user_id, '1234567890') IS NOT NULL AS imported FROM auth_create_user(user_id => 'app');
UPDATE auth_totp SET created_at = '-infinity', last_used_at = 'infinity', last_step = 9223372036854775807;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods) VALUES (auth_session_id('app'), 'app', 'infinity', 'infinity', 9);
SELECT function, least(rows, 1) AS rows, infinite, strange FROM call c, LATERAL rows_of(statement) WHERE function ~ 'totp|factor' ORDER BY c.ctid;
\set key_file ''
\i :key_helper

DROP TABLE call;
DROP FUNCTION rows_of;
SELECT count(auth_delete_user(id)) > 3 AS cleared FROM auth_user;
TRUNCATE auth_outbox, auth_token;
