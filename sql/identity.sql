-- Who acts in a transaction.
CREATE FUNCTION who() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(auth_user_id(), 'nobody') $$;
SELECT user_id FROM auth_create_user(user_id => 'ida');
SELECT user_id FROM auth_create_user(user_id => 'ian');
SELECT user_id FROM auth_create_user(user_id => 'off');
SELECT user_id FROM auth_create_user(user_id => '3F2504E0-4f89-41d3-9a0c-0305e82c3301');
SELECT user_id FROM auth_create_user(user_id => '3f2504e0-4f89-41d3-9a0c-0305e82c3301');
SELECT user_id FROM auth_create_user(user_id => '{3f2504e0-4f89-41d3-9a0c-0305e82c3301}');
SELECT user_id FROM auth_create_user(user_id => '3f2504e04f8941d39a0c0305e82c3301');
SELECT user_id FROM auth_create_user(user_id => '3f2504e0-4f89-41d3-9a0c-0305e82c33zz');
SELECT user_id FROM auth_create_user(user_id => '3f2504e0+4f89+41d3+9a0c+0305e82c3301');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, expires_at, methods, authenticated_at)
SELECT auth_session_id(token), user_id, now() + active, now() + idle, now() + coalesce("end", '1 year'),
    methods, now() - age
FROM (VALUES ('i ida', 'ida', interval '1 day', interval '2 days', NULL::interval, 1, interval '10 minutes'),
    ('i ida 2', 'ida', '1 day', '2 days', NULL, 9, '1 minute'),
    ('i ida 0', 'ida', '1 day', '2 days', NULL, 0, NULL),
    ('i ida future', 'ida', '1 day', '2 days', NULL, 1, '-1 hour'),
    ('i ian', 'ian', '1 day', '2 days', NULL, 1, NULL),
    ('i idle', 'ian', '-1 s', '2 days', NULL, 1, NULL),
    ('i dead', 'ida', '-2 s', '-1 s', NULL, 1, NULL),
    ('i ended', 'ida', '1 day', '2 days', '-1 s', 1, NULL),
    ('i off', 'off', '1 day', '2 days', NULL, 1, NULL))
    AS s (token, user_id, active, idle, "end", methods, age);
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id(id), id, now() + '1 day', now() + '1 day' FROM auth_user WHERE id ~* '^.?3f2504e0';
UPDATE auth_user SET disabled_at = now() WHERE id = 'off';

-- Nobody.
SELECT auth_user_id(), auth_user_uuid(), auth_current_session_id(), auth_assurance_level(), auth_authenticated_at(),
    auth_has_level(0), auth_has_level(-1), auth_is_fresh('1000 years');
SELECT refused('SELECT auth_require(0)');
SELECT refused('SELECT auth_require(1, ''1 hour'')');

-- Somebody, until the transaction ends.
BEGIN;
SELECT auth_set_session('i ida');
SELECT auth_user_id(), auth_user_uuid(), auth_current_session_id() = auth_session_id('i ida') AS session,
    auth_assurance_level(), date_trunc('minute', now() - auth_authenticated_at()) AS age;
SELECT auth_has_level(0), auth_has_level(1), auth_has_level(2), auth_has_level(NULL),
    auth_is_fresh('11 minutes'), auth_is_fresh('9 minutes'), auth_is_fresh(NULL);
SELECT auth_require(1), auth_require(0), auth_require(1, NULL), auth_require(level => 1, max_age => '11 minutes');
SELECT refused('SELECT auth_require(2)');
SELECT refused('SELECT auth_require(1, ''9 minutes'')');
SELECT refused('SELECT auth_require(NULL)');
SELECT refused('SELECT auth_require(1, ''-1 minute'')');
SELECT refused('SELECT auth_is_fresh(''-1 minute'')');
SELECT auth_set_session('i ida 2');
SELECT auth_assurance_level(), date_trunc('minute', now() - auth_authenticated_at()) AS age, auth_has_level(2), auth_require(2, '2 minutes');
-- Not known by what it was made, which is no proof; nor is one of tomorrow.
SELECT auth_set_session('i ida 0');
SELECT auth_assurance_level(), auth_authenticated_at() = (SELECT created_at FROM auth_session WHERE id = auth_current_session_id()) AS created, auth_has_level(1), auth_is_fresh('1 minute');
SELECT auth_set_session('i ida future');
SELECT auth_has_level(1), auth_is_fresh('1 year');
SELECT refused('SELECT auth_require(1, ''1 year'')');
SELECT auth_clear_session();
SELECT who(), auth_assurance_level(), auth_clear_session();
SELECT auth_set_session('i ian'), auth_set_session('i ida');
SELECT who();
COMMIT;
SELECT who();
SELECT auth_set_session('i ida');
SELECT who();
BEGIN;
SELECT auth_set_session('i ida');
ROLLBACK;
SELECT who();
BEGIN;
SELECT auth_set_session('i ida');
SELECT 1 / 0;
COMMIT;
SELECT who();

