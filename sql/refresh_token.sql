-- Refresh tokens: families, rotation, replay.
SELECT coalesce(max(id), 0) AS start FROM auth_event \gset
SELECT user_id FROM auth_create_user('email', 'ada', 'correct horse', user_id => 'ada');
SELECT user_id FROM auth_create_user('email', 'ben', 'battery staple', user_id => 'ben');
ALTER TABLE auth_session ADD device text;

-- What is a secret is kept in variables; times are shown as periods.
CREATE FUNCTION begin_family(user_id text, device text DEFAULT 'phone') RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT r.refresh_token
    FROM auth_create_session(user_id, jsonb_build_object('device', device), '15 min', '0') s,
        auth_create_refresh_token(s.session_id) r
$$;
CREATE FUNCTION rotate(token text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT status FROM auth_rotate_refresh_token(token)
$$;
CREATE FUNCTION families(whose text) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT count(*) FROM auth_refresh_token WHERE user_id = whose
$$;
CREATE FUNCTION sessions(whose text) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT count(*) FROM auth_session WHERE user_id = whose
$$;

-- A session gets a refresh token.
SELECT token, session_id FROM auth_create_session('ada', '{"device": "phone"}', '15 min', '0') \gset s0_
SELECT refresh_token, family_id FROM auth_create_refresh_token(:'s0_session_id') \gset r0_
SELECT :'r0_refresh_token' ~ '^[a-z0-9]{48}$' AS shape,
    id = :'r0_family_id' AS family, id = auth_session_id(left(:'r0_refresh_token', 24)) AS first_half,
    token_hash = auth_session_id(:'r0_refresh_token') AS hash, session_id = :'s0_session_id' AS session,
    user_id, expires_at - created_at AS expires, ends_at, spent_hash, sibling_hashes, lifetime
FROM auth_refresh_token;

-- It is spent for the next one and a new token of the session.
SELECT * FROM auth_rotate_refresh_token(:'r0_refresh_token') \gset r1_
SELECT :'r1_status' AS status, :'r1_refresh_token' ~ '^[a-z0-9]{48}$' AS shape,
    left(:'r1_refresh_token', 24) = left(:'r0_refresh_token', 24) AS same_family,
    :'r1_refresh_token' <> :'r0_refresh_token' AS new, length(:'r1_token') AS token, :'r1_user_id' AS user_id,
    :'r1_state' AS state, :'r1_fresh' AS fresh, :'r1_session_attributes' AS session_attributes, :'r1_user_attributes' AS user_attributes,
    :'r1_session_id' = auth_session_id(:'r1_token') AS session_id, :{?r1_expires_at} AS expires, :{?r1_refresh_ends_at} AS ends;
SELECT count(*) FROM auth_get_session(:'s0_token');
SELECT state, session_attributes, active_expires_at = idle_expires_at AS short FROM auth_get_session(:'r1_token');
SELECT session_id = :'r1_session_id' AS session, spent_hash = auth_session_id(:'r0_refresh_token') AS spent,
    expires_at - rotated_at AS expires, (SELECT count(*) FROM auth_session) AS sessions, count(*) OVER () AS families
FROM auth_refresh_token;

-- A lost answer does not look like theft: the token is answered again.
SELECT * FROM auth_rotate_refresh_token(:'r0_refresh_token') \gset r2_
SELECT :'r2_status' AS status, :'r2_refresh_token' <> :'r1_refresh_token' AS new;
SELECT count(*) FROM auth_get_session(:'r1_token');
SELECT count(*) FROM auth_get_session(:'r2_token');
SELECT sibling_hashes = ARRAY[auth_session_id(:'r1_refresh_token')] AS sibling FROM auth_refresh_token;
-- Both are good; one can be used, and then the other was spent with it.
SELECT * FROM auth_rotate_refresh_token(:'r1_refresh_token') \gset r3_
SELECT :'r3_status' AS status, sibling_hashes FROM auth_refresh_token;
SELECT status, refresh_token, refresh_expires_at, refresh_ends_at, token, session_id, user_id, state, fresh,
    active_expires_at, idle_expires_at, expires_at, session_attributes, user_attributes
FROM auth_rotate_refresh_token(:'r2_refresh_token', '192.0.2.7');
SELECT rotate(:'r3_refresh_token'), families('ada'), sessions('ada');
SELECT count(*) FROM auth_get_session(:'r3_token');
SELECT kind, reason, user_id, session_id = :'r3_session_id' AS session, client_address FROM auth_get_events('ada', NULL, 2);

-- A spent token is a replay at once when its successor has been used, however
-- long ago it was spent; and after the grace period, whoever uses it.
SELECT begin_family('ada') AS t0 \gset
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SELECT refresh_token AS t2 FROM auth_rotate_refresh_token(:'t1') \gset
SELECT refresh_token AS t3 FROM auth_rotate_refresh_token(:'t2') \gset
SELECT rotate(:'t0');
SELECT rotate(:'t3'), families('ada'), sessions('ada');
SELECT begin_family('ada') AS t0 \gset
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SET auth.refresh_grace = '1h';
UPDATE auth_refresh_token SET rotated_at = rotated_at - interval '59 min';
SELECT rotate(:'t0');
SELECT rotated_at < now() - interval '58 min' AS "the grace does not grow" FROM auth_refresh_token;
UPDATE auth_refresh_token SET rotated_at = rotated_at - interval '1 min';
SELECT rotate(:'t0'), families('ada'), sessions('ada');
SET auth.refresh_grace = 0;
SELECT begin_family('ada') AS t0 \gset
SELECT rotate(:'t0');
SELECT rotate(:'t0');
RESET auth.refresh_grace;
-- A token that the holder of an old one has made up is a replay as well.
SELECT begin_family('ada') AS t0 \gset
SELECT rotate(left(:'t0', 47) || CASE WHEN right(:'t0', 1) = 'a' THEN 'b' ELSE 'a' END), families('ada');

-- A burst of tabs is answered seventeen times, then refused; no more is stored.
SELECT begin_family('ada') AS t0 \gset
SELECT status, count(*), count(DISTINCT refresh_token) AS tokens
FROM generate_series(1, 20) i, auth_rotate_refresh_token(left(:'t0', 48 + i)) GROUP BY status ORDER BY status;
SELECT cardinality(sibling_hashes), families('ada'), sessions('ada') FROM auth_refresh_token;

-- What is no token of a family is refused, and ends nothing.
SELECT DISTINCT rotate(token) FROM (VALUES (''), ('x'), (left(:'t0', 47)), (:'t0' || 'a'), (upper(:'t0')), (reverse(:'t0')),
    (' ' || left(:'t0', 47)), (left(:'t0', 47) || 'é'), (repeat('a', 1000000)), (right(:'t0', 24) || left(:'t0', 24)),
    ((auth_create_session('ada')).token)) v(token);
SELECT families('ada'), auth_revoke_user_refresh_tokens('ada'), families('ada'), sessions('ada');
SELECT auth_invalidate_user_sessions('ada');

-- Times.  A token lasts for its family's lifetime, or the setting's.
SELECT r.refresh_token AS t0, r.expires_at - now() > interval '2 days 23 h' AND r.expires_at - now() < interval '3 days 1 min' AS expires,
    r.ends_at - now() > interval '9 days 23 h' AND r.ends_at - now() < interval '10 days 1 min' AS ends
FROM auth_create_session('ada', active_period => '15 min', idle_period => '0') s,
    auth_create_refresh_token(s.session_id, '3 days', '10 days') r \gset
SELECT :'expires' AS expires, :'ends' AS ends, lifetime FROM auth_refresh_token;
SELECT refresh_expires_at > now() + interval '2 days 23 h' AS expires, refresh_ends_at = f.ends_at AS ends,
    r.expires_at = f.ends_at AS session_ends, refresh_token AS t1
FROM auth_refresh_token f, auth_rotate_refresh_token(:'t0') r \gset
SELECT :'expires' AS expires, :'ends' AS ends, :'session_ends' AS session_ends;
-- Near the end, token and session do not last longer than that.
UPDATE auth_refresh_token SET ends_at = now() + interval '5 min';
SELECT r.status, r.refresh_expires_at = f.ends_at AS expires, r.active_expires_at = f.ends_at AS active, r.idle_expires_at = f.ends_at AS idle,
    refresh_token AS t2
FROM auth_refresh_token f, auth_rotate_refresh_token(:'t1') r \gset
SELECT :'status' AS status, :'expires' AS expires, :'active' AS active, :'idle' AS idle;
UPDATE auth_refresh_token SET ends_at = now() - interval '1 s';
SELECT rotate(:'t2'), families('ada'), sessions('ada');
UPDATE auth_refresh_token SET ends_at = 'infinity', expires_at = now() - interval '1 s';
SELECT rotate(:'t2'), rotate(:'t0'), families('ada');
UPDATE auth_refresh_token SET expires_at = now() + interval '1 min';
SELECT rotate(:'t2');
-- A session that is idle or has expired comes back; its absolute end does not.
SELECT begin_family('ada') AS t0 \gset
UPDATE auth_session SET active_expires_at = now() - interval '2 days', idle_expires_at = now() - interval '1 day';
SELECT status, state, session_attributes, refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SELECT :'status' AS status, :'state' AS state, :'session_attributes' AS session_attributes;
UPDATE auth_session SET expires_at = now() - interval '1 s';
SELECT rotate(:'t1');
SELECT auth_invalidate_user_sessions('ada'), families('ada');
SELECT r.ends_at = s.expires_at AS "a family ends with its session"
FROM auth_create_session('ada', lifetime => '1 h') s, auth_create_refresh_token(s.session_id, family_lifetime => '1 day') r;
SET auth.refresh_lifetime = '1h';
SET auth.refresh_family_lifetime = '2h';
SELECT begin_family('ada') AS t0 \gset
SELECT expires_at - created_at AS expires, ends_at - created_at AS ends FROM auth_refresh_token WHERE ends_at < 'infinity' AND lifetime IS NULL ORDER BY created_at DESC LIMIT 1;
RESET auth.refresh_lifetime;
RESET auth.refresh_family_lifetime;
SELECT auth_invalidate_user_sessions('ada');

-- Periods in SQL and in C are the same.
CREATE FUNCTION try_periods(active interval, idle interval) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    made auth_session := NULL;
    rotated auth_session := NULL;
    family auth_refresh_token := NULL;
    session uuid := (auth_create_session('ada', '{}', active, idle)).session_id;
    token text := (auth_create_refresh_token(session)).refresh_token;
BEGIN
    SELECT * INTO made FROM auth_session WHERE id = session;
    session := (auth_rotate_refresh_token(token)).session_id;
    SELECT * INTO rotated FROM auth_session WHERE id = session;
    SELECT * INTO family FROM auth_refresh_token WHERE session_id = session;
    RETURN format('active %s, idle %s',
        age(made.active_expires_at, made.created_at) = age(rotated.active_expires_at, family.rotated_at),
        age(made.idle_expires_at, made.created_at) = age(rotated.idle_expires_at, family.rotated_at));
END $$;
SELECT active, idle, try_periods(active, idle)
FROM (VALUES (NULL::interval, NULL::interval), ('1 mon', NULL), (NULL, '2 mons'), ('1 mon', '1 day 1 h'), ('1 s', '0')) v(active, idle);
SELECT auth_invalidate_user_sessions('ada');

-- A session has one family: a second one takes its place.
SELECT session_id FROM auth_create_session('ada') \gset
SELECT refresh_token AS old FROM auth_create_refresh_token(:'session_id') \gset
SELECT refresh_token AS t0 FROM auth_create_refresh_token(:'session_id') \gset
SELECT rotate(:'old'), rotate(:'t0'), families('ada');
SELECT auth_invalidate_user_sessions('ada');

-- Refusals.
SELECT refused('SELECT auth_create_refresh_token(NULL)');
SELECT refused('SELECT auth_create_refresh_token(gen_random_uuid())');
SELECT refused(format('SELECT auth_create_refresh_token(%L, %L, %L)', (auth_create_session('ada')).session_id, a, b))
FROM (VALUES ('0', NULL), ('-1 day', NULL), (NULL, '0'), (NULL, '-1 day'), ('10001 years', NULL), (NULL, '10001 years'), ('1 day -1 s', NULL)) v(a, b);
SELECT status, auth_revoke_refresh_token(NULL) FROM auth_rotate_refresh_token(NULL);
SELECT refused('SELECT auth_revoke_user_refresh_tokens(NULL)');
SELECT refused(format('SELECT auth_delete_dead_refresh_tokens(%s)', n)) FROM (VALUES ('NULL'), ('0'), ('-1'), ('1000001')) v(n);
SELECT auth_invalidate_user_sessions('ada');

-- Revocation.  Any token of the family will do.
SELECT begin_family('ada') AS t0 \gset
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SELECT refresh_token AS t2 FROM auth_rotate_refresh_token(:'t1') \gset
SELECT begin_family('ada') AS other \gset
SELECT auth_revoke_refresh_token(:'t0'), families('ada'), sessions('ada');
SELECT auth_revoke_refresh_token(:'t2'), auth_revoke_refresh_token('nonsense'), rotate(:'t2');
SELECT kind, reason FROM auth_get_events('ada', NULL, 2);
SELECT begin_family('ben') AS of_ben \gset
SELECT user_id FROM auth_create_session('ada');
SELECT auth_revoke_user_refresh_tokens('ada'), families('ada'), sessions('ada'), families('ben'), sessions('ben');
SELECT auth_revoke_user_refresh_tokens('ada'), auth_revoke_user_refresh_tokens('nobody');
SELECT auth_invalidate_user_sessions('ada');

-- What ends sessions ends their families.
CREATE FUNCTION try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    kept text := begin_family('ada', 'kept');
    lost text := begin_family('ada', 'lost');
    result text;
BEGIN
    EXECUTE replace(replace(statement, '$1', quote_literal((SELECT id FROM auth_session WHERE device = 'kept'))), '$2',
        quote_literal((SELECT id FROM auth_session WHERE device = 'lost')));
    result := format('%s families: kept %s, lost %s', families('ada'), rotate(kept), rotate(lost));
    UPDATE auth_user SET disabled_at = NULL WHERE id = 'ada' AND disabled_at IS NOT NULL;
    PERFORM auth_invalidate_user_sessions('ada');
    RETURN result;
END $$;
SELECT statement, try(statement) FROM (VALUES
    ('SELECT 1'),
    ('SELECT auth_invalidate_session($2)'),
    ('SELECT auth_invalidate_user_sessions(''ada'', $1)'),
    ('SELECT auth_invalidate_user_sessions(''ada'')'),
    ('SELECT auth_update_user_password(''ada'', ''another horse'', $1)'),
    ('SELECT auth_update_key_password(''email'', ''ada'', ''another horse'', $1)'),
    ('SELECT auth_change_user_password(''ada'', ''another horse'', ''correct horse'', except_session => $1)'),
    ('SELECT auth_update_user_password(''ada'', ''correct horse'')'),
    ('UPDATE auth_user SET disabled_at = now() WHERE id = ''ada'''),
    ('DELETE FROM auth_session WHERE id = $2'),
    ('UPDATE auth_session SET expires_at = now() - interval ''1 s'' WHERE id = $2')) v(statement);
SELECT begin_family('ada') AS t0 \gset
SELECT token FROM auth_rotate_refresh_token(:'t0') \gset
SELECT auth_sign_out(:'token'), families('ada');
-- A user that was disabled past its trigger is refused.
SELECT begin_family('ada') AS t0 \gset
ALTER TABLE auth_user DISABLE TRIGGER USER;
UPDATE auth_user SET disabled_at = now() WHERE id = 'ada';
SELECT rotate(:'t0');
UPDATE auth_user SET disabled_at = NULL WHERE id = 'ada';
ALTER TABLE auth_user ENABLE TRIGGER USER;
SELECT families('ben'), auth_delete_user('ben'), families('ben'), rotate(:'of_ben');
SELECT auth_invalidate_user_sessions('ada');

-- The purge leaves a session that a refresh token can bring back.
SELECT begin_family('ada') AS t0 \gset
UPDATE auth_session SET active_expires_at = now() - interval '2 days', idle_expires_at = now() - interval '1 day';
SELECT auth_delete_dead_sessions(), auth_delete_dead_user_sessions('ada'), auth_delete_dead_refresh_tokens();
SELECT rotate(:'t0');
UPDATE auth_session SET active_expires_at = now() - interval '2 days', idle_expires_at = now() - interval '1 day';
UPDATE auth_refresh_token SET expires_at = now() - interval '1 s';
SELECT auth_delete_dead_sessions(), auth_delete_dead_refresh_tokens(), sessions('ada'), families('ada');
SELECT count(begin_family('ada')) FROM generate_series(1, 5);
UPDATE auth_refresh_token SET ends_at = now() - interval '1 s';
SELECT auth_delete_dead_refresh_tokens(3), auth_delete_dead_refresh_tokens(3), auth_delete_dead_refresh_tokens(3);
SELECT auth_invalidate_user_sessions('ada');

-- A rollback does not undo that a replay has ended the family and its session.
SELECT begin_family('ada') AS t0 \gset
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SELECT refresh_token AS t2, token FROM auth_rotate_refresh_token(:'t1') \gset
BEGIN;
SELECT rotate(:'t0'), families('ada');
ROLLBACK;
SELECT count(*) FROM auth_get_session(:'token');
SELECT rotate(:'t2'), families('ada'), sessions('ada');
SELECT kind FROM auth_get_events('ada', NULL, 1);
SELECT begin_family('ada') AS t0 \gset
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SELECT refresh_token AS t2, token FROM auth_rotate_refresh_token(:'t1') \gset
BEGIN;
SAVEPOINT a;
SELECT rotate(:'t0');
ROLLBACK TO a;
COMMIT;
SELECT count(*) FROM auth_get_session(:'token');
SELECT rotate(:'t2');
-- It adds one row, however often; nobody gets on, nor is shown the session.
SELECT begin_family('ada') AS t0 \gset
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SELECT refresh_token AS t2, token, session_id FROM auth_rotate_refresh_token(:'t1') \gset
BEGIN;
SELECT rotate(:'t0');
ROLLBACK;
SELECT rotate(:'t0'), rotate(:'t1'), rotate(:'t2'), count(*) FROM auth_ended WHERE id = auth_session_id(left(:'t0', 24));
SELECT count(*) FROM auth_get_session(:'token');
SELECT count(*) FROM auth_validate_session(:'token');
SELECT count(*) FROM auth_get_user_sessions('ada');
SELECT refused(format('SELECT auth_update_session_attributes(%L, ''{"device": "x"}'')', :'session_id'));
SELECT refused(format('SELECT auth_create_refresh_token(%L)', :'session_id'));
SELECT status FROM auth_change_password(:'token', 'correct horse', 'another horse');
-- An update of the rows, whatever it writes, brings nothing back.
UPDATE auth_session SET expires_at = 'infinity', idle_expires_at = 'infinity', active_expires_at = 'infinity' WHERE id = :'session_id';
UPDATE auth_refresh_token SET expires_at = 'infinity', ends_at = 'infinity' WHERE session_id = :'session_id';
SELECT count(*), rotate(:'t2') FROM auth_validate_session(:'token');
-- Its rows are dead for the purge, and what ended them goes when both are gone.
SELECT families('ada'), sessions('ada'), (SELECT count(*) FROM auth_ended WHERE user_id = 'ada') AS ended;
SELECT auth_delete_dead_user_sessions('ada'), sessions('ada');
SELECT auth_delete_dead_sessions();
SELECT count(*) FROM auth_ended;
SELECT auth_delete_dead_refresh_tokens(), families('ada');
SELECT count(*) FROM auth_ended;
-- What depends on the session's end makes no difference.
ALTER TABLE auth_session ADD CHECK (expires_at > created_at);
SELECT begin_family('ada') AS t0 \gset
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SELECT refresh_token AS t2, token FROM auth_rotate_refresh_token(:'t1') \gset
BEGIN;
SELECT rotate(:'t0');
ROLLBACK;
SELECT count(*) FROM auth_get_session(:'token');
SELECT rotate(:'t2');
ALTER TABLE auth_session DROP CONSTRAINT auth_session_check;
CREATE INDEX by_end ON auth_session (expires_at);
SELECT begin_family('ada') AS t0 \gset
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SELECT refresh_token AS t2, token FROM auth_rotate_refresh_token(:'t1') \gset
BEGIN;
SELECT rotate(:'t0');
ROLLBACK;
SELECT count(*) FROM auth_get_session(:'token');
SELECT rotate(:'t2');
DROP INDEX by_end;
SELECT auth_delete_dead_refresh_tokens(), families('ada'), sessions('ada');
SELECT count(*) FROM auth_ended;
SELECT auth_delete_dead_sessions(), sessions('ada');
SELECT count(*) FROM auth_ended;
-- One that commits leaves a row until the next purge.
SELECT begin_family('ada') AS t0 \gset
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
SELECT refresh_token AS t2 FROM auth_rotate_refresh_token(:'t1') \gset
SELECT rotate(:'t0'), families('ada'), sessions('ada');
SELECT count(*) FROM auth_ended;
SELECT auth_delete_dead_sessions();
SELECT count(*) FROM auth_ended;
-- A rotation that is rolled back has not happened.
SELECT begin_family('ada') AS t0 \gset
BEGIN;
SELECT refresh_token AS t1 FROM auth_rotate_refresh_token(:'t0') \gset
ROLLBACK;
SELECT rotate(:'t0');
-- Read-only.
BEGIN READ ONLY;
SELECT refused(format('SELECT %s', call)) FROM (VALUES ('auth_create_refresh_token(gen_random_uuid())'), ('auth_rotate_refresh_token(''x'')'),
    ('auth_revoke_refresh_token(''x'')'), ('auth_revoke_user_refresh_tokens(''ada'')'), ('auth_delete_dead_refresh_tokens()')) v(call);
COMMIT;

-- Foreign keys of the application's follow the session, or keep it from being rotated.
SELECT auth_invalidate_user_sessions('ada');
CREATE TABLE cart (session_id uuid REFERENCES auth_session ON UPDATE CASCADE ON DELETE CASCADE);
SELECT begin_family('ada') AS t0 \gset
INSERT INTO cart SELECT id FROM auth_session WHERE id = (SELECT session_id FROM auth_refresh_token WHERE id = auth_session_id(left(:'t0', 24)));
SELECT refresh_token AS t1, session_id FROM auth_rotate_refresh_token(:'t0') \gset
SELECT session_id = :'session_id' AS follows FROM cart;
ALTER TABLE cart DROP CONSTRAINT cart_session_id_fkey, ADD FOREIGN KEY (session_id) REFERENCES auth_session;
SELECT split_part(refused(format('SELECT auth_rotate_refresh_token(%L)', :'t1')), E'\n', 1);
DROP TABLE cart;
-- A trigger of the application's that refuses keeps the session as it is.
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE UPDATE ON auth_session FOR EACH ROW EXECUTE FUNCTION keep();
SELECT rotate(:'t1');
DROP TRIGGER keep ON auth_session;

SELECT kind, reason, count(*) FROM auth_event WHERE user_id = 'ada' AND kind ~ 'refresh|session' AND id > :start GROUP BY kind, reason ORDER BY kind, reason;
SELECT auth_delete_user('ada');
DROP FUNCTION try_periods(interval, interval);
DROP FUNCTION begin_family(text, text);
DROP FUNCTION rotate(text);
DROP FUNCTION families(text);
DROP FUNCTION sessions(text);
DROP FUNCTION try(text);
DROP FUNCTION keep();
ALTER TABLE auth_session DROP device;

-- Days are those of UTC and have 24 hours, wherever the caller is; one of the
-- three ends where clocks have been changed.
SELECT user_id FROM auth_create_user(user_id => 'zoe');
SET TimeZone = 'Europe/Berlin';
SELECT count(r.status) FROM generate_series(100, 300, 100) AS days,
    LATERAL auth_create_session('zoe', active_period => make_interval(days => days), idle_period => make_interval(days => 2 * days)) s,
    LATERAL auth_create_refresh_token(s.session_id, make_interval(days => days)) f,
    LATERAL auth_rotate_refresh_token(f.refresh_token) r;
SELECT extract(day FROM s.active_period) AS days, extract(epoch FROM s.active_expires_at - f.rotated_at) / 86400 AS active,
    extract(epoch FROM s.idle_expires_at - f.rotated_at) / 86400 AS idle, extract(epoch FROM f.expires_at - f.rotated_at) / 86400 AS expires
FROM auth_session s JOIN auth_refresh_token f ON f.session_id = s.id WHERE s.user_id = 'zoe' ORDER BY 1;
SELECT count(*) FROM generate_series(100, 300, 100) AS days, LATERAL auth_create_session('zoe', lifetime => make_interval(days => days)) s;
SELECT extract(epoch FROM expires_at - created_at) / 86400 AS lifetime FROM auth_session WHERE user_id = 'zoe' AND expires_at < 'infinity' ORDER BY 1;
RESET TimeZone;
SELECT auth_delete_user('zoe');

-- A session that a replay has ended does not come back, whoever's it becomes.
SELECT count(auth_create_user(user_id => id)) FROM unnest(ARRAY['merged', 'other']) id;
SELECT session_id FROM auth_create_session('merged') \gset
SELECT refresh_token AS t0 FROM auth_create_refresh_token(:'session_id') \gset
SELECT token FROM auth_rotate_refresh_token(:'t0') \gset
SET auth.refresh_grace = 0;
BEGIN;
SELECT status FROM auth_rotate_refresh_token(:'t0');
ROLLBACK;
RESET auth.refresh_grace;
UPDATE auth_session SET user_id = 'other' WHERE user_id = 'merged';
UPDATE auth_refresh_token SET user_id = 'other' WHERE user_id = 'merged';
SELECT auth_delete_dead_refresh_tokens(1000) > 0 AS removed;
SELECT count(*) FROM auth_get_session(:'token');
SELECT auth_delete_dead_sessions(1000) > 0 AS removed;
SELECT auth_delete_dead_refresh_tokens(1000);
SELECT count(*) FROM auth_ended;
SELECT count(auth_delete_user(id)) FROM unnest(ARRAY['merged', 'other']) id;
