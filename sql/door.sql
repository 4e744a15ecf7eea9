-- Ways in.  Each function that hands out a token is of a class, which says what
-- it may do.  One that asks for a credential has its session made by the one
-- door: with the methods that were proven, and on the record.  Of a user with a
-- second factor the same function asks that as well, and makes no session: what
-- answers it does, and a device that is remembered.  A trusted back
-- end is not the client set.  What carries a session over leaves alone what is
-- known of it.  What proves anew makes none, and says of the one that it was given
-- when that was; what loses a proof, that it has it no more.  What shows one lets nobody in, nor does making a one-time token.
-- A function that is listed nowhere fails here: it is to ask what the others do.
SELECT user_id FROM auth_create_user('email', 'd1@example.com', 'correct horse', user_id => 'd1', verified => true);
SELECT user_id FROM auth_create_user(user_id => 'd0');
-- Of whom more is asked; and what they have to say to it
SELECT user_id FROM auth_create_user('email', 'e1@example.com', 'correct horse', user_id => 'e1', verified => true);
UPDATE auth_user SET second_factor_at = now() WHERE id = 'e1';
INSERT INTO auth_token (id, purpose, user_id, expires_at)
    SELECT auth_session_id(repeat(code, 24)), 'recovery', 'e1', 'infinity' FROM unnest('{A,B,C}'::text[]) code;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods, authenticated_at)
SELECT auth_session_id(t), 'd0', 'infinity', 'infinity', 9, '2020-01-02' FROM unnest('{shown,adopted.before}'::text[]) t;
SELECT refresh_token FROM auth_create_refresh_token(auth_session_id('shown')) \gset
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES (auth_session_id('session of d1'), 'd1', 'infinity', 'infinity');
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at) VALUES
    (auth_session_id('link'), 'sign_in', 'd1', 'email', 'd1@example.com', 'infinity'),
    (auth_session_id('link of e1'), 'sign_in', 'e1', 'email', 'e1@example.com', 'infinity'),
    (auth_session_id('device of e1'), 'device', 'e1', NULL, NULL, 'infinity'),
    (auth_session_id('used'), 'sign_in', 'd1', 'email', 'd1@example.com', 'infinity'),
    (auth_session_id('link of nobody'), 'sign_in', NULL, 'email', 'd2@example.com', 'infinity'),
    (auth_session_id('sign-up'), 'sign_up', NULL, 'email', 'd3@example.com', 'infinity');
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at, data)
    SELECT auth_session_id('challenge of e1'), 'second_factor', 'e1', 'email', 'e1@example.com', 'infinity', '{"methods": 1, "attributes": {}}';
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES (auth_session_id('session of e1'), 'e1', 'infinity', 'infinity');
SELECT status FROM auth_request_sign_up('email', 'd4@example.com', code => true);
SELECT convert_from(secret, 'UTF8') AS code FROM auth_outbox \gset
SELECT token AS other FROM auth_create_code('other', 'd1') \gset
\getenv abs_srcdir PG_ABS_SRCDIR
\set key_helper :abs_srcdir '/test/key_file.psql'
\set key_file regress_auth.keys
\i :key_helper
SET auth.totp_issuer = 'Example';
SELECT user_id FROM unnest('{d5,d6}'::text[]) d, auth_create_user(user_id => d);
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
    VALUES (auth_session_id('session of d5'), 'd5', 'infinity', 'infinity', 1), (auth_session_id('session of d6'), 'd6', 'infinity', 'infinity', 9);
SELECT factor_id AS app, secret FROM auth_create_totp('session of d5', algorithm => 'SHA256') \gset
SELECT auth_import_totp('d6', '1234567890') AS imported \gset

CREATE TEMP TABLE door (function text, class text, call text);
INSERT INTO door VALUES
    ('auth_sign_in', 'asks', $$auth_sign_in('email', 'd1@example.com', 'correct horse')$$),
    ('auth_sign_in_with_token', 'asks', $$auth_sign_in_with_token('link')$$),
    ('auth_sign_in_with_token', 'asks', $$auth_sign_in_with_token('link of nobody')$$),
    ('auth_sign_up', 'asks', $$auth_sign_up('sign-up', 'correct horse battery')$$),
    ('auth_sign_up_with_code', 'asks', format('auth_sign_up_with_code(''email'', ''d4@example.com'', %L)', :'code')),
    ('auth_sign_in', 'asks more', $$auth_sign_in('email', 'e1@example.com', 'correct horse')$$),
    ('auth_sign_in', 'asks more', $$auth_sign_in('email', 'e1@example.com', 'correct horse', device_token => 'device of d1')$$),
    ('auth_sign_in_with_token', 'asks more', $$auth_sign_in_with_token('link of e1')$$),
    ('auth_complete_sign_in', 'answers', $$auth_complete_sign_in('challenge of e1', recovery_code => repeat('a', 24))$$),
    ('auth_sign_in', 'remembers', $$auth_sign_in('email', 'e1@example.com', 'correct horse', device_token => 'device of e1')$$),
    ('auth_create_session', 'trusted', $$auth_create_session('e1')$$),
    ('auth_create_session', 'trusted', $$auth_create_session('d1')$$),
    ('auth_create_session', 'trusted', $$auth_create_session('d1', amr => '{fed}')$$),
    ('auth_create_refresh_token', 'trusted', $$auth_create_refresh_token(auth_session_id('adopted.before'))$$),
    ('auth_adopt_session', 'carries over', $$auth_adopt_session('adopted.before')$$),
    ('auth_rotate_refresh_token', 'carries over', format('auth_rotate_refresh_token(%L)', :'refresh_token')),
    ('auth_reauthenticate', 'proves anew', $$auth_reauthenticate('session of d1', 'correct horse')$$),
    ('auth_confirm_totp', 'proves anew', format('auth_confirm_totp(''session of d5'', %L, totp_code(%L))', :'app', :'secret')),
    ('auth_delete_own_factor', 'loses', format('auth_delete_own_factor(''session of d6'', %L)', :'imported')),
    ('auth_reauthenticate', 'proves anew', $$auth_reauthenticate('session of e1', recovery_code => repeat('b', 24))$$),
    ('auth_get_session', 'shows', $$auth_get_session('adopted.before')$$),
    ('auth_get_user_sessions', 'shows', $$auth_get_user_sessions('d0')$$),
    ('auth_update_session_attributes', 'shows', $$auth_update_session_attributes(auth_session_id('adopted.before'), '{}')$$),
    ('auth_validate_session', 'shows', $$auth_validate_session('adopted.before')$$),
    ('auth_create_token', 'one-time', $$auth_create_token('sign_in', 'd1')$$),
    ('auth_create_code', 'one-time', $$auth_create_code('sign_in', 'd0')$$),
    ('auth_use_token', 'one-time', $$auth_use_token('sign_in', 'used')$$),
    ('auth_use_code', 'one-time', format('auth_use_code(''other'', %L, ''d1'')', :'other')),
    ('auth_request_magic_link', 'one-time', $$auth_request_magic_link('email', 'd1@example.com', bind => true)$$),
    ('auth_take_outbox', 'one-time', $$auth_take_outbox()$$);

