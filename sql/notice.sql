-- What users are told of that has happened to their accounts.
\getenv abs_srcdir PG_ABS_SRCDIR
\set key_helper :abs_srcdir '/test/key_file.psql'
\set key_file regress_auth.keys
\i :key_helper
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
SET auth.totp_issuer = 'ACME';
SET timezone = 'UTC';
DELETE FROM auth_outbox;
-- The notices of a user, of which nothing is left.
CREATE FUNCTION told(name text DEFAULT 'nell') RETURNS TABLE (purpose text, address text, data jsonb) LANGUAGE sql VOLATILE AS $$
    SELECT m.purpose, m.address, m.data FROM auth_take_outbox(100) m, auth_finish_message(m.id)
    WHERE (name IS NULL OR m.user_id = name) AND m.token IS NULL ORDER BY m.id
$$;
CREATE FUNCTION begin_session(user_id text, token text, methods integer DEFAULT 1) RETURNS void LANGUAGE sql AS $$
    INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
    VALUES (auth_session_id(token), user_id, now() + '1 day', now() + '15 days', methods)
$$;
-- A user with two addresses that are proven and one that is not; one whose only address
-- is not; and one who has none.
SELECT user_id FROM auth_create_user('email', 'nell@example.com', 'correct horse battery', user_id => 'nell', verified => true);
SELECT verified_at IS NOT NULL AS verified FROM auth_create_key('nell', 'email', 'nell@example.net', verified => true);
SELECT verified_at IS NOT NULL AS verified FROM auth_create_key('nell', 'email', 'nell@example.org');
SELECT user_id FROM auth_create_user('email', 'ned@example.com', 'correct horse battery', user_id => 'ned');
SELECT user_id FROM auth_create_user('username', 'nan', 'correct horse battery', user_id => 'nan', verified => true);
SELECT begin_session('nell', 'nell'), begin_session('ned', 'ned'), begin_session('nan', 'nan');
-- A key that comes is told to the addresses that were there.
SELECT * FROM told();

-- A new password, whoever sets it
SELECT status FROM auth_change_password('nell', 'correct horse battery', 'a better password');
SELECT * FROM told();
SELECT status FROM auth_change_user_password('nell', 'a better password', 'correct horse battery');
SELECT * FROM told();
SELECT user_id FROM auth_update_user_password('nell', 'a better password');
SELECT * FROM told();
SELECT user_id FROM auth_update_key_password('email', 'nell@example.com', NULL);
SELECT * FROM told();
SELECT user_id FROM auth_update_user_password('nell', NULL);
SELECT begin_session('nell', 'nell');
SELECT * FROM told();
SELECT status FROM auth_change_password('nell', NULL, 'correct horse battery');
SELECT * FROM told();
SELECT status FROM auth_request_password_reset('email', 'nell@example.com');
SELECT auth_reset_password(token, 'a better password') FROM auth_take_outbox(10, '{password_reset}');
SELECT * FROM told();
SELECT begin_session('nell', 'nell');
-- ... but nobody of an attempt, or of what is rolled back.
SELECT status FROM auth_change_password('nell', 'wrong horse battery', 'correct horse battery');
SELECT status FROM auth_reset_password('nothing', 'correct horse battery');
BEGIN;
SELECT user_id FROM auth_update_user_password('nell', 'correct horse battery');
ROLLBACK;
SELECT * FROM told();
-- Who has no address that is proven is told nothing, and can do the same.
SELECT status FROM auth_change_password('ned', 'correct horse battery', 'a better password');
SELECT status FROM auth_change_password('nan', 'correct horse battery', 'a better password');
SELECT count(*) FROM told(NULL);

