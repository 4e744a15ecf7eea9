-- The reset: all second factors of a user are taken away, with what stands for them.
SET timezone = 'UTC';
-- Two apps and one that waits, codes, devices, a sign-in that waits, and two sessions, one with a refresh token.
CREATE FUNCTION equip(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM auth_create_user('email', name || '@example.com', user_id => name);
    INSERT INTO auth_totp (user_id, key_id, secret, confirmed_at) VALUES (name, 'k', '', now()), (name, 'k', '', now()), (name, 'k', '', NULL);
    UPDATE auth_user SET second_factor_at = now() WHERE id = name;
    INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
    SELECT auth_session_id(name || n), name, 'infinity', 'infinity', 9 FROM generate_series(1, 2) n;
    PERFORM auth_create_refresh_token(auth_session_id(name || 1));
    PERFORM auth_create_recovery_codes(name || 1);
    INSERT INTO auth_token (id, purpose, user_id, expires_at) SELECT auth_session_id(name || p || n), p, name, 'infinity'
    FROM unnest('{device,second_factor}'::text[]) p, generate_series(1, 3) n;
    PERFORM auth_create_token('visit', name);
END $$;
CREATE FUNCTION equipment(whose text, OUT asked boolean, OUT apps bigint, OUT tokens text, OUT sessions bigint, OUT families bigint, OUT keys bigint) LANGUAGE sql VOLATILE AS $$
    SELECT second_factor_at IS NOT NULL, (SELECT count(*) FROM auth_totp WHERE user_id = whose),
        (SELECT string_agg(purpose || ' ' || count, ', ' ORDER BY purpose) FROM (SELECT purpose, count(*) FROM auth_token WHERE user_id = whose GROUP BY 1) t),
        (SELECT count(*) FROM auth_session WHERE user_id = whose), (SELECT count(*) FROM auth_refresh_token WHERE user_id = whose),
        (SELECT count(*) FROM auth_key WHERE user_id = whose)
    FROM auth_user WHERE id = whose
$$;
SELECT equip('eva'), equip('eli');
SELECT max(id) AS start FROM auth_event \gset
SELECT * FROM equipment('eva');

-- Rolled back, or where a trigger keeps an app, nothing has gone.
BEGIN;
SELECT auth_delete_user_factors('eva');
ROLLBACK;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE DELETE ON auth_totp FOR EACH ROW EXECUTE FUNCTION keep();
SELECT refused('SELECT auth_delete_user_factors(''eva'')');
DROP TRIGGER keep ON auth_totp;
CREATE TRIGGER keep BEFORE DELETE ON auth_totp FOR EACH ROW WHEN (OLD.confirmed_at IS NULL) EXECUTE FUNCTION keep();
SELECT refused('SELECT auth_delete_user_factors(''eva'')');
DROP FUNCTION keep CASCADE;
SELECT refused('SELECT auth_delete_user_factors(' || u || ')') FROM unnest(ARRAY['NULL', '''none''']) u;
BEGIN READ ONLY;
SELECT refused('SELECT auth_delete_user_factors(''eva'')');
ROLLBACK;
SELECT * FROM equipment('eva');

-- All of it goes, and keys and other tokens stay; nobody else's goes.
SELECT auth_delete_user_factors('eva');
SELECT * FROM equipment('eva');
SELECT * FROM equipment('eli');
-- Who has none loses the sessions all the same.
SELECT count(*) FROM auth_create_session('eva');
SELECT auth_delete_user_factors('eva');
SELECT * FROM equipment('eva');
-- That is no reset of factors, of which nothing is recorded; all that is more is one: an app that waits, codes, and that it is asked for at all.
CREATE FUNCTION reset_after(change text, OUT apps bigint, OUT events text) LANGUAGE plpgsql AS $$
DECLARE
    start bigint := (SELECT max(id) FROM auth_event);
BEGIN
    EXECUTE change;
    apps := auth_delete_user_factors('eva');
    events := (SELECT string_agg(concat_ws(' ', kind, reason, count), ', ' ORDER BY id) FROM auth_event WHERE id > start);
    events := concat_ws(', ', events, (SELECT 'still ' || e::text FROM equipment('eva') e WHERE e.asked OR e.apps > 0 OR e.tokens ~ 'recovery'));
END $$;
SELECT what, r.* FROM (VALUES
    ('nothing', 'SELECT'),
    ('a token for something else', $$SELECT auth_create_token('visit', 'eva')$$),
    ('an app that waits', $$INSERT INTO auth_totp (user_id, key_id, secret) VALUES ('eva', 'k', '')$$),
    ('a recovery code', $$INSERT INTO auth_token (id, purpose, user_id, expires_at) VALUES (gen_random_uuid(), 'recovery', 'eva', 'infinity')$$),
    ('asked', $$UPDATE auth_user SET second_factor_at = now() WHERE id = 'eva'$$),
    ('a device', $$INSERT INTO auth_token (id, purpose, user_id, expires_at) VALUES (gen_random_uuid(), 'device', 'eva', 'infinity')$$)) v (what, change),
    LATERAL reset_after(change) r;
DROP FUNCTION reset_after;
SELECT kind, reason, user_id, count, role = session_user AS role FROM auth_event WHERE id > :start ORDER BY id;

-- What was counted against the factors goes, too.
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_max_failures = 1;
SELECT count(auth_update_user_password('eva', 'correct horse'));
UPDATE auth_user SET second_factor_at = now() WHERE id = 'eva';
CREATE FUNCTION guess() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT status FROM auth_complete_sign_in((auth_sign_in('email', 'eva@example.com', 'correct horse')).challenge, totp => '123456')
$$;
SELECT guess(), guess();
SELECT auth_delete_user_factors('eva');
UPDATE auth_user SET second_factor_at = now() WHERE id = 'eva';
SELECT guess(), guess();
RESET auth.throttle_max_failures;

-- A user who is disabled is reset, too, and stays so.
SELECT user_id FROM auth_disable_user('eli');
SELECT auth_delete_user_factors('eli');
SELECT disabled_at IS NOT NULL AS disabled, (equipment(id)).* FROM auth_user WHERE id = 'eli';
SELECT auth_delete_user(u) FROM unnest('{eva,eli}'::text[]) u;
DROP FUNCTION equip, equipment, guess;
DELETE FROM auth_token;
