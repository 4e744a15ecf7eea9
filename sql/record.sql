-- The record never stops anybody: what it lacks is made by auth_setup().
SELECT user_id FROM auth_create_user('email', 'rec', 'correct horse', user_id => 'rec');
-- Signing in, being refused, and deleting a user: what is on record of each.
CREATE FUNCTION on_record() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz := clock_timestamp();
    answers text;
BEGIN
    SELECT string_agg(status, ' ') INTO answers FROM (
        SELECT (auth_sign_in('email', 'rec', 'correct horse')).status
        UNION ALL SELECT (auth_sign_in('email', 'rec', 'wrong horse')).status) s;
    PERFORM auth_reset_key_throttle('email', 'rec');
    PERFORM auth_create_user(user_id => 'short');
    DELETE FROM auth_user WHERE id = 'short';
    IF to_regclass('auth_event') IS NOT NULL THEN
        answers := answers || ': ' || coalesce((SELECT string_agg(kind, ' ' ORDER BY created_at, id) FROM auth_event WHERE created_at > since), 'nothing');
    END IF;
    RETURN answers;
END $$;
SELECT on_record();
-- The setting back of a sequence, as by logical replication.
SELECT setval(pg_get_serial_sequence('auth_event', 'id'), 1, false);
SELECT on_record();
SELECT id < 10 AS "begun anew" FROM auth_event ORDER BY created_at DESC LIMIT 1;
SELECT auth_setup();
SELECT auth_setup();
SELECT on_record();
SELECT max(id) = (SELECT id FROM auth_event ORDER BY created_at DESC LIMIT 1) AS "the newest is the highest" FROM auth_event;
-- And of the other one that there is.
SELECT count(*) FROM auth_request_password_reset('email', 'rec');
SELECT setval(pg_get_serial_sequence('auth_outbox', 'id'), 1, false);
SELECT auth_setup();
SELECT count(*) FROM auth_request_password_reset('email', 'rec');
-- A sequence that is ahead stays where it is.
ALTER TABLE auth_event ALTER id RESTART 1000000;
SELECT auth_setup();
SELECT on_record();
SELECT min(id) FROM auth_event WHERE id >= 1000000;

-- What a restore of the single table leaves out: the sequence, the key, a default.
ALTER TABLE auth_event ALTER id DROP IDENTITY;
SELECT on_record();
SELECT auth_setup();
SELECT on_record();
SELECT max(id) > 1000000 AS "goes on" FROM auth_event;
ALTER TABLE auth_event ALTER role DROP DEFAULT, DROP CONSTRAINT auth_event_pkey;
SELECT on_record();
SELECT auth_setup();
SELECT on_record();
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'auth_event'::regclass AND contype = 'p';
-- A column, an owner, the table itself.
ALTER TABLE auth_event RENAME reason TO why;
SELECT on_record();
SELECT refused('SELECT auth_get_events()');
SELECT refused('SELECT auth_delete_events(''1 day'')');
SELECT refused('SELECT auth_setup()');
ALTER TABLE auth_event RENAME why TO reason;
SELECT on_record();
CREATE ROLE regress_auth_owner;
ALTER TABLE auth_event OWNER TO regress_auth_owner;
SELECT on_record();
ALTER TABLE auth_event OWNER TO CURRENT_USER;
DROP ROLE regress_auth_owner;
DROP TABLE auth_event;
SELECT on_record();
SELECT refused('SELECT auth_get_events()');
CREATE VIEW auth_event AS SELECT 1::bigint AS id, now() AS created_at, 'view'::text AS kind;
SELECT on_record();
DROP VIEW auth_event;
SELECT auth_setup();
SELECT on_record();
-- What the functions cannot do without, they say.
ALTER TABLE auth_outbox ALTER id DROP IDENTITY;
SELECT refused('SELECT auth_get_user(''rec'')');
SELECT auth_setup();
SELECT count(*) FROM auth_request_password_reset('email', 'rec');
-- Lost parts are made again, whatever else is in order.
DROP INDEX auth_session_user_id_idx, auth_event_client_address_idx;
DROP TRIGGER auth_user_disabled ON auth_user;
DROP TRIGGER auth_event_kept ON auth_event;
ALTER TABLE auth_key DROP CONSTRAINT auth_key_user_id_fkey;
SELECT auth_setup();
SELECT to_regclass('auth_session_user_id_idx'), to_regclass('auth_event_client_address_idx');
SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname IN ('auth_user_disabled', 'auth_event_kept') ORDER BY 2;
SELECT conname FROM pg_constraint WHERE conrelid = 'auth_key'::regclass AND contype = 'f';

-- In partitions, as the owner has made them.
SELECT count(on_record()) FROM generate_series(1, 5);
ALTER TABLE auth_event RENAME TO old_event;
ALTER TABLE old_event ALTER id DROP IDENTITY, DROP CONSTRAINT auth_event_pkey;
DROP INDEX auth_event_user_id_idx, auth_event_client_address_idx, auth_event_created_at_idx;
CREATE TABLE auth_event (LIKE old_event INCLUDING DEFAULTS INCLUDING COMMENTS,
    PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);
