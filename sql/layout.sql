-- Layouts: an older one is brought up to date, a newer one refused.
SELECT user_id FROM auth_create_user('email', 'l1', 'passphrase1', user_id => 'l1');
SELECT token AS t FROM auth_create_session('l1') \gset
UPDATE auth_layout SET layout = 0;
-- What is known of the tables is asked again once they have changed.
ALTER TABLE auth_user ADD city text DEFAULT 'Rome';
SELECT refused('SELECT auth_get_user(''l1'')');
-- What a newer layout has and this one lacks is made; the rest is left alone.
DROP TRIGGER auth_user_disabled ON auth_user;
DROP INDEX auth_session_user_id_idx;
ALTER TABLE auth_user ALTER id SET DEFAULT 'mine';
SELECT auth_setup();
SELECT layout FROM auth_layout;
SELECT tgname FROM pg_trigger WHERE tgrelid = 'auth_user'::regclass AND NOT tgisinternal ORDER BY 1;
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'auth_session'::regclass ORDER BY 1;
SELECT user_id, user_attributes FROM auth_get_user('l1');
SELECT user_id FROM auth_validate_session(:'t');
SELECT user_id FROM auth_create_user();
ALTER TABLE auth_user ALTER id SET DEFAULT auth_generate_user_id();

-- Layout 1 had foreign keys and a unique index that made requests wait.
SELECT token AS older FROM auth_create_token('visit', 'l1') \gset
ALTER TABLE auth_token ADD FOREIGN KEY (user_id) REFERENCES auth_user ON DELETE CASCADE;
ALTER TABLE auth_outbox ADD FOREIGN KEY (user_id) REFERENCES auth_user ON DELETE CASCADE;
CREATE UNIQUE INDEX auth_token_slot_idx ON auth_token (slot);
DROP INDEX auth_token_newest_idx;
UPDATE auth_layout SET layout = 1;
SELECT refused('SELECT auth_create_token(''visit'', ''l1'')');
SELECT auth_setup();
SELECT conrelid::regclass::text FROM pg_constraint WHERE confrelid = 'auth_user'::regclass ORDER BY 1;
SELECT indexrelid::regclass::text, indisunique FROM pg_index WHERE indrelid = 'auth_token'::regclass ORDER BY 1;
SELECT token AS newer FROM auth_create_token('visit', 'l1') \gset
SELECT count(*) FROM auth_use_token('visit', :'older');
SELECT count(*) FROM auth_use_token('visit', :'newer');

-- A whole table, too.
UPDATE auth_layout SET layout = 0;
DROP TABLE auth_session;
SELECT refused('SELECT auth_delete_user(''l1'')');
SELECT auth_setup();
SELECT user_id FROM auth_create_session('l1');

-- A key that layout 1 had not.
SELECT mac_key FROM auth_layout \gset
ALTER TABLE auth_layout DROP mac_key;
SELECT refused('SELECT auth_get_user(''l1'')');
SELECT auth_setup();
SELECT octet_length(mac_key), mac_key <> :'mac_key' AS other FROM auth_layout;
\set VERBOSITY terse
UPDATE auth_layout SET mac_key = substring(mac_key FROM 2);
\set VERBOSITY default
BEGIN;
ALTER TABLE auth_layout DROP CONSTRAINT auth_layout_mac_key_check, ALTER mac_key TYPE text USING 'x';
SELECT refused('SELECT auth_get_user(''l1'')');
ROLLBACK;

-- The sessions of layout 1 are told their families.
SELECT session_id FROM auth_create_session('l1') \gset
SELECT refresh_token AS t0, family_id FROM auth_create_refresh_token(:'session_id') \gset
DROP TABLE auth_ended;
ALTER TABLE auth_session DROP family_id, DROP methods, DROP authenticated_at;
UPDATE auth_layout SET layout = 1;
SELECT refused('SELECT auth_get_user(''l1'')');
SELECT auth_setup();
SELECT family_id = :'family_id' AS family, count(*) FROM auth_session GROUP BY family_id ORDER BY family_id;
SELECT status FROM auth_rotate_refresh_token(:'t0');
SELECT auth_revoke_user_refresh_tokens('l1');

