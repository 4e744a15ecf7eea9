-- Sign-in in two steps: a challenge in the place of a session, and what is tried
-- with it.
\getenv abs_srcdir PG_ABS_SRCDIR
\set key_helper :abs_srcdir '/test/key_file.psql'
\set key_file regress_auth.keys
\i :key_helper
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
SET auth.client_session_attributes = 'device';
SET timezone = 'UTC';
ALTER TABLE auth_session ADD device text;
-- Users with an app; its secret in base32 is known.
CREATE TABLE app (user_id text PRIMARY KEY, secret text);
CREATE FUNCTION enrol(name text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    bits text := '';
    letters text := '';
    secret bytea := sha256(name::bytea);
BEGIN
    FOR i IN 0 .. 31 LOOP
        bits := bits || get_byte(secret, i)::bit(8);
    END LOOP;
    bits := rpad(bits, 260, '0');
    FOR i IN 0 .. 51 LOOP
        letters := letters || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(bits, i * 5 + 1, 5)::bit(5)::integer + 1, 1);
    END LOOP;
    INSERT INTO app VALUES (name, letters) ON CONFLICT DO NOTHING;
    RETURN auth_import_totp(name, secret, algorithm => 'SHA256');
END $$;
-- A code that is good, as if none had been used before; and one that is not.
CREATE FUNCTION code(whose text, later integer DEFAULT 0) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE auth_totp SET last_step = -1 WHERE user_id = whose;
    RETURN (SELECT totp_code(secret, later) FROM app WHERE user_id = whose);
END $$;
CREATE FUNCTION wrong(whose text) RETURNS text LANGUAGE sql AS $$
    SELECT min(c) FROM app, LATERAL (SELECT lpad(i::text, 6, '0') c FROM generate_series(0, 9) i) x
    WHERE app.user_id = whose AND c <> ALL (ARRAY(SELECT totp_code(secret, l) FROM generate_series(-2, 2) l))
$$;
CREATE FUNCTION challenge(name text, password text DEFAULT 'correct horse') RETURNS text LANGUAGE sql AS $$
    SELECT challenge FROM auth_sign_in('email', name || '@example.com', password, '192.0.2.7')
