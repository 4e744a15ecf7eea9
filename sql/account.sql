-- One's own account, by the token of one's own session.
SET auth.notices = 'email_changed';
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
SET timezone = 'UTC';
ALTER TABLE auth_user ADD name text, ADD plan text DEFAULT 'free', ADD CONSTRAINT named CHECK (name <> '');
ALTER TABLE auth_session ADD device text;
-- A session with a token that is known, signed in with a password so long ago.
CREATE FUNCTION begin_session(user_id text, token text, ago interval DEFAULT '0') RETURNS void LANGUAGE sql AS $$
    INSERT INTO auth_session (id, user_id, created_at, active_expires_at, idle_expires_at, methods, device)
    VALUES (auth_session_id(token), user_id, now() - ago, now() - ago + '1 day', now() - ago + '15 days', 1, token)
$$;
CREATE FUNCTION devices(name text) RETURNS text[] LANGUAGE sql VOLATILE AS $$SELECT array_agg(device ORDER BY device) FROM auth_session WHERE user_id = name$$;
CREATE FUNCTION keys(name text) RETURNS text[] LANGUAGE sql VOLATILE AS $$
    SELECT array_agg(provider_id || ' ' || provider_user_id || CASE WHEN password_defined THEN ' with password' ELSE '' END
        || CASE WHEN verified_at IS NULL THEN '' ELSE ' proven' END ORDER BY provider_id, provider_user_id) FROM auth_get_user_keys(name)
$$;
CREATE FUNCTION events(name text) RETURNS TABLE (kind text, reason text, key text, session boolean, client_address inet) LANGUAGE sql VOLATILE AS $$
    SELECT kind, reason, provider_id || ' ' || provider_user_id, session_id IS NOT NULL, client_address FROM auth_event
    WHERE user_id = name AND kind !~ 'token_|user_created' AND id > (SELECT max(id) FROM auth_event WHERE kind = 'mark') ORDER BY id
$$;
CREATE FUNCTION mark() RETURNS void LANGUAGE sql VOLATILE AS $$INSERT INTO auth_event (created_at, kind) VALUES (now(), 'mark')$$;
CREATE FUNCTION take() RETURNS SETOF auth_outbox_object LANGUAGE sql VOLATILE AS $$SELECT o.* FROM auth_take_outbox(100) o, auth_finish_message(o.id)$$;
CREATE FUNCTION message(address text) RETURNS text LANGUAGE sql VOLATILE AS $$SELECT token FROM take() o WHERE o.address = message.address$$;
SELECT user_id FROM auth_create_user('email', 'mia@example.com', 'correct horse battery', '{"name": "Mia"}', 'mia');
SELECT user_id FROM auth_create_user('email', 'zoe@example.com', 'battery of zoe', user_id => 'zoe');
SELECT begin_session('mia', 'laptop'), begin_session('mia', 'phone', '3 days'), begin_session('mia', 'tablet', '20 days'), begin_session('zoe', 'zoe');

-- Where one is signed in: what lives, and which one this is.
SELECT current, state, now() - created_at > '2 days' AS old, renewed_at - created_at AS renewed, authenticated_at = created_at AS since, aal, amr,
    active_expires_at < now() AS idle, idle_expires_at > now() AS lives, expires_at, session_attributes, session_id = auth_session_id(session_attributes ->> 'device') AS id
