-- Events: what has happened, in the order in which it did.
SELECT user_id FROM auth_create_user('email', 'ada', 'correct horse', user_id => 'ada');
SELECT max(id) AS start FROM auth_get_events() \gset
SELECT count(*) FROM auth_create_key('ada', 'github', '77');
SELECT count(*) FROM auth_import_key('ada', 'old', 'ada', '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW');
SELECT count(*) FROM auth_update_key_identifier('github', '77', 'github', '78');
SELECT count(*) FROM auth_update_user_provider_id('ada', 'github', '79');
SELECT auth_delete_key('github', '79');
SELECT auth_delete_key('github', 'nobody');
SELECT count(*) FROM auth_update_key_password('old', 'ada', NULL);
SELECT token AS t, session_id AS s FROM auth_sign_in('email', 'ada', 'correct horse', client_address => '192.0.2.1') \gset
SELECT auth_sign_out(:'t');
SELECT auth_sign_out(:'t');
SELECT session_id AS s2 FROM auth_create_session('ada') \gset
SELECT auth_invalidate_session(:'s2');
SELECT count(*) FROM auth_create_session('ada'), generate_series(1, 1);
SELECT count(*) FROM auth_create_session('ada');
SELECT auth_invalidate_user_sessions('ada');
SELECT auth_invalidate_user_sessions('ada');
SELECT count(*) FROM auth_create_session('ada');
SELECT count(*) FROM auth_update_user_password('ada', 'other horse');
SELECT count(*) FROM auth_create_session('ada');
UPDATE auth_user SET disabled_at = now() WHERE id = 'ada';
SELECT auth_reset_key_throttle('email', 'ada');
SELECT auth_reset_key_throttle('email', 'nobody');
SELECT auth_reset_client_throttle('192.0.2.1');
SELECT auth_delete_user('ada');
SELECT kind, reason, user_id, provider_id, provider_user_id, session_id = :'s' AS s, client_address, count, role = session_user AS role
FROM auth_event WHERE id > :start ORDER BY id;

-- The latest first, a page at a time.
SELECT kind FROM auth_get_events('ada', max_rows => 2);
SELECT min(id) AS before FROM auth_get_events('ada', max_rows => 2) \gset
SELECT kind, id < :before AS older FROM auth_get_events('ada', :before, 2);
SELECT count(*) FROM auth_get_events('nobody');
SELECT refused('SELECT auth_get_events(max_rows => 0)');
SELECT refused('SELECT auth_get_events(max_rows => 1000001)');

-- They go with their transaction, but for attempts that were refused.
SELECT max(id) AS start FROM auth_get_events() \gset
BEGIN;
SELECT count(*) FROM auth_create_user('email', 'bob', 'correct horse', user_id => 'bob');
SELECT (auth_sign_in('email', 'bob', 'wrong horse')).status;
SELECT (auth_sign_in('email', 'bob', 'correct horse')).status;
SELECT kind FROM auth_event WHERE id > :start ORDER BY id;
ROLLBACK;
SELECT kind, user_id FROM auth_event WHERE id > :start ORDER BY id;
-- By every index.
SET enable_seqscan = off;
SELECT kind FROM auth_event WHERE user_id = 'bob' ORDER BY id;
SELECT kind FROM auth_event WHERE id > :start;
SELECT kind FROM auth_event WHERE created_at > now() - interval '1 minute' AND id > :start;
RESET enable_seqscan;
-- What the application makes of the table does not matter.
ALTER TABLE auth_event ADD note text DEFAULT repeat('long', 5000);
ALTER TABLE auth_event ALTER note SET STORAGE EXTERNAL;
SELECT max(id) AS start FROM auth_get_events() \gset
BEGIN;
SELECT (auth_sign_in('email', 'bob', 'wrong horse')).status;
ROLLBACK;
SELECT count(*) AS "stored out of line: not kept" FROM auth_event WHERE id > :start;
ALTER TABLE auth_event DROP note;
-- A row is kept as long as its meaning cannot be rolled back: types that are not
-- the server's own can be changed, in a column, in an index of the whole row.
CREATE FUNCTION kept() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    before bigint := (SELECT max(id) FROM auth_event);
BEGIN
    BEGIN
        PERFORM auth_sign_in('email', 'bob', 'wrong horse');
        RAISE 'undone';
    EXCEPTION WHEN raise_exception THEN
    END;
    RETURN (SELECT count(*) FROM auth_event WHERE id > before);
