-- Users with an app and recovery codes, and others without, among many.
CREATE FUNCTION processor_time() RETURNS double precision LANGUAGE c AS :'library', 'processor_time';

INSERT INTO auth_user (id) SELECT 'u' || i FROM generate_series(1, 20000) i;
INSERT INTO auth_key (user_id, provider_id, provider_user_id, verified_at)
    SELECT 'u' || i, 'email', 'u' || i || '@example.com', now() FROM generate_series(1, 20000) i;
INSERT INTO auth_token (id, purpose, user_id, slot, expires_at)
    SELECT gen_random_uuid(), 'visit', 'u' || i, gen_random_uuid(), 'infinity' FROM generate_series(1, 20000) i;
SELECT count(auth_import_totp('u' || i, 'A twenty byte secret')) FROM generate_series(1001, 2000) i \g /dev/null

-- A code of letters alone, for each number.
CREATE FUNCTION recovery_code(i integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT translate(lpad(i::text, 24, '0'), '0123456789', 'ABCDEFGHJK')
$$;

-- What the calls of a round use up: those of u1 and the like have no factor, of u1001 and the like one.
-- Challenges are new in each round, as attempts with them are counted.
CREATE PROCEDURE begin_round(round integer) LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM auth_token WHERE purpose IN ('sign_in', 'second_factor', 'recovery');
    DELETE FROM auth_session;
    UPDATE auth_totp SET last_step = -1;
    INSERT INTO auth_token (id, purpose, user_id, provider_id, address, slot, expires_at)
        SELECT auth_session_id('link ' || i), 'sign_in', 'u' || i, 'email', 'u' || i || '@example.com', gen_random_uuid(), 'infinity'
        FROM generate_series(1, 2000) i;
    INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at, data)
        SELECT auth_session_id(format('challenge %s of %s', i, round)), 'second_factor', 'u' || i, 'email', 'u' || i || '@example.com', 'infinity',
            '{"methods": 4, "attributes": {}}'
        FROM generate_series(1001, 2000) i;
    INSERT INTO auth_token (id, purpose, user_id, expires_at)
        SELECT auth_session_id(recovery_code(i)), 'recovery', 'u' || i, 'infinity' FROM generate_series(1001, 2000) i;
END
$$;

CREATE FUNCTION call(which text, round integer, i integer, code text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE which
        WHEN 'nothing' THEN 'ok'
        WHEN 'auth_create_session' THEN (SELECT left('ok', length(token)) FROM auth_create_session('u' || i))
        WHEN 'a link' THEN (SELECT status FROM auth_sign_in_with_token('link ' || i, client_address => '192.0.2.1'))
        WHEN 'a link, first step' THEN (SELECT replace(status, 'second_factor', 'ok')
            FROM auth_sign_in_with_token('link ' || 1500 + i, client_address => '192.0.2.1'))
        WHEN 'second step, code' THEN (SELECT status
            FROM auth_complete_sign_in(format('challenge %s of %s', 1000 + i, round), totp => code, client_address => '192.0.2.1'))
        WHEN 'second step, recovery code' THEN (SELECT status
            FROM auth_complete_sign_in(format('challenge %s of %s', 1250 + i, round), recovery_code => recovery_code(1250 + i),
                client_address => '192.0.2.1'))
        END;
END
$$;

-- Calls in one transaction.
CREATE PROCEDURE measure(which text, round integer, calls integer, code text) LANGUAGE plpgsql AS $$
DECLARE
    start double precision := processor_time();
BEGIN
    FOR i IN 1..calls LOOP
        IF call(which, round, i, code) IS DISTINCT FROM 'ok' THEN
            RAISE '% was refused', which;
        END IF;
    END LOOP;
    INSERT INTO result VALUES (which, round, (processor_time() - start) / calls);
END
$$;