$$;
CREATE FUNCTION give_code(name text, letter text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO auth_token (id, purpose, user_id, expires_at) VALUES (auth_session_id(repeat(letter, 24)), 'recovery', name, 'infinity')
$$;
CREATE FUNCTION mark() RETURNS void LANGUAGE sql VOLATILE AS $$INSERT INTO auth_event (created_at, kind) VALUES (now(), 'mark')$$;
CREATE FUNCTION events(name text) RETURNS TABLE (kind text, reason text, key text, session boolean, client_address inet) LANGUAGE sql VOLATILE AS $$
    SELECT kind, reason, provider_id || ' ' || provider_user_id, session_id IS NOT NULL, client_address FROM auth_event
    WHERE user_id = name AND id > (SELECT max(id) FROM auth_event WHERE kind = 'mark') ORDER BY id
$$;
SELECT user_id FROM unnest('{ada,bob,eve,kim,sue}'::text[]) u, auth_create_user('email', u || '@example.com', 'correct horse', user_id => u, verified => true);
SELECT enrol(u) IS NOT NULL AS enrolled FROM unnest('{ada,bob}'::text[]) u;

-- Who has no second factor is let in as before.
SELECT status, challenge, factors, device_token, token IS NOT NULL AS token, aal, amr FROM auth_sign_in('email', 'eve@example.com', 'correct horse', device_token => 'any');

-- Two steps: no session before the second one, and then what the first has asked for.
SELECT mark();
SELECT status, retry_after, challenge IS NOT NULL AS challenge, factors, device_token, token, session_id, user_id, aal
FROM auth_sign_in('email', 'ada@example.com', 'correct horse', '192.0.2.7', '{"device": "phone"}', '1 hour', '2 hours', '3 hours');
SELECT count(*) AS sessions FROM auth_session WHERE user_id = 'ada';
SELECT expires_at - created_at AS lifetime, slot, data FROM auth_token WHERE user_id = 'ada';
UPDATE auth_token SET id = auth_session_id('first') WHERE user_id = 'ada' AND purpose = 'second_factor';
SELECT code('ada') AS code \gset
SELECT status, token, concat(challenge, factors, device_token) AS none, user_id, state, fresh, session_attributes, aal, amr, authenticated_at = created_at AS at_once,
    active_expires_at - created_at AS active, idle_expires_at - active_expires_at AS idle, expires_at - created_at AS lifetime
FROM auth_complete_sign_in('first', totp => left(:'code', 3) || ' ' || right(:'code', 3), client_address => '192.0.2.8') \gset two_
SELECT :'two_status' AS status, :'two_none' AS none, :'two_user_id' AS user_id, :'two_state' AS state, :'two_fresh' AS fresh,
    :'two_session_attributes' AS attributes, :'two_aal' AS aal, :'two_amr' AS amr, :'two_at_once' AS at_once, :'two_active' AS active, :'two_idle' AS idle, :'two_lifetime' AS lifetime;
SELECT session_attributes, aal FROM auth_get_session(:'two_token');
SELECT count(*) AS challenges FROM auth_token WHERE user_id = 'ada';
SELECT last_used_at >= confirmed_at AS used FROM auth_totp WHERE user_id = 'ada';
SELECT * FROM events('ada');
-- A link is asked as much.
SELECT token AS link FROM auth_create_token('sign_in', 'ada') \gset
SELECT status, factors, token FROM auth_sign_in_with_token(:'link');
SELECT token AS link FROM auth_create_token('sign_in', 'ada') \gset
SELECT c.status, c.aal, c.amr FROM auth_sign_in_with_token(:'link') s, auth_complete_sign_in(s.challenge, totp => code('ada')) c;
-- A sign-up with an address that is somebody's, and a reset, open no session.
INSERT INTO auth_token (id, purpose, provider_id, address, expires_at) VALUES (auth_session_id('sign up ada'), 'sign_up', 'email', 'ada@example.com', 'infinity');
SELECT status, token, challenge FROM auth_sign_up('sign up ada', 'correct horse battery');
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at) VALUES (auth_session_id('reset sue'), 'password_reset', 'sue', 'email', 'sue@example.com', 'infinity');
SELECT enrol('sue') IS NOT NULL AS enrolled, status FROM auth_reset_password('reset sue', 'correct horse');
SELECT count(*) AS sessions FROM auth_session WHERE user_id = 'sue';

-- The same code twice, in the same step, in the next sign-in and at step-up.
SELECT challenge('ada') AS one, challenge('ada') AS two \gset
SELECT code('ada') AS code \gset
SELECT mark();
SELECT status, token AS session FROM auth_complete_sign_in(:'one', totp => :'code') \gset
SELECT :'status' AS status, status, token FROM auth_complete_sign_in(:'one', totp => :'code');
SELECT status, token FROM auth_complete_sign_in(:'two', totp => :'code');
SELECT status, token FROM auth_reauthenticate(:'session', totp => :'code');
SELECT kind, reason FROM events('ada') WHERE kind ~ 'refused';
-- The next one is good, and then the one before it no more.
SELECT totp_code(secret, 1) AS next FROM app WHERE user_id = 'ada' \gset
SELECT status FROM auth_reauthenticate(:'session', totp => :'next');
SELECT status FROM auth_complete_sign_in(:'two', totp => :'code');

-- One answer to all that is not good; the record knows more.
SELECT challenge('ada') AS c \gset
SELECT give_code('ada', 'A'), give_code('bob', 'B');
CREATE TABLE attempt (what text, challenge text, totp text, recovery_code text);
INSERT INTO attempt VALUES
    ('another''s code', :'c', code('bob'), NULL),
    ('another''s recovery code', :'c', NULL, repeat('B', 24)),
    ('empty', :'c', '', NULL),
    ('too long', :'c', repeat('1', 1000000), NULL),
    ('recovery code as code', :'c', repeat('A', 24), NULL);
