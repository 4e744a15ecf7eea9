-- auth_check(): each finding is brought about, seen, mended by its statement and
-- gone.
\c
SET client_min_messages = warning;
CREATE ROLE regress_auth_owner;
CREATE ROLE regress_auth_web;
CREATE SCHEMA looked_at;
DROP EXTENSION auth CASCADE;
SELECT 'DROP TABLE ' || string_agg(oid::regclass::text, ', ') || ' CASCADE' AS drop_all FROM pg_class WHERE relkind IN ('r', 'p') AND relname ~ '^auth_' \gset
:drop_all;
CREATE EXTENSION auth SCHEMA looked_at;
GRANT CREATE, USAGE ON SCHEMA looked_at TO regress_auth_owner;
GRANT EXECUTE ON FUNCTION looked_at.auth_setup() TO regress_auth_owner;
SET ROLE regress_auth_owner;
SELECT looked_at.auth_setup();
RESET ROLE;
-- What the server of the test is set to is not looked at here.
CREATE VIEW found AS SELECT severity, kind, finding, statement FROM looked_at.auth_check() WHERE kind NOT IN ('setting', 'member');
TABLE found;

-- Run what mends, as often as something is found; what is left.
CREATE FUNCTION mended() RETURNS SETOF found LANGUAGE plpgsql AS $$
DECLARE
    mend text;
BEGIN
    FOR mend IN SELECT statement FROM found WHERE statement IS NOT NULL LOOP
        EXECUTE mend;
    END LOOP;
    RETURN QUERY TABLE found;
END $$;
\pset format unaligned
\pset tuples_only
\pset null NULL
SET search_path = public, looked_at;
SET client_min_messages = warning;
SELECT user_id FROM auth_create_user('email', 'ann@example.com', 'correct horse', user_id => 'ann');
SELECT session_id AS s FROM auth_create_session('ann') \gset
SELECT count(*) FROM auth_create_refresh_token(:'s');
SELECT count(*) FROM auth_request_password_reset('email', 'ann@example.com');

-- Sequences.
SELECT setval('auth_event_id_seq', 1, false), setval('auth_outbox_id_seq', 1, false);
TABLE found;
SELECT * FROM mended();
-- Sessions restored from layout 1.
UPDATE auth_session SET family_id = NULL;
TABLE found;
SELECT * FROM mended();
-- Users who are asked for a second factor that they have not, or not for one that they have.
INSERT INTO auth_user (id, second_factor_at) VALUES ('asked in vain', now()), ('not asked', NULL), ('waits', NULL);
INSERT INTO auth_totp (user_id, key_id, secret, confirmed_at) VALUES ('not asked', 'k', 's', now()), ('waits', 'k', 's', NULL);
TABLE found;
SELECT * FROM mended();
SELECT id, second_factor_at IS NOT NULL AS asked FROM auth_user WHERE id IN ('asked in vain', 'not asked', 'waits') ORDER BY 1;
DELETE FROM auth_user WHERE id IN ('asked in vain', 'not asked', 'waits');
-- Lost parts.
DROP INDEX auth_key_user_id_idx, auth_event_created_at_idx;
DROP TRIGGER auth_users_deleted ON auth_user;
ALTER TABLE auth_session DROP CONSTRAINT auth_session_user_id_fkey;
TABLE found;
SELECT * FROM mended();
-- Triggers that do not fire: ours, of foreign keys, and not those of others.
CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER fire BEFORE INSERT ON auth_user FOR EACH ROW EXECUTE FUNCTION fire();
ALTER TABLE auth_user DISABLE TRIGGER fire;
ALTER TABLE auth_user DISABLE TRIGGER auth_user_disabled;
ALTER TABLE auth_event ENABLE REPLICA TRIGGER auth_event_kept;
ALTER TABLE auth_key DISABLE TRIGGER ALL;
SELECT severity, kind, regexp_replace(finding, '\d+', 'N'), regexp_replace(statement, '\d+', 'N') FROM found;
SELECT * FROM mended();
SELECT tgname, tgenabled FROM pg_trigger WHERE tgname = 'fire';
DROP TRIGGER fire ON auth_user;
DROP FUNCTION fire;
-- Indexes that a build has left over.
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'auth_session_user_id_idx'::regclass;
TABLE found;
SELECT * FROM mended();
-- Foreign keys that keep rows from being deleted, or lose sessions that get another id; with all that they may have.
CREATE TABLE "of the Application" (
    session uuid CONSTRAINT "Session" REFERENCES auth_session,
    user_id text CONSTRAINT late REFERENCES auth_user ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    other text CONSTRAINT other REFERENCES auth_user NOT DEFERRABLE,
    "b DEFERRABLE ""c" text CONSTRAINT "x NOT VALID" REFERENCES auth_user,
    " ON DELETE RESTRICT NOT VALID" text CONSTRAINT full_match REFERENCES auth_user MATCH FULL ON UPDATE SET NULL DEFERRABLE,
    provider text, name text, CONSTRAINT of_two FOREIGN KEY (name, provider) REFERENCES auth_key (provider_user_id, provider_id) ON UPDATE SET DEFAULT,
    unheld text,
    lost uuid CONSTRAINT lost REFERENCES auth_session ON DELETE SET NULL (lost),
    deaf uuid CONSTRAINT deaf REFERENCES auth_session ON DELETE CASCADE ON UPDATE SET NULL,
    follows uuid REFERENCES auth_session ON DELETE SET NULL ON UPDATE CASCADE,
    fine text REFERENCES auth_user ON DELETE SET NULL);
