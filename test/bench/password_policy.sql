-- Run by password_policy.sh.  Each measurement is of one query with 20,000
-- calls; the variants of a round follow one another, and the medians of all are shown.

LOAD 'auth';
CREATE TABLE million (password text COLLATE "C");
INSERT INTO million SELECT md5(i::text) FROM generate_series(1, 1000000) i;

-- Microseconds of a call; other passwords each time, which are not there.
CREATE FUNCTION measure(call text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    start timestamptz;
    number int;
BEGIN
    start := clock_timestamp();
    EXECUTE format('SELECT count(%s) FROM generate_series(1, 20000) i', call) INTO number;
    RETURN extract(epoch FROM clock_timestamp() - start) * 1e6 / 20000;
END $$;

CREATE PROCEDURE measure_round(round int, suffix text) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO result (round, name, microseconds) VALUES
        (round, 'nothing' || suffix, measure('md5(''x'' || i)')),
        (round, 'auth_get_password_weakness' || suffix, measure('coalesce(auth_get_password_weakness(md5(''x'' || i)), ''-'')')),
        (round, 'auth_get_password_weakness, identifier' || suffix,
            measure('coalesce(auth_get_password_weakness(md5(''x'' || i), ''some.name@example.com''), ''-'')')),
        (round, 'auth_describe_password_hash' || suffix,
            measure('auth_describe_password_hash(''$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng'')'));
END $$;

\pset tuples_only on
\o /dev/null
-- The file of the pepper is read by the description of a hash.
SELECT statement FROM generate_series(1, :rounds) round, LATERAL (VALUES
    (1, 'TRUNCATE auth_common_password'),
    (2, 'ALTER SYSTEM RESET auth.password_pepper_file'),
    (3, 'SELECT pg_reload_conf(), pg_sleep(0.2)'),
    (4, format('CALL measure_round(%s, '', empty list, no pepper'')', round)),
    (5, 'INSERT INTO auth_common_password SELECT * FROM million'),
    (6, 'VACUUM ANALYZE auth_common_password'),
    (7, 'ALTER SYSTEM SET auth.password_pepper_file = ''pepper.keys'''),
    (8, 'SELECT pg_reload_conf(), pg_sleep(0.2)'),
    (9, format('CALL measure_round(%s, '', a million rows, pepper'')', round))) v (step, statement)
ORDER BY round, step \gexec

\o
\pset tuples_only off
\pset footer off
SELECT name, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds)::numeric, 2) AS microseconds
FROM result GROUP BY name ORDER BY name;
