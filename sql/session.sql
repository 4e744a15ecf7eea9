-- Sessions.
SELECT user_id FROM auth_create_user('email', 's1', user_id => 's1');
SELECT user_id FROM auth_create_user('email', 's2', user_id => 's2');
SELECT token, session_id FROM auth_create_session('s1') \gset
SELECT :'token' ~ '^[a-z0-9]{32}$' AS letters, auth_session_id(:'token') = :'session_id' AS id,
    left(encode(sha256(:'token'), 'hex'), 32) ~ regexp_replace(:'session_id', '(.*)-(.*)-8(.*)-[89ab](.*)-(.*)', '\1\2.\3.\4\5') AS hash;
SELECT count(*) FROM auth_session s WHERE s::text LIKE '%' || :'token' || '%';
SELECT auth_session_id(''), auth_session_id('abc'), auth_session_id(NULL);
SELECT token IS NULL AS no_token, session_id = :'session_id' AS session, user_id, state, fresh,
    active_expires_at - now() BETWEEN interval '23:59' AND '24:01' AS day,
    idle_expires_at - active_expires_at AS idle, expires_at, session_attributes, user_attributes
FROM auth_validate_session(:'token');
SELECT token IS NULL AS no_token, user_id, state, fresh FROM auth_get_session(:'token');
SELECT user_id, state, fresh FROM auth_create_session('s1');

-- What is no token of a living session gives no row.
SELECT count(*) FROM auth_validate_session('');
SELECT count(*) FROM auth_validate_session(NULL);
SELECT count(*) FROM auth_get_session(NULL);
SELECT count(*) FROM auth_validate_session(left(:'token', 31));
SELECT count(*) FROM auth_validate_session(:'token' || 'a');
SELECT count(*) FROM auth_validate_session(upper(:'token'));
SELECT count(*) FROM auth_validate_session(:'session_id');
SELECT count(*) FROM auth_validate_session(repeat('x', 1048576));

-- In the select list, in FROM, laterally, repeatedly, and in PL/pgSQL.
SELECT (auth_validate_session(:'token')).user_id, (auth_get_session(:'token')).state;
SELECT i, user_id FROM generate_series(1, 3) i LEFT JOIN LATERAL
    auth_validate_session(CASE WHEN i = 2 THEN 'x' ELSE :'token' END) ON true;
SELECT count(*) FROM generate_series(1, 1000), auth_validate_session(:'token');
DO $$
DECLARE
    session auth_session_object;
BEGIN
    FOR i IN 1 .. 1000 LOOP
        SELECT * INTO session FROM auth_validate_session('no');
        ASSERT session IS NULL;
    END LOOP;
END;
$$;

-- Periods of its own.
SELECT active_expires_at - created_at AS active, idle_expires_at - created_at AS idle, expires_at - created_at AS "end"
FROM auth_create_session('s2', '{}', '1 hour', '2 days', '30 days');
SELECT active_period, idle_period FROM auth_session WHERE user_id = 's2';
-- The absolute end bounds the other two.
SELECT active_expires_at = expires_at AS active, idle_expires_at = expires_at AS idle
FROM auth_create_session('s2', lifetime => '1 minute');
SELECT active_expires_at < expires_at AS active, idle_expires_at = expires_at AS idle
FROM auth_create_session('s2', active_period => '1 minute', lifetime => '1 hour');
SELECT idle_expires_at = active_expires_at AS no_idle FROM auth_create_session('s2', idle_period => '0');
SELECT refused('SELECT auth_create_session(''s2'', active_period => ''0'')');
SELECT refused('SELECT auth_create_session(''s2'', active_period => ''-1 s'')');
SELECT refused('SELECT auth_create_session(''s2'', idle_period => ''-1 s'')');
SELECT refused('SELECT auth_create_session(''s2'', lifetime => ''0'')');
SELECT refused('SELECT auth_create_session(''s2'', lifetime => ''-1 s'')');
SELECT refused('SELECT auth_create_session(''s2'', active_period => ''1 mon -1 days'')');
SELECT refused('SELECT auth_create_session(''s2'', idle_period => ''2 days -1 hour'')');
SELECT refused('SELECT auth_create_session(''s2'', active_period => ''10001 years'')');
SELECT expires_at - active_expires_at > interval '9900 years' AS long FROM auth_create_session('s2', lifetime => '10000 years');
SELECT refused('SELECT auth_create_session(''s2'', lifetime => ''178000000 years'')');
SELECT refused('SELECT auth_create_session(''s2'', NULL)');
SELECT refused('SELECT auth_create_session(''s2'', ''[]'')');
SELECT refused('SELECT auth_create_session(''nobody'')');
SELECT refused('SELECT auth_create_session(NULL)');
SET auth.session_active_period = '1h';
SET auth.session_idle_period = '2d';
SET auth.session_lifetime = '30d';
SELECT idle_expires_at - active_expires_at AS idle, expires_at - active_expires_at AS "end" FROM auth_create_session('s2');
RESET auth.session_active_period;
RESET auth.session_idle_period;
RESET auth.session_lifetime;

