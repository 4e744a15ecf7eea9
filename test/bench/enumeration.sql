-- What enumeration.sh measures: a call and its commit, by the clock of the
-- server, in PL/pgSQL.
SET client_min_messages = warning;

CREATE TABLE observation (section text, kind text, microseconds double precision);
CREATE INDEX ON observation (section);

-- A section's kinds of keys, with the password that is tried and the answer.
-- "wrong, too" is the control: it is nothing else than "wrong".
CREATE TABLE kind (section text, kind text, password text, answer text);
INSERT INTO kind VALUES
('sign_in', 'unknown', 'wrong horse battery', 'refused'),
('sign_in', 'wrong', 'wrong horse battery', 'refused'),
('sign_in', 'wrong, too', 'wrong horse battery', 'refused'),
('sign_in', 'no password', 'wrong horse battery', 'refused'),
('sign_in', 'disabled, wrong', 'wrong horse battery', 'refused'),
('sign_in', 'disabled, right', 'correct horse battery', 'refused'),
('sign_in', 'unverifiable', 'wrong horse battery', 'refused'),
('sign_in', 'cheaper', 'wrong horse battery', 'refused'),
('throttled', 'unknown', 'wrong horse battery', 'throttled'),
('throttled', 'wrong', 'wrong horse battery', 'throttled'),
('throttled', 'wrong, too', 'wrong horse battery', 'throttled'),
('throttled', 'signed in before', 'wrong horse battery', 'throttled'),
('throttled', 'no password', 'wrong horse battery', 'throttled'),
('throttled', 'disabled, wrong', 'wrong horse battery', 'throttled'),
('sign_up', 'new', NULL, 'ok'),
('sign_up', 'new, too', NULL, 'ok'),
('sign_up', 'taken', NULL, 'ok');

-- Names of one length, whatever they are of; others in each connection, as
-- their failures stay counted.
CREATE FUNCTION name_of(section text, kind text, number integer)
    RETURNS text
    LANGUAGE sql
    RETURN left(md5(section || kind || pg_backend_pid()), 16) || lpad(number::text, 8, '0');

-- Keys of a kind.  All are made with a password first, so that users and keys
-- lie alike in their tables.
CREATE PROCEDURE make_keys(section text, kind text, count integer)
    LANGUAGE plpgsql
AS $$
DECLARE
    name text;
    user_id text;
BEGIN
    IF kind IN ('unknown', 'new', 'new, too') THEN
        RETURN;
    END IF;
    FOR number IN 1..count LOOP
        name := name_of(section, kind, number);
        SELECT u.user_id INTO user_id FROM auth_create_user('email', name, 'correct horse battery') u;
        IF kind = 'signed in before' THEN
            FOR i IN 1..20 LOOP
                PERFORM auth_sign_in('email', name, 'correct horse battery', client_address => '198.51.100.0'::inet + i);
            END LOOP;
        END IF;
        UPDATE auth_user SET disabled_at = now() WHERE id = user_id AND kind LIKE 'disabled%';
        UPDATE auth_key k SET hashed_password = CASE kind
                WHEN 'no password' THEN NULL
                WHEN 'unverifiable' THEN '$argon2id$v=19$m=19456,t=2,p=1$nonsense'
                WHEN 'cheaper' THEN '$argon2id$v=19$m=4096,t=1,p=1$' || repeat('A', 22) || '$' || repeat('A', 43)
                ELSE k.hashed_password END
            WHERE k.provider_user_id = name;
        COMMIT;
    END LOOP;
END
$$;

CREATE FUNCTION call(section text, name text, password text)
    RETURNS text
    LANGUAGE plpgsql
AS $$
BEGIN
    IF section = 'sign_up' THEN
        RETURN (auth_request_sign_up('email', name, '192.0.2.1')).status;
    END IF;
    RETURN (auth_sign_in('email', name, password, client_address => '192.0.2.1')).status;
END
$$;

-- One call of each kind, in random order.
CREATE PROCEDURE observe_block(section text, number integer, INOUT kinds text[], INOUT times double precision[])
    LANGUAGE plpgsql
AS $$
DECLARE
    start timestamptz;
    answer text;
    kind record;
    name text;