FROM auth_get_own_sessions('laptop');
SELECT session_attributes ->> 'device' AS device, current FROM auth_get_own_sessions('phone');
-- When it was renewed: by its own period, within what its end leaves, never before it was made nor in the future.
SELECT fresh FROM auth_validate_session('phone');
SELECT now() - renewed_at < '1 min' AS renewed, created_at < now() - '2 days'::interval AS made FROM auth_get_own_sessions('phone') WHERE current;
UPDATE auth_session SET active_period = '1 mon', active_expires_at = now() + '1 mon' - '1 hour'::interval WHERE device = 'phone';
SELECT round(extract(epoch FROM now() - renewed_at) / 60) AS minutes FROM auth_get_own_sessions('phone') WHERE current;
UPDATE auth_session SET active_expires_at = now() + '1 year' WHERE device = 'phone';
SELECT renewed_at <= clock_timestamp() AS past FROM auth_get_own_sessions('phone') WHERE current;
UPDATE auth_session SET active_expires_at = now() - '1 year'::interval WHERE device = 'phone';
SELECT renewed_at = created_at AS made FROM auth_get_own_sessions('phone') WHERE current;
UPDATE auth_session SET active_period = '10000 years' WHERE device = 'phone';
SELECT renewed_at = created_at AS made FROM auth_get_own_sessions('phone') WHERE current;
UPDATE auth_session SET active_expires_at = 'infinity', idle_expires_at = 'infinity' WHERE device = 'phone';
SELECT renewed_at <= clock_timestamp() AS past, active_expires_at FROM auth_get_own_sessions('phone') WHERE current;
SET auth.session_attributes = '';
SELECT session_attributes FROM auth_get_own_sessions('zoe');
RESET auth.session_attributes;

-- One of one's own is ended, with its refresh token, and nobody else's.
SELECT count(*) FROM unnest('{zoe,phone}'::text[]) t, auth_create_refresh_token(auth_session_id(t));
SELECT mark();
SELECT auth_end_own_session('laptop', auth_session_id('zoe')), auth_end_own_session('laptop', auth_session_id('none'));
SELECT devices('zoe'), (SELECT count(*) FROM auth_refresh_token WHERE user_id = 'zoe') AS families;
SELECT auth_end_own_session('laptop', auth_session_id('phone')), auth_end_own_session('laptop', auth_session_id('phone'));
SELECT devices('mia'), (SELECT count(*) FROM auth_refresh_token WHERE user_id = 'mia') AS families;
SELECT auth_end_own_session('phone', auth_session_id('laptop'));
-- Its own, too
SELECT begin_session('mia', 'kiosk');
SELECT auth_end_own_session('kiosk', auth_session_id('kiosk')), auth_end_own_session('kiosk', auth_session_id('laptop'));
SELECT * FROM events('mia');
SELECT refused('SELECT auth_end_own_session(''laptop'', NULL)');
-- The others
SELECT begin_session('mia', 'phone'), begin_session('mia', 'watch');
SELECT mark();
SELECT auth_end_other_sessions('laptop'), auth_end_other_sessions('laptop');
SELECT devices('mia'), devices('zoe');
SELECT kind, reason, session FROM events('mia');

-- The keys
SELECT provider_id, provider_user_id, password_defined, verified_at FROM auth_get_own_keys('laptop');

-- What is no living session's has one answer, whatever it is.
SELECT begin_session('mia', 'dead'), begin_session('mia', 'ended');
UPDATE auth_session SET idle_expires_at = now() - '1 s'::interval WHERE device = 'dead';
UPDATE auth_session SET expires_at = now() - '1 s'::interval WHERE device = 'ended';
SELECT user_id FROM auth_create_user('email', 'lou@example.com', 'correct horse battery', user_id => 'lou');
ALTER TABLE auth_user DISABLE TRIGGER auth_user_disabled;
SELECT begin_session('lou', 'lou');
UPDATE auth_user SET disabled_at = now() WHERE id = 'lou';
ALTER TABLE auth_user ENABLE TRIGGER auth_user_disabled;
SET auth.client_user_attributes = 'name';
SELECT token, (SELECT count(*) FROM auth_get_own_sessions(token)) AS sessions, (SELECT count(*) FROM auth_get_own_keys(token)) AS keys,
    auth_end_own_session(token, auth_session_id('laptop')) AS ended, auth_end_other_sessions(token) AS others,
    (auth_update_own_attributes(token, '{"name": "Zoe"}')).status AS attributes, (auth_delete_own_key(token, 'email', 'mia@example.com')).status AS key,
    (auth_create_own_key(token, 'github', '7')).status AS new_key
