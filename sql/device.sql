-- Devices that are remembered: on them no second factor is asked for.
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
SELECT user_id FROM auth_create_user('email', 'dee@example.com', 'correct horse', user_id => 'dee');
SELECT user_id FROM auth_create_user(user_id => 'dot');
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
SELECT kind, reason, user_id, count FROM auth_event WHERE id > :start ORDER BY id;

-- The token of a device is no other.
SELECT status FROM auth_sign_in_with_token('dot1');
SELECT status FROM auth_reset_password('dot1', 'correct battery');
SELECT count(*) FROM auth_validate_session('dot1');
SELECT count(*) FROM auth_use_token('sign_in', 'dot1');
SELECT devices('dot');

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
DROP FUNCTION begin_session, devices, remember;
DELETE FROM auth_token;