BEGIN
    kinds := '{}';
    times := '{}';
    FOR kind IN SELECT * FROM kind k WHERE k.section = observe_block.section ORDER BY random() LOOP
        name := name_of(section, kind.kind, number);
        start := clock_timestamp();
        answer := call(section, name, kind.password);
        COMMIT;
        times := times || extract(epoch FROM clock_timestamp() - start)::double precision * 1e6;
        kinds := kinds || kind.kind;
        ASSERT answer = kind.answer, format('%s: %s', kind.kind, answer);
    END LOOP;
END
$$;

-- A key is tried at most 90 times, as it is stopped after 100 failures.  The
-- first tries of each are not counted: a key that is throttled has to get so.
CREATE PROCEDURE observe(section text, calls integer)
    LANGUAGE plpgsql
AS $$
DECLARE
    pool integer := CASE section WHEN 'sign_up' THEN calls + 4 ELSE calls / 90 + 1 END;
    kinds text[];
    times double precision[];
    kind text;
BEGIN
    FOR kind IN SELECT k.kind FROM kind k WHERE k.section = observe.section LOOP
        CALL make_keys(section, kind, pool);
    END LOOP;
    IF section = 'throttled' THEN
        PERFORM auth_sign_in('email', name_of(k.section, k.kind, number), 'wrong horse battery', client_address => '192.0.2.1')
            FROM kind k, generate_series(1, pool) number WHERE k.section = observe.section;
    END IF;
    FOR i IN 0..calls + 3 LOOP
        CALL observe_block(section, i % pool + 1, kinds, times);
        INSERT INTO observation
            SELECT section, o.kind, o.time FROM unnest(kinds, times) o (kind, time) WHERE i >= 4;
        COMMIT;
    END LOOP;
END
$$;

-- Welch's t of each pair, as dudect computes it (Reparaz, Balasch and
-- Verbauwhede, "Dude, is my code constant time?", 2017): of all calls, and of
-- those below percentiles of both kinds together, as what disturbs a
-- measurement only lengthens it.  The largest counts.
CREATE FUNCTION compare(the_section text)
    RETURNS TABLE (a text, b text, median_a numeric, median_b numeric, difference numeric,
        t numeric, largest numeric, of_percentile numeric, verdict text)
    LANGUAGE sql
AS $$
WITH o AS (
    SELECT kind, microseconds AS us FROM observation WHERE section = the_section
), median AS (
    SELECT kind, percentile_cont(0.5) WITHIN GROUP (ORDER BY us) AS us FROM o GROUP BY kind
), pair AS (
    SELECT a.kind AS a, b.kind AS b, a.us AS median_a, b.us AS median_b
    FROM median a JOIN median b ON a.kind < b.kind
), threshold AS (
    SELECT p.a, p.b, crop, CASE WHEN crop = 11 THEN 'infinity' ELSE
        percentile_cont(1 - 0.5 ^ crop) WITHIN GROUP (ORDER BY o.us) END AS us
    FROM generate_series(1, 11) crop, pair p JOIN o ON o.kind IN (p.a, p.b)
    GROUP BY p.a, p.b, crop
), moments AS (
    SELECT h.a, h.b, crop,
        avg(o.us) FILTER (WHERE o.kind = h.b) - avg(o.us) FILTER (WHERE o.kind = h.a) AS difference,
        var_samp(o.us) FILTER (WHERE o.kind = h.a) / count(*) FILTER (WHERE o.kind = h.a)
        + var_samp(o.us) FILTER (WHERE o.kind = h.b) / count(*) FILTER (WHERE o.kind = h.b) AS variance
    FROM threshold h JOIN o ON o.kind IN (h.a, h.b) AND o.us <= h.us
    GROUP BY h.a, h.b, crop
), statistic AS (
    SELECT a, b, crop, difference / nullif(sqrt(variance), 0) AS t FROM moments
), largest AS (
    SELECT DISTINCT ON (a, b) * FROM statistic ORDER BY a, b, abs(t) DESC NULLS LAST
)
SELECT p.a, p.b, round(p.median_a::numeric, 1), round(p.median_b::numeric, 1),
    round((p.median_b - p.median_a)::numeric, 1), round(s.t::numeric, 1), round(l.t::numeric, 1),
    CASE WHEN l.crop = 11 THEN 100 ELSE round(100 - 100 * 0.5 ^ l.crop, 2) END,
    CASE WHEN abs(l.t) > 4.5 THEN 'differs' ELSE '' END
FROM pair p JOIN statistic s USING (a, b) JOIN largest l USING (a, b)
WHERE s.crop = 11
ORDER BY abs(l.t) DESC
$$;