-- Counts of layout 1 were rows of a table, and of a code's.
UPDATE auth_layout SET layout = 1;
DROP TABLE auth_throttle;
CREATE TABLE auth_throttle (
    digest uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    failed_at timestamptz NOT NULL DEFAULT '-infinity',
    failures integer NOT NULL DEFAULT 0,
    carry integer NOT NULL DEFAULT 0
) USING heap;
INSERT INTO auth_throttle SELECT FROM generate_series(1, 16384);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'kept'; END$$;
CREATE TRIGGER auth_throttle_kept BEFORE UPDATE OR DELETE ON auth_throttle FOR EACH STATEMENT EXECUTE FUNCTION keep();
ALTER TABLE auth_token ADD attempts integer NOT NULL DEFAULT 0;
SELECT refused('SELECT auth_use_key(''email'', ''l1'', ''passphrase1'')');
SELECT auth_setup();
\d auth_throttle
SELECT count(*) FROM auth_throttle;
SELECT attname FROM pg_attribute WHERE attrelid = 'auth_token'::regclass AND attname = 'attempts';
SELECT user_id FROM auth_use_key('email', 'l1', 'passphrase1');
SELECT refused('SELECT auth_use_key(''email'', ''l1'', ''wrong'')');
SELECT failures FROM auth_get_key_throttle('email', 'l1');
DROP FUNCTION keep;

-- With auth_user went the foreign keys to it, which orphans must not outlive.
SET client_min_messages = warning;
DROP TABLE auth_user CASCADE;
RESET client_min_messages;
SELECT refused('SELECT auth_setup()');
DELETE FROM auth_key;
DELETE FROM auth_session;
SELECT auth_setup();
SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint WHERE confrelid = 'auth_user'::regclass ORDER BY conrelid::regclass::text;
SELECT user_id FROM auth_create_user('email', 'l1', 'passphrase1', user_id => 'l1');

ALTER TABLE auth_user ADD city text;
UPDATE auth_layout SET layout = layout + 1;
ALTER TABLE auth_user DROP city;
SELECT refused('SELECT auth_get_user(''l1'')');
SELECT refused('SELECT auth_setup()');
DELETE FROM auth_layout;
SELECT refused('SELECT auth_get_user(''l1'')');
SELECT auth_setup();
SELECT user_id FROM auth_get_user('l1');

