-- Attributes of the user who acts.
CREATE TYPE size AS (width integer, height integer);
CREATE DOMAIN tenant AS integer CHECK (value > 0);
ALTER TABLE auth_user ADD tenant_id uuid, ADD tenant tenant, ADD name text, ADD "Shoe Size" numeric, ADD admin boolean,
    ADD since timestamptz, ADD settings jsonb, ADD roles text[], ADD size size, ADD hidden text;
SELECT user_id FROM auth_create_user(NULL, NULL, NULL, '{"tenant_id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "tenant": 7, "name": "Una \"\\ é",
    "Shoe Size": 38.50, "admin": true, "since": "2026-01-02 03:04:05+00", "settings": {"a": [1, null]}, "roles": ["x", "y"], "size": {"width": 1, "height": null}, "hidden": "secret"}', 'una');
SELECT user_id FROM auth_create_user(NULL, NULL, NULL, '{"tenant": 8, "settings": null}', 'uwe');
UPDATE auth_user SET settings = 'null' WHERE id = 'uwe';
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id(user_id), user_id, now() + interval '1 day', now() + interval '1 day' FROM unnest('{una,uwe}'::text[]) user_id;
CREATE VIEW attribute AS SELECT name, auth_user_attribute(name) AS jsonb, jsonb_typeof(auth_user_attribute(name)) AS type, auth_user_attribute_text(name) AS text
FROM unnest('{tenant_id,tenant,name,"Shoe Size",admin,since,settings,roles,size}'::text[]) name;
-- Nobody.
TABLE attribute;
SELECT auth_user_attribute('nothing'), auth_user_attribute_text('id'), auth_user_attribute_text(NULL);
BEGIN;
SELECT auth_set_session('una');
SET LOCAL timezone = 'UTC';
TABLE attribute;
SELECT auth_set_session('uwe');
TABLE attribute;
-- Columns of ours, and of none, are no attributes.
SELECT refused(format('SELECT auth_user_attribute(%L)', name)) FROM unnest('{id,created_at,disabled_at,nothing,"",ctid,tableoid,xmin,Tenant,shoe size}'::text[]) name;
SELECT refused('SELECT auth_user_attribute_text(repeat(''x'', 100000))');
SELECT refused('SELECT auth_user_attribute_text(''disabled_at'')');
ALTER TABLE auth_user DROP hidden;
SELECT refused('SELECT auth_user_attribute(''hidden'')');
ROLLBACK;
-- One that is hidden is not there.
SET auth.user_attributes = 'tenant, name';
BEGIN;
SELECT auth_set_session('una');
SELECT auth_user_attribute('tenant'), auth_user_attribute_text('name') ~ 'Una' AS name;
SELECT refused('SELECT auth_user_attribute(''hidden'')');
COMMIT;
RESET auth.user_attributes;

-- A tenant's rows, by a policy.
CREATE TABLE invoice (id integer, tenant integer, total numeric);
INSERT INTO invoice SELECT i, i % 9, i * 10 FROM generate_series(1, 20) i;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON invoice USING (tenant = auth_user_attribute_text('tenant')::integer);
CREATE ROLE regress_auth_web;
SELECT auth_grant('regress_auth_web', 'client');
GRANT ALL ON invoice TO regress_auth_web;
BEGIN;
SET LOCAL ROLE regress_auth_web;
TABLE invoice;
SELECT auth_set_session('una');
TABLE invoice;
SELECT refused('INSERT INTO invoice VALUES (30, 8)');
SELECT auth_set_session('uwe');
TABLE invoice;
-- What this transaction has changed shows in its next statement.
RESET ROLE;
UPDATE auth_user SET tenant = 7 WHERE id = 'uwe' RETURNING auth_user_attribute('tenant') AS before;
SET LOCAL ROLE regress_auth_web;
TABLE invoice;
RESET ROLE;
-- Also where the statement's snapshot is older than the table's pages.
DECLARE seen CURSOR FOR SELECT auth_user_attribute_text('tenant') FROM generate_series(1, 1);
ALTER TABLE auth_user ALTER name TYPE varchar(40);
FETCH seen;
CLOSE seen;
DELETE FROM auth_user WHERE id = 'uwe';
TABLE attribute;
ROLLBACK;
DROP VIEW attribute;
DROP TABLE invoice;
DROP OWNED BY regress_auth_web;
DROP ROLE regress_auth_web;
DELETE FROM auth_user WHERE id IN ('una', 'uwe');
ALTER TABLE auth_user DROP tenant_id, DROP tenant, DROP name, DROP "Shoe Size", DROP admin, DROP since, DROP settings, DROP roles, DROP size, DROP hidden;
DROP DOMAIN tenant;
DROP TYPE size;