SELECT current_setting('server_version_num')::int >= 180000 AS has_unenforced \gset
-- One that is not enforced keeps nothing.
\if :has_unenforced
ALTER TABLE "of the Application" ADD CONSTRAINT unenforced FOREIGN KEY (unheld) REFERENCES auth_user NOT ENFORCED;
\endif
ALTER TABLE "of the Application" ADD CONSTRAINT unchecked FOREIGN KEY (other) REFERENCES auth_user NOT VALID;
TABLE found;
SELECT * FROM mended();
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '"of the Application"'::regclass AND contype = 'f' AND conname <> 'unenforced' ORDER BY 1;
DROP TABLE "of the Application";
-- Who can read or write the tables.
GRANT SELECT ON auth_user TO regress_auth_web;
GRANT SELECT, INSERT ON auth_key TO regress_auth_web;
GRANT SELECT, UPDATE ON auth_layout TO PUBLIC;
GRANT SELECT (hashed_password), UPDATE (hashed_password) ON auth_key TO regress_auth_web;
GRANT SELECT (created_at) ON auth_user TO PUBLIC;
TABLE found;
SELECT * FROM mended();
GRANT pg_read_all_data TO regress_auth_web;
SELECT severity, kind, finding, statement FROM auth_check() WHERE kind = 'member' AND finding ~ 'regress';
REVOKE pg_read_all_data FROM regress_auth_web;
SELECT count(*) FROM auth_check() WHERE kind = 'member' AND finding ~ 'regress';
-- Default privileges; those of roles that make nothing here do not matter.
ALTER DEFAULT PRIVILEGES IN SCHEMA looked_at GRANT ALL ON TABLES TO regress_auth_web;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_auth_owner GRANT ALL ON TABLES TO regress_auth_web, PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA looked_at GRANT ALL ON FUNCTIONS TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_auth_owner GRANT USAGE ON SEQUENCES TO regress_auth_web;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_auth_web GRANT ALL ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO regress_auth_web;
SELECT replace(finding, current_user, 'SUPERUSER') AS finding, replace(statement, current_user, 'SUPERUSER') FROM found WHERE kind = 'default_privileges' ORDER BY replace(finding, current_user, 'SUPERUSER') COLLATE "C";
SELECT * FROM mended();
ALTER DEFAULT PRIVILEGES FOR ROLE regress_auth_web REVOKE ALL ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM regress_auth_web;
-- The schema.
GRANT CREATE ON SCHEMA looked_at TO PUBLIC;
TABLE found;
SELECT * FROM mended();
-- Rights of the owner.
REVOKE INSERT, DELETE ON auth_event FROM regress_auth_owner;
REVOKE USAGE ON SCHEMA looked_at FROM regress_auth_owner;
SELECT setval('auth_event_id_seq', 1, false);
TABLE found;
SELECT * FROM mended();
SELECT * FROM mended();
REVOKE EXECUTE ON FUNCTION auth_generate_user_id(integer), auth_event_kept() FROM regress_auth_owner;
TABLE found;
SELECT * FROM mended();
-- Hashes below the floor.
SELECT count(*) FROM auth_import_key('ann', 'old', 'ann', '$2b$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW');
TABLE found;
SELECT count(*) FROM auth_update_key_password('old', 'ann', 'better horse');
TABLE found;
-- Names.
SELECT count(auth_create_key('ann', 'name', name)) FROM unnest('{Ann,ANN,bob}'::text[]) name;
TABLE found;
SELECT auth_delete_key('name', 'ANN');
TABLE found;
UPDATE auth_key SET provider_user_id = 'Ann@Example.com' WHERE provider_id = 'email';
TABLE found;
SELECT * FROM mended();
SELECT provider_user_id FROM auth_key WHERE provider_id = 'email';
-- The size of the index of counts.
ALTER INDEX auth_throttle_count_idx SET (places = 10000);
TABLE found;
SELECT * FROM mended();
ALTER INDEX auth_throttle_count_idx RESET (places);
SELECT * FROM mended();
-- A second set of tables, of the owner's.
CREATE SCHEMA "Old" AUTHORIZATION regress_auth_owner;
SET ROLE regress_auth_owner;
CREATE TABLE "Old".auth_layout (LIKE auth_layout);
RESET ROLE;
CREATE TEMP TABLE auth_layout (LIKE auth_layout);
TABLE found;
SELECT * FROM mended();
DROP TABLE pg_temp.auth_layout;
DROP SCHEMA "Old" CASCADE;
-- Tables that are not in order: what is wrong with those that are needed is all
-- that can be said.
DROP TABLE auth_event;
SELECT setval('auth_outbox_id_seq', 1, false);
TABLE found;
SELECT * FROM mended();
ALTER TABLE auth_key DROP CONSTRAINT auth_key_pkey;
TABLE found;
SELECT * FROM mended();
ALTER TABLE auth_session ALTER expires_at TYPE timestamptz(0);
SELECT * FROM found;
ALTER TABLE auth_session ALTER expires_at TYPE timestamptz;
UPDATE auth_layout SET layout = 1;
TABLE found;
SELECT * FROM mended();
CREATE TABLE child () INHERITS (auth_token);
TABLE found;
DROP TABLE child;
TABLE found;
-- Partitions: none, for now, for a while, for ever, by something else.
DROP TABLE auth_event;
SET ROLE regress_auth_owner;
CREATE TABLE looked_at.auth_event (id bigint NOT NULL, created_at timestamptz NOT NULL, kind text NOT NULL, reason text,
    user_id text, provider_id text, provider_user_id text, session_id uuid, client_address inet, count bigint,
    role text NOT NULL) PARTITION BY RANGE (created_at);
