-- Devices that are remembered: on them no second factor is asked for.
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
SET timezone = 'UTC';
CREATE FUNCTION begin_session(user_id text, token text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO auth_session (id, user_id, created_at, active_expires_at, idle_expires_at, methods)
    VALUES (auth_session_id(token), user_id, now(), now() + '1 day', now() + '15 days', 9)
$$;
CREATE FUNCTION devices(name text) RETURNS bigint LANGUAGE sql VOLATILE AS $$SELECT count(*) FROM auth_token WHERE user_id = name AND purpose = 'device'$$;
-- A device with a token that is known.
CREATE FUNCTION remember(name text, token text, until interval DEFAULT '30 days', ago interval DEFAULT '0') RETURNS void LANGUAGE sql AS $$
    INSERT INTO auth_token (id, purpose, user_id, created_at, expires_at) VALUES (auth_session_id(token), 'device', name, now() - ago, now() + until)
$$;
-- What a sign-in on a device answers, and the token for the next one.
CREATE FUNCTION sign_in(name text, device text, OUT answer text, OUT next text) LANGUAGE sql VOLATILE AS $$
    SELECT concat_ws(' ', status, aal, amr), device_token FROM auth_sign_in('email', name || '@example.com', 'correct horse', device_token => device)
$$;
-- The first one on it, with a second factor.
CREATE FUNCTION begin(name text, period interval) RETURNS text LANGUAGE sql VOLATILE AS $$
    INSERT INTO auth_token (id, purpose, user_id, expires_at) VALUES (auth_session_id(repeat('A', 24)), 'recovery', name, 'infinity');
    SELECT device_token FROM auth_complete_sign_in((auth_sign_in('email', name || '@example.com', 'correct horse')).challenge, recovery_code => repeat('a', 24), remember => period)
$$;
SELECT count(auth_create_user('email', n || '@example.com', 'correct horse', user_id => n)) FROM unnest('{dee,dot}'::text[]) n;
UPDATE auth_user SET second_factor_at = now(), created_at = now() - interval '1 year' WHERE id IN ('dee', 'dot');
SELECT max(id) AS start FROM auth_event \gset
SELECT begin_session('dee', 'dee'), begin_session('dot', 'dot');
SELECT remember(u, u || n) FROM unnest('{dee,dot}'::text[]) u, generate_series(1, 3) n;

-- One's own are forgotten by one's own token, which need not be fresh.
SELECT auth_forget_own_devices('nobody'), auth_forget_own_devices(NULL), auth_forget_own_devices('dee1');
SELECT devices('dee'), devices('dot');
UPDATE auth_session SET created_at = now() - '1 hour'::interval WHERE id = auth_session_id('dee');
BEGIN;
SELECT auth_forget_own_devices('dee');
ROLLBACK;
SELECT devices('dee');
SELECT auth_forget_own_devices('dee'), auth_forget_own_devices('dee');
SELECT devices('dee'), devices('dot');
-- Sessions stay.
SELECT count(*) FROM auth_get_session('dee');
BEGIN READ ONLY;
SELECT refused('SELECT auth_forget_own_devices(''dee'')');
ROLLBACK;
SELECT kind, reason, user_id, count FROM auth_event WHERE id > :start AND kind ~ 'device' ORDER BY id;

-- The token of a device is no other.
SELECT status FROM auth_sign_in_with_token('dot1');
SELECT status FROM auth_reset_password('dot1', 'correct battery');
SELECT count(*) FROM auth_validate_session('dot1');
SELECT count(*) FROM auth_use_token('sign_in', 'dot1');
SELECT devices('dot');

-- Remembered for as long as was asked for, and no longer than the setting allows.
SELECT begin('dee', '10 years') AS device \gset
SELECT begin('dee', '1 hour') AS short \gset
SELECT date_trunc('minute', expires_at - created_at + interval '1 s') AS period, created_at > now() - interval '1 min' AS now, count(*) FROM auth_token WHERE purpose = 'device' AND user_id = 'dee' GROUP BY 1, 2 ORDER BY 1;
SELECT begin('dee', NULL) AS none;
SELECT refused('SELECT begin(''dee'', ' || p || ')') FROM unnest('{''0'',''-1 day'',''20000 years''}'::text[]) p;
SELECT devices('dee');
-- Each sign-in has the next token, and none of them more time.
UPDATE auth_token SET created_at = created_at - interval '29 days', expires_at = expires_at - interval '29 days' WHERE id = auth_session_id(:'device');
SELECT created_at AS made, expires_at AS until FROM auth_token WHERE id = auth_session_id(:'device') \gset
SELECT answer, next FROM sign_in('dee', :'device') \gset
SELECT :'answer' AS first, * FROM sign_in('dee', :'device');
SELECT answer, next AS last FROM sign_in('dee', :'next') \gset
SELECT :'answer' AS answer, created_at = :'made' AND expires_at = :'until' AS as_before FROM auth_token WHERE id = auth_session_id(:'last');
SELECT devices('dee'), (SELECT count(*) FROM auth_token WHERE id IN (auth_session_id(:'device'), auth_session_id(:'next'))) AS spent;
-- Of no use: to another user, with a wrong password, by another spelling, or nonsense; nothing of that uses it up.
SELECT * FROM sign_in('dot', :'last');
SELECT status FROM auth_sign_in('email', 'dee@example.com', 'wrong horse', device_token => :'last');
SELECT s.* FROM unnest(ARRAY[upper(:'last'), :'last' || ' ', '', repeat('x', 1000000), NULL]) d, sign_in('dee', d) s;
-- ... nor does a transaction that is rolled back.
BEGIN;
SELECT answer FROM sign_in('dee', :'last');
ROLLBACK;
-- While the user is disabled nothing lets it in.
SELECT user_id FROM auth_disable_user('dee');
SELECT * FROM sign_in('dee', :'last');
SELECT user_id FROM auth_enable_user('dee');
BEGIN;
SELECT answer FROM sign_in('dee', :'last');
ROLLBACK;
-- A setting that is shorter holds at once, and 0 for all.
SET auth.device_lifetime = '28 d';
SELECT * FROM sign_in('dee', :'last');
SET auth.device_lifetime = 0;
SELECT * FROM sign_in('dee', :'short');
BEGIN;
UPDATE auth_token SET created_at = now() + interval '30 s' WHERE id = auth_session_id(:'short');
SELECT * FROM sign_in('dee', :'short');
ROLLBACK;
SELECT begin('dee', '1 hour') AS none;
RESET auth.device_lifetime;
-- Whoever has written to the table takes devices away, and gives none to others, nor for longer.
BEGIN;
UPDATE auth_token SET user_id = 'dot' WHERE id = auth_session_id(:'last');
SELECT * FROM sign_in('dee', :'last');
UPDATE auth_token SET user_id = 'dee', code_hash = id WHERE id = auth_session_id(:'last');
SELECT * FROM sign_in('dee', :'last');
UPDATE auth_token SET code_hash = NULL, purpose = 'sign_in' WHERE id = auth_session_id(:'last');
SELECT * FROM sign_in('dee', :'last');
UPDATE auth_token SET purpose = 'device', expires_at = now() - interval '1 s' WHERE id = auth_session_id(:'last');
SELECT * FROM sign_in('dee', :'last');
UPDATE auth_token SET expires_at = 'infinity', created_at = now() - interval '31 days' WHERE id = auth_session_id(:'last');
SELECT * FROM sign_in('dee', :'last');
UPDATE auth_token SET created_at = now() + interval '1 day' WHERE id = auth_session_id(:'last');
SELECT * FROM sign_in('dee', :'last');
UPDATE auth_token SET created_at = now() WHERE id = auth_session_id(:'last');
SELECT answer FROM sign_in('dee', :'last');
ROLLBACK;
CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER suppress BEFORE UPDATE ON auth_token FOR EACH ROW EXECUTE FUNCTION suppress();
SELECT * FROM sign_in('dee', :'last');
DROP TRIGGER suppress ON auth_token;
CREATE TRIGGER suppress BEFORE DELETE ON auth_token FOR EACH ROW EXECUTE FUNCTION suppress();
SELECT begin_session('dee', 'dee of now');
SELECT refused('SELECT ' || call) FROM unnest(ARRAY['auth_forget_own_devices(''dee of now'')', 'auth_update_user_password(''dee'', ''better horse'')', 'auth_invalidate_all_sessions()']) call;
DROP FUNCTION suppress CASCADE;
-- An id that is given to another user brings no device along.
UPDATE auth_user SET created_at = now() - interval '1 hour' WHERE id = 'dee';
SELECT * FROM sign_in('dee', :'last');
UPDATE auth_user SET created_at = now() - interval '1 year' WHERE id = 'dee';
SELECT answer FROM sign_in('dee', :'last');
-- A user has ten: with the next one the oldest goes, of which the time is not over.
DELETE FROM auth_token WHERE user_id = 'dee';
SELECT count(*) FROM generate_series(1, 12) n, remember('dee', 'dee ' || n, CASE WHEN n % 2 = 0 THEN '1 day' ELSE '-1 s' END::interval, make_interval(hours => n));
SELECT count(*) FROM generate_series(13, 17) n, remember('dee', 'dee ' || n, '1 day', make_interval(hours => n));
INSERT INTO auth_token (id, purpose, user_id, created_at, expires_at) SELECT gen_random_uuid(), p, 'dee', now() - interval '2 days', 'infinity' FROM unnest('{recovery,visit}'::text[]) p;
SELECT begin('dee', '1 day') IS NOT NULL AS eleventh;
SELECT n AS living FROM generate_series(1, 17) n JOIN auth_token ON id = auth_session_id('dee ' || n) WHERE expires_at > now() ORDER BY 1;
SELECT begin('dee', '1 day') IS NOT NULL AS another;
SELECT purpose, count(*) FROM auth_token WHERE user_id = 'dee' AND purpose <> 'device' GROUP BY 1 ORDER BY 1;
DELETE FROM auth_token WHERE user_id = 'dee' AND purpose <> 'device';
SELECT n AS living FROM generate_series(1, 17) n JOIN auth_token ON id = auth_session_id('dee ' || n) WHERE expires_at > now() ORDER BY 1;
SELECT devices('dee'), devices('dot');
-- That it is remembered is on record, and then each sign-in, with no token.
SELECT kind, count(*) FROM auth_event WHERE id > :start AND user_id = 'dee' AND kind ~ 'device' GROUP BY 1 ORDER BY 1;
SELECT count(*) AS secrets FROM auth_event e, unnest(ARRAY[:'device', :'short', :'next', :'last']) t WHERE e::text LIKE '%' || t || '%';

-- A change of the password forgets them: also what was remembered for longer.
SELECT remember('dee', 'dee1'), remember('dee', 'dee2', '10 years');
SELECT count(auth_update_key_password('email', 'dee@example.com', 'correct battery'));
SELECT devices('dee'), devices('dot');

-- The purge removes those whose time is over.
SELECT remember('dee', 'dee1', '-1 s'), remember('dee', 'dee2');
SELECT auth_delete_dead_tokens();
SELECT devices('dee');
SELECT auth_delete_user('dee');
SELECT devices('dee'), devices('dot');
SELECT auth_delete_user('dot');
DROP FUNCTION begin_session, devices, remember, sign_in, begin;
DELETE FROM auth_token;