-- A key that is added, by oneself and by others, but for an import
SELECT status FROM auth_create_own_key('nell', 'github', '1');
SELECT * FROM told();
SELECT status FROM auth_create_own_key('ned', 'github', '1');
SELECT status FROM auth_create_own_key('nobody', 'github', '2');
SELECT provider_user_id FROM auth_create_key('nell', 'github', '2');
SELECT * FROM told();
SELECT refused($$SELECT auth_create_key('nell', 'github', '2')$$);
SELECT provider_user_id FROM auth_import_key('nell', 'github', '3', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW');
SELECT count(*) FROM told(NULL);
-- ... also an address of a user who had none
SELECT status FROM auth_request_own_email_change('nan', 'nan@example.com');
SELECT c.status, c.address FROM auth_take_outbox(10, '{email_change}') m, auth_change_email(m.token) c;
SELECT * FROM told('nan');

-- A key that is removed: also to the address that is, if it was proven
SELECT status FROM auth_delete_own_key('nell', 'github', '1');
SELECT * FROM told();
SELECT status FROM auth_delete_own_key('nell', 'github', '1');
SELECT auth_delete_key('github', '2');
SELECT * FROM told();
SELECT auth_delete_key('github', '2');
SELECT status FROM auth_delete_own_key('nell', 'email', 'Nell@Example.net');
SELECT * FROM told();
SELECT auth_delete_key('email', 'nell@example.org');
SELECT * FROM told();
SELECT count(*) FROM told(NULL);

-- Another name of a key that is no address
SELECT provider_user_id FROM auth_update_key_identifier('github', '3', 'github', '4');
SELECT * FROM told();

-- Another address: to the old one, whoever changes it
SELECT status FROM auth_request_own_email_change('nell', 'lovelace@example.com');
SELECT c.status, c.address FROM auth_take_outbox(10, '{email_change}') m, auth_change_email(m.token) c;
SELECT * FROM told();
SELECT provider_user_id FROM auth_update_key_identifier('email', 'lovelace@example.com', 'email', 'nell@example.com');
SELECT * FROM told();
SELECT user_id FROM auth_update_user_provider_id('nell', 'email', 'lovelace@example.com');
SELECT * FROM told();
SELECT refused($$SELECT auth_update_key_identifier('email', 'nell@example.com', 'email', 'other@example.com')$$);
SELECT count(*) FROM told(NULL);
UPDATE auth_key SET verified_at = now() WHERE user_id = 'nell';

-- Second factors
SELECT factor_id AS app, secret FROM auth_create_totp('nell', algorithm => 'SHA256') \gset
SELECT count(*) FROM told(NULL);
SELECT status FROM auth_confirm_totp('nell', :'app', '000000');
SELECT status, new_token AS nell, cardinality(recovery_codes) AS codes, recovery_codes[1] AS code FROM auth_confirm_totp('nell', :'app', totp_code(:'secret')) \gset
\echo :status :codes
SELECT * FROM told();
SELECT status, recovery_codes[1] AS code FROM auth_create_recovery_codes(:'nell') \gset
SELECT * FROM told();
SELECT status, challenge FROM auth_sign_in('email', 'lovelace@example.com', 'a better password') \gset
SELECT status FROM auth_complete_sign_in(:'challenge', recovery_code => 'AAAAAA-AAAAAA-AAAAAA-AAAAAA');
SELECT count(*) FROM told(NULL);
SELECT status, token AS nell FROM auth_complete_sign_in(:'challenge', recovery_code => :'code') \gset
\echo :status
SELECT * FROM told();
SELECT status, new_token AS nell FROM auth_delete_own_factor(:'nell', :'app') \gset
\echo :status
SELECT * FROM told();
SELECT auth_import_totp('nell', '12345678901234567890') AS app \gset
SELECT count(*) FROM told(NULL);
SELECT auth_delete_user_factor('nell', :'app');
SELECT * FROM told();
SELECT count(auth_import_totp('nell', '12345678901234567890')) FROM generate_series(1, 2);
SELECT auth_delete_user_factors('nell');
SELECT * FROM told();
SELECT auth_delete_user_factors('nell');
SELECT count(*) FROM told(NULL);
-- ... also where what is taken away has not been in use, or is codes alone
INSERT INTO auth_totp (user_id, key_id, secret) VALUES ('nell', 'k', '');
SELECT auth_delete_user_factors('nell');
SELECT * FROM told();
INSERT INTO auth_token (id, purpose, user_id, expires_at) VALUES (gen_random_uuid(), 'recovery', 'nell', 'infinity');
SELECT auth_delete_user_factors('nell');
SELECT * FROM told();

-- What a session can repeat at will has to wait, whatever is rolled back: no mailbox is filled, and none of these is left out.
RESET auth.throttle_delay;
SELECT user_id FROM auth_create_user('email', 'nina@example.com', 'correct horse battery', user_id => 'nina', verified => true);
SELECT begin_session('nina', 'nina');
SELECT factor_id AS app, secret FROM auth_create_totp('nina', algorithm => 'SHA256') \gset
SELECT status, new_token AS nina FROM auth_confirm_totp('nina', :'app', totp_code(:'secret')) \gset
\echo :status
BEGIN;
SELECT status FROM auth_create_recovery_codes(:'nina');
ROLLBACK;
SELECT i, status, retry_after BETWEEN '50 s' AND '1 min' AS minute, cardinality(recovery_codes)
FROM generate_series(1, 5) i, LATERAL auth_create_recovery_codes(left(:'nina', 50 + i));
SELECT factor_id AS app, secret FROM auth_create_totp(:'nina', algorithm => 'SHA256') \gset
SELECT status, retry_after BETWEEN '50 s' AND '1 min' AS minute, new_token, recovery_codes FROM auth_confirm_totp(:'nina', :'app', totp_code(:'secret'));
SELECT count(*) FROM told('nina');
-- ... and is good then
SET auth.throttle_delay = 0;
SELECT status FROM auth_confirm_totp(:'nina', :'app', totp_code(:'secret'));
SELECT * FROM told('nina');

-- Which ones
SET auth.notices = 'password_changed, made_up';
SET auth.notices = 'password_changed,,key_added';
SET auth.notices = '*';
SET auth.notices = 'Key_Added,key_removed';
SELECT user_id FROM auth_update_user_password('nell', 'correct horse battery');
SELECT provider_user_id FROM auth_create_key('nell', 'github', '5');
SELECT provider_user_id FROM auth_update_key_identifier('email', 'lovelace@example.com', 'email', 'nell@example.com');
SELECT * FROM told();
UPDATE auth_key SET verified_at = now() WHERE user_id = 'nell';
SET auth.notices = '';
SELECT auth_delete_key('github', '5');
SELECT count(*) FROM told(NULL);
RESET auth.notices;

-- In the user's language: columns that the application has chosen
ALTER TABLE auth_user ADD locale text DEFAULT 'de', ADD plan jsonb DEFAULT '{"a": [1]}', ADD hidden text DEFAULT 'x';
SET auth.notice_attributes = 'locale, plan, nothing, disabled_at';
SET auth.user_attributes = '';
SELECT user_id FROM auth_update_user_password('nell', 'a better password');
SELECT * FROM told();
SET auth.notice_attributes = '*';
UPDATE auth_user SET locale = NULL WHERE id = 'nell';
SELECT user_id FROM auth_update_user_password('nell', 'a better password');
SELECT * FROM told();
-- ... but for an address of which nobody knows whose it was
SELECT provider_user_id FROM auth_update_key_identifier('email', 'ned@example.com', 'email', 'ned@example.net');
SELECT status FROM auth_request_own_email_change('ned', 'ned@example.org');
SELECT c.status, c.address FROM auth_take_outbox(10, '{email_change}') m, auth_change_email(m.token) c;
SELECT * FROM told('ned');
SELECT begin_session('ned', 'ned');
SELECT status FROM auth_request_own_email_change('ned', 'ned@example.com');
SELECT c.status, c.address FROM auth_take_outbox(10, '{email_change}') m, auth_change_email(m.token) c;
SELECT provider_user_id FROM auth_update_key_identifier('email', 'ned@example.com', 'email', 'ned@example.net');
SELECT * FROM told('ned');
RESET auth.notice_attributes;
SELECT user_id FROM auth_update_user_password('nell', 'a better password');
SELECT * FROM told();
RESET auth.user_attributes;
ALTER TABLE auth_user DROP locale, DROP plan, DROP hidden;

-- A message of use for a week, with all of it sealed
SELECT user_id FROM auth_update_user_password('nell', 'a better password');
SELECT purpose, expires_at - created_at AS for, token_id, key_id IS NOT NULL AS sealed, provider_id, address FROM auth_outbox WHERE token_id IS NULL;
UPDATE auth_outbox SET data = '{"url": "https://eve.example"}';
\set VERBOSITY terse
SELECT count(*) FROM auth_take_outbox();
\set VERBOSITY default
DELETE FROM auth_outbox;

\set key_file ''
\i :key_helper
SET client_min_messages = warning;
TRUNCATE auth_user CASCADE;
DROP FUNCTION told, begin_session;
