-- What sign_in.sh measures, one call at a time.
SET client_min_messages = warning;

CREATE EXTENSION pgcrypto;
CREATE TABLE variant (number serial PRIMARY KEY, name text);
INSERT INTO variant (name) VALUES ('the hash'), ('auth_sign_in'), ('... with an address'), ('... refused'),
    ('pgcrypto, bcrypt of cost 8');

-- All of them are used in turn, as the calls of a busy server are for many.
DO $$
BEGIN
    FOR i IN 1..1000 LOOP
        PERFORM auth_create_user('email', format('user%s@example.com', i), 'correct horse battery');
    END LOOP;
END $$;
VACUUM (ANALYZE) auth_user, auth_key;

CREATE TABLE bcrypt AS SELECT crypt('correct horse battery', gen_salt('bf', 8)) AS hash;

CREATE FUNCTION call(variant text, name text, hash text)
    RETURNS text
    LANGUAGE plpgsql
AS $$
BEGIN
    CASE variant
        WHEN 'the hash' THEN
            RETURN auth_verify_password_hash(hash, 'correct horse battery');
        WHEN 'auth_sign_in' THEN
            RETURN (auth_sign_in('email', name, 'correct horse battery')).status;
        WHEN '... with an address' THEN
            RETURN (auth_sign_in('email', name, 'correct horse battery', client_address => '192.0.2.1')).status;
        WHEN '... refused' THEN
            RETURN (auth_sign_in('email', name, 'wrong horse battery')).status;
        WHEN 'pgcrypto, bcrypt of cost 8' THEN
            RETURN (SELECT crypt('correct horse battery', b.hash) = b.hash FROM bcrypt b);
    END CASE;
END
$$;

-- One call of each, in changing order.  The right password comes twice for one
-- that is wrong, so that no key is throttled.
CREATE PROCEDURE measure_round(round integer, commits boolean)
    LANGUAGE plpgsql
AS $$
DECLARE
    names text[] := ARRAY(SELECT v.name FROM variant v ORDER BY (v.number + round) % 5);
    key text := format('user%s@example.com', abs(round) % 1000 + 1);
    hash text := (SELECT k.hashed_password FROM auth_key k WHERE k.provider_user_id = key);
    times double precision[];
    start timestamptz;
    answer text;
BEGIN
    FOR i IN 1..5 LOOP
        start := clock_timestamp();
        answer := call(names[i], key, hash);
        IF commits THEN
            COMMIT;
        END IF;
        times[i] := extract(epoch FROM clock_timestamp() - start) * 1e6;
        ASSERT answer = CASE names[i] WHEN '... refused' THEN 'refused'
            WHEN 'auth_sign_in' THEN 'ok' WHEN '... with an address' THEN 'ok' ELSE 'true' END, answer;
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
    FOR i IN -5..-1 LOOP
        CALL measure_round(i, commits);
    END LOOP;
    FOR i IN first..first + calls - 1 LOOP
        CALL measure_round(i, commits);
    END LOOP;
END
$$;
