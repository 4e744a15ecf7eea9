-- What test/bench/attack.sh does to a server, round by round.
CREATE TABLE attack (
    name text PRIMARY KEY,
    ord int GENERATED ALWAYS AS IDENTITY,
    allowed bigint, -- guesses, by the rule, in the time that it took
    seconds double precision,
    calls bigint DEFAULT 0,
    hashes bigint DEFAULT 0,
    guesses bigint DEFAULT 0, -- at one key or code, that were looked at
    kept boolean -- whether the count still says so
);

-- What a round has made.
CREATE TYPE made AS (calls bigint, hashes bigint, guesses bigint);

CREATE FUNCTION victim(name text) RETURNS text LANGUAGE sql AS $$ SELECT name || '@example.com' $$;

CREATE FUNCTION guess(name text, n bigint, address inet DEFAULT NULL) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (status = 'refused')::int FROM auth_sign_in('email', victim(name), 'wrong ' || n, client_address => address)
$$;

-- An address in the network of so many bits; n says which.
CREATE FUNCTION address_in(bits int, n bigint) RETURNS inet LANGUAGE sql AS $$
    SELECT CASE bits
        WHEN 48 THEN ('2001:db8:1:' || to_hex(n % 65536) || '::1')::inet
        WHEN 32 THEN ('2001:db8:' || to_hex(n % 65536) || ':' || to_hex(n / 65536) || '::1')::inet END
$$;

-- Requests for keys that do not exist: they cost no hash.
CREATE FUNCTION requests_from(name text, n bigint, bits int) RETURNS made LANGUAGE plpgsql AS $$
DECLARE
    looked_at bigint;
BEGIN
    looked_at := guess(name, 3 * n, address_in(bits, n)) + guess(name, 3 * n + 1, address_in(bits, n))
        + guess(name, 3 * n + 2, address_in(bits, n));
    FOR i IN 1..1300 LOOP
        PERFORM auth_request_password_reset('email', n || ' ' || i || '@example.com', address_in(bits, 1300 * n + i));
    END LOOP;
    RETURN ROW(1303, looked_at, looked_at)::made;
END $$;

CREATE FUNCTION attack_requests(n bigint) RETURNS made LANGUAGE sql AS $$ SELECT requests_from('requests', n, NULL) $$;
CREATE FUNCTION attack_requests_48(n bigint) RETURNS made LANGUAGE sql AS $$ SELECT requests_from('requests_48', n, 48) $$;
CREATE FUNCTION attack_requests_32(n bigint) RETURNS made LANGUAGE sql AS $$ SELECT requests_from('requests_32', n, 32) $$;

-- Guesses at one key alone, each from another network.
CREATE FUNCTION guesses_from(name text, n bigint, bits int) RETURNS made LANGUAGE plpgsql AS $$
DECLARE
    looked_at bigint := 0;
BEGIN
    FOR i IN 1..100 LOOP
        looked_at := looked_at + guess(name, n, address_in(bits, 100 * n + i));
    END LOOP;
    RETURN ROW(100, looked_at, looked_at)::made;
END $$;

CREATE FUNCTION attack_net_48(n bigint) RETURNS made LANGUAGE sql AS $$ SELECT guesses_from('net_48', n, 48) $$;
CREATE FUNCTION attack_net_32(n bigint) RETURNS made LANGUAGE sql AS $$ SELECT guesses_from('net_32', n, 32) $$;

-- New names, which cost a hash each, from new networks.
CREATE FUNCTION attack_keys(n bigint) RETURNS made LANGUAGE plpgsql AS $$
DECLARE
    looked_at bigint := guess('keys', n, address_in(32, 11 * n));
    others bigint := 0;
BEGIN
    FOR i IN 1..10 LOOP
        others := others + guess('key ' || n || ' ' || i, n, address_in(32, 11 * n + i));
    END LOOP;
    RETURN ROW(11, looked_at + others, looked_at)::made;
END $$;

-- One key in many spellings.
CREATE FUNCTION attack_spellings(n bigint) RETURNS made LANGUAGE plpgsql AS $$
DECLARE
    looked_at bigint := 0;
BEGIN
    FOR i IN 1..100 LOOP
        looked_at := looked_at + guess(left('SPELLINGS', i % 10) || substr('spellings', i % 10 + 1), n);
    END LOOP;
    RETURN ROW(100, looked_at, looked_at)::made;
END $$;

-- Requests to sign up, which cost no hash, and sign-ups without a token.
CREATE FUNCTION attack_sign_ups(n bigint) RETURNS made LANGUAGE plpgsql AS $$
DECLARE
    looked_at bigint := guess('sign_ups', n, address_in(32, n));
BEGIN
    FOR i IN 1..150 LOOP
        PERFORM auth_request_sign_up('email', n || ' ' || i || '@example.com', address_in(32, 300 * n + i));
        PERFORM auth_sign_up('no token', 'correct horse ' || n, client_address => address_in(32, 300 * n + i));
    END LOOP;
    RETURN ROW(301, looked_at, looked_at)::made;
END $$;

-- In the network of the user, where the key has a count of its own.
CREATE FUNCTION attack_familiar(n bigint) RETURNS made LANGUAGE plpgsql AS $$
DECLARE
    looked_at bigint := 0;
BEGIN
    FOR i IN 1..100 LOOP
        looked_at := looked_at + guess('familiar', n, ('2001:db8:f:f::' || to_hex(i))::inet);
    END LOOP;
    RETURN ROW(100, looked_at, looked_at)::made;
END $$;

