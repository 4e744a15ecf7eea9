-- A limit of sessions per user: a new one ends those used longest ago.
SELECT user_id FROM auth_create_user('email', 'l1@example.com', 'correct horse', user_id => 'l1', verified => true);
SELECT user_id FROM auth_create_user(user_id => 'l2');
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at) VALUES
    (auth_session_id('link'), 'sign_in', 'l1', 'email', 'l1@example.com', 'infinity'),
    (auth_session_id('sign-up'), 'sign_up', NULL, 'email', 'l3@example.com', 'infinity');

-- Sessions of these names, made an hour apart, the last one an hour ago, by a
-- statement that is subject to no limit.
CREATE PROCEDURE had(names text[], id text DEFAULT 'l1') LANGUAGE sql AS $$
    INSERT INTO auth_session (id, user_id, created_at, active_expires_at, idle_expires_at)
    SELECT auth_session_id(n), had.id, t, t + interval '24 hours', t + interval '15 days'
    FROM unnest(names) WITH ORDINALITY o (n, i),
        LATERAL (SELECT clock_timestamp() - (cardinality(names) - i + 1) * interval '1 hour') c (t);
$$;
CREATE FUNCTION left_of(names text[]) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(n, ' ' ORDER BY i), 'none') || ' and ' ||
        (SELECT count(*) FROM auth_session s WHERE user_id = 'l1' AND s.expires_at > '-infinity' AND s.id NOT IN (SELECT auth_session_id(n) FROM unnest(names) n))
    FROM unnest(names) WITH ORDINALITY o (n, i)
    WHERE EXISTS (SELECT FROM auth_session s WHERE s.id = auth_session_id(n) AND s.expires_at > '-infinity');
$$;

-- There is none at first.
CALL had('{a,b,c}');
SELECT count(*) FROM generate_series(1, 100) i, auth_create_session('l1', jsonb_build_object() - i::text);
SELECT left_of('{a,b,c}');

-- Lowered, it holds from the next session on, and for that user.
CALL had('{x,y,z}', 'l2');
SET auth.user_max_sessions = 3;
DELETE FROM auth_session WHERE user_id = 'l1' AND id NOT IN (SELECT auth_session_id(n) FROM unnest('{a,b,c}'::text[]) n);
SELECT left_of('{a,b,c}');
SELECT max(id) AS before FROM auth_event \gset
SELECT user_id, state, fresh FROM auth_create_session('l1');
SELECT left_of('{a,b,c}');
SELECT count(*) AS of_another FROM auth_session WHERE user_id = 'l2';
SELECT kind, reason, user_id, session_id = auth_session_id('a') AS a, count FROM auth_event WHERE id > :before;

-- Every way in, and the back end's.
SELECT status FROM auth_sign_in('email', 'l1@example.com', 'correct horse');
SELECT left_of('{a,b,c}');
SELECT status FROM auth_sign_in_with_token('link');
SELECT left_of('{a,b,c}');
SELECT status FROM auth_sign_in('email', 'l1@example.com', 'correct horse');
SELECT left_of('{a,b,c}');
SELECT status FROM auth_sign_in('email', 'l1@example.com', 'wrong horse');
SELECT left_of('{a,b,c}');
SET auth.user_max_sessions = 1;
SELECT status, user_id AS l3 FROM auth_sign_up('sign-up', 'correct horse battery') \gset
SELECT token FROM auth_sign_in('email', 'l3@example.com', 'correct horse battery') \gset
SELECT count(*), min(id::text)::uuid = auth_session_id(:'token') AS the_new_one FROM auth_session WHERE user_id = :'l3';

-- Of many, all that are too many end, each with a record.
TRUNCATE auth_session;
CALL had('{a,b,c,d,e,f}');
SET auth.user_max_sessions = 3;
SELECT max(id) AS before FROM auth_event \gset
SELECT user_id FROM auth_create_session('l1');
SELECT left_of('{a,b,c,d,e,f}');
SELECT kind, reason, count(*), count(session_id) AS named FROM auth_event WHERE id > :before GROUP BY 1, 2;

-- What counts is when it was renewed last, not when it was made; its own period
-- does not matter, however long it is.
TRUNCATE auth_session;
CALL had('{a,b,c}');
UPDATE auth_session SET active_expires_at = '2020-01-01' WHERE id = auth_session_id('a');
SELECT state, fresh FROM auth_validate_session('a');
SELECT user_id FROM auth_create_session('l1', active_period => '10000 years', lifetime => '1 hour');
SELECT left_of('{a,b,c}');
SELECT user_id FROM auth_create_session('l1', active_period => '1 minute');
SELECT left_of('{a,b,c}');
SELECT token AS short FROM auth_create_session('l1', active_period => '1 minute') \gset
SELECT left_of('{a,b,c}');
SELECT user_id FROM auth_create_session('l1');
SELECT user_id FROM auth_create_session('l1');
SELECT count(*) AS short_is_left FROM auth_get_session(:'short');
SELECT user_id FROM auth_create_session('l1');
SELECT count(*) AS short_is_left FROM auth_get_session(:'short');

