-- What growth.sh measures, with so many sessions (:sessions) of a tenth as many
-- users, whose tokens are lpad(i::text, 32, 't').  Every tenth is idle, and
-- idle again at once when it is renewed.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET synchronous_commit = off;

INSERT INTO auth_user (id)
    SELECT lpad(i::text, 15, 'u') FROM generate_series(1, :sessions / 10) i;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, active_period)
    SELECT auth_session_id(lpad(i::text, 32, 't')), lpad((i % (:sessions / 10) + 1)::text, 15, 'u'),
        now() + CASE i % 10 WHEN 0 THEN interval '-1 hour' ELSE interval '1 day' END,
        now() + interval '15 days',
        CASE i % 10 WHEN 0 THEN interval '1 microsecond' END
    FROM generate_series(1, :sessions) i;
VACUUM (ANALYZE) auth_user, auth_session;
CHECKPOINT;

-- So many validations; what is drawn before is not in the time or the WAL.
CREATE FUNCTION measure(sessions bigint, calls integer, idle boolean, OUT microseconds double precision,
    OUT wal_bytes double precision)
    LANGUAGE plpgsql
AS $$
DECLARE
    tokens text[] := ARRAY(
        SELECT lpad((10 * floor(random() * sessions / 10)
            + CASE WHEN idle THEN 10 ELSE floor(random() * 9) + 1 END)::bigint::text, 32, 't')
        FROM generate_series(1, calls));
    wal_start pg_lsn := pg_current_wal_insert_lsn();
    start timestamptz := clock_timestamp();
BEGIN
    ASSERT calls = (SELECT count(v.session_id)
        FROM unnest(tokens) token, LATERAL auth_validate_session(token) v);
    microseconds := extract(epoch FROM clock_timestamp() - start) * 1e6 / calls;
    wal_bytes := (pg_current_wal_insert_lsn() - wal_start) / calls;
END
$$;
