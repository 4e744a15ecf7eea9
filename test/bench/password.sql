-- What password.sh measures: passwords changed, one call at a time, of users
-- with three sessions, of which two end.
SET client_min_messages = warning;

DO $$
BEGIN
    FOR i IN 1..100 LOOP
        PERFORM auth_create_user('email', 'user' || i, 'correct horse battery', user_id => 'user' || i);
    END LOOP;
END $$;

-- The id of a session is kept from ending; its token is lpad(n::text, 32, 't').
CREATE PROCEDURE add_sessions(n integer)
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
        SELECT auth_session_id(lpad((3 * n + i)::text, 32, 't')), 'user' || n, 'infinity', 'infinity'
        FROM generate_series(0, 2) i
        ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION change(which text, n integer)
    RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    kept text := lpad((3 * n)::text, 32, 't');
    old text := (SELECT hashed_password FROM auth_key WHERE provider_user_id = 'user' || n);
BEGIN
    CASE which
        WHEN 'a hash, UPDATE and DELETE' THEN
            PERFORM auth_verify_password_hash(old, 'correct horse battery');
            UPDATE auth_key SET hashed_password = old, password_changed_at = now()
                WHERE provider_id = 'email' AND provider_user_id = 'user' || n;
            DELETE FROM auth_session WHERE user_id = 'user' || n AND id <> auth_session_id(kept);
        WHEN 'auth_update_user_password' THEN
            PERFORM auth_update_user_password('user' || n, 'correct horse battery', auth_session_id(kept));
        WHEN 'auth_change_password, two hashes' THEN
            ASSERT (auth_change_password(kept, 'correct horse battery', 'correct horse battery')).status = 'ok';
    END CASE;
    RETURN 1 = (SELECT count(*) FROM auth_session WHERE user_id = 'user' || n);
END
$$;

CREATE PROCEDURE measure(which text, round integer, calls integer)
    LANGUAGE plpgsql
AS $$
DECLARE
    start timestamptz;
    taken interval := '0';
    changed boolean;
BEGIN
    FOR i IN 1..calls LOOP
        CALL add_sessions((round * calls + i) % 100 + 1);
        COMMIT;
        start := clock_timestamp();
        changed := change(which, (round * calls + i) % 100 + 1);
        COMMIT;
        taken := taken + (clock_timestamp() - start);
        ASSERT changed;
    END LOOP;
    INSERT INTO result VALUES (which, measure.round, extract(epoch FROM taken) * 1e6 / calls);
END
$$;
