-- Attacks and faults that belong to no single feature; test/README.md says
-- where all of them are tried.
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;

-- Columns named like arguments and results of ours, like our columns in other
-- tables, and like what our statements call their parts.
ALTER TABLE auth_user ADD provider_id text, ADD provider_user_id text, ADD password text, ADD hashed_password text,
    ADD user_id text, ADD user_attributes jsonb, ADD length integer, ADD expires_at text;
ALTER TABLE auth_key ADD id text DEFAULT 'i', ADD password text DEFAULT 'p', ADD password_defined boolean DEFAULT false,
    ADD new_provider_id text DEFAULT 'n', ADD except_session uuid, ADD same boolean, ADD own integer, ADD candidate integer, ADD k integer, ADD c integer,
    ADD provider text, ADD name text, ADD place integer, ADD folded integer, ADD sharing integer, ADD counted integer;
ALTER TABLE auth_session ADD token text, ADD session_id text, ADD state text, ADD fresh boolean, ADD session_attributes text,
    ADD user_attributes text, ADD lifetime interval, ADD batch_size integer, ADD except_session text, ADD disabled_at text;
SELECT user_id, user_attributes FROM auth_create_user('email', 'x1', 'passphrase1', '{"provider_id": "a", "provider_user_id": "b", "password": "c",
    "hashed_password": "d", "user_id": "e", "user_attributes": {"f": 1}, "length": 7, "expires_at": "g"}', 'x1');
SELECT user_id, user_attributes FROM auth_update_user_attributes('x1', '{"user_id": "nobody", "user_attributes": null, "password": "h"}');
SELECT user_id FROM auth_update_user_provider_id('x1', 'phone', 'x1');
SELECT user_id, provider_id, password_defined FROM auth_update_key_identifier('phone', 'x1', 'email', 'x1');
SELECT user_id, password_defined FROM auth_use_key('email', 'x1', 'passphrase1');
SELECT user_id FROM auth_update_user_password('x1', 'passphrase2');
SELECT user_id, password_defined FROM auth_update_key_password('email', 'x1', 'passphrase3');
SELECT user_id, provider_id, password_defined FROM auth_get_user_keys('x1');
SELECT token AS t, session_id AS s, state, fresh, session_attributes
FROM auth_create_session('x1', '{"token": "a", "session_id": "b", "state": "c", "fresh": false, "session_attributes": "d", "user_attributes": "e",
    "lifetime": "1 hour", "batch_size": 5, "except_session": "f", "disabled_at": "now"}') \gset
SELECT length(:'t') AS token, :'s' = auth_session_id(:'t')::text AS id, :'state' AS state, :'fresh' AS fresh;
SELECT user_id, state, token IS NULL AS no_token, expires_at, session_attributes, user_attributes FROM auth_validate_session(:'t');
SELECT user_id, session_attributes ->> 'token' AS token FROM auth_update_session_attributes(:'s', '{"token": "z"}');
SELECT auth_invalidate_user_sessions('x1', :'s'), auth_delete_dead_user_sessions('x1'), auth_delete_dead_sessions(5), auth_sign_out(:'t');
INSERT INTO auth_key (provider_id, provider_user_id, user_id) VALUES ('email', 'X1@EXAMPLE.ORG', 'x1');
SELECT auth_setup();
SELECT user_id, provider_user_id FROM auth_get_key('email', 'x1@example.org');
SELECT auth_delete_user('x1');
ALTER TABLE auth_user DROP provider_id, DROP provider_user_id, DROP password, DROP hashed_password, DROP user_id, DROP user_attributes, DROP length, DROP expires_at;
ALTER TABLE auth_key DROP id, DROP password, DROP password_defined, DROP new_provider_id, DROP except_session, DROP same, DROP own, DROP candidate, DROP k, DROP c,
    DROP provider, DROP name, DROP place, DROP folded, DROP sharing, DROP counted;