SELECT mark();
SELECT what, r.status, r.token IS NULL AND r.challenge IS NULL AND r.retry_after IS NULL AND r.user_id IS NULL AS nothing
FROM attempt a, auth_complete_sign_in(a.challenge, a.totp, a.recovery_code, '192.0.2.9') r;
SELECT kind, reason, client_address FROM events('ada');
-- That were five: this one is dead, and others are not.
SELECT status FROM auth_complete_sign_in(:'c', totp => code('ada'));
SELECT status FROM auth_complete_sign_in(:'c', recovery_code => repeat('A', 24));
SELECT reason, count(*) FROM events('ada') GROUP BY reason ORDER BY reason;
-- No challenge at all, a session as one, and tokens for something else
SELECT token AS session FROM auth_create_session('ada', amr => '{pwd,otp}') \gset
INSERT INTO auth_token (id, purpose, user_id, expires_at) SELECT auth_session_id(p), p, 'ada', 'infinity' FROM unnest('{sign_in,password_reset,email_change,device,visit}'::text[]) p;
INSERT INTO auth_token (id, purpose, user_id, expires_at, data, created_at) VALUES
    (auth_session_id('old'), 'second_factor', 'ada', now() - interval '1 s', '{"methods": 1, "attributes": {}}', now()),
    (auth_session_id('new'), 'second_factor', 'ada', 'infinity', '{"methods": 1, "attributes": {}}', now() + interval '1 day'),
    (auth_session_id('no data'), 'second_factor', 'ada', 'infinity', NULL, now()),
    (auth_session_id('bad data'), 'second_factor', 'ada', 'infinity', '{"methods": "1", "attributes": 1}', now()),
    (auth_session_id('nobody'), 'second_factor', NULL, 'infinity', '{"methods": 1, "attributes": {}}', now()),
    (auth_session_id('gone'), 'second_factor', 'gone', 'infinity', '{"methods": 1, "attributes": {}}', now()),
    (auth_session_id('before'), 'second_factor', 'ada', 'infinity', '{"methods": 1, "attributes": {}}', now() - interval '1 day'),
    (auth_session_id('good'), 'second_factor', 'ada', 'infinity', '{"methods": 1, "attributes": {}}', now());
INSERT INTO auth_token (id, purpose, user_id, expires_at, data, code_hash) VALUES (auth_session_id('code'), 'second_factor', 'ada', 'infinity', '{"methods": 1, "attributes": {}}', gen_random_uuid());
SELECT mark();
SELECT CASE WHEN length(t) < 20 THEN t ELSE length(t)::text END AS challenge, (auth_complete_sign_in(t, totp => code('ada'))).status
FROM unnest(ARRAY[NULL, '', 'none', :'session', auth_session_id(:'c')::text, repeat('x', 1000000), 'sign_in', 'password_reset', 'email_change', 'device', 'visit', repeat('A', 24), 'old', 'new', 'no data', 'bad data', 'nobody', 'gone', 'before', 'code']) t;
SELECT kind, reason, count(*) FROM events('ada') GROUP BY kind, reason ORDER BY kind, reason;
SELECT count(*) FROM auth_event WHERE kind = 'second_factor_refused' AND user_id IS DISTINCT FROM 'ada' AND id > (SELECT max(id) FROM auth_event WHERE kind = 'mark');
-- Whatever somebody has made of what was to be kept
INSERT INTO auth_token (id, purpose, user_id, expires_at, data, created_at)
SELECT auth_session_id('data ' || i), 'second_factor', 'ada', 'infinity', '{"methods": 1, "attributes": {}}'::jsonb || change, now() FROM (VALUES
    (1, '{"methods": -1}'::jsonb), (2, '{"methods": 2147483648}'), (3, '{"methods": 1e30}'), (4, jsonb_build_object('methods', 'NaN'::numeric)), (5, '{"methods": null}'),
    (6, '{"attributes": [{}]}'), (7, '{"attributes": []}'), (8, '{"attributes": "x"}'), (9, '{"active_period": 0}'), (10, '{"active_period": -1}'), (11, '{"active_period": 1e30}'),
    (12, '{"active_period": 9223372036854775807}'), (13, '{"active_period": "1"}'), (14, '{"idle_period": -1}'), (15, '{"idle_period": 1e18}'), (16, '{"lifetime": 0}'),
    (17, '{"lifetime": -9223372036854775808}'), (18, '{"lifetime": {}}'), (0, '{}'), (19, '{"active_period": 1000000, "idle_period": 0, "lifetime": 310000000000000000}')) v (i, change);
