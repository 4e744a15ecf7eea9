-- Signing up: nothing is told by the request, and whoever reads the message makes the user.
SET auth.notices = 'email_changed';
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
SET auth.client_user_attributes = 'name';
SET auth.client_session_attributes = 'device';
ALTER TABLE auth_user ADD name text CHECK (name <> '');
ALTER TABLE auth_session ADD device text;
CREATE FUNCTION take() RETURNS SETOF auth_outbox_object LANGUAGE sql VOLATILE AS $$SELECT o.* FROM auth_take_outbox(100) o, auth_finish_message(o.id)$$;
CREATE FUNCTION message(address text) RETURNS text LANGUAGE sql VOLATILE AS $$SELECT token FROM take() o WHERE o.address = message.address$$;
CREATE FUNCTION asked(address text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE (SELECT status FROM auth_request_sign_up('email', address)) WHEN 'ok' THEN message(address) END
$$;
CREATE FUNCTION key_of(address text) RETURNS TABLE (user_id text, password boolean, verified boolean) LANGUAGE sql VOLATILE AS $$
    SELECT user_id, password_defined, verified_at IS NOT NULL FROM auth_get_key('email', address)
$$;

-- A token for an address that is nobody's.
SELECT * FROM auth_request_sign_up('email', 'Ada@Example.com', '192.0.2.1', '{"locale": "de", "target": "/welcome"}');
SELECT purpose, user_id, provider_id, address, data, expires_at - created_at AS lifetime FROM auth_outbox;
SELECT purpose, user_id, provider_id, address FROM auth_token;
SELECT count(*) FROM auth_user;
SELECT message('ada@example.com') AS token \gset
-- What is wrong leaves the token as it is.
SELECT refused(format('SELECT auth_sign_up(%L, ''short'')', :'token'));
SELECT refused(format('SELECT auth_sign_up(%L, ''ada@example.com'')', :'token'));
SELECT refused(format('SELECT auth_sign_up(%L, ''correct horse battery'', user_attributes => ''{"id": "mine"}'')', :'token'));
SELECT refused(format('SELECT auth_sign_up(%L, ''correct horse battery'', user_attributes => ''{}'', session_attributes => ''{"mfa": true}'')', :'token'));
SELECT refused(format('SELECT auth_sign_up(%L, ''correct horse battery'', user_attributes => ''{"name": ""}'')', :'token'));
SELECT refused(format('SELECT auth_sign_up(%L, ''correct horse battery'', lifetime => ''0'')', :'token'));
-- ... also where users are disabled from the beginning.
ALTER TABLE auth_user ALTER disabled_at SET DEFAULT '2000-01-01';
SELECT regexp_replace(refused(format('SELECT auth_sign_up(%L, ''correct horse battery'')', :'token')), '"\w+"', '"..."');
ALTER TABLE auth_user ALTER disabled_at DROP DEFAULT;
SELECT status FROM auth_sign_up(NULL, 'correct horse battery');
SELECT * FROM auth_sign_up('no such token', 'correct horse battery');
BEGIN;
SELECT status FROM auth_sign_up(:'token', 'correct horse battery');
ROLLBACK;
SELECT count(*) FROM auth_user;
-- With rows of the application's in the same transaction.
CREATE TABLE profile (user_id text PRIMARY KEY REFERENCES auth_user ON DELETE CASCADE, bio text);
BEGIN;
SELECT status, token AS session, user_id AS ada, state, fresh, session_attributes, user_attributes
FROM auth_sign_up(:'token', 'correct horse battery', '192.0.2.1', '{"name": "Ada"}', '{"device": "phone"}') \gset s_
INSERT INTO profile VALUES (:'s_ada', 'countess');
COMMIT;
SELECT :'s_status' AS status, :'s_state' AS state, :'s_fresh' AS fresh, :'s_session_attributes' AS session_attributes, :'s_user_attributes' AS user_attributes;
SELECT user_id = :'s_ada' AS own FROM auth_validate_session(:'s_session');
SELECT user_id = :'s_ada' AS own, password, verified FROM key_of('ada@example.com');
SELECT status FROM auth_sign_in('email', 'ADA@example.com', 'correct horse battery');
SELECT * FROM auth_sign_up(:'token', 'correct horse battery');
SELECT kind, reason, provider_user_id, client_address FROM auth_event WHERE user_id = :'s_ada' ORDER BY id LIMIT 3;
SELECT kind, reason, user_id FROM auth_event WHERE kind ~ 'token' AND reason = 'sign_up' ORDER BY id DESC LIMIT 2;

-- An address that is somebody's: the same answer, and its owner is told.
SELECT * FROM auth_request_sign_up('email', 'ADA@example.com', '192.0.2.1', '{"locale": "de"}');
SELECT purpose, user_id = :'s_ada' AS own, provider_id, address, data, token AS known FROM take() \gset m_
SELECT :'m_purpose' AS purpose, :'m_own' AS own, :'m_provider_id' AS provider_id, :'m_address' AS address, :'m_data' AS data;
SELECT count(*) FROM auth_key;
-- Who reads that, too, is told that there is a user, and changes nothing.
SELECT * FROM auth_sign_up(:'m_known', 'a password of mine', user_attributes => '{"name": "Eve"}');
SELECT status FROM auth_sign_in('email', 'ada@example.com', 'correct horse battery');
SELECT status FROM auth_sign_up(:'m_known');
SELECT count(*) FROM auth_user;
-- Disabled, the answer is still the same; deleted, the address is free.
UPDATE auth_user SET disabled_at = now();
SELECT * FROM auth_request_sign_up('email', 'ada@example.com');
SELECT purpose, token AS known FROM take() \gset m_
SELECT :'m_purpose' AS purpose, status FROM auth_sign_up(:'m_known');
DELETE FROM auth_user;
SELECT status, user_attributes FROM auth_sign_up(:'m_known', user_attributes => '{"name": "Ada"}');

-- Without a password there is none, and nobody comes in without one by that.
SELECT password, verified FROM key_of('ada@example.com');
SELECT refused('SELECT auth_use_key(''email'', ''ada@example.com'')');
SELECT status FROM auth_sign_in('email', 'ada@example.com', '');
-- The user whom somebody made meanwhile is that one's, until the address is proven: taken.
SELECT asked('bob@example.com') AS token \gset
SELECT user_id FROM auth_create_user('email', 'bob@example.com', 'password of mallory', user_id => 'mallory');
SELECT * FROM auth_sign_up(:'token', 'password of bob');
SELECT status FROM auth_request_password_reset('email', 'bob@example.com');
SELECT status FROM auth_reset_password(message('bob@example.com'), 'password of bob');
SELECT status FROM auth_sign_in('email', 'bob@example.com', 'password of mallory');
SELECT status FROM auth_sign_in('email', 'bob@example.com', 'password of bob');
SELECT auth_delete_user('mallory');

-- A key that a trigger suppresses is not one that somebody has, nor is anything made, and the token stays good.
CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER suppress BEFORE INSERT ON auth_key FOR EACH ROW EXECUTE FUNCTION suppress();
SELECT asked('zelda@example.com') AS token \gset
SELECT count(*) FROM auth_user;
SELECT refused(format('SELECT auth_sign_up(%L, ''password of zelda'')', :'token'));
SELECT count(*) FROM auth_user;
DROP FUNCTION suppress CASCADE;
SELECT status FROM auth_sign_up(:'token', 'password of zelda');

-- One that was added to somebody who is proven otherwise, and who does not read it, is nobody's: no link to that user, and whoever reads it has it.
SELECT user_id FROM auth_create_user('github', '7', user_id => 'mallory', verified => true);
SELECT count(auth_create_key('mallory', 'email', 'victim@example.com', 'password of mallory'));
SELECT status FROM auth_request_password_reset('email', 'victim@example.com');
SELECT status FROM auth_request_magic_link('email', 'victim@example.com');
SELECT count(*) FROM auth_outbox;
SELECT asked('victim@example.com') AS token \gset
SELECT status, user_id <> 'mallory' AS another FROM auth_sign_up(:'token', 'password of victim');
SELECT provider_id FROM auth_get_user_keys('mallory');
SELECT kind, reason, provider_user_id FROM auth_get_events('mallory', max_rows => 1);
SELECT status FROM auth_sign_in('email', 'victim@example.com', 'password of mallory');
SELECT status FROM auth_sign_in('email', 'victim@example.com', 'password of victim');
-- A message that the user has asked for proves it.
SELECT count(auth_create_key('mallory', 'email', 'own@example.com'));
SELECT status FROM auth_request_email_verification('mallory', 'own@example.com');
SELECT status FROM auth_verify_email(message('own@example.com'));
SELECT status FROM auth_request_password_reset('email', 'own@example.com');
SELECT purpose, user_id FROM take();

-- A newer one replaces the older; other tokens are none, nor is it one for something else.
SELECT asked('cleo@example.com') AS older \gset
SELECT asked('Cleo@example.com') AS nothing, asked('cleo@example.com') AS newer \gset
SELECT status FROM auth_sign_up(:'older');
SELECT status FROM auth_sign_in_with_token(:'newer');
SELECT status FROM auth_reset_password(:'newer', 'password of cleo');
SELECT status FROM auth_verify_email(:'newer');
SELECT token AS other FROM auth_create_token('sign_up', address => 'dora@example.com') \gset
SELECT status FROM auth_sign_up(:'other');
SELECT token AS other FROM auth_create_token('sign_up', 'mallory', 'own@example.com') \gset
SELECT status FROM auth_sign_up(:'other');
SELECT status FROM auth_sign_up(:'newer');

-- A code in the place of the token.
SELECT * FROM auth_request_sign_up('email', 'dora@example.com', code => true);
SELECT purpose, address, token AS code, expires_at - created_at AS lifetime FROM take() \gset m_
SELECT :'m_purpose' AS purpose, length(:'m_code'), :'m_lifetime' AS lifetime;
SELECT status FROM auth_sign_up(:'m_code');
SELECT refused(format('SELECT auth_sign_up_with_code(''email'', ''dora@example.com'', %L, ''short'')', :'m_code'));
SELECT status FROM auth_sign_up_with_code('email', 'dora@example.com', 'wrong');
SELECT status FROM auth_sign_up_with_code('email', 'dora@example.org', :'m_code');
SET auth.client_providers = 'email, phone';
SELECT status FROM auth_sign_up_with_code('phone', 'dora@example.com', :'m_code');
SELECT status, user_attributes FROM auth_sign_up_with_code('email', 'DORA@example.com', left(:'m_code', 4) || ' ' || right(:'m_code', 4), 'password of dora', user_attributes => '{"name": "Dora"}');
SELECT status FROM auth_sign_up_with_code('email', 'dora@example.com', :'m_code');
SELECT password, verified FROM key_of('dora@example.com');
-- For an address that is somebody's it is the same: five guesses, and the right one says so.
SELECT status FROM auth_request_sign_up('email', 'dora@example.com', code => true);
SELECT purpose, token AS code FROM take() \gset m_
SELECT :'m_purpose' AS purpose, status FROM auth_sign_up_with_code('email', 'dora@example.com', :'m_code', 'password of eve');
SELECT string_agg(status, ', ') FROM generate_series(1, 5) n, auth_sign_up_with_code('email', 'dora@example.com', 'wrong' || n);
SELECT status FROM auth_sign_up_with_code('email', 'dora@example.com', :'m_code', 'password of eve');
SELECT status FROM auth_sign_in('email', 'dora@example.com', 'password of dora');

-- A link signs up, too, if it was asked for.
SELECT status FROM auth_request_magic_link('email', 'eve@example.com');
SELECT count(*) FROM auth_outbox;
SELECT status FROM auth_request_magic_link('email', 'eve@example.com', sign_up => true);
SELECT purpose, user_id IS NULL AS nobodys, address, token AS link FROM take() \gset m_
SELECT :'m_purpose' AS purpose, :'m_nobodys' AS nobodys, :'m_address' AS address;
SELECT refused(format('SELECT auth_sign_in_with_token(%L, user_attributes => ''{"id": "eve"}'')', :'m_link'));
SELECT status FROM auth_sign_up(:'m_link');
SELECT status, session_attributes, user_attributes FROM auth_sign_in_with_token(:'m_link', session_attributes => '{"device": "tv"}', user_attributes => '{"name": "Eve"}');
SELECT status FROM auth_sign_in_with_token(:'m_link');
SELECT password, verified FROM key_of('eve@example.com');
SELECT status FROM auth_request_magic_link('email', 'eve@example.com', sign_up => true);
SELECT status, user_attributes FROM auth_sign_in_with_token(message('eve@example.com'), user_attributes => '{"name": "Mallory"}');
-- When the address has become somebody's it is no link to that user.
SELECT status FROM auth_request_magic_link('email', 'fay@example.com', sign_up => true);
SELECT message('fay@example.com') AS link \gset
SELECT user_id FROM auth_create_user('email', 'fay@example.com', user_id => 'fay');
SELECT status FROM auth_sign_in_with_token(:'link');
SELECT auth_delete_user('fay');
SELECT status FROM auth_sign_in_with_token(:'link');

-- Who asks by a user name: the message goes to the address that is proven.
SET auth.client_providers = 'email, username';
SELECT user_id FROM auth_create_user('username', 'gus', 'password of gus', user_id => 'gus');
SELECT count(auth_create_key('gus', 'email', 'unproven@example.com'));
SELECT status FROM auth_request_password_reset('username', 'gus');
SELECT count(*) FROM auth_outbox;
SELECT count(auth_create_key('gus', 'email', 'gus@example.com', verified => true));
SELECT status FROM auth_request_password_reset('username', 'gus', data => '{"locale": "fr"}');
SELECT purpose, provider_id, address, data, token AS reset FROM take() \gset m_
SELECT :'m_purpose' AS purpose, :'m_provider_id' AS provider_id, :'m_address' AS address, :'m_data' AS data;
SELECT status, address FROM auth_reset_password(:'m_reset', 'new password of gus');
SELECT status FROM auth_sign_in('username', 'gus', 'new password of gus');
SELECT status FROM auth_request_magic_link('username', 'gus', sign_up => true);
SELECT status, user_id FROM auth_sign_in_with_token(message('gus@example.com'));
SELECT status FROM auth_request_magic_link('username', 'nobody', sign_up => true);
SELECT count(*) FROM auth_outbox;
SELECT refused('SELECT auth_request_sign_up(''username'', ''hal'')');

-- Limits: of an address, whatever the messages are about, and of a network.
RESET auth.throttle_delay;
SELECT string_agg(status, ', ') FROM generate_series(1, 7) n, auth_request_sign_up('email', left('new@example.com', 20 + n));
SELECT string_agg(status, ', ') FROM generate_series(1, 7) n, auth_request_sign_up('email', left('gus@example.com', 20 + n));
SELECT address, count(*) FROM auth_outbox GROUP BY 1 ORDER BY 1;
SET auth.throttle_address_failures = 3;
SELECT string_agg(status, ', ') FROM generate_series(1, 5) n, auth_request_sign_up('email', n || '@example.net', '203.0.113.1');
RESET auth.throttle_address_failures;
SELECT refused(format('SELECT auth_request_sign_up(''email'', ''x@example.com'', data => %L)', jsonb_build_object('a', repeat('x', 8192))));
SELECT refused(format('SELECT auth_request_password_reset(''email'', ''x@example.com'', data => %L)', jsonb_build_object('a', repeat('x', 8192))));
SELECT refused(format('SELECT auth_request_magic_link(''email'', ''x@example.com'', data => %L)', jsonb_build_object('a', repeat('x', 8192))));
SELECT refused('SELECT auth_request_sign_up(''email'', ''x@example.com'', data => ''[]'')');
SELECT refused('SELECT auth_request_sign_up(''email'', ''x@example.com'', code => NULL)');
SELECT refused('SELECT auth_request_sign_up(''github'', ''7'')');
SELECT refused('SELECT auth_request_sign_up(''email'', '' x@example.com'')');
SELECT refused('SELECT auth_request_magic_link(''email'', ''x@example.com'', sign_up => NULL)');
SELECT refused('SELECT auth_sign_up_with_code(''github'', ''7'', ''12345678'')');
BEGIN READ ONLY;
SELECT refused('SELECT auth_request_sign_up(''email'', ''x'')');
SELECT refused('SELECT auth_sign_up(''x'')');
SELECT refused('SELECT auth_sign_up_with_code(''email'', ''x'', ''x'')');
ROLLBACK;

-- What strangers ask for under names that are nobody's pushes out no count of users.
ALTER INDEX auth_throttle_count_idx SET (places = 1);
REINDEX INDEX auth_throttle_count_idx;
SELECT count(*) FROM auth_create_user('email', 'kim@example.com', user_id => 'kim');
SELECT count(auth_request_password_reset('email', 'kim@example.com')) FROM generate_series(1, 7);
BEGIN;
SELECT count(auth_request_sign_up('email', n || '@example.org', code => true)), count(auth_sign_up_with_code('email', n || '@example.org', 'wrong'))
    FROM generate_series(1, 2000) n;
ROLLBACK;
SELECT count(auth_request_password_reset('email', 'kim@example.com')) FROM generate_series(1, 7);
SELECT count(*) FROM auth_outbox WHERE address = 'kim@example.com';
SELECT token AS code FROM auth_create_code('mfa', 'kim') \gset
SELECT count(*) FROM auth_use_code('mfa', :'code', 'kim');
ALTER INDEX auth_throttle_count_idx RESET (places);
REINDEX INDEX auth_throttle_count_idx;

DROP TABLE profile;
DROP FUNCTION message, take, asked, key_of;
DELETE FROM auth_outbox;
DELETE FROM auth_token;
DELETE FROM auth_user;
ALTER TABLE auth_user DROP name;
ALTER TABLE auth_session DROP device;
RESET auth.client_providers;
RESET auth.client_user_attributes;
RESET auth.client_session_attributes;