-- By what methods its user was authenticated, and when, is kept as it was.
SELECT created_at = authenticated_at AS new, created_at <= clock_timestamp() AS now, aal, amr FROM auth_create_session('s2');
SELECT n, aal, s.amr, s.amr = array_cat('{}', s.amr) AS ordinary, array_send(s.amr) = array_send(array_cat('{}', s.amr)) AS to_the_byte
FROM (VALUES (1, NULL), (2, '{}'), (3, '{pwd}'), (4, '{fed}'), (5, '{otp,pwd,otp}'), (6, '{{pwd},{recovery}}'), (7, '{hwk,user}'),
    (8, '{swk,device}'), (9, '{user}'), (10, '{pwd,link,fed,otp,hwk,swk,user,recovery,device}')) a (n, amr),
    LATERAL auth_create_session('s2', amr => a.amr::text[]) s;
SELECT refused('SELECT auth_create_session(''s2'', amr => ''{pwd,sms}'')');
SELECT refused('SELECT auth_create_session(''s2'', amr => ''{mfa}'')');
SELECT refused('SELECT auth_create_session(''s2'', amr => ''{pwd,NULL}'')');
SELECT refused('SELECT auth_create_session(''s2'', amr => ARRAY[''''])');
SELECT refused('SELECT auth_create_session(''s2'', amr => ARRAY[repeat(''ü'', 100000)])');
SELECT token AS t, session_id AS id FROM auth_create_session('s2', amr => '{pwd,otp}') \gset
UPDATE auth_session SET active_expires_at = '2020-01-01', authenticated_at = '2020-01-02', created_at = '2020-01-01' WHERE id = :'id';
SELECT aal, amr, authenticated_at = '2020-01-02' AS kept FROM auth_get_session(:'t');
SELECT fresh, aal, amr, authenticated_at = '2020-01-02' AS kept, created_at = '2020-01-01' AS created FROM auth_validate_session(:'t');
SELECT count(*) FROM auth_get_user_sessions('s2') WHERE aal = 2 AND amr = '{pwd,otp,mfa}' AND authenticated_at = '2020-01-02';
-- The tables' owner may write any number, and any time.
UPDATE auth_session SET methods = -1, authenticated_at = 'infinity' WHERE id = :'id';
SELECT aal, amr, authenticated_at FROM auth_validate_session(:'t');
UPDATE auth_session SET methods = 1 << 30, authenticated_at = '-infinity' WHERE id = :'id';
SELECT aal, amr, authenticated_at FROM auth_validate_session(:'t');
SELECT amr[1], array_length(amr, 1), amr || 'x'::text AS more, 'otp' = ANY (amr) AS has, to_jsonb(amr) FROM auth_create_session('s2', amr => '{pwd,otp}');

-- States, by moving a session's expiries.
CREATE FUNCTION move(active interval, idle interval, "end" interval DEFAULT '1 day') RETURNS TABLE (state text, fresh boolean, renewed boolean)
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE auth_session s SET active_expires_at = clock_timestamp() + active,
        idle_expires_at = clock_timestamp() + idle, expires_at = clock_timestamp() + "end"
    WHERE id = auth_session_id(current_setting('test.token'));
    RETURN QUERY SELECT v.state, v.fresh, v.active_expires_at > clock_timestamp() + interval '1 minute'
        FROM auth_validate_session(current_setting('test.token')) v;
END;
$$;
SET test.token = :'token';
SELECT * FROM move('1 hour', '2 hours');
SELECT * FROM move('-1 s', '1 hour');
SELECT state, fresh FROM auth_validate_session(:'token');
SELECT * FROM move('-2 s', '-1 s');
SELECT * FROM move('-2 s', '1 hour', '-1 s');
SELECT * FROM move('1 hour', '2 hours', '-1 s');
SELECT * FROM move('-1 s', '1 hour', '10 s');
-- Reading never renews; nor does a read-only transaction.
UPDATE auth_session SET active_expires_at = '2020-01-01', idle_expires_at = 'infinity', expires_at = 'infinity'
WHERE id = :'session_id';
SELECT state, fresh, active_expires_at = '2020-01-01' AS old FROM auth_get_session(:'token');
BEGIN READ ONLY;
SELECT state, fresh, active_expires_at = '2020-01-01' AS old FROM auth_validate_session(:'token');
COMMIT;
-- Renewal by its own periods, within the absolute end, once.
UPDATE auth_session SET active_period = '1 min', idle_period = '1 hour', expires_at = clock_timestamp() + interval '10 min'
WHERE id = :'session_id';
SELECT state, fresh, active_expires_at < clock_timestamp() + interval '1 min' AS minute, idle_expires_at = expires_at AS "end"
FROM auth_validate_session(:'token');
SELECT xmin AS old FROM auth_session WHERE id = :'session_id' \gset
SELECT state, fresh FROM auth_validate_session(:'token');
SELECT xmin = :old AS once FROM auth_session WHERE id = :'session_id';
-- A renewal is part of the caller's transaction.
UPDATE auth_session SET active_expires_at = '2020-01-01' WHERE id = :'session_id';
BEGIN;
SELECT state, fresh FROM auth_validate_session(:'token');
ROLLBACK;
SELECT state FROM auth_get_session(:'token');
-- Made and ended in one transaction, and after a savepoint.
BEGIN;
SELECT token AS t FROM auth_create_session('s2') \gset
SELECT count(*) FROM auth_validate_session(:'t');
SAVEPOINT s;
SELECT auth_sign_out(:'t');
SELECT count(*) FROM auth_validate_session(:'t');
ROLLBACK TO s;
SELECT count(*) FROM auth_validate_session(:'t');
ROLLBACK;
SELECT count(*) FROM auth_validate_session(:'t');

-- Listing: the living ones, oldest first.
TRUNCATE auth_session;
SELECT count(*) FROM auth_get_user_sessions('s2');
SELECT session_id AS first FROM auth_create_session('s2') \gset
SELECT session_id AS second FROM auth_create_session('s2') \gset
SELECT session_id AS third FROM auth_create_session('s2') \gset
SELECT session_id AS dead FROM auth_create_session('s2') \gset
UPDATE auth_session SET idle_expires_at = '2020-01-01' WHERE id = :'dead';
SELECT array_agg(session_id) = ARRAY[:'first', :'second', :'third']::uuid[] AS listed, bool_and(token IS NULL AND NOT fresh) AS quiet
FROM auth_get_user_sessions('s2');
SELECT refused('SELECT auth_get_user_sessions(''nobody'')');
SELECT refused('SELECT auth_get_user_sessions(NULL)');
SELECT refused(format('SELECT auth_update_session_attributes(%L, ''{}'')', :'dead'));

-- Ending them.
SELECT auth_invalidate_session(:'third');
SELECT auth_invalidate_session(:'third');
SELECT refused('SELECT auth_invalidate_session(NULL)');
SELECT auth_invalidate_user_sessions('s2', except_session => :'first');
SELECT array_agg(session_id) = ARRAY[:'first']::uuid[] AS left FROM auth_get_user_sessions('s2');
SELECT auth_invalidate_user_sessions('s2');
SELECT auth_invalidate_user_sessions('nobody');
SELECT refused('SELECT auth_invalidate_user_sessions(NULL)');
SELECT token AS t FROM auth_create_session('s2') \gset
SELECT auth_sign_out(:'t');
SELECT auth_sign_out(:'t');
SELECT auth_sign_out('');
-- A token that is NULL is one that nobody has.
SELECT auth_sign_out(NULL), status FROM auth_change_password(NULL, 'correct horse', 'another horse');

-- A session of another system goes on under its own token.
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id('session id of another system'), 's1', to_timestamp(4102444800000 / 1000.0), to_timestamp(4102444800000 / 1000.0);
SELECT user_id, state FROM auth_validate_session('session id of another system');

-- Removing dead rows, in batches.
TRUNCATE auth_session;
SELECT count(*) FROM generate_series(1, 10) i, auth_create_session('s1', jsonb_build_object() - i::text);
SELECT count(*) FROM generate_series(1, 3) i, auth_create_session('s2', jsonb_build_object() - i::text);
UPDATE auth_session SET idle_expires_at = '2020-01-01' WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth_session WHERE user_id = 's1' LIMIT 6));
UPDATE auth_session SET expires_at = '2020-01-01' WHERE user_id = 's2';
SELECT auth_delete_dead_user_sessions('s2'), auth_delete_dead_user_sessions('nobody');
SELECT auth_delete_dead_sessions(4);
SELECT auth_delete_dead_sessions(batch_size => 4);
SELECT auth_delete_dead_sessions();
SELECT count(*) FROM auth_session;
-- A batch goes on behind the one before it, also when that was undone, and
-- at the end of the table at its start: none is left out.
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    SELECT auth_session_id('dead ' || i), 's1', '2020-01-01', '2020-01-02' FROM generate_series(1, 9) i;
BEGIN;
SELECT auth_delete_dead_sessions(3), auth_delete_dead_sessions(2);
ROLLBACK;
SELECT auth_delete_dead_sessions(2);
SELECT count(*) AS before FROM auth_session WHERE id = auth_session_id('dead 1');
SELECT auth_delete_dead_sessions(7);
SELECT auth_delete_dead_sessions(1), (SELECT count(*) FROM auth_session);

SELECT refused('SELECT auth_delete_dead_sessions(0)');
SELECT refused('SELECT auth_delete_dead_sessions(1000001)');
SELECT refused('SELECT auth_delete_dead_sessions(NULL)');
SELECT refused('SELECT auth_delete_dead_user_sessions(NULL)');

TRUNCATE auth_user CASCADE;
DROP FUNCTION move;