-- Tables that are no longer what auth_setup() made are named.
ALTER TABLE auth_session RENAME expires_at TO ends_at;
SELECT refused('SELECT auth_create_session(''l1'')');
ALTER TABLE auth_session RENAME ends_at TO expires_at;
BEGIN;
ALTER TABLE auth_key DROP CONSTRAINT auth_key_user_id_fkey;
ALTER TABLE auth_key ALTER user_id TYPE varchar;
SELECT refused('SELECT auth_get_user(''l1'')');
ROLLBACK;
BEGIN;
ALTER TABLE auth_session DROP CONSTRAINT auth_session_pkey;
SELECT refused('SELECT auth_get_user(''l1'')');
ALTER TABLE auth_session ADD PRIMARY KEY (user_id, id);
SELECT refused('SELECT auth_get_user(''l1'')');
ROLLBACK;
BEGIN;
CREATE SCHEMA elsewhere;
ALTER TABLE auth_session SET SCHEMA elsewhere;
SELECT refused('SELECT auth_get_user(''l1'')');
ROLLBACK;
-- A definition that would let in what the library does not expect: the column is
-- named, and what auth_setup() can mend without a loss it mends.
CREATE ACCESS METHOD regress_heap TYPE TABLE HANDLER heap_tableam_handler;
BEGIN;
ALTER TABLE auth_session ALTER user_id DROP NOT NULL;
SELECT refused('SELECT auth_get_user(''l1'')');
ALTER TABLE auth_layout ALTER secret DROP NOT NULL;
ALTER TABLE auth_event SET ACCESS METHOD regress_heap;
ALTER TABLE auth_key DROP CONSTRAINT auth_key_pkey;
SELECT auth_setup();
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'auth_key'::regclass AND contype = 'p';
SELECT user_id FROM auth_get_user('l1');
SELECT amname FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = 'auth_event'::regclass;
ROLLBACK;
BEGIN;
ALTER TABLE auth_refresh_token ALTER token_hash DROP NOT NULL;
INSERT INTO auth_refresh_token (id, user_id, session_id, expires_at) SELECT gen_random_uuid(), id, gen_random_uuid(), now() FROM auth_user LIMIT 1;
SELECT refused('SELECT auth_setup()');
ROLLBACK;
BEGIN;
ALTER TABLE auth_session ALTER expires_at TYPE timestamptz(0);
SELECT refused('SELECT auth_get_user(''l1'')');
SELECT refused('SELECT auth_setup()');
ROLLBACK;
BEGIN;
ALTER TABLE auth_session ALTER methods TYPE bigint;
SELECT refused('SELECT auth_get_user(''l1'')');
SELECT refused('SELECT auth_setup()');
ROLLBACK;
BEGIN;
ALTER TABLE auth_session ALTER methods DROP NOT NULL, DROP authenticated_at;
SELECT refused('SELECT auth_get_user(''l1'')');
SELECT auth_setup();
SELECT attname, atttypid::regtype, attnotnull FROM pg_attribute
WHERE attrelid = 'auth_session'::regclass AND attname IN ('methods', 'authenticated_at') ORDER BY attnum;
ROLLBACK;
BEGIN;
CREATE DOMAIN word AS text;
ALTER TABLE auth_token ALTER purpose TYPE word;
SELECT refused('SELECT auth_get_user(''l1'')');
ROLLBACK;
BEGIN;
ALTER TABLE auth_session DROP idle_period;
ALTER TABLE auth_session ADD idle_period interval GENERATED ALWAYS AS (active_period) STORED;
SELECT refused('SELECT auth_setup()');
ROLLBACK;
BEGIN;
CREATE TABLE child () INHERITS (auth_token);
SELECT refused('SELECT auth_get_user(''l1'')');
SELECT refused('SELECT auth_setup()');
DROP TABLE child;
SELECT user_id FROM auth_get_user('l1');
ROLLBACK;
BEGIN;
ALTER TABLE auth_session RENAME TO old_session;
CREATE TABLE auth_session (LIKE old_session INCLUDING ALL) PARTITION BY HASH (id);
SELECT refused('SELECT auth_get_user(''l1'')');
ROLLBACK;
DROP ACCESS METHOD regress_heap;
SELECT user_id FROM auth_get_user('l1');
-- The primary key may be made anew, under another name.
ALTER TABLE auth_session DROP CONSTRAINT auth_session_pkey, ADD CONSTRAINT "Other" PRIMARY KEY (id);
SELECT token AS t FROM auth_create_session('l1') \gset
SELECT user_id FROM auth_validate_session(:'t');
ALTER TABLE auth_key RENAME CONSTRAINT auth_key_pkey TO "Key";
ALTER TABLE auth_key RENAME CONSTRAINT auth_key_user_id_fkey TO "User";
SELECT refused('SELECT auth_create_key(''l1'', ''email'', ''l1'')');

-- What DROP EXTENSION takes along is made again for the tables' owner, and for
-- nobody else.
\set VERBOSITY terse
DROP EXTENSION auth;
\set VERBOSITY default
SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS dependent, d.refobjid::regprocedure AS function
FROM pg_depend d JOIN pg_depend m ON (m.classid, m.objid) = (d.refclassid, d.refobjid) AND m.deptype = 'e'
WHERE d.deptype = 'n' AND d.classid <> 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass
    AND m.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'auth') ORDER BY 1;