SELECT on_record();
SELECT auth_setup();
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'auth_event'::regclass ORDER BY 1;
SELECT tgname FROM pg_trigger WHERE tgrelid = 'auth_event'::regclass;
SELECT on_record();
SELECT refused('SELECT auth_setup()');
-- The old rows are a partition, and there is one for now.
DROP TRIGGER auth_event_kept ON old_event;
SELECT clock_timestamp() AS from \gset
CREATE TABLE event_now PARTITION OF auth_event FOR VALUES FROM (:'from') TO (MAXVALUE);
ALTER TABLE auth_event ATTACH PARTITION old_event FOR VALUES FROM (MINVALUE) TO (:'from');
SELECT on_record();
SELECT max(id) < 100 AS "begins anew" FROM event_now;
SELECT auth_setup();
SELECT on_record();
SELECT count(*) > 4 AS "gone on" FROM event_now WHERE id > (SELECT max(id) FROM old_event);
SELECT auth_setup();
-- Found and removed as in one table, in whichever partition.
SELECT kind, reason, user_id FROM auth_get_events('rec', max_rows => 3);
SELECT count(*) FROM auth_get_events(max_rows => 10);
SELECT refused('DELETE FROM auth_event');
SELECT refused('TRUNCATE auth_event');
SELECT auth_delete_events('1 hour');
SELECT auth_delete_events('1 microsecond', 3);
SELECT count(auth_delete_events('1 microsecond', 7)) FROM generate_series(1, 1000);
SELECT count(*) FROM auth_event;
-- A refused attempt stays where it is, in a partition of another shape, too.
ALTER TABLE auth_event DETACH PARTITION event_now;
DROP TABLE event_now;
CREATE TABLE event_now (count bigint, note text, kind text NOT NULL, id bigint NOT NULL, role text NOT NULL,
    created_at timestamptz NOT NULL, reason text, user_id text, provider_id text, provider_user_id text,
    session_id uuid, client_address inet);
ALTER TABLE event_now DROP note;
ALTER TABLE auth_event ATTACH PARTITION event_now FOR VALUES FROM (:'from') TO (MAXVALUE);
SELECT on_record();
CREATE FUNCTION kept() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    before bigint := (SELECT count(*) FROM auth_event);
BEGIN
    BEGIN
        PERFORM auth_sign_in('email', 'rec', 'wrong horse');
        PERFORM auth_sign_in('email', 'rec', 'correct horse');
        RAISE 'undone';
    EXCEPTION WHEN raise_exception THEN
    END;
    RETURN (SELECT count(*) FROM auth_event) - before;
END $$;
SELECT kept();
SET enable_seqscan = off;
SELECT count(*) FROM auth_event WHERE user_id = 'rec' AND kind = 'sign_in_refused';
RESET enable_seqscan;
BEGIN;
CREATE INDEX of_this_transaction ON event_now (kind);
SELECT kept() AS "not in a partition that has changed";
ROLLBACK;
-- Constraints of the owner's are the owner's.
ALTER TABLE auth_event ADD CONSTRAINT never CHECK (kind <> 'sign_in') NOT VALID;
SELECT refused('SELECT auth_sign_in(''email'', ''rec'', ''correct horse'')');
ALTER TABLE auth_event DROP CONSTRAINT never;
-- In partitions of partitions.
ALTER TABLE auth_event DETACH PARTITION event_now;
DROP TABLE event_now;
CREATE TABLE event_now PARTITION OF auth_event FOR VALUES FROM (:'from') TO (MAXVALUE) PARTITION BY RANGE (id);
SELECT on_record(), kept();
CREATE TABLE event_low PARTITION OF event_now FOR VALUES FROM (MINVALUE) TO (1);
SELECT on_record(), kept();
CREATE TABLE event_high PARTITION OF event_now DEFAULT;
SELECT on_record(), kept();
-- By anything but the time the key would be another.
DROP TABLE auth_event CASCADE;
CREATE TABLE auth_event (id bigint GENERATED ALWAYS AS IDENTITY, created_at timestamptz NOT NULL, kind text NOT NULL,
    reason text, user_id text, provider_id text, provider_user_id text, session_id uuid, client_address inet, count bigint,
    role text NOT NULL DEFAULT session_user, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
SELECT on_record();
SELECT refused('SELECT auth_setup()');
DROP TABLE auth_event;
SELECT auth_setup();
SELECT on_record();
-- Nothing else may be partitioned, or be a child.
CREATE TABLE child () INHERITS (auth_event);
SELECT on_record();
DROP TABLE child;
DROP FUNCTION on_record, kept;
SELECT auth_delete_user('rec');