RESET ROLE;
TABLE found;
SELECT * FROM mended();
SELECT * FROM mended();
DROP TABLE auth_event_default;
SELECT now() - interval '1 day' AS yesterday, now() + interval '1 day' AS tomorrow, now() + interval '8 days' AS later \gset
CREATE TABLE event_past PARTITION OF auth_event FOR VALUES FROM (MINVALUE) TO (:'yesterday');
SELECT severity, kind FROM found;
CREATE TABLE event_present PARTITION OF auth_event FOR VALUES FROM (:'yesterday') TO (:'tomorrow');
TABLE found;
CREATE TABLE event_soon PARTITION OF auth_event FOR VALUES FROM (:'tomorrow') TO (:'later');
TABLE found;
GRANT SELECT ON event_soon TO regress_auth_web;
TABLE found;
SELECT * FROM mended();
-- Partitions that are partitioned: by time, in a default, by something else, and by what has no default.
DROP TABLE event_past, event_present, event_soon;
CREATE TABLE "all" PARTITION OF auth_event FOR VALUES FROM (MINVALUE) TO (MAXVALUE) PARTITION BY RANGE (created_at);
TABLE found;
CREATE TABLE event_present PARTITION OF "all" FOR VALUES FROM (MINVALUE) TO (:'tomorrow');
TABLE found;
SELECT * FROM mended();
DROP TABLE "all";
CREATE TABLE event_default PARTITION OF auth_event DEFAULT PARTITION BY LIST (id);
TABLE found;
CREATE TABLE event_zero PARTITION OF event_default FOR VALUES IN (0);
CREATE TABLE event_others PARTITION OF event_default DEFAULT PARTITION BY HASH (id);
TABLE found;
SELECT * FROM mended();
-- Versions.
UPDATE pg_extension SET extversion = '0.0.0' WHERE extname = 'auth';
SELECT severity, kind, regexp_replace(finding, 'version 0\.\d+\.\d+ is', 'version V is'), statement FROM found;
UPDATE pg_extension SET extversion = (SELECT default_version FROM pg_available_extensions WHERE name = 'auth') WHERE extname = 'auth';
TABLE found;

