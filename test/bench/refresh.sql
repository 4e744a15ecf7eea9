-- What is compared, over 10,000 families of 10,000 users: loaded once, and
-- then measured by refresh.sh.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

INSERT INTO auth_user (id) SELECT lpad(i::text, 15, 'u') FROM generate_series(1, 10000) i;
CREATE TABLE sample AS
    SELECT i AS n, r.refresh_token, r.family_id, r.user_id, r.session_id
    FROM generate_series(1, 10000) i,
        auth_create_session(lpad(i::text, 15, 'u')) s,
        auth_create_refresh_token(s.session_id) r;

-- Tables of the same width and with the same indexes, and nothing that checks
-- their rows.
CREATE TABLE bare_session (LIKE auth_session INCLUDING DEFAULTS INCLUDING INDEXES) WITH (fillfactor = 85);
CREATE TABLE bare_refresh_token (LIKE auth_refresh_token INCLUDING DEFAULTS INCLUDING INDEXES) WITH (fillfactor = 85);
INSERT INTO bare_session SELECT * FROM auth_session;
INSERT INTO bare_refresh_token SELECT * FROM auth_refresh_token;

-- The same again with the foreign keys to users.
CREATE TABLE keyed_session (LIKE bare_session INCLUDING ALL) WITH (fillfactor = 85);
CREATE TABLE keyed_refresh_token (LIKE bare_refresh_token INCLUDING ALL) WITH (fillfactor = 85);
INSERT INTO keyed_session SELECT * FROM auth_session;
INSERT INTO keyed_refresh_token SELECT * FROM auth_refresh_token;
ALTER TABLE keyed_session ADD FOREIGN KEY (user_id) REFERENCES auth_user;
ALTER TABLE keyed_refresh_token ADD FOREIGN KEY (user_id) REFERENCES auth_user;
VACUUM (ANALYZE);

-- A round: so many rotations, each in a transaction of its own.  All take
-- their families in the same order.
CREATE PROCEDURE measure(which text, round integer, rotations integer)
    LANGUAGE plpgsql
AS $$
DECLARE
    k sample;
    r auth_refresh_result;
    new_session uuid;
    start timestamptz;
    taken interval := '0';
BEGIN
    FOR i IN 1..rotations LOOP
        SELECT * INTO k FROM sample WHERE n = (round * rotations + i) * 7919 % 10000 + 1;
        new_session := gen_random_uuid();
        start := clock_timestamp();
        CASE which
            WHEN 'auth_rotate_refresh_token' THEN
                SELECT * INTO r FROM auth_rotate_refresh_token(k.refresh_token);
            WHEN 'INSERT and UPDATE' THEN
                WITH s AS (
                    INSERT INTO bare_session (id, user_id, created_at, active_expires_at, idle_expires_at)
                    VALUES (new_session, k.user_id, start, start + '1 day', start + '15 days')
                    RETURNING *
                ), t AS (
                    UPDATE bare_refresh_token SET token_hash = new_session, spent_hash = token_hash,
                        rotated_at = start, expires_at = start + '30 days', session_id = new_session
                    WHERE id = k.family_id
                    RETURNING *
                )
                SELECT 'ok', '', t.expires_at, t.ends_at, '', s.id, s.user_id, 'active', true,
                    s.active_expires_at, s.idle_expires_at, s.expires_at, NULL, NULL
                INTO r FROM s, t;
            WHEN '... with foreign keys' THEN
                WITH s AS (
                    INSERT INTO keyed_session (id, user_id, created_at, active_expires_at, idle_expires_at)
                    VALUES (new_session, k.user_id, start, start + '1 day', start + '15 days')
                    RETURNING *
                ), t AS (
                    UPDATE keyed_refresh_token SET token_hash = new_session, spent_hash = token_hash,
                        rotated_at = start, expires_at = start + '30 days', session_id = new_session
                    WHERE id = k.family_id
                    RETURNING *
                )
                SELECT 'ok', '', t.expires_at, t.ends_at, '', s.id, s.user_id, 'active', true,
                    s.active_expires_at, s.idle_expires_at, s.expires_at, NULL, NULL
                INTO r FROM s, t;
        END CASE;
        COMMIT;
        taken := taken + (clock_timestamp() - start);
        ASSERT r.status = 'ok' AND r.session_id IS NOT NULL AND r.refresh_expires_at IS NOT NULL;
        IF which = 'auth_rotate_refresh_token' THEN
            UPDATE sample SET refresh_token = r.refresh_token WHERE n = k.n;
            COMMIT;
        END IF;
    END LOOP;
    INSERT INTO result VALUES (which, measure.round, extract(epoch FROM taken) * 1e6 / rotations);
END
$$;
CREATE UNIQUE INDEX ON sample (n);
