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

-- The code that an authenticator app with a secret of 32 or 64 bytes shows now, or
-- some periods later.
CREATE FUNCTION totp_code(secret text, later integer DEFAULT 0, digits integer DEFAULT 6, period integer DEFAULT 30) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    key bytea := '';
    bits text := '';
    hash bytea;
    inner_pad bytea := '';
    outer_pad bytea := '';
    block integer;
    step bigint := floor(extract(epoch FROM clock_timestamp()) / period) + later;
BEGIN
    FOR i IN 1 .. length(secret) LOOP
        bits := bits || (position(substr(secret, i, 1) IN 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567') - 1)::bit(5);
    END LOOP;
    FOR i IN 0 .. length(bits) / 8 - 1 LOOP
        key := key || decode(lpad(to_hex(substr(bits, i * 8 + 1, 8)::bit(8)::integer), 2, '0'), 'hex');
    END LOOP;
    block := length(key) * 2;
    key := key || decode(repeat('00', block - length(key)), 'hex');
    FOR i IN 0 .. block - 1 LOOP
        inner_pad := inner_pad || set_byte('x', 0, get_byte(key, i) # 54);
        outer_pad := outer_pad || set_byte('x', 0, get_byte(key, i) # 92);
    END LOOP;
    inner_pad := inner_pad || int8send(step);
    hash := CASE block WHEN 64 THEN sha256(outer_pad || sha256(inner_pad)) ELSE sha512(outer_pad || sha512(inner_pad)) END;
    RETURN lpad((('x' || encode(substr(hash, (get_byte(hash, length(hash) - 1) & 15) + 1, 4), 'hex'))::bit(32)::bigint & 2147483647)
        % (10 ^ digits)::bigint || '', digits, '0');
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
\d auth_totp
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
