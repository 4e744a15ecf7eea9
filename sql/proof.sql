-- What a message that came back has proven, and what it ends.
SET auth.notices = 'email_changed';
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
CREATE FUNCTION proven(name text) RETURNS TABLE (provider_id text, provider_user_id text, password boolean, verified boolean) LANGUAGE sql VOLATILE AS $$
    SELECT provider_id, provider_user_id, password_defined, verified_at IS NOT NULL FROM auth_get_user_keys(name)
$$;
CREATE FUNCTION sessions(name text) RETURNS bigint LANGUAGE sql VOLATILE AS $$SELECT count(*) FROM auth_session WHERE user_id = name$$;
CREATE FUNCTION families(name text) RETURNS bigint LANGUAGE sql VOLATILE AS $$SELECT count(*) FROM auth_refresh_token WHERE user_id = name$$;
CREATE FUNCTION events(name text) RETURNS TABLE (kind text, reason text, provider_user_id text, count bigint) LANGUAGE sql VOLATILE AS $$
    SELECT kind, reason, provider_user_id, count FROM auth_event WHERE user_id = name AND kind !~ 'token|user_created' ORDER BY id
$$;
-- Whoever came first: an address that may be somebody else's, a name, another address, a key of another provider; sessions and a link.
CREATE FUNCTION squat(name text) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT auth_create_user('email', name || '@example.com', 'password of mallory', user_id => name);
    SELECT auth_create_key(name, 'username', name, 'password of mallory');
    SELECT auth_create_key(name, 'email', 'mallory.' || name || '@example.net');
    SELECT auth_create_key(name, 'github', 'mallory of ' || name);
    SELECT auth_create_refresh_token(session_id) FROM auth_create_session(name);
    SELECT auth_create_token('sign_in', name, 'mallory@example.net');
$$;
CREATE FUNCTION take() RETURNS SETOF auth_outbox_object LANGUAGE sql VOLATILE AS $$SELECT o.* FROM auth_take_outbox(100) o, auth_finish_message(o.id)$$;
CREATE FUNCTION message(address text) RETURNS text LANGUAGE sql VOLATILE AS $$SELECT token FROM take() o WHERE o.address = message.address$$;

-- The first proof ends what lets in without it.
SELECT squat('ada');
SELECT * FROM proven('ada');
SELECT status FROM auth_request_email_verification('ada', 'ada@example.com');
SELECT * FROM auth_verify_email(message('ada@example.com'));
SELECT * FROM proven('ada');
SELECT sessions('ada'), families('ada'), (SELECT count(*) FROM auth_token WHERE user_id = 'ada') AS tokens;
SELECT * FROM events('ada');
SELECT status FROM auth_sign_in('email', 'ada@example.com', 'password of mallory');
-- The next one ends nothing: what is there now is the prover's.
SELECT provider_user_id FROM auth_create_key('ada', 'github', '7');
SELECT count(auth_create_session('ada'));
SELECT status FROM auth_request_magic_link('email', 'ada@example.com');
SELECT status, user_id FROM auth_sign_in_with_token(message('ada@example.com'));
SELECT sessions('ada');
SELECT * FROM proven('ada');

-- A link
SELECT squat('bob');
SELECT status FROM auth_request_magic_link('email', 'bob@example.com');
SELECT status, user_id FROM auth_sign_in_with_token(message('bob@example.com'));
SELECT * FROM proven('bob');
SELECT sessions('bob'), families('bob');
SELECT * FROM events('bob');

-- A reset: the new password is the prover's.
SELECT squat('cleo');
SELECT status FROM auth_request_password_reset('email', 'cleo@example.com');
SELECT message('cleo@example.com') AS token \gset
SELECT refused(format('SELECT auth_reset_password(%L, ''short'')', :'token'));
SELECT * FROM proven('cleo');
SELECT * FROM auth_reset_password(:'token', 'password of cleo');
SELECT * FROM proven('cleo');
SELECT sessions('cleo'), families('cleo');
SELECT status FROM auth_sign_in('email', 'cleo@example.com', 'password of cleo');

-- Another address
SELECT user_id FROM auth_create_user('email', 'typo@example.com', 'password of dora', user_id => 'dora');
SELECT count(*) FROM auth_create_key('dora', 'github', '8'), auth_create_session('dora');
SELECT status FROM auth_request_email_change('dora', 'dora@example.com');
SELECT * FROM auth_change_email(message('dora@example.com'));
SELECT * FROM proven('dora');
SELECT sessions('dora');
SELECT * FROM events('dora');