FROM unnest('{NULL,"",none,dead,ended,lou}'::text[] || auth_session_id('laptop')::text || ARRAY['Laptop', 'laptop ', repeat('x', 1000000)]) token
WHERE token IS NULL OR length(token) < 40;
SELECT left(t, 10) AS token, r.status AS reauthenticate, c.status AS change, f.status AS first, v.status AS verify, w.status AS code, e.status AS email, d.status AS delete, b.status AS delete
FROM unnest('{NULL,"",none,dead,ended,lou}'::text[] || auth_session_id('laptop')::text || ARRAY[repeat('x', 1000000)]) t,
    auth_reauthenticate(t, 'correct horse battery') r, auth_change_password(t, 'correct horse battery', 'another horse battery') c,
    auth_change_password(t, NULL, 'another horse battery') f, auth_request_own_email_verification(t) v,
    auth_verify_own_email_with_code(t, '12345678') w, auth_request_own_email_change(t, 'x@example.com') e,
    auth_delete_own_user(t) d, auth_delete_own_user(t, 'correct horse battery') b;
SELECT count(*) FROM auth_outbox;
SELECT keys('mia'), name FROM auth_user WHERE id = 'mia';
SELECT keys('lou');

-- Confirm the password: the session is fresh.
CREATE FUNCTION grow_old(token text, ago interval DEFAULT '1 hour') RETURNS void LANGUAGE sql AS $$
    UPDATE auth_session SET created_at = now() - ago, authenticated_at = NULL WHERE id = auth_session_id(token)
