-- 10,000 users with 100,000 sessions, whose tokens are lpad(i::text, 32, 't').
\set ON_ERROR_STOP on
SET client_min_messages = warning;

ALTER TABLE auth_user ADD COLUMN username text, ADD COLUMN visits integer;
ALTER TABLE auth_session ADD COLUMN device text;

INSERT INTO auth_user (id, username, visits)
    SELECT lpad(i::text, 15, 'u'), 'user number ' || i, i
    FROM generate_series(1, 10000) i;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, device)
    SELECT auth_session_id(lpad(i::text, 32, 't')), lpad((i % 10000 + 1)::text, 15, 'u'),
        now() + interval '1 day', now() + interval '15 days', 'device number ' || i
    FROM generate_series(1, 100000) i;

SELECT setseed(0.5) \g /dev/null
CREATE TABLE sample (n serial PRIMARY KEY, token text);
INSERT INTO sample (token)
    SELECT lpad(i::text, 32, 't') FROM generate_series(1, 100000) i ORDER BY random();
VACUUM (ANALYZE) auth_user, auth_session, sample;