-- ... but it says when it was renewed: a half an hour ago, where others have not been since they were made.
TRUNCATE auth_session;
CALL had('{a,b,c}');
UPDATE auth_session SET active_period = '1 minute', active_expires_at = clock_timestamp() - interval '29 minutes' WHERE id = auth_session_id('a');
SELECT user_id FROM auth_create_session('l1');
SELECT left_of('{a,b,c}');

-- Days of its period are those of UTC, whatever the clocks of the caller's time zone do meanwhile.
TRUNCATE auth_session;
CALL had('{a,b,c}');
UPDATE auth_session SET active_period = '10 days', active_expires_at = created_at + '240 hours 30 minutes', idle_expires_at = created_at + '300 hours'
WHERE id = auth_session_id('a');
SELECT set_config('timezone', format('WIN0SUM-1,J%s,J%s', (doy + 4) % 365 + 1, (doy + 100) % 365 + 1), false) IS NOT NULL AS set FROM extract(doy FROM now()) doy;
SELECT now() + '10 days' - now() AS ten_days, now() + '10 days' = now() + '239 hours' AS shorter;
SELECT user_id FROM auth_create_session('l1');
RESET timezone;
SELECT left_of('{a,b,c}');

-- ... nor was it in the future where the setting is shorter since: the order is that in which they were renewed.
TRUNCATE auth_session;
CALL had('{a,b,c}');
UPDATE auth_session SET active_expires_at = active_expires_at + '2 hours 30 minutes' WHERE id = auth_session_id('a');
SET auth.session_active_period = '1h';
SELECT user_id FROM auth_create_session('l1');
RESET auth.session_active_period;
SELECT left_of('{a,b,c}');

-- The dead do not count; one that a refresh token can bring back does.
TRUNCATE auth_session;
CALL had('{a,b,c,d,e}');
UPDATE auth_session SET expires_at = '2020-01-01' WHERE id = auth_session_id('c');
UPDATE auth_session SET idle_expires_at = '2020-01-01' WHERE id = auth_session_id('d');
UPDATE auth_session SET family_id = auth_session_id('family of e') WHERE id = auth_session_id('e');
INSERT INTO auth_ended (id, user_id, ended_at) VALUES (auth_session_id('family of e'), 'l1', now());
SELECT user_id FROM auth_create_session('l1');
SELECT left_of('{a,b,c,d,e}');
SELECT refresh_token FROM auth_create_refresh_token(auth_session_id('a')) \gset
UPDATE auth_session SET idle_expires_at = '2020-01-01' WHERE id = auth_session_id('a');
SELECT user_id FROM auth_create_session('l1');
SELECT left_of('{a,b,c,d,e}');
SELECT status FROM auth_rotate_refresh_token(:'refresh_token');
SELECT count(*) AS families FROM auth_refresh_token;

-- Undone with the transaction.
TRUNCATE auth_session, auth_ended;
CALL had('{a,b,c}');
BEGIN;
SELECT user_id FROM auth_create_session('l1');
SELECT left_of('{a,b,c}');
ROLLBACK;
SELECT left_of('{a,b,c}');

-- What the application holds ends where it is; what it keeps as it is, stays,
-- and keeps nobody out.
CREATE TABLE holding (id uuid REFERENCES auth_session);
INSERT INTO holding VALUES (auth_session_id('a'));
SELECT user_id FROM auth_create_session('l1');
SELECT left_of('{a,b,c}');
DROP TABLE holding;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE DELETE OR UPDATE ON auth_session FOR EACH ROW EXECUTE FUNCTION keep();
SELECT user_id FROM auth_create_session('l1');
SELECT left_of('{a,b,c}');
DROP TRIGGER keep ON auth_session;

SELECT refused('SET auth.user_max_sessions = -1');
SELECT refused('SET auth.user_max_sessions = 1000001');
SET auth.user_max_sessions = 1000000;
SELECT user_id FROM auth_create_session('l1');
RESET auth.user_max_sessions;

TRUNCATE auth_user CASCADE;
DROP PROCEDURE had(text[], text);
DROP FUNCTION left_of(text[]), keep();