-- Settings of the database and of roles that log secrets, for whoever connects.
SELECT current_database() AS db \gset
ALTER DATABASE :db SET log_statement = 'mod';
ALTER DATABASE :db SET log_min_duration_statement = '1s';
ALTER DATABASE :db SET log_min_duration_sample = 0;
ALTER DATABASE :db SET log_transaction_sample_rate = 0.5;
ALTER DATABASE :db SET log_parameter_max_length_on_error = 10;
ALTER DATABASE :db SET session_preload_libraries = 'auto_explain';
ALTER DATABASE :db SET auto_explain.log_min_duration = 0;
ALTER ROLE regress_auth_web SET log_statement = 'all';
ALTER ROLE regress_auth_web IN DATABASE :db SET log_min_duration_statement = 0;
ALTER ROLE regress_auth_owner SET log_statement = 'ddl';
\c
SET search_path = public, looked_at;
SET client_min_messages = warning;
CREATE VIEW logged AS SELECT severity, kind, finding, replace(statement, current_database(), 'db') AS statement
FROM looked_at.auth_check() WHERE kind = 'setting' AND finding !~ 'auto_explain.log_parameter_max_length';
TABLE logged;
SET log_statement = 'none';
SELECT count(*) FROM logged WHERE finding ~ '^log_statement';
DO $$
DECLARE
    mend text;
BEGIN
    FOR mend IN SELECT statement FROM auth_check() WHERE kind = 'setting' LOOP
        EXECUTE mend;
    END LOOP;
END $$;
\c
SET search_path = public, looked_at;
TABLE logged;
DROP VIEW logged;
ALTER DATABASE :db RESET session_preload_libraries;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT split_part(unnest(setconfig), '=', 1) FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
    WHERE setrole = 0 AND datname = current_database() LOOP
        IF name ~ '^(log_|auto_explain)' THEN
            EXECUTE format('ALTER DATABASE %I RESET %s', current_database(), name);
        END IF;
    END LOOP;
END $$;
SET client_min_messages = warning;

DROP FUNCTION mended;
DROP VIEW found;
DROP EXTENSION auth CASCADE;
DROP SCHEMA looked_at CASCADE;
RESET search_path;
DROP OWNED BY regress_auth_owner, regress_auth_web CASCADE;
DROP ROLE regress_auth_owner, regress_auth_web;
CREATE EXTENSION auth;
SELECT auth_setup();