END $$;
CREATE TYPE pair AS (a integer, b integer);
ALTER TABLE auth_event ADD pair pair;
SELECT kept();
ALTER TABLE auth_event DROP pair;
SELECT kept();
CREATE INDEX whole_row ON auth_event ((auth_event.*));
SELECT kept();
DROP INDEX whole_row;
CREATE INDEX of_a_function ON auth_event (upper(kind));
SELECT kept();
SET enable_seqscan = off;
SELECT count(*) = (SELECT count(*) FROM auth_event WHERE kind = 'sign_in_refused') AS found FROM auth_event WHERE upper(kind) = 'SIGN_IN_REFUSED';
RESET enable_seqscan;
DROP INDEX of_a_function;
CREATE FUNCTION write_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE auth_event SET reason = 'again' WHERE id = NEW.id;
    RETURN NULL;
END $$;
ALTER TABLE auth_event DISABLE TRIGGER auth_event_kept;
CREATE TRIGGER write_again AFTER INSERT ON auth_event FOR EACH ROW EXECUTE FUNCTION write_again();
SELECT kept();
DROP TRIGGER write_again ON auth_event;
ALTER TABLE auth_event ENABLE TRIGGER auth_event_kept;
-- Nor is one that a constraint could be broken by.
SELECT auth_reset_key_throttle('email', 'bob');
ALTER TABLE auth_event ADD UNIQUE (id, kind) DEFERRABLE;
SELECT kept();
ALTER TABLE auth_event DROP CONSTRAINT auth_event_id_kind_key;
ALTER TABLE auth_event ADD FOREIGN KEY (user_id) REFERENCES auth_user NOT VALID;
BEGIN;
SELECT user_id FROM auth_create_user('email', 'unborn', 'passphrase1', user_id => 'unborn');
SELECT status FROM auth_sign_in('email', 'unborn', 'wrong horse');
ROLLBACK;
SELECT count(*) AS "of nobody" FROM auth_event WHERE user_id = 'unborn';
ALTER TABLE auth_event DROP CONSTRAINT auth_event_user_id_fkey;
SELECT kept();
DROP FUNCTION kept, write_again;
DROP TYPE pair;

-- Rows are only added.
SELECT refused('UPDATE auth_event SET kind = ''other''');
SELECT refused('DELETE FROM auth_event');
SELECT refused('TRUNCATE auth_event');
SELECT refused('SELECT auth_event_kept()');
-- And old ones removed, a batch at a time.
SELECT auth_delete_events('1 hour');
SELECT count(*) > 20 AS many FROM auth_event \gset
SELECT auth_delete_events('1 microsecond', 10);
SELECT count(auth_delete_events('1 microsecond', 10)) FROM generate_series(1, 1000);
SELECT count(*) FROM auth_event;
SELECT refused('SELECT auth_delete_events(NULL)');
SELECT refused('SELECT auth_delete_events(''-1 day'')');
SELECT refused('SELECT auth_delete_events(''1 day'', 0)');
-- A statement that fails in it opens nothing.
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
CREATE TRIGGER fail AFTER DELETE ON auth_event FOR EACH STATEMENT EXECUTE FUNCTION fail();
SELECT refused('SELECT auth_delete_events(''1 microsecond'')');
SELECT refused('DELETE FROM auth_event');
DROP TRIGGER fail ON auth_event;
DROP FUNCTION fail;
-- Nor does one within another stop the outer one.
CREATE FUNCTION delete_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        PERFORM auth_delete_events('1 microsecond', 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_first BEFORE DELETE ON auth_event FOR EACH STATEMENT EXECUTE FUNCTION delete_more();
SELECT count(auth_create_user(user_id => id)) FROM unnest(ARRAY['v', 'w', 'x', 'y', 'z']) id;
SELECT auth_delete_events('1 microsecond', 3);
SELECT count(*) FROM auth_event;
DROP TRIGGER a_first ON auth_event;
DROP FUNCTION delete_more;
SELECT count(auth_delete_user(id)) FROM unnest(ARRAY['v', 'w', 'x', 'y', 'z']) id;
