-- Functions of the application that a statement evaluates once.
CREATE ROLE regress_auth_owner;
CREATE ROLE regress_auth_other;
SELECT auth_grant('regress_auth_owner', 'admin');
GRANT CREATE ON SCHEMA public TO regress_auth_owner;
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        line = regexp_replace(line, ' \(returns \$\d+\)', '');
        RETURN NEXT regexp_replace(line, '\$\d+|\(InitPlan \d+\)\.col1', 'VALUE', 'g');
    END LOOP;
END $$;
SET ROLE regress_auth_owner;
CREATE TABLE task (id integer, org text);
INSERT INTO task SELECT i, 'o' || i % 4 FROM generate_series(1, 12) i;
CREATE FUNCTION my_orgs(prefix text, VARIADIC numbers integer[] DEFAULT '{1,2}') RETURNS text[] STABLE LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE 'asked';
    RETURN ARRAY(SELECT prefix || n FROM unnest(numbers) n);
END $$;
SELECT plan_of('SELECT id FROM task WHERE org = ANY (my_orgs(''o''))');
SELECT auth_evaluate_once('my_orgs(text, integer[])');
SELECT plan_of('SELECT id FROM task WHERE org = ANY (my_orgs(''o''))');
SELECT id FROM task WHERE org = ANY (my_orgs('o')) ORDER BY id;
SELECT id FROM task WHERE org = ANY (my_orgs('o', 3)) ORDER BY id;
-- Nothing that differs from row to row is.
SELECT plan_of('SELECT id FROM task WHERE org = ANY (my_orgs(org))');
-- Twice is the same, and so is a function that is no longer stable.
SELECT auth_evaluate_once('my_orgs(text, integer[])');
SELECT count(*) FROM pg_depend WHERE objid = 'my_orgs'::regproc AND refobjid = 'auth_once'::regproc;
ALTER FUNCTION my_orgs VOLATILE;
SELECT plan_of('SELECT id FROM task WHERE org = ANY (my_orgs(''o''))');
ALTER FUNCTION my_orgs STABLE;
SELECT plan_of('SELECT id FROM task WHERE org = ANY (my_orgs(''o''))');
-- A replacement has to be said so again.
CREATE OR REPLACE FUNCTION my_orgs(prefix text, VARIADIC numbers integer[] DEFAULT '{1,2}') RETURNS text[] STABLE LANGUAGE sql AS
    $$ SELECT array_agg(prefix || n ORDER BY n) FROM unnest(numbers) n $$;
SELECT plan_of('SELECT id FROM task WHERE org = ANY (my_orgs(''o''))');
SELECT auth_evaluate_once('my_orgs(text, integer[])');
SELECT plan_of('SELECT id FROM task WHERE org = ANY (my_orgs(''o''))');

-- What is refused.
CREATE FUNCTION stable_set() RETURNS SETOF integer STABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION volatile_one() RETURNS integer VOLATILE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION immutable_one() RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION stable_void() RETURNS void STABLE LANGUAGE sql AS '';
CREATE FUNCTION stable_record() RETURNS record STABLE LANGUAGE sql AS 'SELECT 1, 2';
CREATE FUNCTION stable_any(anyelement) RETURNS anyelement STABLE LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION stable_trigger() RETURNS trigger STABLE LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE AGGREGATE stable_sum(integer) (SFUNC = int4pl, STYPE = integer);
CREATE PROCEDURE proceed() LANGUAGE sql AS '';
SELECT refused(format('SELECT auth_evaluate_once(%s)', f)) FROM unnest('{''stable_set()'',''volatile_one()'',''immutable_one()'',''stable_void()'',''stable_record()'',
    ''stable_any(anyelement)'',''stable_trigger()'',''stable_sum(integer)'',''proceed()'',''nothing()'',''lower(text)'',''auth_user_id()'',0,NULL::regprocedure}'::text[]) f;
BEGIN READ ONLY;
SELECT refused('SELECT auth_evaluate_once(''my_orgs(text, integer[])'')');
COMMIT;
RESET ROLE;
SELECT refused('SELECT auth_evaluate_once(''auth_user_id()'')');
SELECT refused('SELECT auth_evaluate_once(''auth_get_user(text)'')');
SET ROLE regress_auth_other;
SELECT refused('SELECT auth_evaluate_once(''my_orgs(text, integer[])'')');
RESET ROLE;
GRANT EXECUTE ON FUNCTION auth_evaluate_once TO regress_auth_other;
SET ROLE regress_auth_other;
SELECT refused('SELECT auth_evaluate_once(''my_orgs(text, integer[])'')');
RESET ROLE;
-- Neither goes without the other.
SELECT refused('DROP FUNCTION auth_once');
SELECT refused('DROP EXTENSION auth') ~ 'function my_orgs\(text,integer\[\]\) depends on function auth_once\(internal\)' AS kept;

DROP FUNCTION plan_of;
DROP OWNED BY regress_auth_owner, regress_auth_other;
DROP ROLE regress_auth_owner, regress_auth_other;
