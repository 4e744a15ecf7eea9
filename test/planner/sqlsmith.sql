-- What test/planner/sqlsmith reads and writes as a role under row security, whose
-- policies ask by functions that are evaluated once.
\set ON_ERROR_STOP on
CREATE EXTENSION auth;
SELECT auth_setup() \g /dev/null

CREATE ROLE smith LOGIN;
ALTER ROLE smith SET statement_timeout = '2s';
ALTER ROLE smith SET lock_timeout = '1s';
SELECT auth_grant('smith', 'client') \g /dev/null

-- A client that sets nothing is nobody: these have values, and so rows.
CREATE FUNCTION me() RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED AS $$ SELECT 'una'::text $$;
CREATE FUNCTION orgs(lowest integer) RETURNS integer[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS
    $$ BEGIN RETURN ARRAY[lowest, lowest + 1, lowest + 2]; END $$;
CREATE FUNCTION may(what text) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS
    $$ BEGIN RETURN what = 'read'; END $$;
SELECT auth_evaluate_once(f) FROM unnest('{me(),orgs(integer),may(text)}'::regprocedure[]) f \g /dev/null

CREATE TABLE doc (id integer PRIMARY KEY, owner text, org integer, n numeric, tags text[], data jsonb, made timestamptz DEFAULT now());
INSERT INTO doc SELECT i, (ARRAY['una', 'uwe', 'eve', NULL])[i % 4 + 1], i % 5, i % 7, ARRAY['a', i::text], jsonb_build_object('i', i)
FROM generate_series(1, 200) i;
CREATE INDEX ON doc (owner);
CREATE TABLE member (user_id text, org integer);
INSERT INTO member VALUES ('una', 1), ('una', 2), ('uwe', 2), ('eve', 3), (NULL, 4);
CREATE TABLE part (id integer, owner text, org integer) PARTITION BY LIST (owner);
CREATE TABLE part_una PARTITION OF part FOR VALUES IN ('una');
CREATE TABLE part_rest PARTITION OF part DEFAULT;
INSERT INTO part SELECT id, owner, org FROM doc;
CREATE TABLE hashed (id integer, owner text) PARTITION BY HASH (owner);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO hashed SELECT id, owner FROM doc;

CREATE POLICY own ON doc USING (owner = me() OR org = ANY (orgs(1)) OR EXISTS (SELECT FROM member m WHERE m.org = doc.org AND m.user_id = me()))
    WITH CHECK (owner = me() AND may('read'));
CREATE POLICY own ON member USING (user_id = me() OR org = ANY (orgs(3)));
CREATE POLICY own ON part USING (owner = me() OR owner = auth_user_id() OR auth_has_level(1));
CREATE POLICY own ON hashed USING (owner = me() AND may('read'));
SELECT format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t), format('GRANT ALL ON %I TO smith', t)
FROM unnest('{doc,member,part,hashed}'::text[]) t \gexec
CREATE VIEW plain AS SELECT *, me() AS me FROM doc WHERE owner = me() OR org = ANY (orgs(2));
CREATE VIEW barrier WITH (security_barrier) AS SELECT d.*, may('read') AS allowed FROM doc d LEFT JOIN member m USING (org) WHERE m.user_id = me();
CREATE FUNCTION own(lowest integer) RETURNS SETOF doc LANGUAGE sql STABLE AS $$ SELECT * FROM doc WHERE owner = me() AND org >= lowest $$;
GRANT SELECT ON plain, barrier TO smith;
ANALYZE;
