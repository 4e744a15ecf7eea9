-- What sign_in.sh measures, one call at a time.
SET client_min_messages = warning;

CREATE TABLE variant (number serial PRIMARY KEY, name text);
INSERT INTO variant (name) VALUES ('hash'), ('sign_in'), ('sign_in, address'), ('refused');

-- All of them are used in turn, as the calls of a busy server are for many.
DO $$
BEGIN
    FOR i IN 1..1000 LOOP
        PERFORM auth_create_user('email', format('user%s@example.com', i), 'correct horse battery');
    END LOOP;
END $$;
VACUUM (ANALYZE) auth_user, auth_key;

CREATE FUNCTION call(variant text, name text, hash text)
    RETURNS text
    LANGUAGE plpgsql
AS $$
BEGIN
    CASE variant
        WHEN 'hash' THEN
            RETURN auth_verify_password_hash(hash, 'correct horse battery');
        WHEN 'sign_in' THEN
            RETURN (auth_sign_in('email', name, 'correct horse battery')).status;
        WHEN 'sign_in, address' THEN
            RETURN (auth_sign_in('email', name, 'correct horse battery', address => '192.0.2.1')).status;
        WHEN 'refused' THEN
            RETURN (auth_sign_in('email', name, 'wrong horse battery')).status;
    END CASE;
END
$$;

-- One call of each, in changing order.  The right password comes three times
-- for one that is wrong, so that no key is throttled.
CREATE PROCEDURE measure_round(round integer, commits boolean)
    LANGUAGE plpgsql
AS $$
DECLARE
    names text[] := ARRAY(SELECT v.name FROM variant v ORDER BY (v.number + round) % 4);
    key text := format('user%s@example.com', abs(round) % 1000 + 1);
    hash text := (SELECT k.hashed_password FROM auth_key k WHERE k.provider_user_id = key);
    times double precision[];
    start timestamptz;
    answer text;
BEGIN
    FOR i IN 1..4 LOOP
        start := clock_timestamp();
        answer := call(names[i], key, hash);
        IF commits THEN
            COMMIT;
        END IF;
        times[i] := extract(epoch FROM clock_timestamp() - start) * 1e6;
        ASSERT answer = CASE names[i] WHEN 'hash' THEN 'true' WHEN 'refused' THEN 'refused' ELSE 'ok' END, answer;
    END LOOP;
    IF round > 0 THEN
        INSERT INTO result SELECT n.name, round, n.microseconds FROM unnest(names, times) n (name, microseconds);
    END IF;
END
$$;

-- The first rounds warm up a new connection.
CREATE PROCEDURE measure(first integer, calls integer, commits boolean)
    LANGUAGE plpgsql
AS $$
BEGIN
    FOR i IN -4..-1 LOOP
        CALL measure_round(i, commits);
    END LOOP;
    FOR i IN first..first + calls - 1 LOOP
        CALL measure_round(i, commits);
    END LOOP;
END
$$;
