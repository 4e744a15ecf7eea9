-- Functions without tables, then auth_setup(), once and again.
CREATE EXTENSION auth;

-- What a statement is refused with, its SQLSTATE first.
CREATE FUNCTION refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
    detail text;
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS
        message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL,
        hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n', SQLSTATE || ' ' || message, nullif(detail, ''), nullif(hint, ''));
END;
$$;

-- Every function says what to do.
SELECT refused('SELECT auth_get_user(''x'')');
SELECT refused('SELECT auth_create_user()');
SELECT refused('SELECT auth_delete_user(''x'')');
SELECT refused('SELECT auth_get_key(''p'', ''u'')');
SELECT refused('SELECT auth_use_key(''p'', ''u'', ''password'')');
SELECT refused('SELECT * FROM auth_validate_session(''t'')');
SELECT refused('SELECT auth_sign_out(''t'')');
SELECT refused('SELECT auth_create_session(''x'')');
SELECT refused('SELECT auth_delete_dead_sessions()');
SELECT refused('SELECT auth_sign_in(''email'', ''u'', ''password'')');
SELECT refused('SELECT auth_get_events()');

-- An existing table of one of the names is not adopted.
CREATE TABLE auth_session (id uuid);
SELECT refused('SELECT auth_setup()');
DROP TABLE auth_session;
CREATE VIEW auth_key AS SELECT 1 AS one;
SELECT refused('SELECT auth_setup()');
DROP VIEW auth_key;

-- A setup that is rolled back leaves nothing, here or in the backend.
BEGIN;
SELECT auth_setup();
SELECT count(*) FROM auth_get_user_sessions((auth_create_user()).user_id);
ROLLBACK;
SELECT refused('SELECT auth_create_user()');

SELECT auth_setup();
\d auth_layout
\d auth_user
\d auth_key
\d auth_session
\d auth_refresh_token
\d auth_ended
\d auth_event
\d auth_throttle
\d auth_token
\d auth_outbox
SELECT count(*), pg_relation_size('auth_throttle_count_idx') < 7000000 AS small FROM auth_throttle;
SELECT layout FROM auth_layout;

-- Again: nothing changes, not a row version.
CREATE VIEW versions AS
    SELECT relname AS name, xmin::text AS version FROM pg_class
    WHERE relname LIKE 'auth%'
    UNION ALL SELECT proname, xmin::text FROM pg_proc WHERE proname LIKE 'auth%'
    UNION ALL SELECT tgname, xmin::text FROM pg_trigger
    UNION ALL SELECT 'layout', xmin::text FROM auth_layout;
CREATE TABLE before AS SELECT * FROM versions;
SELECT auth_setup();
SELECT count(*) > 30 AS compared FROM before;
SELECT * FROM versions EXCEPT SELECT * FROM before;
DROP TABLE before;
DROP VIEW versions;