CREATE FUNCTION completed(challenge text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (auth_complete_sign_in(challenge, totp => code('ada'))).status;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT completed('data ' || i) AS answer, string_agg(i::text, ' ' ORDER BY i) FROM generate_series(0, 19) i GROUP BY 1 ORDER BY 1;
DROP FUNCTION completed;
DELETE FROM auth_token WHERE id IN (SELECT auth_session_id('data ' || i) FROM generate_series(0, 19) i);
-- One that has expired fills no record.
SELECT status, count(*) FROM (SELECT (auth_complete_sign_in('old', totp => wrong('ada'))).status FROM generate_series(1, 10) OFFSET 0) s GROUP BY status;
SELECT count(*) FROM events('ada') WHERE reason = 'expired';
-- No code is lost to a challenge that is none, nor to one that cannot be used up.
SELECT give_code('ada', 'W');
SELECT t, status FROM unnest('{old,new,no data,bad data,before,code}'::text[]) t, auth_complete_sign_in(t, recovery_code => repeat('w', 24));
CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER suppress BEFORE DELETE ON auth_token FOR EACH ROW WHEN (OLD.purpose = 'second_factor') EXECUTE FUNCTION suppress();
SELECT refused('SELECT auth_complete_sign_in(''good'', recovery_code => repeat(''w'', 24))');
DROP FUNCTION suppress CASCADE;
SELECT status FROM auth_complete_sign_in('good', recovery_code => repeat('w', 24));
-- A challenge is nothing else
SELECT challenge('ada') AS c \gset
SELECT count(*) FROM (SELECT FROM auth_get_session(:'c') UNION ALL SELECT FROM auth_validate_session(:'c') UNION ALL SELECT FROM auth_get_own_sessions(:'c')) s;
SELECT auth_set_session(:'c'), auth_sign_out(:'c'), auth_end_other_sessions(:'c'), auth_revoke_refresh_token(:'c');
SELECT status, token FROM auth_reauthenticate(:'c', 'correct horse') UNION ALL SELECT status, token FROM auth_sign_in_with_token(:'c')
    UNION ALL SELECT status, token FROM auth_sign_up(:'c', 'correct horse battery') UNION ALL SELECT status, refresh_token FROM auth_rotate_refresh_token(:'c')
    UNION ALL SELECT status, challenge FROM auth_sign_in('email', 'ada@example.com', 'wrong horse', device_token => :'c');
SELECT status FROM auth_reset_password(:'c', 'correct horse battery') UNION ALL SELECT status FROM auth_verify_email(:'c') UNION ALL SELECT status FROM auth_change_email(:'c')
    UNION ALL SELECT status FROM auth_change_password(:'c', 'correct horse', 'correct horse battery');
SELECT refused(format('SELECT auth_use_token(''second_factor'', %L)', :'c'));
SELECT refused('SELECT auth_create_token(''second_factor'', ''ada'')');
SELECT status, aal FROM auth_complete_sign_in(:'c', totp => code('ada'));
-- One code, and periods that make sense
SELECT refused('SELECT auth_complete_sign_in(''x'')');
SELECT refused('SELECT auth_complete_sign_in(''x'', ''1'', ''2'')');
SELECT refused('SELECT auth_complete_sign_in(''x'', ''1'', remember => ''-1 day'')');
SELECT refused('SELECT auth_complete_sign_in(''x'', ''1'', remember => ''0'')');
BEGIN READ ONLY;
SELECT refused('SELECT auth_complete_sign_in(''x'', ''1'')');
ROLLBACK;

-- What ends a challenge: a password that is new, factors that are others, a key that is gone; a user who is disabled.
CREATE FUNCTION after(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    waiting text := challenge('sue');
    answer text;
BEGIN
    EXECUTE statement;
    answer := (auth_complete_sign_in(waiting, totp => code('sue'))).status;
    RAISE SQLSTATE 'RB000' USING MESSAGE = answer;
EXCEPTION WHEN SQLSTATE 'RB000' THEN
    RETURN SQLERRM;
END $$;
SELECT token AS sue FROM auth_create_session('sue', amr => '{pwd,otp}') \gset
SELECT factor_id FROM auth_get_user_factors('sue') \gset
SELECT after('SELECT') AS nothing,
    after('SELECT auth_update_user_password(''sue'', ''another horse'')') AS password_set,
    after(format('SELECT auth_change_password(%L, ''correct horse'', ''another horse'')', :'sue')) AS password_changed,
    after('SELECT auth_disable_user(''sue'')') AS disabled,
    after('UPDATE auth_user SET disabled_at = now() WHERE id = ''sue''') AS disabled_too,
    after(format('SELECT auth_delete_user_factor(''sue'', %L)', :'factor_id')) AS factor_deleted,
    after(format('SELECT auth_delete_own_factor(%L, %L)', :'sue', :'factor_id')) AS own_factor_deleted,
    after('SELECT auth_delete_user_factors(''sue'')') AS reset,
    after('SELECT auth_delete_key(''email'', ''sue@example.com'')') AS key_deleted,
    after('SELECT auth_update_key_identifier(''email'', ''sue@example.com'', ''email'', ''susan@example.com'')') AS key_renamed,
    after('SELECT auth_delete_user(''sue'')') AS deleted;
SELECT after('SELECT auth_delete_user_factors(''sue''); SELECT enrol(''sue'')') AS deleted_and_added;
SELECT after('SELECT auth_disable_user(''sue''); SELECT auth_enable_user(''sue'')') AS enabled_again,
    after('UPDATE auth_user SET disabled_at = now() WHERE id = ''sue''; UPDATE auth_user SET disabled_at = NULL WHERE id = ''sue''') AS enabled_too;
SET auth.totp_issuer = 'Example';
SELECT factor_id, secret FROM auth_create_totp(:'sue', algorithm => 'SHA256') \gset
SELECT after(format('SELECT auth_confirm_totp(%L, %L, totp_code(%L))', :'sue', :'factor_id', :'secret')) AS factor_added;

-- Guesses count against the user, with whatever challenge; the right password takes none of them back, and nor does a new one.
SET auth.throttle_max_failures = 12;
SELECT auth_reset_key_throttle('email', 'bob@example.com');
SELECT (auth_complete_sign_in(challenge('bob'), totp => wrong('bob'))).status, count(*) FROM generate_series(1, 11) GROUP BY 1;
SELECT status FROM auth_sign_in('email', 'bob@example.com', 'correct horse');
SELECT user_id FROM auth_update_user_password('bob', 'new horse battery');
SELECT mark();
SELECT status FROM auth_complete_sign_in(challenge('bob', 'new horse battery'), totp => wrong('bob'));
SELECT status, retry_after FROM auth_complete_sign_in(challenge('bob', 'new horse battery'), totp => code('bob'));
SELECT token AS bob FROM auth_create_session('bob', amr => '{pwd}') \gset
SELECT status, retry_after FROM auth_reauthenticate(:'bob', totp => code('bob'));
SELECT kind, reason FROM events('bob') WHERE kind !~ 'token';
-- A recovery code comes through, and is counted for nobody; it starts the count anew.
SELECT status FROM auth_complete_sign_in(challenge('bob', 'new horse battery'), recovery_code => 'none');
SELECT status, amr FROM auth_complete_sign_in(challenge('bob', 'new horse battery'), recovery_code => repeat('b', 24));
SELECT status FROM auth_complete_sign_in(challenge('bob', 'new horse battery'), totp => code('bob'));
-- So does a right code, and an administrator.
SELECT (auth_complete_sign_in(challenge('bob', 'new horse battery'), totp => wrong('bob'))).status, count(*) FROM generate_series(1, 11) GROUP BY 1;
SELECT status FROM auth_complete_sign_in(challenge('bob', 'new horse battery'), totp => code('bob'));
SELECT (auth_complete_sign_in(challenge('bob', 'new horse battery'), totp => wrong('bob'))).status, count(*) FROM generate_series(1, 12) GROUP BY 1;
SELECT status FROM auth_complete_sign_in(challenge('bob', 'new horse battery'), totp => code('bob'));
SELECT auth_reset_key_throttle('email', 'bob@example.com');
SELECT status FROM auth_complete_sign_in(challenge('bob', 'new horse battery'), totp => code('bob'));
-- An address that has failed too often has to wait, with recovery codes as well.
SELECT challenge('bob', 'new horse battery') AS c \gset
SET auth.throttle_address_failures = 3;
SET auth.throttle_delay = '1min';
SELECT r.status, r.retry_after IS NOT NULL AS wait FROM generate_series(1, 4) i, auth_complete_sign_in(:'c', recovery_code => 'none' || i, client_address => '198.51.100.7') r;
RESET auth.throttle_address_failures;
RESET auth.throttle_max_failures;
SET auth.throttle_delay = 0;
SELECT auth_reset_client_throttle('198.51.100.7');

-- A device that is remembered is let in with the first factor, and each time gets the token for the next.
SELECT status, device_token AS device FROM auth_complete_sign_in(challenge('ada'), totp => code('ada'), remember => '1 day') \gset
SELECT expires_at - created_at AS remembered FROM auth_token WHERE id = auth_session_id(:'device');
SELECT status, challenge, aal, amr, device_token AS next, token AS session FROM auth_sign_in('email', 'ada@example.com', 'correct horse', device_token => :'device') \gset on_
SELECT :'on_status' AS status, :'on_aal' AS aal, :'on_amr' AS amr, :'on_next' <> :'device' AS next;
SELECT status, device_token FROM auth_sign_in('email', 'ada@example.com', 'correct horse', device_token => :'device');
SELECT status FROM auth_sign_in('email', 'sue@example.com', 'correct horse', device_token => :'on_next');
SELECT status FROM auth_sign_in('email', 'ada@example.com', 'wrong horse', device_token => :'on_next');
SELECT token AS link FROM auth_create_token('sign_in', 'ada') \gset
SELECT status, amr, device_token AS last FROM auth_sign_in_with_token(:'link', device_token => :'on_next') \gset by_link_
SELECT :'by_link_status' AS status, :'by_link_amr' AS amr;
-- Its session is of level 1 until a code raises it.
SELECT status FROM auth_request_own_email_change(:'on_session', 'ada@example.org');
SELECT status, aal, amr FROM auth_reauthenticate(:'on_session', totp => code('ada'));
-- Forgotten with the password, and with the setting
SET auth.device_lifetime = 0;
SELECT status, device_token FROM auth_complete_sign_in(challenge('ada'), totp => code('ada'), remember => '1 day');
SELECT status FROM auth_sign_in('email', 'ada@example.com', 'correct horse', device_token => :'by_link_last');
RESET auth.device_lifetime;
SELECT user_id FROM auth_update_user_password('ada', 'correct horse');
SELECT status FROM auth_sign_in('email', 'ada@example.com', 'correct horse', device_token => :'by_link_last');

-- Reauthentication: one proof, and the same twice is one.
SELECT refused('SELECT auth_reauthenticate(''x'')');
SELECT refused('SELECT auth_reauthenticate(''x'', ''a'', ''b'')');
SELECT refused('SELECT auth_reauthenticate(''x'', totp => ''a'', recovery_code => ''b'')');
CREATE FUNCTION twice(amr text[], password text, totp boolean, recovery boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    session auth_sign_in_result;
    level text;
BEGIN
    SELECT token INTO session.token FROM auth_create_session('ada', amr => amr);
    FOR i IN 1 .. 2 LOOP
        IF recovery THEN
            PERFORM give_code('ada', chr(66 + i));
        END IF;
        session := auth_reauthenticate(session.token, password, CASE WHEN totp THEN code('ada') END, CASE WHEN recovery THEN repeat(chr(66 + i), 24) END);
        level := concat_ws(', ', level, concat_ws(' ', session.status, session.aal, session.amr));
    END LOOP;
    RETURN level;
END $$;
SELECT twice('{}', 'correct horse', false, false) AS password, twice('{}', NULL, true, false) AS totp, twice('{}', NULL, false, true) AS recovery_code;
SELECT twice('{pwd}', 'correct horse', false, false) AS password, twice('{pwd}', NULL, true, false) AS totp, twice('{link}', NULL, false, true) AS recovery_code;
SELECT twice('{pwd,otp}', 'correct horse', false, false) AS weaker, twice('{recovery}', NULL, true, false) AS both;
SELECT status FROM auth_reauthenticate('none', totp => code('ada'));
SELECT token AS eve FROM auth_create_session('eve') \gset
SELECT status FROM auth_reauthenticate(:'eve', totp => '123456');

-- What changes how one comes in asks for the level that the user has.
CREATE FUNCTION asks(name text, amr text[], ago interval DEFAULT '0') RETURNS TABLE (what text, status text) LANGUAGE plpgsql AS $$
DECLARE
    call text;
BEGIN
    FOREACH call IN ARRAY ARRAY['auth_change_password(%L, ''correct horse'', ''another horse'')', 'auth_change_password(%L, NULL, ''another horse'')',
        'auth_request_own_email_change(%L, ''x@example.org'')', 'auth_delete_own_key(%L, ''email'', ''none'')', 'auth_create_own_key(%L, ''github'', ''7'')',
        'auth_delete_own_user(%L)', 'auth_delete_own_user(%L, ''correct horse'')', 'auth_create_totp(%L)', 'auth_create_recovery_codes(%L)'] LOOP
        BEGIN
            what := call;
            INSERT INTO auth_session (id, user_id, created_at, active_expires_at, idle_expires_at, methods)
                SELECT auth_session_id('asks'), name, now() - ago, 'infinity', 'infinity', CASE WHEN amr = '{pwd,otp}' THEN 9 WHEN amr = '{pwd,device}' THEN 129 ELSE 1 END;
            EXECUTE 'SELECT (' || format(call, 'asks') || ').status' INTO status;
            RAISE SQLSTATE 'RB000';
        EXCEPTION WHEN SQLSTATE 'RB000' THEN
            RETURN NEXT;
        END;
    END LOOP;
END $$;
SELECT a.what, a.status AS password, b.status AS device, c.status AS both_old, d.status AS both, e.status AS without_a_factor, f.status AS and_old
FROM asks('ada', '{pwd}') a JOIN asks('ada', '{pwd,device}') b USING (what) JOIN asks('ada', '{pwd,otp}', '1 hour') c USING (what)
    JOIN asks('ada', '{pwd,otp}') d USING (what) JOIN asks('kim', '{pwd}') e USING (what) JOIN asks('kim', '{pwd}', '1 hour') f USING (what);

-- Policies see a level in the transaction in which it is won, and lost.
SELECT token AS ada FROM auth_create_session('ada', amr => '{pwd}') \gset
BEGIN;
SELECT auth_set_session(:'ada');
SELECT auth_has_level(2), refused('SELECT auth_require(2, ''15 min'')');
SELECT status, token AS raised FROM auth_reauthenticate(:'ada', totp => code('ada')) \gset
SELECT auth_has_level(2), auth_is_fresh('1 min'), auth_require(2, '15 min'), auth_current_session_id() = auth_session_id(:'raised') AS session;
SELECT d.status, d.new_token AS lowered FROM auth_get_own_factors(:'raised') f, auth_delete_own_factor(:'raised', f.factor_id) d WHERE f.kind = 'totp' \gset
SELECT :'status' AS status, auth_has_level(2), auth_has_level(1), auth_current_session_id() = auth_session_id(:'lowered') AS session;
SELECT refused('SELECT auth_require(2)');
ROLLBACK;

-- Whoever made the user under somebody's address has no say in how its owner comes in.
SELECT user_id FROM auth_create_user('email', 'val@example.com', 'correct horse', user_id => 'val');
SELECT enrol('val') IS NOT NULL AS enrolled;
SELECT give_code('val', 'E');
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at) VALUES (auth_session_id('link of val'), 'sign_in', 'val', 'email', 'val@example.com', 'infinity');
SELECT mark();
BEGIN;
SELECT status, factors, token IS NOT NULL AS token, amr FROM auth_sign_in_with_token('link of val');
SELECT second_factor_at, (SELECT count(*) FROM auth_totp WHERE user_id = 'val') AS apps, (SELECT count(*) FROM auth_token WHERE user_id = 'val') AS tokens FROM auth_user WHERE id = 'val';
SELECT kind, reason, key FROM events('val');
ROLLBACK;
-- Who shows a session of the user made it, and is asked.
SELECT token AS val FROM auth_create_session('val') \gset
SELECT status, factors FROM auth_sign_in_with_token('link of val', :'val');

-- An app that does not open keeps no other from being used; its error comes where none has taken the code, used before or not.
SELECT user_id FROM auth_create_user('email', 'lea@example.com', 'correct horse', user_id => 'lea', verified => true);
SELECT count(enrol('lea')) FROM generate_series(1, 3);
CREATE FUNCTION beside(change text, which integer, code text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    waiting text := challenge('lea');
    answer text;
BEGIN
    EXECUTE format('UPDATE auth_totp SET %s WHERE id = (SELECT id FROM auth_totp WHERE user_id = ''lea'' ORDER BY created_at, id OFFSET %s LIMIT 1)', change, which);
    answer := (auth_complete_sign_in(waiting, totp => code)).status || ', ' || (SELECT count(*) FROM auth_get_user_factors('lea')) || ' listed';
    RAISE SQLSTATE 'RB000' USING MESSAGE = answer;
EXCEPTION WHEN SQLSTATE 'RB000' THEN
    RETURN SQLERRM;
WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT change, first = last AS wherever, first AS good, beside(change, 0, wrong('lea')) AS wrong, beside(change, 0, '') AS none FROM (
    SELECT change, beside(change, 0, code('lea')) AS first, beside(change, 2, code('lea')) AS last FROM unnest(ARRAY['name = NULL',
        'secret = set_byte(secret, 30, get_byte(secret, 30) # 1)', 'secret = ''''', 'secret = secret || repeat(''x'', 33)::bytea', 'key_id = ''other''', 'algorithm = ''MD5''', 'digits = 0', 'digits = 7', 'period = 0']) change) c;
UPDATE auth_totp SET last_step = 9223372036854775807 WHERE user_id = 'lea';
SELECT beside('secret = ''''', 1, totp_code(secret)) AS replayed FROM app WHERE user_id = 'lea';
-- An algorithm that there is not is none of ours, either.
SELECT encode(sha512('lea'), 'hex') AS secret \gset
BEGIN;
DELETE FROM auth_totp WHERE user_id = 'lea';
SELECT auth_import_totp('lea', decode(:'secret', 'hex'), algorithm => 'SHA512') IS NOT NULL AS imported;
SELECT beside('algorithm = ''MD5''', 0, wrong('lea'));
ROLLBACK;
-- What was compared with one app is an attempt, whatever is wrong with another.
SELECT auth_reset_key_throttle('email', 'lea@example.com');
SET auth.throttle_max_failures = 2;
SELECT beside('key_id = ''other''', which, wrong('lea')) FROM unnest('{0,2,0}'::int[]) which;
SELECT auth_reset_key_throttle('email', 'lea@example.com');
UPDATE auth_totp SET key_id = 'other' WHERE user_id = 'lea';
SELECT beside('name = NULL', 0, wrong('lea')) FROM generate_series(1, 3);
RESET auth.throttle_max_failures;
DROP FUNCTION beside;

-- Without the key of the secrets there is an error, and no attempt.
SELECT challenge('ada') AS c \gset
\set key_file ''
\i :key_helper
SET auth.throttle_max_failures = 1;
SELECT refused(format('SELECT auth_complete_sign_in(%L, ''123456'')', :'c')) FROM generate_series(1, 2);
RESET auth.throttle_max_failures;

DROP FUNCTION enrol, code, wrong, challenge, give_code, mark, events, after, twice, asks;
DROP TABLE app, attempt;
SELECT count(auth_delete_user(id)) AS cleared FROM auth_user;
DELETE FROM auth_token;
ALTER TABLE auth_session DROP device;