-- Whoever is refused is nobody from then on, and not who acted before.
CREATE FUNCTION after(token text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    ASSERT auth_set_session('i ida') AND who() = 'ida';
    RETURN concat_ws(' ', auth_set_session(token), who(), auth_current_session_id() = auth_session_id(token),
        auth_authenticated_at() IS NOT NULL, auth_assurance_level());
END $$;
SELECT token, after(token) FROM unnest('{i ian,i idle,i dead,i ended,i off,none,"",I IDA,"i ida "}'::text[]) token;
SELECT after(NULL), after(repeat('x', 1048576)), after(auth_session_id('i ida')::text);
SELECT refresh_token FROM auth_create_refresh_token(auth_session_id('i ida')) \gset
SELECT after(:'refresh_token');
SELECT token AS one_time FROM auth_create_token('visit', 'ida') \gset
SELECT after(:'one_time');
DELETE FROM auth_refresh_token WHERE user_id = 'ida';
DELETE FROM auth_token WHERE user_id = 'ida';

-- An idle session is renewed, as by its validation.
UPDATE auth_session SET active_expires_at = now() - interval '1 s' WHERE id = auth_session_id('i idle');
SELECT auth_set_session('i idle');
SELECT active_expires_at - now() > interval '23 hours' AS renewed FROM auth_session WHERE id = auth_session_id('i idle');
UPDATE auth_session SET active_expires_at = now() - interval '1 s' WHERE id = auth_session_id('i idle');
BEGIN READ ONLY;
SELECT auth_set_session('i idle'), who();
SELECT who();
COMMIT;
SELECT active_expires_at < now() AS idle FROM auth_session WHERE id = auth_session_id('i idle');

-- A proof gives the session another token.  Whoever acts by it goes on to, by what
-- it amounts to now; others do not begin to.
SELECT user_id FROM auth_create_user('email', 'ina@example.com', 'correct horse', user_id => 'ina');
SELECT token AS ina FROM auth_create_session('ina', amr => '{link}') \gset
UPDATE auth_session SET created_at = now() - interval '1 hour' WHERE user_id = 'ina';
BEGIN;
SELECT auth_set_session(:'ina');
SELECT auth_is_fresh('1 minute'), auth_current_session_id() = auth_session_id(:'ina') AS session;
SAVEPOINT before;
SELECT token AS ina2 FROM auth_reauthenticate(:'ina', 'correct horse') \gset
SELECT auth_is_fresh('1 minute'), auth_require(1, '1 minute'), auth_current_session_id() = auth_session_id(:'ina2') AS session, auth_user_id();
SELECT auth_set_session(:'ina');
SELECT auth_user_id();
ROLLBACK TO before;
SELECT auth_is_fresh('1 minute'), auth_current_session_id() = auth_session_id(:'ina') AS session;
SELECT auth_set_session('i ida');
SELECT status FROM auth_reauthenticate(:'ina', 'correct horse');
SELECT who(), auth_is_fresh('1 minute');
SELECT auth_clear_session();
SELECT who();
ROLLBACK;
SELECT auth_delete_user('ina');

-- A UUID is one only where no other id can be the same.
CREATE FUNCTION uuid_of(token text) RETURNS uuid LANGUAGE plpgsql AS $$
BEGIN
    ASSERT auth_set_session(token);
    RETURN auth_user_uuid();
END $$;
SELECT id, uuid_of(id) FROM auth_user WHERE id ~* '^.?3f2504e0' ORDER BY id COLLATE "C";

-- Savepoints: what is rolled back was not set, and not refused.
BEGIN;
SELECT auth_set_session('i ida'), who();
SAVEPOINT one;
SELECT who(), auth_set_session('i ian'), who();
SAVEPOINT two;
SELECT who(), auth_set_session('none'), who();
SAVEPOINT three;
SELECT who(), auth_set_session('i ida 2'), who();
SAVEPOINT four;
SELECT who(), auth_set_session('i ian'), who(), auth_set_session('i idle'), who(), auth_clear_session(), who();
ROLLBACK TO four;
SELECT who(), auth_assurance_level();
SAVEPOINT five;
SELECT auth_set_session('i ian');
RELEASE five;
SELECT who();
ROLLBACK TO three;
SELECT who();
ROLLBACK TO two;
SELECT who();
RELEASE one;
SELECT who();
SAVEPOINT six;
SAVEPOINT seven;
SELECT auth_set_session('i ida 2');
RELEASE seven;
RELEASE six;
SELECT who(), auth_assurance_level();
SAVEPOINT eight;
ROLLBACK TO eight;
SELECT who(), auth_assurance_level();
COMMIT;
SELECT who();

-- The blocks of PL/pgSQL are subtransactions, too, and what is set in a
-- function outlives it.
CREATE FUNCTION set_and_fail(depth integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM auth_set_session(CASE WHEN depth % 2 = 0 THEN 'i ida' ELSE 'i ian' END);
    IF depth > 0 THEN
        RETURN who() || ' ' || set_and_fail(depth - 1) || ' ' || who();
    END IF;
    RAISE division_by_zero;
EXCEPTION WHEN division_by_zero THEN
    RETURN who();
END $$;
DO $$
BEGIN
    PERFORM auth_set_session('i ian');
    RAISE NOTICE '%', set_and_fail(4);
    RAISE NOTICE '%', who();
END $$;
CREATE FUNCTION set_as_owner() RETURNS boolean LANGUAGE sql SECURITY DEFINER AS $$ SELECT auth_set_session('i ida') $$;
BEGIN;
SELECT set_as_owner();
SELECT who();
COMMIT;
SELECT who();

-- What a query holds stays what it was, though its place is taken.
CREATE FUNCTION renamed() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        PERFORM auth_set_session('3f2504e0-4f89-41d3-9a0c-0305e82c33zz');
        PERFORM auth_set_session('i ida');
    EXCEPTION WHEN division_by_zero THEN
        NULL;
    END;
    RETURN who();
END $$;
BEGIN;
SELECT auth_set_session('i ian');
SELECT auth_user_id(), renamed(), auth_user_id(), auth_set_session('i ian'), auth_user_id(), auth_clear_session(), auth_user_id();
COMMIT;

-- Ten thousand of them leave nothing behind.
DO $$
DECLARE
    before bigint;
BEGIN
    PERFORM auth_set_session('3f2504e0-4f89-41d3-9a0c-0305e82c3301');
    SELECT sum(used_bytes) INTO before FROM pg_backend_memory_contexts WHERE name = 'TopTransactionContext';
    FOR i IN 1 .. 5000 LOOP
        PERFORM auth_set_session('i ida'), auth_set_session('3f2504e0-4f89-41d3-9a0c-0305e82c3301');
        BEGIN
            PERFORM auth_set_session('i ian');
            PERFORM 1 / (i % 2);
        EXCEPTION WHEN division_by_zero THEN
            NULL;
        END;
    END LOOP;
    ASSERT (SELECT sum(used_bytes) - before < 10000 FROM pg_backend_memory_contexts WHERE name = 'TopTransactionContext');
END $$;

-- The end of a transaction, in each of its forms.
BEGIN;
SELECT auth_set_session('i ida');
COMMIT AND CHAIN;
SELECT who();
SELECT auth_set_session('i ida');
ROLLBACK AND CHAIN;
SELECT who();
COMMIT;
BEGIN;
SELECT auth_set_session('i ida');
PREPARE TRANSACTION 'identity';
SELECT who();
ROLLBACK PREPARED 'identity';
SELECT who();
CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$
BEGIN
    PERFORM auth_set_session('i ida');
    RAISE NOTICE '%', who();
    COMMIT;
    RAISE NOTICE '%', who();
    PERFORM auth_set_session('i ian');
    ROLLBACK;
    RAISE NOTICE '%', who();
END $$;
CALL commits();
SELECT auth_set_session('i ida') \; SELECT who();
SELECT who();

-- What is deferred to the end still knows; and so does a cursor that is kept.
CREATE TABLE note (id integer, owner text DEFAULT auth_user_id());
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'deferred: %', who(); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER tell AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell();
BEGIN;
SELECT auth_set_session('i ida');
INSERT INTO note (id) VALUES (1) RETURNING owner;
DECLARE kept CURSOR WITH HOLD FOR SELECT id, owner, auth_user_id() FROM note;
COMMIT;
FETCH ALL FROM kept;
CLOSE kept;
BEGIN;
DECLARE passing CURSOR FOR SELECT auth_user_id() FROM generate_series(1, 2);
SELECT auth_set_session('i ida');
FETCH 1 FROM passing;
CLOSE passing;
COMMIT;

-- No setting of any name, and no function of the same name, is believed.
BEGIN;
SELECT auth_set_session('i ida');
RESET ALL;
SELECT who();
DISCARD PLANS;
DISCARD SEQUENCES;
SELECT who();
COMMIT;
SELECT refused('SET auth.user_id = ''ida''');
SELECT refused('SELECT set_config(''auth.user_id'', ''ida'', true)');
SET app.user_id = 'ida';
SET request.jwt.claims = '{"sub": "ida"}';
SET request.jwt.claim.sub = 'ida';
SELECT who();
CREATE FUNCTION pg_temp.auth_user_id() RETURNS text LANGUAGE sql AS $$ SELECT 'ida'::text $$;
CREATE SCHEMA forger;
CREATE FUNCTION forger.auth_user_id() RETURNS text LANGUAGE sql AS $$ SELECT 'ida'::text $$;
CREATE POLICY own ON note USING (owner = auth_user_id()) WITH CHECK (owner = auth_user_id());
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE ROLE regress_auth_web;
CREATE ROLE regress_auth_reader;
CREATE ROLE regress_auth_thief;
SELECT auth_grant('regress_auth_web', 'client');
SELECT auth_grant('regress_auth_reader', 'identity');
GRANT ALL ON note TO regress_auth_web, regress_auth_reader, regress_auth_thief;
GRANT CREATE ON SCHEMA public TO regress_auth_web;
GRANT USAGE ON SCHEMA forger TO regress_auth_web;
SET ROLE regress_auth_web;
SET search_path = forger, pg_temp, public;
SELECT auth_user_id();
SELECT count(*) FROM note;
BEGIN;
SELECT auth_set_session('i ian');
SELECT count(*) FROM note;
SELECT refused('INSERT INTO note VALUES (2, ''ida'')');
INSERT INTO note VALUES (2, 'ian') RETURNING *;
UPDATE note SET id = 3 RETURNING *;
SELECT refused('UPDATE note SET owner = ''ida''');
SET CONSTRAINTS ALL IMMEDIATE;
COMMIT;
RESET search_path;
RESET ROLE;
DROP SCHEMA forger CASCADE;
DROP FUNCTION pg_temp.auth_user_id;

-- Other roles act for the same user.
BEGIN;
SELECT auth_set_session('i ida');
SET LOCAL ROLE regress_auth_reader;
SELECT auth_user_id();
TABLE note;
SELECT refused('SELECT auth_set_session(''i ian'')');
SELECT refused('SELECT auth_clear_session()');
SELECT refused('SELECT auth_set_session_from_request()');
SELECT auth_user_id();
RESET ROLE;
SET LOCAL SESSION AUTHORIZATION regress_auth_reader;
TABLE note;
RESET SESSION AUTHORIZATION;
-- Whoever meets a policy needs the right to ask, at each execution.
SET LOCAL ROLE regress_auth_thief;
SELECT refused('TABLE note');
SELECT refused('SELECT auth_user_id()');
COMMIT;
PREPARE notes AS SELECT count(*) FROM note;
BEGIN;
SELECT auth_set_session('i ida');
SET LOCAL ROLE regress_auth_reader;
EXECUTE notes;
EXECUTE notes;
RESET ROLE;
REVOKE EXECUTE ON FUNCTION auth_user_id() FROM regress_auth_reader;
SET LOCAL ROLE regress_auth_reader;
SAVEPOINT revoked;
EXECUTE notes;
ROLLBACK TO revoked;
SET LOCAL ROLE regress_auth_thief;
EXECUTE notes;
ROLLBACK;
DEALLOCATE notes;
SELECT f AS identity FROM pg_proc p, LATERAL (SELECT p.oid::regprocedure AS f) f
WHERE p.pronamespace = 'public'::regnamespace AND has_function_privilege('regress_auth_reader', p.oid, 'EXECUTE')
    AND NOT has_function_privilege('regress_auth_thief', p.oid, 'EXECUTE') ORDER BY p.proname COLLATE "C";

-- What somebody else has attached to a table cannot choose who acts.
CREATE TABLE trap (id integer);
ALTER TABLE trap OWNER TO regress_auth_web;
SET ROLE regress_auth_web;
CREATE FUNCTION spring(id integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE '%', public.refused('SELECT public.auth_set_session(''i ian'')');
    RAISE NOTICE '%', public.refused('SELECT public.auth_set_session(NULL)');
    RAISE NOTICE '%', public.refused('SELECT public.auth_clear_session()');
    RETURN id;
END $$;
INSERT INTO trap VALUES (1);
RESET ROLE;
BEGIN;
SELECT auth_set_session('i ida');
CREATE INDEX ON trap (spring(id));
SELECT who();
COMMIT;

-- The token of a request, as PostgREST passes it on.
CREATE FUNCTION request(cookies text, headers text, VARIADIC names text[] DEFAULT '{session,x-session}') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    ASSERT auth_set_session('i ida 2');
    PERFORM set_config('request.cookies', cookies, true), set_config('request.headers', headers, true);
    RETURN auth_set_session_from_request(names[1], names[2]) || ' ' || who();
END $$;
SELECT auth_set_session_from_request();
SELECT request('', '');
SELECT request('{}', '{}');
SELECT request('{"session": "i ian"}', '{}');
SELECT request('{"theme": "session", "session": "i ian"}', '{"host": "localhost"}');
SELECT request('{"session": "i ida"}', '{"x-session": "i ian"}');
SELECT request('', '{"x-session": "i ian"}');
SELECT request('{"session": "i\u0020ian"}', '');
SELECT request('{"sid": "i ian", "session": "i ida"}', '{"x-session": "i ida"}', 'sid', NULL);
SELECT request('{"session": "i ida"}', '{"authorization": "i ian"}', NULL, 'authorization');
SELECT request('{"session": "i ida"}', '{"x-session": "i ida"}', NULL, NULL);
-- A header that does not do is not made up for by a cookie.
SELECT request('{"session": "i ian"}', headers), headers FROM unnest(ARRAY['{"x-session": "none"}', '{"x-session": ""}', '{"x-session": null}',
    '{"x-session": ["i ian"]}', '{"x-session": {"x-session": "i ian"}}', '{"x-session": "i ian", "x-session": "i ian"}',
    '{"x-session": 1, "x-session": "i ian"}', '{"x-session": "i ian"', '{"x-session": "i ian"} ', '{"x-session": "i ian"},', 'x-session: i ian',
    '{"X-Session": "i ida"}', '["x-session", "i ida"]', '[{"x-session": "i ida"}]', '{"a": {"x-session": "i ida"}}', '"i ida"', 'null', '{']) headers;
SELECT request(cookies, '{}'), cookies FROM unnest(ARRAY['{"session": "none"}', '{"session": true}', '{"session": "i ian", "session": "none"}',
    '{"session": "i ian"', '{"session": "i ian\u0000"}', '{"session": "\ud800"}', '{"session": i ian}', '{''session'': ''i ian''}', '[]', '{{', E'\t', 'i ian',
    '{"session": "i ian", "b": [1, 2.5, {"c": null}], "d": {"session": "none"}}']) cookies;

-- A parallel worker does not know, and says so rather than to hide rows.
CREATE TABLE many AS SELECT 'ida' AS owner, i FROM generate_series(1, 1000) i;
ALTER TABLE many SET (parallel_workers = 2);
ANALYZE many;
CREATE FUNCTION wrongly_safe() RETURNS text STABLE PARALLEL SAFE LANGUAGE plpgsql AS 'BEGIN RETURN auth_user_id(); END';
CREATE FUNCTION rightly_restricted() RETURNS text STABLE PARALLEL RESTRICTED LANGUAGE plpgsql AS 'BEGIN RETURN auth_user_id(); END';
BEGIN;
SELECT auth_set_session('i ida');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SELECT refused('SELECT count(*) FROM many WHERE owner = wrongly_safe()');
SELECT count(*) FROM many WHERE owner = rightly_restricted();
SELECT count(*) FROM many WHERE owner = auth_user_id();
COMMIT;

-- An update puts the functions in the place of those that policies name.
BEGIN;
SELECT pg_get_functiondef('auth_user_id'::regproc) AS replacement \gset
:replacement;
SELECT auth_set_session('i ida');
SET LOCAL ROLE regress_auth_web;
TABLE note;
COMMIT;
SELECT refused('DROP EXTENSION auth') ~ 'policy own on table note depends on function auth_user_id\(\)' AS policies_are_kept;

DROP TABLE note, trap, many CASCADE;
DROP FUNCTION who, after, uuid_of, set_and_fail, set_as_owner, renamed, tell, spring, request, wrongly_safe, rightly_restricted;
DROP PROCEDURE commits;
REVOKE CREATE ON SCHEMA public FROM regress_auth_web;
DROP OWNED BY regress_auth_web, regress_auth_reader, regress_auth_thief;
DROP ROLE regress_auth_web, regress_auth_reader, regress_auth_thief;
DELETE FROM auth_user WHERE id IN ('ida', 'ian', 'off') OR id ~* '^.?3f2504e0';