ALTER TABLE auth_session DROP token, DROP session_id, DROP state, DROP fresh, DROP session_attributes, DROP user_attributes, DROP lifetime, DROP batch_size,
    DROP except_session, DROP disabled_at;

-- NOT NULL without a default: the server's own answer, which names the column,
-- and nothing is left of the call.
ALTER TABLE auth_user ADD required text;
UPDATE auth_user SET required = '';
ALTER TABLE auth_user ALTER required SET NOT NULL;
ALTER TABLE auth_session ADD required text NOT NULL;
CREATE FUNCTION violated(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text;
    "column" text;
BEGIN
    EXECUTE statement;
    RETURN 'accepted';
EXCEPTION WHEN integrity_constraint_violation THEN
    GET STACKED DIAGNOSTICS name = TABLE_NAME, "column" = COLUMN_NAME;
    RETURN concat_ws(' ', SQLSTATE, name, "column");
END;
$$;
SELECT violated('SELECT auth_create_user(''email'', ''x2'', ''passphrase1'')');
SELECT violated('SELECT auth_create_user(user_attributes => ''{"required": null}'')');
SELECT count(*) FROM auth_key WHERE provider_user_id = 'x2';
SELECT user_id FROM auth_create_user('email', 'x2', 'passphrase1', '{"required": ""}', 'x2');
SELECT violated('SELECT auth_update_user_attributes(''x2'', ''{"required": null}'')');
SELECT violated('SELECT auth_create_session(''x2'')');
SELECT user_id, session_attributes FROM auth_create_session('x2', '{"required": "x"}');
DROP FUNCTION violated;
ALTER TABLE auth_user DROP required;
ALTER TABLE auth_session DROP required;

-- Triggers, checks and indexes of the application on sessions.
ALTER TABLE auth_session ADD agent text CONSTRAINT short_agent CHECK (length(agent) < 10);
CREATE UNIQUE INDEX one_of_each ON auth_session (user_id, lower(agent)) WHERE agent <> 'many';
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.agent = NEW.agent || '!';
    NEW.expires_at = '2100-01-01 00:00 UTC';
    RETURN NEW;
END;
$$;
CREATE TRIGGER change BEFORE INSERT ON auth_session FOR EACH ROW EXECUTE FUNCTION change();
SELECT session_attributes, expires_at = '2100-01-01 00:00 UTC' AS changed FROM auth_create_session('x2', '{"agent": "one"}');
DROP TRIGGER change ON auth_session;
SELECT refused('SELECT auth_create_session(''x2'', ''{"agent": "ONE!"}'')') ~ '^23505 .*"one_of_each"' AS taken;
SELECT refused('SELECT auth_create_session(''x2'', ''{"agent": "more than ten"}'')') ~ '^23514 .*"short_agent"' AS checked;
SELECT session_attributes FROM auth_create_session('x2', '{"agent": "many"}');
SELECT session_attributes FROM auth_create_session('x2', '{"agent": "many"}');
CREATE OR REPLACE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER change BEFORE INSERT OR UPDATE ON auth_session FOR EACH ROW EXECUTE FUNCTION change();
SELECT refused('SELECT auth_create_session(''x2'')');
-- A renewal that is suppressed leaves the session as it is.
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES (auth_session_id('none'), 'x2', '-infinity', 'infinity');
ALTER TABLE auth_session DISABLE TRIGGER change;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES (auth_session_id('idle'), 'x2', '-infinity', 'infinity');
ALTER TABLE auth_session ENABLE TRIGGER change;
SELECT count(*) FROM auth_validate_session('none');
SELECT state, fresh FROM auth_validate_session('idle');
DROP TRIGGER change ON auth_session;
CREATE OR REPLACE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not today''; END';
CREATE TRIGGER change AFTER INSERT OR UPDATE ON auth_session FOR EACH ROW EXECUTE FUNCTION change();
SELECT count(*) AS before FROM auth_session \gset
SELECT refused('SELECT auth_create_session(''x2'')');
SELECT refused('SELECT auth_validate_session(''idle'')');
SELECT count(*) - :before AS new FROM auth_session;
DROP TRIGGER change ON auth_session;
SELECT state, fresh FROM auth_validate_session('idle');
ALTER TABLE auth_session DROP agent;
DROP FUNCTION change;

-- Triggers of the application on keys, one that suppresses and one that raises.
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER change BEFORE INSERT OR UPDATE OR DELETE ON auth_key FOR EACH ROW EXECUTE FUNCTION change();
SELECT refused('SELECT auth_create_key(''x2'', ''phone'', ''x2'')');
SELECT refused('SELECT auth_create_user(''phone'', ''x2'', user_id => ''x3'')');
SELECT refused('SELECT auth_update_key_password(''email'', ''x2'', ''passphrase2'')');
SELECT refused('SELECT auth_update_key_identifier(''email'', ''x2'', ''phone'', ''x2'')');
SELECT refused('SELECT auth_update_user_password(''x2'', ''passphrase2'')');
SELECT auth_delete_key('email', 'x2');
DROP TRIGGER change ON auth_key;
CREATE OR REPLACE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not today''; END';
CREATE TRIGGER change AFTER INSERT OR UPDATE OR DELETE ON auth_key FOR EACH ROW EXECUTE FUNCTION change();
SELECT refused('SELECT auth_create_key(''x2'', ''phone'', ''x2'')');
SELECT refused('SELECT auth_create_user(''phone'', ''x2'', user_id => ''x3'')');
SELECT refused('SELECT auth_update_key_password(''email'', ''x2'', ''passphrase2'')');
SELECT refused('SELECT auth_delete_key(''email'', ''x2'')');
SELECT refused('SELECT auth_delete_user(''x2'')');
DROP TRIGGER change ON auth_key;
SELECT user_id, provider_id FROM auth_get_user_keys('x2');
SELECT user_id FROM auth_use_key('email', 'x2', 'passphrase1');
SELECT count(*) FROM auth_user WHERE id = 'x3';
DROP FUNCTION change;

-- Attributes: duplicate keys, deep nesting, what is no character.
ALTER TABLE auth_user ADD note text, ADD number integer, ADD list integer[], ADD tree jsonb;
SELECT user_attributes -> 'note' AS last FROM auth_update_user_attributes('x2', '{"note": "first", "number": 1, "note": "last"}');
SELECT user_attributes -> 'note' AS note, user_attributes -> 'tree' AS tree
FROM auth_update_user_attributes('x2', '{"tree": {"note": {"note": "inner", "nothing": 1}}}');
SELECT refused(format('SELECT auth_update_user_attributes(''x2'', %L)', repeat('{"note":', 1000) || '1' || repeat('}', 1000)));
SELECT user_attributes -> 'tree' = (repeat('[', 1000) || repeat(']', 1000))::jsonb AS same
FROM auth_update_user_attributes('x2', format('{"tree": %s}', repeat('[', 1000) || repeat(']', 1000))::jsonb);
SELECT length(user_attributes ->> 'note')
FROM auth_update_user_attributes('x2', format('{"note": %s}', repeat('{"a":', 1000) || '1' || repeat('}', 1000))::jsonb);
SELECT name, left(refused(format('SELECT auth_update_user_attributes(''x2'', %L)', format('{"%s": %s}', name, repeat('[', 1000) || repeat(']', 1000)))), 5) AS refused
FROM unnest('{list,number}'::text[]) name;
SELECT refused('SELECT auth_update_user_attributes(''x2'', ''{"number": [1]}'')');
SELECT refused('SELECT auth_update_user_attributes(''x2'', ''{"list": {"0": 1}}'')');
SELECT left(refused('SELECT auth_update_user_attributes(''x2'', ''{"note": "\u0000"}'')'), 5) AS note,
    left(refused('SELECT auth_update_user_attributes(''x2'', ''{"no\u0000te": ""}'')'), 5) AS name,
    left(refused('SELECT auth_update_user_attributes(''x2'', ''{"note": "\ud800"}'')'), 5) AS surrogate;
SELECT user_attributes ->> 'note' = E'\u0001\u001f\u007f\\"''$$;--' AS same
FROM auth_update_user_attributes('x2', '{"note": "\u0001\u001f\u007f\\\"''$$;--"}');
SELECT user_attributes ->> 'note' = repeat('''"\ü', 262144) AS same
FROM auth_update_user_attributes('x2', jsonb_build_object('note', repeat('''"\ü', 262144)));

-- The server cuts names to 63 bytes; a longer one is no column.
SELECT refused(format('ALTER TABLE auth_user ADD %I text', repeat('n', 63)));
SELECT user_attributes -> repeat('n', 63) AS attribute FROM auth_update_user_attributes('x2', jsonb_build_object(repeat('n', 63), 'x'));
SELECT refused(format('SELECT auth_update_user_attributes(''x2'', %L)', jsonb_build_object(repeat('n', 64), 'x')));
SELECT refused(format('ALTER TABLE auth_user DROP %I', repeat('n', 63)));
ALTER TABLE auth_user DROP note, DROP number, DROP list, DROP tree;

-- Every argument of every function: NULL, and as a text empty or a megabyte
-- long, between others that are in order.  A call that succeeds is undone.
CREATE FUNCTION answer(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE call;
    RAISE SQLSTATE 'OK000';
EXCEPTION WHEN OTHERS THEN
    RETURN replace(SQLSTATE, 'OK000', 'ok');
END;
$$;
CREATE TABLE value (function text, argument text, value text);
INSERT INTO value VALUES
    (NULL, 'user_id', 'x2'), (NULL, 'provider_id', 'email'), (NULL, 'provider_user_id', 'x2'), (NULL, 'password', 'passphrase1'),
    (NULL, 'new_provider_id', 'phone'), (NULL, 'new_provider_user_id', 'x3'), (NULL, 'token', 'token of x2'), (NULL, 'refresh_token', 'none'),
    (NULL, 'session_id', auth_session_id('token of x2')), (NULL, 'except_session', auth_session_id('token of x2')),
    (NULL, 'active_period', '1 hour'), (NULL, 'idle_period', '1 day'), (NULL, 'lifetime', '1 year'),
    (NULL, 'old_password', 'password2'), (NULL, 'new_password', 'password3'), (NULL, 'client_address', '192.0.2.1'), (NULL, 'session_attributes', '{}'),
    (NULL, 'target_ms', '1'), (NULL, 'max_memory', '8192'), (NULL, 'older_than', '1 day'), (NULL, 'before', '1'), (NULL, 'max_rows', '10'), (NULL, 'user_attributes', '{}'), (NULL, 'sign_up', 'true'), (NULL, 'bind', 'true'), ('auth_request_sign_up', 'code', 'false'), ('auth_request_own_email_verification', 'code', 'false'), ('auth_create_own_key', 'provider_id', 'phone'),
    (NULL, 'length', '15'), (NULL, 'batch_size', '10'), (NULL, 'role', quote_ident(current_user)), (NULL, 'privilege', 'client'),
    (NULL, 'hashed_password', '$argon2id$v=19$m=256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    (NULL, 'purpose', 'visit'), (NULL, 'code', '12345678'), (NULL, 'letters', 'false'), (NULL, 'replace', 'true'), (NULL, 'deliver', 'true'), (NULL, 'data', '{}'), (NULL, 'verified', 'true'), (NULL, 'session_token', 'token of x2'),
    (NULL, 'id', '1'), (NULL, 'reason', '451'), (NULL, 'until', '2999-01-01'), (NULL, 'retry_after', '1 min'), (NULL, 'permanent', 'false'), (NULL, 'failed', 'true'), (NULL, 'purposes', '{visit}'), (NULL, 'lease', '1 min'),
    (NULL, 'address', 'x2@example.com'), ('auth_create_code', 'lifetime', '1 min'),
    ('auth_request_email_verification', 'address', 'x2'),
    ('auth_import_key', 'provider_user_id', 'new'), ('auth_create_user', 'user_id', 'new'), ('auth_create_user', 'provider_user_id', 'new'), ('auth_create_key', 'provider_user_id', 'new');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES (auth_session_id('token of x2'), 'x2', 'infinity', 'infinity');
CREATE VIEW argument AS
    SELECT p.proname, p.oid, a.name, a.number, p.proargtypes[a.number - 1] = 'text'::regtype AS is_text,
        coalesce((SELECT value FROM value v WHERE v.function = p.proname AND v.argument = a.name),
            (SELECT value FROM value v WHERE v.function IS NULL AND v.argument = a.name)) AS value
    FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'auth', unnest(p.proargnames[1:p.pronargs]) WITH ORDINALITY a(name, number);
CREATE FUNCTION call_with(function oid, argument text, given text) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT * FROM %I(%s)', (SELECT proname FROM pg_proc WHERE oid = function),
        (SELECT string_agg(format('%I => %L', name, CASE WHEN name = argument THEN given ELSE value END), ', ' ORDER BY number)
            FROM argument a WHERE a.oid = function))
$$;
SELECT proname, name, answer(call_with(oid, NULL, NULL)) AS "as it is", answer(call_with(oid, name, NULL)) AS "null",
    CASE WHEN is_text THEN answer(call_with(oid, name, '')) END AS empty,
    CASE WHEN is_text THEN answer(call_with(oid, name, repeat('x', 1048576))) END AS long
FROM argument ORDER BY proname COLLATE "C", number;
DROP FUNCTION call_with, answer;
DROP VIEW argument;
DROP TABLE value;

-- Periods without an end.
SELECT left(refused(format('SELECT auth_create_session(''x2'', %s => %L)', name, period)), 2) AS class, name, period
FROM unnest('{active_period,idle_period,lifetime}'::text[]) name, unnest('{infinity,-infinity}'::text[]) period;

-- Secrets as a table holds them: short, long, compressed, out of line.
CREATE TABLE held (kind text, secret text);
ALTER TABLE held ALTER secret SET STORAGE EXTERNAL;
INSERT INTO held VALUES ('short', 'a secret'), ('out of line', repeat('out of line ', 300));
ALTER TABLE held ALTER secret SET STORAGE MAIN;
INSERT INTO held VALUES ('plain', repeat('plain ', 50)), ('compressed', repeat('compressed ', 300));
ALTER TABLE held ALTER secret SET STORAGE EXTENDED;
INSERT INTO held SELECT 'both', string_agg(md5(i::text), repeat('both ', 6)) FROM generate_series(1, 64) i;
SELECT kind, pg_column_size(secret) < length(secret) AS compressed, length(secret) > 2000 AS long FROM held ORDER BY 1;
SELECT count(*) FROM pg_class c, LATERAL (SELECT FROM pg_class t WHERE t.oid = c.reltoastrelid AND pg_relation_size(t.oid) > 0) t WHERE c.relname = 'held';
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id(secret), 'x2', 'infinity', 'infinity' FROM held;
SELECT kind, auth_session_id(secret) = encode(set_byte(set_byte(hash, 6, get_byte(hash, 6) & 15 | 128), 8, get_byte(hash, 8) & 63 | 128), 'hex')::uuid AS id,
    (auth_get_session(secret)).user_id, (auth_validate_session(secret)).state, auth_sign_out(secret) AS out
FROM held, LATERAL substr(sha256(convert_to(secret, 'UTF8')), 1, 16) hash ORDER BY 1;
SET auth.password_max_length = 4096;
SELECT kind, (auth_create_key('x2', 'held', kind, secret)).password_defined AS created FROM held ORDER BY 1;
SELECT kind, (auth_use_key('held', kind, secret)).user_id FROM held ORDER BY 1;
-- The same text from elsewhere, and one that ends otherwise.
SELECT user_id FROM auth_use_key('held', 'out of line', repeat('out of line ', 300));
SELECT refused('SELECT auth_use_key(''held'', ''out of line'', repeat(''out of line '', 299) || ''out of lime '')');
SELECT kind, (auth_update_key_password('held', kind, secret || secret)).password_defined AS changed FROM held WHERE length(secret) < 2048 ORDER BY 1;
SELECT kind, (auth_use_key('held', kind, secret || secret)).user_id FROM held WHERE length(secret) < 2048 ORDER BY 1;
RESET auth.password_max_length;
DROP TABLE held;

-- Characters of all planes of Unicode, and those that are none, in
-- identifiers, passwords, tokens and attributes.
CREATE TABLE plane AS SELECT plane, repeat(chr(plane * 65536 + point), 8) AS text
FROM generate_series(0, 16) plane, unnest('{257,65535}'::integer[]) point;
ALTER TABLE auth_user ADD note text;
SELECT count(*) FROM plane, auth_create_user(text, text, 'it is ' || text, jsonb_build_object('note', text), text) u
WHERE u.user_id = text AND u.user_attributes ->> 'note' = text;
SELECT count(*) FROM plane, auth_use_key(text, text, 'it is ' || text) k WHERE k.user_id = text;
-- The same characters of another plane are another password.
SELECT count(*) FROM plane a JOIN plane b ON b.plane = (a.plane + 1) % 17 AND ascii(b.text) % 65536 = ascii(a.text) % 65536
WHERE refused(format('SELECT auth_use_key(%1$L, %1$L, %2$L)', a.text, 'it is ' || b.text)) ~ '^UA004 ';
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id(text), text, 'infinity', 'infinity' FROM plane;
SELECT count(*) FROM plane, auth_validate_session(text) s WHERE s.user_id = text AND s.user_attributes ->> 'note' = text;
DELETE FROM auth_user USING plane WHERE id = text;
DROP TABLE plane;
-- Control characters.
SELECT count(*) FROM generate_series(1, 31) i, LATERAL (SELECT repeat(chr(i), 8) AS text) t,
    auth_create_user(text, text, 'it is ' || text, user_id => text) u WHERE u.user_id = text;
SELECT count(*) FROM generate_series(1, 31) i, LATERAL (SELECT repeat(chr(i), 8) AS text) t,
    auth_use_key(text, text, 'it is ' || text) k WHERE k.user_id = text;
ALTER TABLE auth_user DROP note;

-- What is no token: everything else that the tables hold, and the token with
-- something around it.
SELECT token AS t, session_id AS s FROM auth_create_session('x2') \gset
SELECT count(*) FROM auth_user u, auth_key k, auth_session s,
    unnest(ARRAY[u.id, k.provider_id, k.provider_user_id, k.hashed_password, s.id::text, replace(s.id::text, '-', ''), s::text]) text,
    auth_validate_session(text);
SELECT count(*) FROM auth_session s, unnest(ARRAY[uuid_send(s.id), substr(sha256(convert_to(:'t', 'UTF8')), 1, 16)]) bytes,
    unnest('{hex,base64,escape}'::text[]) format, auth_validate_session(encode(bytes, format));
SELECT count(*) FROM unnest(ARRAY[' ' || :'t', :'t' || ' ', :'t' || E'\n', :'t' || :'t', reverse(:'t'),
    translate(:'t', 'abcdefghijklmnopqrstuvwxyz', 'ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ'), encode(sha256(convert_to(:'t', 'UTF8')), 'hex')]) text,
    auth_validate_session(text);
SELECT count(*) FROM auth_validate_session(:'t');

RESET auth.password_memory;
RESET auth.password_iterations;
TRUNCATE auth_user CASCADE;