SET client_min_messages = warning;
DROP EXTENSION auth CASCADE;
RESET client_min_messages;
CREATE EXTENSION auth;
SELECT refused('SELECT auth_get_user(''l1'')');
CREATE ROLE regress_auth_owner;
ALTER TABLE auth_key OWNER TO regress_auth_owner;
SELECT refused('SELECT auth_setup()');
ALTER TABLE auth_key OWNER TO CURRENT_USER;
DROP ROLE regress_auth_owner;
SET client_min_messages = warning;
ALTER TABLE auth_user RENAME TO lost_user;
CREATE ROLE regress_auth_owner;
CREATE PROCEDURE give(role name) LANGUAGE plpgsql AS $$
DECLARE
    ours regclass;
BEGIN
    FOR ours IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relname ~ '^auth_' LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO %I', ours, role);
    END LOOP;
END $$;
CALL give('regress_auth_owner');
SELECT refused('SELECT auth_setup()');
CALL give(current_user);
DROP PROCEDURE give;
DROP ROLE regress_auth_owner;
ALTER TABLE lost_user RENAME TO auth_user;
-- Nor are others made beside them, in the schema that the extension is in now,
-- unless those are left aside.
DROP EXTENSION auth;
CREATE SCHEMA "Other";
CREATE EXTENSION auth SCHEMA "Other";
SELECT refused('SELECT "Other".auth_setup()');
BEGIN;
ALTER TABLE auth_layout RENAME TO aside;
SELECT refused('SELECT "Other".auth_setup()');
ROLLBACK;
DROP EXTENSION auth;
DROP SCHEMA "Other";
CREATE EXTENSION auth;
RESET client_min_messages;
SELECT auth_setup();
SELECT user_id FROM auth_validate_session(:'t');
SELECT user_id ~ '^[a-z0-9]{15}$' AS made FROM auth_create_user();
SELECT auth_delete_user('l1');
SELECT count(*) FROM auth_validate_session(:'t');
-- What it cannot mend it says without sending one in a circle.
ALTER TABLE auth_session RENAME expires_at TO ends_at;
SELECT refused('SELECT auth_setup()');
ALTER TABLE auth_session RENAME ends_at TO expires_at;

-- Another schema: the name is a name, and nothing needs search_path.
SET client_min_messages = warning;
DROP EXTENSION auth CASCADE;
RESET client_min_messages;
SELECT 'DROP TABLE ' || string_agg(oid::regclass::text, ', ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relname ~ '^auth_' \gexec
CREATE SCHEMA "a'b$$""c";
CREATE EXTENSION auth SCHEMA "a'b$$""c";
SET search_path = pg_catalog;
SELECT public.refused('SELECT "a''b$$""c".auth_create_user()');
SELECT "a'b$$""c".auth_setup();
SELECT user_id FROM "a'b$$""c".auth_create_user('email', 'l2', 'passphrase2', user_id => 'l2');
SELECT token AS t FROM "a'b$$""c".auth_create_session('l2') \gset
SELECT user_id FROM "a'b$$""c".auth_validate_session(:'t');
-- The schema may get another name, and errors are still told apart.
ALTER SCHEMA "a'b$$""c" RENAME TO "other ""schema""";
SELECT public.refused('SELECT "other ""schema""".auth_create_user(''email'', ''l2'')');
ALTER SCHEMA "other ""schema""" RENAME TO "a'b$$""c";
CREATE ROLE regress_auth_client;
SELECT "a'b$$""c".auth_grant('regress_auth_client', 'client');
SET ROLE regress_auth_client;
SELECT user_id FROM "a'b$$""c".auth_validate_session(:'t');
RESET ROLE;
SELECT "a'b$$""c".auth_delete_user('l2');
SELECT count(*) FROM "a'b$$""c".auth_validate_session(:'t');
RESET search_path;
DROP OWNED BY regress_auth_client;
DROP ROLE regress_auth_client;
-- It does not move: its tables would stay behind.
ALTER EXTENSION auth SET SCHEMA public;
SET client_min_messages = warning;
DROP EXTENSION auth CASCADE;
DROP SCHEMA "a'b$$""c" CASCADE;
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT user_id FROM auth_create_user(user_id => 'l3');