-- Nobody else has a turn: the attempts are counted in advance and withdrawn.
-- The networks and sites are new ones: of those that are known, failures are
-- forgotten.
CREATE FUNCTION attack_no_turn(n bigint) RETURNS made LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..300 LOOP
        PERFORM auth_sign_in('email', 'no turn ' || n || ' ' || i, 'wrong',
            client_address => ('2001:db9:' || to_hex((300 * n + i) % 65536) || '::1')::inet);
    END LOOP;
    RETURN ROW(300, 0, 0)::made;
END $$;

-- A throttled key, named from ever new networks.
CREATE FUNCTION attack_throttled(n bigint) RETURNS made LANGUAGE plpgsql AS $$
DECLARE
    looked_at bigint := 0;
BEGIN
    FOR i IN 1..300 LOOP
        looked_at := looked_at + guess('throttled', n, address_in(32, 300 * n + i));
    END LOOP;
    RETURN ROW(300, looked_at, looked_at)::made;
END $$;

-- Guesses at one code, and at codes of many addresses.
CREATE FUNCTION attack_codes(n bigint) RETURNS made LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
    after bigint;
BEGIN
    SELECT count(*) INTO before FROM auth_event WHERE kind = 'token_refused' AND user_id = 'codes';
    FOR i IN 1..20 LOOP
        PERFORM auth_use_code('visit', 'no code', 'codes');
        PERFORM auth_create_code('visit', address => n || ' ' || i);
        PERFORM auth_use_code('visit', 'no code', address => n || ' ' || i);
    END LOOP;
    SELECT count(*) INTO after FROM auth_event WHERE kind = 'token_refused' AND user_id = 'codes';
    RETURN ROW(60, 0, after - before)::made;
END $$;

-- So many guesses the rule allows at one key.
CREATE FUNCTION allowed(seconds double precision) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    guesses bigint := 5;
    delay double precision := 1;
BEGIN
    WHILE seconds >= delay LOOP
        seconds := seconds - delay;
        delay := least(2 * delay, 900);
        guesses := guesses + 1;
    END LOOP;
    RETURN guesses;
END $$;

CREATE PROCEDURE run_attack(what text, seconds double precision) LANGUAGE plpgsql AS $$
DECLARE
    start timestamptz := clock_timestamp();
    n bigint := 0;
    round made;
    passed double precision := 0;
BEGIN
    PERFORM auth_create_user('email', victim(what), CASE WHEN what <> 'no_turn' THEN 'correct horse' END, user_id => what);
    PERFORM auth_sign_in('email', victim(what), 'correct horse', client_address => '2001:db8:f:f::1')
        WHERE what = 'familiar';
    PERFORM auth_create_code('visit', what);
    INSERT INTO attack (name) VALUES (what);
    COMMIT;
    WHILE passed < seconds LOOP
        EXECUTE format('SELECT (made).* FROM %I($1) made', 'attack_' || what) INTO round USING n;
        UPDATE attack SET calls = attack.calls + round.calls, hashes = attack.hashes + round.hashes,
            guesses = attack.guesses + round.guesses WHERE name = what;
        COMMIT;
        n := n + 1;
        passed := extract(epoch FROM clock_timestamp() - start);
    END LOOP;
    UPDATE attack SET seconds = passed,
        allowed = CASE what WHEN 'codes' THEN 5 WHEN 'familiar' THEN 2 * allowed(passed) ELSE allowed(passed) END,
        kept = CASE what WHEN 'codes' THEN attack.guesses = 5 WHEN 'no_turn' THEN true
            WHEN 'familiar' THEN failures > 0 ELSE failures >= attack.guesses END
        FROM auth_get_key_throttle('email', victim(what)) WHERE name = what;
    COMMIT;
END $$;

-- What is in the pages from one to another.
CREATE FUNCTION pages(first int, last int) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT md5(string_agg(substring(pg_read_binary_file(pg_relation_filepath('auth_throttle_count_idx'),
        n * 8192::bigint, 8192) FROM 25), '' ORDER BY n))
    FROM (SELECT pg_relation_size('auth_throttle_count_idx') / 8192 / 32 AS parts) size,
        generate_series(first * parts, (last + 1) * parts - 1) n
$$;

-- Failures of names, without events.  Each costs a hash.
CREATE PROCEDURE fail(prefix text, first int, last int, times int) LANGUAGE plpgsql AS $$
BEGIN
    FOR n IN first..last LOOP
        FOR i IN 1..times LOOP
            BEGIN
                PERFORM auth_use_key('email', prefix || n, 'wrong');
            EXCEPTION WHEN SQLSTATE 'UA002' THEN
            END;
        END LOOP;
    END LOOP;
END $$;

-- Four guesses, and then new names until they are forgotten: how many.
CREATE FUNCTION forget(prefix text, step int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    names int := 0;
BEGIN
    CALL fail('victim of ' || prefix, 1, 1, 4);
    WHILE (auth_get_key_throttle('email', 'victim of ' || prefix || 1)).failures > 0 LOOP
        CALL fail(prefix, names + 1, names + step, 1);
        names := names + step;
    END LOOP;
    RETURN names;
END $$;

-- The most guesses an hour at one key of who guesses along the delays and then
-- has the count forgotten.
CREATE FUNCTION most_an_hour(names double precision, hashes_a_second double precision)
RETURNS double precision LANGUAGE sql AS $$
    SELECT max(3600 * g / (delays + names / hashes_a_second))
    FROM (SELECT g, sum(CASE WHEN g <= 5 THEN 0 ELSE least(2 ^ (g - 6), 900) END) OVER (ORDER BY g) AS delays
        FROM generate_series(4, 99) g WHERE true) x
$$;