$$;
-- With the name of the session for its token, as before
CREATE FUNCTION prove(token text, password text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r auth_sign_in_result := auth_reauthenticate(token, password);
BEGIN
    UPDATE auth_session SET id = auth_session_id(prove.token) WHERE id = r.session_id;
    RETURN r.status;
END $$;
SELECT grow_old('laptop');
SELECT refresh_token AS refresh FROM auth_create_refresh_token(auth_session_id('laptop')) \gset
CREATE TABLE cart (session_id uuid CONSTRAINT cart_session REFERENCES auth_session ON UPDATE CASCADE ON DELETE CASCADE);
INSERT INTO cart VALUES (auth_session_id('laptop'));
SELECT mark();
SELECT status, retry_after, token, session_id, authenticated_at FROM auth_reauthenticate('laptop', 'wrong horse battery', client_address => '192.0.2.7');
SELECT authenticated_at FROM auth_session WHERE device = 'laptop';
SELECT status, retry_after, token AS renewed, session_id = auth_session_id(token) AS session, user_id, state, fresh, created_at < now() AS old,
    now() - authenticated_at < '1 min' AS authenticated, aal, amr FROM auth_reauthenticate('laptop', 'correct horse battery', client_address => '192.0.2.7') \gset proven_
SELECT :'proven_status' AS status, :'proven_session' AS session, :'proven_user_id' AS user_id, :'proven_state' AS state, :'proven_fresh' AS fresh, :'proven_old' AS old,
    :'proven_authenticated' AS authenticated, :'proven_aal' AS aal, :'proven_amr' AS amr;
SELECT * FROM events('mia');
-- It is the same session by another token: with its attributes, what refers to it, and its refresh tokens.
SELECT count(*) AS by_the_old_token FROM auth_get_session('laptop');
SELECT session_attributes, session_id = (SELECT session_id FROM cart) AS cart FROM auth_get_session(:'proven_renewed');
SELECT (auth_reauthenticate('laptop', 'correct horse battery')).status;
SELECT status, session_attributes, now() - authenticated_at < '1 min' AS authenticated, token AS rotated FROM auth_rotate_refresh_token(:'refresh') \gset rotated_
SELECT :'rotated_status' AS status, :'rotated_session_attributes' AS session_attributes, :'rotated_authenticated' AS authenticated;
SELECT count(*) AS by_the_old_token FROM auth_get_session(:'proven_renewed');
SELECT session_id = auth_session_id(:'rotated_rotated') AS cart FROM cart;
SELECT token AS renewed, refresh_token AS newest FROM auth_reauthenticate(:'rotated_rotated', 'correct horse battery'), auth_create_refresh_token(session_id) \gset
-- Rolled back it is what it was.
BEGIN;
SELECT count(*) FROM auth_reauthenticate(:'renewed', 'correct horse battery');
ROLLBACK;
SELECT count(*) FROM auth_get_session(:'renewed');
SELECT status FROM auth_rotate_refresh_token(:'newest');
UPDATE auth_session SET id = auth_session_id('laptop') WHERE device = 'laptop';
DELETE FROM auth_refresh_token WHERE user_id = 'mia';
-- A foreign key that does not follow is in the way of that.
ALTER TABLE cart DROP CONSTRAINT cart_session, ADD CONSTRAINT cart_session FOREIGN KEY (session_id) REFERENCES auth_session ON DELETE CASCADE;
SELECT refused('SELECT auth_reauthenticate(''laptop'', ''correct horse battery'')');
SELECT count(*) FROM auth_get_session('laptop');
DROP TABLE cart;
SELECT refused('SELECT auth_reauthenticate(''laptop'', NULL)');
-- Of several passwords any will do; of somebody else's none.
SELECT password_defined FROM auth_create_key('mia', 'username', 'mia', 'another battery');
SELECT grow_old('laptop');
SELECT status FROM auth_reauthenticate('laptop', 'battery of zoe');
SELECT prove('laptop', 'another battery');
SELECT keys('mia');
-- A hash that is out of date is replaced, for all keys that have it.
UPDATE auth_key SET hashed_password = (SELECT hashed_password FROM auth_key WHERE provider_user_id = 'mia@example.com') WHERE provider_user_id = 'mia';
SET auth.password_iterations = 2;
SELECT mark();
SELECT prove('laptop', 'correct horse battery');
SELECT count(*) AS keys, count(DISTINCT hashed_password) AS hashes, bool_and(hashed_password LIKE '%t=2%') AS new FROM auth_key WHERE user_id = 'mia';
SELECT * FROM events('mia');
SET auth.password_iterations = 1;
-- A password does not make a session of level 2 fresh.
SELECT grow_old('laptop');
UPDATE auth_session SET methods = 1 | 8 WHERE device = 'laptop';
SELECT status, session_id FROM auth_reauthenticate('laptop', 'correct horse battery');
SELECT authenticated_at = created_at AS old, aal FROM auth_get_session('laptop');
UPDATE auth_session SET methods = 1 WHERE device = 'laptop';
-- Guesses count against the user, whatever they are made for, and not against sign-ins.
SET auth.throttle_max_failures = 3;
SELECT mark();
SELECT status FROM auth_reauthenticate('laptop', 'wrong horse battery', client_address => '192.0.2.7');
SELECT status FROM auth_change_password('laptop', 'wrong horse battery', 'new horse battery', '192.0.2.7');
SELECT status FROM auth_delete_own_user('laptop', 'wrong horse battery', '192.0.2.7');
SELECT status, retry_after FROM auth_reauthenticate('laptop', 'correct horse battery', client_address => '192.0.2.7');
SELECT status FROM auth_change_password('laptop', 'correct horse battery', 'new horse battery');
SELECT status FROM auth_delete_own_user('laptop', 'correct horse battery');
SELECT * FROM events('mia');
SELECT status, token AS own FROM auth_sign_in('email', 'mia@example.com', 'correct horse battery', '192.0.2.8') \gset
SELECT :'status' AS status, status FROM auth_reauthenticate(:'own', 'correct horse battery', client_address => '192.0.2.8');
SELECT auth_end_other_sessions('laptop');
SELECT auth_reset_key_throttle('email', 'mia@example.com');
RESET auth.throttle_max_failures;
SELECT prove('laptop', 'correct horse battery');

-- A first password, with a fresh session, where no key has one.
SELECT status FROM auth_change_password('laptop', NULL, 'new horse battery');
SELECT user_id FROM auth_create_user('email', 'link@example.com', user_id => 'link', verified => true);
SELECT user_id FROM auth_create_key('link', 'github', '42', verified => true);
SELECT begin_session('link', 'link', '16 min'), begin_session('link', 'other');
SELECT status FROM auth_reauthenticate('link', 'no horse battery');
SELECT status FROM auth_change_password('link', NULL, 'new horse battery');
SELECT keys('link');
UPDATE auth_session SET authenticated_at = now() WHERE device = 'link';
SELECT refused('SELECT auth_change_password(''link'', NULL, ''short'')');
SELECT refused('SELECT auth_change_password(''link'', NULL, NULL)');
SELECT mark();
SELECT status FROM auth_change_password('link', NULL, 'new horse battery', '192.0.2.7');
SELECT keys('link'), devices('link');
SELECT * FROM events('link');
SELECT status FROM auth_change_password('link', NULL, 'a third horse battery');
SELECT status FROM auth_sign_in('email', 'link@example.com', 'new horse battery');
-- Nothing takes one
SELECT user_id FROM auth_create_user('github', '43', user_id => 'hub', verified => true);
SELECT begin_session('hub', 'hub');
SELECT status FROM auth_change_password('hub', NULL, 'new horse battery');
SELECT keys('hub');

-- Verify one's address, by a link or by a code.
SELECT status FROM auth_request_own_email_verification('hub');
SELECT status FROM auth_request_own_email_verification('link');
SELECT status FROM auth_request_own_email_verification('laptop', '192.0.2.7', '{"lang": "de"}');
SELECT purpose, user_id, provider_id, address, data FROM auth_outbox;
SELECT status, user_id, address FROM auth_verify_email(message('mia@example.com'), 'laptop');
SELECT keys('mia');
SELECT status FROM auth_request_own_email_verification('laptop');
SELECT status FROM auth_request_own_email_verification('zoe', code => true);
SELECT purpose, address, token ~ '^[0-9]{8}$' AS is_code, token AS code FROM take() \gset
\echo :purpose :address :is_code
SELECT status, user_id, address FROM auth_verify_own_email_with_code('laptop', :'code');
SELECT status FROM auth_verify_email(:'code', 'zoe');
SELECT status FROM auth_verify_own_email_with_code('zoe', lpad(((:'code'::int + 1) % 100000000)::text, 8, '0'));
SELECT mark();
SELECT status, user_id, address FROM auth_verify_own_email_with_code('zoe', left(:'code', 4) || ' ' || right(:'code', 4));
SELECT status, user_id, address FROM auth_verify_own_email_with_code('zoe', :'code');
SELECT keys('zoe'), devices('zoe');
SELECT kind, reason, key FROM events('zoe');
-- It was the code of a key that has another name by now, or that is of no key.
UPDATE auth_key SET verified_at = NULL WHERE user_id = 'zoe';
SELECT status FROM auth_request_own_email_verification('zoe', code => true);
SELECT token AS code FROM take() \gset
SELECT provider_user_id FROM auth_update_key_identifier('email', 'zoe@example.com', 'email', 'zoe@example.net');
DELETE FROM auth_outbox WHERE purpose = 'email_changed';
SELECT status FROM auth_verify_own_email_with_code('zoe', :'code');
SELECT token AS code FROM auth_create_code('email_verification', 'zoe', 'zoe@example.net') \gset
SELECT status FROM auth_verify_own_email_with_code('zoe', :'code');
SELECT keys('zoe');
-- Guesses at it
SET auth.token_code_attempts = 2;
SELECT status FROM auth_request_own_email_verification('zoe', code => true);
SELECT token AS code FROM take() \gset
SELECT status FROM generate_series(1, 2) i, auth_verify_own_email_with_code('zoe', lpad(((:'code'::int + i) % 100000000)::text, 8, '0'));
SELECT status FROM auth_verify_own_email_with_code('zoe', :'code');
RESET auth.token_code_attempts;
SELECT refused('SELECT auth_verify_own_email_with_code(''zoe'', NULL)');
SELECT refused('SELECT auth_request_own_email_verification(''zoe'', code => NULL)');
SELECT refused(format('SELECT auth_request_own_email_verification(''zoe'', data => %L)', jsonb_build_object('x', repeat('x', 8192))));

-- Another address, with a fresh session.
SELECT count(*) FROM take();
SELECT grow_old('laptop');
SELECT status FROM auth_request_own_email_change('laptop', 'miriam@example.com');
SELECT count(*) FROM auth_outbox;
SELECT prove('laptop', 'correct horse battery');
SELECT refused('SELECT auth_request_own_email_change(''laptop'', '' miriam@example.com'')');
SELECT status, retry_after FROM auth_request_own_email_change('laptop', 'Miriam@Example.com', '192.0.2.7', '{"lang": "de"}');
SELECT purpose, user_id, provider_id, address, data FROM auth_outbox;
SELECT status, user_id, address FROM auth_change_email(message('miriam@example.com'));
SELECT keys('mia'), devices('mia');
SELECT purpose, address FROM take();
-- One that is somebody's: the answer is the same, and its owner is told.
SELECT status, retry_after FROM auth_request_own_email_change('laptop', 'Zoe@Example.net');
SELECT purpose, user_id, provider_id, address FROM auth_outbox;
SELECT status FROM auth_change_email(message('zoe@example.net'));
SELECT keys('mia'), keys('zoe');
-- ... or one's own
SELECT status FROM auth_request_own_email_change('laptop', 'miriam@example.com');
SELECT purpose, user_id, address FROM take();
-- A back end that names the user has the same message.
SELECT status FROM auth_request_email_change('mia', 'zoe@example.net');
SELECT purpose, user_id, address FROM take();
-- The first one of a user who has none
SELECT status FROM auth_request_own_email_change('hub', 'hub@example.com');
SELECT purpose, user_id, provider_id, address FROM auth_outbox;
SELECT mark();
SELECT status, user_id, address FROM auth_change_email(message('hub@example.com'));
SELECT keys('hub'), devices('hub');
SELECT kind, reason, key FROM events('hub');
SELECT count(*) FROM auth_outbox;
-- ... which has become somebody's by then
SELECT user_id FROM auth_create_user('github', '44', user_id => 'late', verified => true);
SELECT begin_session('late', 'late');
SELECT status FROM auth_request_own_email_change('late', 'late@example.com');
SELECT user_id FROM auth_create_key('zoe', 'email', 'late@example.com');
SELECT status FROM auth_change_email(message('late@example.com'));
SELECT keys('late');
-- ... that a session asked for which is somebody else's: it ends with that, or with all others, and not with one's own.
SELECT user_id FROM auth_create_user('email', 'bea@example.com', user_id => 'bea', verified => true);
SELECT begin_session('bea', 'bea'), begin_session('bea', 'thief'), begin_session('bea', 'old');
SELECT status FROM auth_request_own_email_change('thief', 'thief@example.com');
SELECT message('thief@example.com') AS change \gset
SELECT auth_end_own_session('bea', auth_session_id('none')), auth_end_own_session('old', auth_session_id('old'));
SELECT count(*) FROM auth_token WHERE user_id = 'bea' AND purpose = 'email_change';
SELECT auth_end_own_session('bea', auth_session_id('thief'));
SELECT status FROM auth_change_email(:'change');
SELECT begin_session('bea', 'thief');
SELECT status FROM auth_request_own_email_change('thief', 'thief@example.com');
SELECT message('thief@example.com') AS change \gset
SELECT auth_sign_out('thief'), auth_end_other_sessions('bea');
SELECT status FROM auth_change_email(:'change');
SELECT keys('bea'), auth_delete_user('bea');
-- Of several nobody knows which one
SELECT status FROM auth_request_own_email_change('zoe', 'x@example.com');
SELECT auth_delete_key('email', 'late@example.com');
-- What is for clients, and has addresses
SELECT refused('SELECT auth_request_own_email_change(''laptop'', ''x'', provider_id => ''github'')');
SET auth.client_providers = 'github, email@acme';
SELECT refused('SELECT auth_request_own_email_change(''laptop'', ''x'', provider_id => ''github'')');
SELECT refused('SELECT auth_request_own_email_change(''laptop'', ''x@example.com'')');
SET auth.email_providers = 'email, email@acme';
SELECT status FROM auth_request_own_email_change('laptop', 'mia@acme.example.com', provider_id => 'email@acme');
SELECT status FROM auth_change_email(message('mia@acme.example.com'));
SELECT keys('mia');
SELECT auth_delete_key('email@acme', 'mia@acme.example.com');
RESET auth.client_providers;
RESET auth.email_providers;
SELECT refused('SELECT auth_request_own_email_change(''laptop'', NULL)');
SELECT refused('SELECT auth_request_own_email_change(''laptop'', '''')');
-- Limits: of the client and, without a word, of the user, whatever addresses are named
SELECT user_id FROM auth_create_user('email', 'many@example.com', user_id => 'many');
SELECT begin_session('many', 'many');
SET auth.throttle_address_failures = 3;
SET auth.throttle_delay = '1min';
SELECT status, retry_after > '0' AS wait FROM generate_series(1, 4) i, auth_request_own_email_change('many', 'a' || i || '@example.com', '198.51.100.1');
SELECT status FROM auth_request_own_email_verification('many', '198.51.100.1');
SELECT status FROM auth_request_own_email_verification('many', '198.51.100.2');
SELECT status, count(*) FROM generate_series(1, 9) i, auth_request_own_email_change('many', 'b' || i || '@example.com') GROUP BY 1;
SELECT purpose, count(*) FROM auth_token WHERE user_id = 'many' GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM take();
RESET auth.throttle_address_failures;
SET auth.throttle_delay = 0;
SELECT auth_delete_user('many');

-- Keys of others, which a back end has checked
SELECT grow_old('laptop');
SELECT (auth_create_own_key('laptop', 'github', '7')).status;
SELECT prove('laptop', 'correct horse battery');
SELECT mark();
SELECT (auth_create_own_key('laptop', 'github', '7')).status, (auth_create_own_key('laptop', 'github', '7')).status, (auth_create_own_key('laptop', 'github', '42')).status;
SELECT refused('SELECT auth_create_own_key(''laptop'', ''email'', ''x@example.com'')');
SELECT refused('SELECT auth_create_own_key(''laptop'', ''github'', NULL)');
SELECT refused('SELECT auth_create_own_key(''laptop'', ''github'', '''')');
SELECT keys('mia');
-- Deleted: one's own, and not the last way in
SELECT (auth_delete_own_key('laptop', 'github', '42')).status, (auth_delete_own_key('laptop', 'github', 'none')).status;
SELECT (auth_delete_own_key('laptop', 'github', '7')).status, (auth_delete_own_key('laptop', 'github', '7')).status;
SELECT (auth_delete_own_key('laptop', 'username', 'mia')).status;
SELECT (auth_delete_own_key('laptop', 'email', 'MIRIAM@example.com')).status;
SELECT keys('mia'), keys('link');
SELECT kind, reason, key FROM events('mia');
SELECT grow_old('laptop');
SELECT (auth_delete_own_key('laptop', 'email', 'miriam@example.com')).status;
SELECT refused('SELECT auth_delete_own_key(''laptop'', ''email'', NULL)');
-- What is a way in: a password, a provider's word, an address that is proven or nothing else is; a name without its password is none.
CREATE FUNCTION left_with(VARIADIC keys text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
    parts text[];
BEGIN
    PERFORM auth_create_user('doomed', 'x', user_id => 'left', verified => false);
    PERFORM begin_session('left', 'left');
    FOR i IN 1 .. cardinality(keys) LOOP
        parts := string_to_array(keys[i], ' ');
        INSERT INTO auth_key (provider_id, provider_user_id, user_id, hashed_password, password_changed_at, verified_at)
        VALUES (parts[1], 'left ' || i, 'left', CASE WHEN 'password' = ANY (parts) THEN 'x' END,
            CASE WHEN parts && '{password,lost}' THEN now() END, CASE WHEN 'proven' = ANY (parts) THEN now() END);
    END LOOP;
    answer := (auth_delete_own_key('left', 'doomed', 'x')).status;
    PERFORM auth_delete_user('left');
    RETURN answer;
END $$;
SELECT left_with('email'), left_with('email proven'), left_with('username password'), left_with('github'), left_with('github proven'), left_with('username lost');
SELECT left_with('email', 'username lost proven'), left_with('email password', 'username lost proven'), left_with('email proven', 'username lost'), left_with('email', 'github proven'), left_with(VARIADIC '{}');

-- Attributes: those that the setting names
SET auth.client_user_attributes = 'name';
SELECT (auth_update_own_attributes('laptop', '{"name": "Miriam"}')).status, (auth_update_own_attributes('laptop', '{}')).status;
SELECT id, name, plan FROM auth_user WHERE name IS NOT NULL;
SELECT refused('SELECT auth_update_own_attributes(''laptop'', ''{"plan": "paid"}'')');
SELECT refused('SELECT auth_update_own_attributes(''none'', ''{"plan": "paid"}'')');
SELECT refused('SELECT auth_update_own_attributes(''laptop'', ''{"disabled_at": null}'')');
SELECT refused('SELECT auth_update_own_attributes(''laptop'', ''{"name": ""}'')');
SELECT refused('SELECT auth_update_own_attributes(''laptop'', NULL)');
SELECT refused('SELECT auth_update_own_attributes(''laptop'', ''[]'')');
RESET auth.client_user_attributes;
SELECT refused('SELECT auth_update_own_attributes(''laptop'', ''{"name": "Mia"}'')');

-- The end: with a fresh session or the password
CREATE TABLE note (user_id text REFERENCES auth_user ON DELETE CASCADE);
INSERT INTO note VALUES ('mia'), ('zoe'), ('late');
SELECT status FROM auth_delete_own_user('laptop');
SELECT status FROM auth_delete_own_user('laptop', 'battery of zoe');
SELECT mark();
SELECT status FROM auth_delete_own_user('laptop', 'correct horse battery', '192.0.2.7');
SELECT status FROM auth_delete_own_user('late');
SELECT status FROM auth_delete_own_user('laptop', 'correct horse battery');
SELECT id FROM auth_user ORDER BY 1;
SELECT user_id FROM note;
SELECT kind FROM events('mia');
-- What a foreign key of the application's keeps
ALTER TABLE note DROP CONSTRAINT note_user_id_fkey, ADD FOREIGN KEY (user_id) REFERENCES auth_user;
SELECT refused('SELECT auth_delete_own_user(''zoe'')');
SELECT devices('zoe');
DROP TABLE note;
CREATE TABLE cart (session_id uuid REFERENCES auth_session);
INSERT INTO cart VALUES (auth_session_id('zoe'));
SELECT status FROM auth_delete_own_user('zoe');
SELECT id, disabled_at IS NOT NULL AS disabled FROM auth_user WHERE id = 'zoe';
SELECT count(*) FROM auth_get_own_sessions('zoe');
DROP TABLE cart;

-- In REPEATABLE READ, and in a transaction that may not write
SELECT begin_session('link', 'link 2');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM auth_get_own_sessions('link');
SELECT auth_end_other_sessions('link') > 0 AS ended;
SELECT count(*) FROM auth_get_own_sessions('link');
COMMIT;
BEGIN READ ONLY;
SELECT current FROM auth_get_own_sessions('link');
SELECT provider_id FROM auth_get_own_keys('link');
SELECT refused('SELECT ' || f) FROM unnest(ARRAY['auth_end_own_session(''link'', NULL)', 'auth_end_other_sessions(''link'')', 'auth_reauthenticate(''link'', ''x'')',
    'auth_change_password(''link'', NULL, ''x'')', 'auth_request_own_email_verification(''link'')', 'auth_verify_own_email_with_code(''link'', ''x'')', 'auth_request_own_email_change(''link'', ''x'')',
    'auth_create_own_key(''link'', ''github'', ''x'')', 'auth_delete_own_key(''link'', ''github'', ''x'')', 'auth_update_own_attributes(''link'', ''{}'')', 'auth_delete_own_user(''link'')']) f;
ROLLBACK;

DROP FUNCTION begin_session, devices, keys, events, mark, take, message, grow_old, prove, left_with;
DELETE FROM auth_outbox;
DELETE FROM auth_token;
DELETE FROM auth_user;
ALTER TABLE auth_user DROP name, DROP plan;
ALTER TABLE auth_session DROP device;
RESET auth.password_memory;
RESET auth.password_iterations;
RESET auth.throttle_delay;
RESET timezone;