-- It was the prover who did it: a session of the user comes with the proof.
CREATE FUNCTION own(name text) RETURNS text LANGUAGE sql VOLATILE AS $$SELECT token FROM auth_create_session(name)$$;
SELECT squat('eve'), squat('fay'), squat('gus');
SELECT status FROM auth_request_email_verification('eve', 'eve@example.com');
SELECT status FROM auth_verify_email(message('eve@example.com'), own('eve'));
SELECT * FROM proven('eve');
SELECT sessions('eve'), families('eve');
SELECT * FROM events('eve');
SELECT status FROM auth_request_magic_link('email', 'fay@example.com');
SELECT status FROM auth_sign_in_with_token(message('fay@example.com'), session_token => own('fay'));
SELECT sessions('fay'), count(*) AS keys FROM proven('fay');
SELECT auth_delete_key('email', 'mallory.gus@example.net');
SELECT status FROM auth_request_email_change('gus', 'gus@example.org');
SELECT status FROM auth_change_email(message('gus@example.org'), own('gus'));
SELECT * FROM proven('gus');
SELECT sessions('gus'), families('gus');
-- Neither somebody else's session is, nor one that does not live.
SELECT squat('hal'), squat('ida');
SELECT status FROM auth_request_email_verification('hal', 'hal@example.com');
SELECT status FROM auth_verify_email(message('hal@example.com'), own('eve'));
SELECT sessions('hal'), count(*) AS keys FROM proven('hal');
SELECT status FROM auth_request_email_verification('ida', 'ida@example.com');
SELECT own('ida') AS own \gset
UPDATE auth_session SET expires_at = now() - interval '1 s' WHERE id = auth_session_id(:'own');
SELECT status FROM auth_verify_email(message('ida@example.com'), :'own');
SELECT sessions('ida'), count(*) AS keys FROM proven('ida');
-- Rolled back, nothing was proven.
SELECT squat('jo');
SELECT status FROM auth_request_email_verification('jo', 'jo@example.com');
SELECT message('jo@example.com') AS token \gset
BEGIN;
SELECT status FROM auth_verify_email(:'token');
ROLLBACK;
SELECT sessions('jo'), count(*) AS keys, bool_or(verified) AS verified FROM proven('jo');
SELECT status FROM auth_verify_email(:'token');

-- A link that was asked for while nobody had proven anything does not lead to a user who was proven by another key since.
SELECT squat('lou');
SELECT status FROM auth_request_magic_link('email', 'lou@example.com');
SELECT message('lou@example.com') AS link \gset
SELECT status FROM auth_request_email_verification('lou', 'mallory.lou@example.net');
SELECT status FROM auth_verify_email(message('mallory.lou@example.net'), own('lou'));
SELECT status, user_id FROM auth_sign_in_with_token(:'link');
SELECT status FROM auth_request_email_verification('lou', 'lou@example.com');
SELECT status FROM auth_verify_email(message('lou@example.com'));

-- What a message is about must hold when its token is used: the name, and whose it is.
SELECT user_id FROM auth_create_user('email', 'mallory@example.net', 'password of mallory', user_id => 'mallory');
SELECT status FROM auth_request_email_verification('mallory', 'mallory@example.net');
SELECT message('mallory@example.net') AS token \gset
SELECT user_id FROM auth_update_user_provider_id('mallory', 'email', 'victim@example.com');
SELECT * FROM auth_verify_email(:'token');
SELECT * FROM proven('mallory');
SELECT auth_delete_key('email', 'victim@example.com');
SELECT * FROM auth_verify_email(:'token');
SELECT provider_user_id FROM auth_create_key('gus', 'email', 'mallory@example.net');
SELECT * FROM auth_verify_email(:'token');
SELECT * FROM proven('gus');
SELECT auth_delete_key('email', 'mallory@example.net');
SELECT provider_user_id FROM auth_create_key('mallory', 'email', 'mallory@example.net');
SELECT * FROM auth_verify_email(:'token');
-- A token that somebody has made without a key proves none.
SELECT token FROM auth_create_token('email_verification', 'mallory', 'mallory@example.net') \gset
SELECT * FROM auth_verify_email(:'token');
SELECT squat('kim');
SELECT token FROM auth_create_token('sign_in', 'kim') \gset
SELECT status FROM auth_sign_in_with_token(:'token');
SELECT sessions('kim'), count(*) AS keys, bool_or(verified) AS verified FROM proven('kim');

-- A new name is not proven: by whatever function; nor can a client write it.
SELECT verified_at IS NULL AS unproven FROM auth_update_key_identifier('email', 'mallory@example.net', 'email', 'm@example.net');
UPDATE auth_key SET verified_at = now() WHERE user_id = 'mallory';
SELECT user_id FROM auth_update_user_provider_id('mallory', 'email', 'mallory@example.net');
SELECT * FROM proven('mallory');
-- Folding is no other name.
UPDATE auth_key SET provider_user_id = 'Mallory@Example.net', verified_at = now() WHERE user_id = 'mallory';
SELECT auth_setup();
SELECT * FROM proven('mallory');
-- A back end says so, of what another has proven.
SELECT user_id FROM auth_create_user('github', '9', user_id => 'lea', verified => true);
SELECT verified_at IS NOT NULL AS verified FROM auth_create_key('lea', 'email', 'lea@example.com', verified => true);
SELECT verified_at IS NOT NULL AS verified FROM auth_import_key('lea', 'email', 'lea@example.org', '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', true);
SELECT * FROM proven('lea');
SELECT refused('SELECT auth_create_key(''lea'', ''github'', ''10'', verified => NULL)');
SELECT refused('SELECT auth_create_user(verified => NULL)');
SELECT refused('SELECT auth_import_key(''lea'', ''github'', ''10'', ''x'', NULL)');

DROP FUNCTION proven, sessions, families, events, squat, message, take, own;
DELETE FROM auth_outbox;
DELETE FROM auth_token;
DELETE FROM auth_user;