CREATE TEMP VIEW hands_out AS
SELECT DISTINCT p.proname::text AS function
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND e.extname = 'auth'
WHERE EXISTS (SELECT FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid
        WHERE t.oid = p.prorettype AND a.attnum > 0 AND a.attname ~ '(^|_)(token|challenge)$')
    OR EXISTS (SELECT FROM unnest(p.proargnames, p.proargmodes) o (name, mode)
        WHERE mode IN ('o', 't', 'b') AND name ~ '(^|_)(token|challenge)$');
SELECT coalesce(h.function, 'missing') AS hands_out, coalesce(d.function, 'missing') AS listed
FROM hands_out h FULL JOIN door d USING (function) WHERE h.function IS NULL OR d.function IS NULL;

-- A way in that has no call for a user with a second factor makes its users.
SELECT DISTINCT function FROM door WHERE class = 'asks'
    AND function NOT IN (SELECT function FROM door WHERE class = 'asks more') ORDER BY function;

-- What a call does: whether it gives a session's token or a challenge, the
-- sessions that it makes, those of them that are on the record with a sign-in, and the methods of
-- those and of the one that it returns.
CREATE TEMP TABLE known AS TABLE auth_session;
CREATE FUNCTION pg_temp.knock(call text, OUT token boolean, OUT challenge boolean, OUT made bigint, OUT recorded bigint, OUT changed bigint, OUT amr text)
LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE known;
    INSERT INTO known TABLE auth_session;
    EXECUTE format('SELECT bool_or(r ? ''session_id'' AND r->>''token'' IS NOT NULL), bool_or(r->>''challenge'' IS NOT NULL AND r->>''status'' = ''second_factor''), string_agg(r->>''amr'', '' '') FROM (SELECT to_jsonb(r) FROM %s r) r (r)', call)
    INTO token, challenge, amr;
    SELECT count(*) - (SELECT count(*) FROM known) INTO made FROM auth_session;
    SELECT count(*) INTO recorded FROM auth_event e JOIN auth_session s ON s.id = e.session_id
    WHERE e.kind = 'sign_in' AND s.id NOT IN (SELECT id FROM known);
    -- A session whose id has changed is the same by all the rest.
    SELECT count(*) INTO changed FROM (SELECT user_id, created_at, methods, authenticated_at FROM known
        EXCEPT ALL SELECT user_id, created_at, methods, authenticated_at FROM auth_session) gone;
END
$$;
CREATE ROLE regress_auth_door;
SELECT auth_grant('regress_auth_door', 'client');
SELECT function, class, k.*, (SELECT bool_or(has_function_privilege('regress_auth_door', p.oid, 'EXECUTE'))
    FROM pg_proc p WHERE p.proname = function AND p.pronamespace = 'public'::regnamespace) AS client
INTO TEMP did FROM door d, LATERAL pg_temp.knock(call) k;
TABLE did;
-- None has done what its class may not.
SELECT * FROM did WHERE changed > (class IN ('proves anew', 'loses'))::int OR CASE class
    WHEN 'asks' THEN (token AND NOT challenge AND made = 1 AND recorded = 1 AND amr IN ('["pwd"]', '["link"]')) IS NOT TRUE
    WHEN 'asks more' THEN (challenge AND NOT token AND made = 0 AND recorded = 0 AND amr IS NULL) IS NOT TRUE
    WHEN 'answers' THEN (token AND NOT challenge AND made = 1 AND recorded = 1 AND amr = '["pwd", "recovery", "mfa"]') IS NOT TRUE
    WHEN 'remembers' THEN (token AND NOT challenge AND made = 1 AND recorded = 1 AND amr = '["pwd", "device"]') IS NOT TRUE
    WHEN 'trusted' THEN client OR made > 1
    WHEN 'carries over' THEN made > 0
    WHEN 'proves anew' THEN made > 0 OR challenge OR amr NOT IN ('["pwd"]', '["recovery"]')
    ELSE token OR challenge OR made > 0 END;

SELECT count(auth_delete_user(id)) AS cleared FROM auth_user;
DROP OWNED BY regress_auth_door;
DROP ROLE regress_auth_door;
\set key_file ''
\i :key_helper
TRUNCATE auth_outbox, auth_token;
