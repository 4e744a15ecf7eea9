-- Calls that a statement evaluates once: whatever the query, its rows are those
-- that a constant gives.
SELECT user_id FROM auth_create_user(user_id => 'una');
SELECT user_id FROM auth_create_user(user_id => 'uwe');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
SELECT auth_session_id(user_id), user_id, now() + interval '1 day', now() + interval '1 day', 9 FROM unnest('{una,uwe}'::text[]) user_id;
CREATE TABLE doc (id integer PRIMARY KEY, owner text, org text, n integer);
INSERT INTO doc SELECT i, (ARRAY['una', 'uwe', 'eve', NULL])[i % 4 + 1], 'o' || i % 5, i % 7 FROM generate_series(1, 40) i;
CREATE INDEX ON doc (owner);
CREATE TABLE member (user_id text, org text);
INSERT INTO member VALUES ('una', 'o1'), ('una', 'o2'), ('uwe', 'o2'), ('eve', 'o3'), (NULL, 'o4');
CREATE TABLE part (id integer, owner text) PARTITION BY LIST (owner);
CREATE TABLE part_una PARTITION OF part FOR VALUES IN ('una');
CREATE TABLE part_uwe PARTITION OF part FOR VALUES IN ('uwe');
CREATE TABLE part_rest PARTITION OF part DEFAULT;
INSERT INTO part SELECT id, owner FROM doc;
CREATE TABLE hashed (id integer, owner text) PARTITION BY HASH (owner);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO hashed SELECT id, owner FROM doc;
ANALYZE doc, member, part, hashed;
-- Views and functions are made for both, the call and the constant.
CREATE FUNCTION make_objects(suffix text, f text, l text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    object text;
BEGIN
    FOREACH object IN ARRAY ARRAY[
        'CREATE VIEW plain@S@ AS SELECT * FROM doc WHERE owner = @F@',
        'CREATE VIEW barrier@S@ WITH (security_barrier) AS SELECT * FROM doc WHERE owner = @F@',
        'CREATE VIEW stacked@S@ AS SELECT p.*, @F@ AS me FROM plain@S@ p WHERE EXISTS (SELECT FROM member m WHERE m.org = p.org AND m.user_id = @F@)',
        'CREATE FUNCTION own@S@() RETURNS SETOF doc LANGUAGE sql STABLE AS $x$ SELECT * FROM doc WHERE owner = @F@ $x$',
        'CREATE FUNCTION own@S@(of text) RETURNS SETOF doc LANGUAGE sql STABLE AS $x$ SELECT * FROM doc WHERE owner = of OR owner = @F@ $x$',
        'CREATE FUNCTION mine@S@(owner text) RETURNS boolean LANGUAGE sql STABLE AS $x$ SELECT owner = @F@ $x$',
        'CREATE FUNCTION twice@S@(v text) RETURNS text LANGUAGE sql STABLE AS $x$ SELECT v || v || @F@ $x$',
        'CREATE FUNCTION orgs@S@(of text) RETURNS text[] LANGUAGE sql STABLE AS $x$ SELECT array_agg(org ORDER BY org) FROM member WHERE user_id = of AND user_id = @F@ $x$',
        'CREATE FUNCTION slow@S@(v text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $x$ BEGIN RETURN v || @F@ || @L@; END $x$',
        'CREATE FUNCTION letters@S@(v text) RETURNS SETOF text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $x$ BEGIN RETURN QUERY SELECT v || t FROM string_to_table(@F@, NULL) t; END $x$',
        'CREATE FUNCTION ids@S@() RETURNS TABLE (id integer) LANGUAGE sql STABLE BEGIN ATOMIC SELECT d.id FROM doc d WHERE d.owner = @F@ OR d.n = @L@; END',
        'CREATE FUNCTION given@S@(who text DEFAULT @F@, level integer DEFAULT @L@) RETURNS SETOF text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $x$ BEGIN RETURN NEXT who || level; END $x$',
        'CREATE FUNCTION owned@S@(who text DEFAULT @F@) RETURNS SETOF doc LANGUAGE sql STABLE AS $x$ SELECT * FROM doc WHERE owner = who $x$'
    ] LOOP
        EXECUTE replace(replace(replace(object, '@S@', suffix), '@F@', f), '@L@', l);
    END LOOP;
END $$;
SELECT make_objects('_call', 'auth_user_id()', 'auth_assurance_level()');
SELECT make_objects('_constant', '''una''::text', '2');

CREATE TABLE battery (number integer GENERATED ALWAYS AS IDENTITY, query text, constant text);
INSERT INTO battery (query) VALUES
-- conditions
('SELECT id FROM doc WHERE owner = @F@'),
('SELECT id FROM doc WHERE owner <> @F@'),
('SELECT id FROM doc WHERE owner IS DISTINCT FROM @F@'),
('SELECT id FROM doc WHERE @F@ = owner AND n = @L@'),
('SELECT id FROM doc WHERE owner = @F@ OR n = @L@'),
('SELECT id FROM doc WHERE NOT (owner = @F@ OR org = ''o1'')'),
('SELECT id FROM doc WHERE owner IN (@F@, ''eve'')'),
('SELECT id FROM doc WHERE owner = ANY (ARRAY[@F@, ''eve''])'),
('SELECT id FROM doc WHERE owner LIKE @F@ || ''%'''),
('SELECT id FROM doc WHERE owner BETWEEN @F@ AND ''uz'''),
('SELECT id FROM doc WHERE CASE WHEN @F@ = ''una'' THEN n = @L@ ELSE false END'),
('SELECT id FROM doc WHERE coalesce(owner, @F@) = @F@'),
('SELECT id FROM doc WHERE (owner, n) = (@F@, @L@)'),
('SELECT id FROM doc WHERE (owner, n) < (@F@, @L@)'),
('SELECT id FROM doc WHERE @F@ IS NOT NULL AND n > @L@'),
('SELECT id FROM doc WHERE @F@ = ''una'''),
('SELECT id FROM doc WHERE @F@ = ''uwe'''),
('SELECT id FROM doc WHERE owner = (SELECT @F@)'),
('SELECT id FROM doc WHERE owner = (SELECT @F@ FROM member LIMIT 1)'),
('SELECT id FROM doc WHERE owner = upper(lower(@F@)) OR owner = lower(upper(@F@))'),
-- sub-selects
('SELECT id FROM doc d WHERE EXISTS (SELECT FROM member m WHERE m.org = d.org AND m.user_id = @F@)'),
('SELECT id FROM doc d WHERE NOT EXISTS (SELECT FROM member m WHERE m.org = d.org AND m.user_id = @F@)'),
('SELECT id FROM doc d WHERE owner = ''eve'' OR EXISTS (SELECT FROM member m WHERE m.org = d.org AND m.user_id = @F@)'),
('SELECT id FROM doc d WHERE owner = @F@ OR EXISTS (SELECT FROM member m WHERE m.org = d.org AND m.user_id = @F@)'),
('SELECT id FROM doc d WHERE owner = @F@ OR NOT EXISTS (SELECT FROM member m WHERE m.user_id = @F@ AND m.org = d.org AND d.n > @L@)'),
('SELECT id FROM doc WHERE org IN (SELECT org FROM member WHERE user_id = @F@)'),
('SELECT id FROM doc WHERE org NOT IN (SELECT org FROM member WHERE user_id = @F@)'),
('SELECT id FROM doc WHERE owner = ''eve'' OR org IN (SELECT org FROM member WHERE user_id = @F@)'),
('SELECT id FROM doc WHERE @F@ IN (SELECT user_id FROM member m WHERE m.org = doc.org)'),
('SELECT id FROM doc WHERE @F@ = ANY (SELECT user_id FROM member m WHERE m.org = doc.org) OR n = @L@'),
('SELECT id, EXISTS (SELECT FROM member m WHERE m.org = d.org AND m.user_id = @F@) FROM doc d'),
('SELECT id, (SELECT count(*) FROM member m WHERE m.org = d.org AND m.user_id = @F@) FROM doc d'),
('SELECT id, ARRAY(SELECT org FROM member m WHERE m.user_id = @F@ ORDER BY 1) FROM doc d'),
('SELECT id, org IN (SELECT org FROM member WHERE user_id = @F@) FROM doc'),
('SELECT id FROM doc d WHERE EXISTS (SELECT FROM member m WHERE m.org = d.org AND EXISTS (SELECT FROM member o WHERE o.org = m.org AND o.user_id = @F@))'),
('SELECT id FROM doc d WHERE n = 1 OR EXISTS (SELECT FROM member m WHERE m.org = d.org AND (m.user_id = ''eve'' OR EXISTS (SELECT FROM member o WHERE o.org = m.org AND o.user_id = @F@)))'),
('SELECT id FROM doc d WHERE EXISTS (SELECT FROM member m WHERE m.user_id = @F@ LIMIT @L@)'),
('SELECT id FROM doc d WHERE n = 1 OR EXISTS (SELECT FROM member m WHERE m.user_id = @F@ AND m.org = d.org LIMIT @L@ - 1)'),
('SELECT * FROM (SELECT id FROM doc d WHERE EXISTS (SELECT FROM member m WHERE m.org = d.org LIMIT @L@)) s'),
('SELECT (SELECT count(*) FROM doc WHERE owner = @F@), EXISTS (SELECT FROM doc WHERE owner = @F@)'),
('SELECT max(id) FILTER (WHERE owner = (SELECT user_id FROM member WHERE user_id = @F@ LIMIT 1)) FROM doc'),
-- common table expressions
('WITH o AS (SELECT * FROM doc WHERE owner = @F@) SELECT id FROM o WHERE n > @L@'),
('WITH o AS MATERIALIZED (SELECT * FROM doc WHERE owner = @F@) SELECT a.id, b.id FROM o a JOIN o b USING (org) WHERE a.owner = @F@'),
('WITH o AS NOT MATERIALIZED (SELECT * FROM doc WHERE owner = @F@) SELECT a.id, b.id FROM o a JOIN o b USING (org)'),
('WITH RECURSIVE r AS (SELECT id, owner FROM doc WHERE owner = @F@ AND id < 10 UNION SELECT d.id, d.owner FROM r JOIN doc d ON d.id = r.id + @L@ * 2 AND d.owner = @F@) SELECT * FROM r'),
('WITH RECURSIVE r (i, me) AS (SELECT 1, @F@ UNION ALL SELECT i + 1, @F@ FROM r WHERE i < @L@ + 3) SELECT * FROM r'),
('SELECT id FROM doc WHERE org IN (WITH m AS MATERIALIZED (SELECT * FROM member WHERE user_id = @F@) SELECT org FROM m)'),
-- joins
('SELECT d.id, m.org FROM doc d JOIN member m ON m.org = d.org AND m.user_id = @F@'),
('SELECT d.id, m.org FROM doc d LEFT JOIN member m ON m.org = d.org AND m.user_id = @F@'),
('SELECT d.id, m.org FROM member m RIGHT JOIN doc d ON m.org = d.org AND d.owner = @F@'),
('SELECT d.id, m.user_id FROM doc d FULL JOIN member m ON m.org = d.org WHERE d.owner = @F@ OR m.user_id = @F@'),
('SELECT d.id, s.me FROM doc d LEFT JOIN (SELECT org, @F@ AS me FROM member WHERE user_id = ''eve'') s USING (org)'),
('SELECT d.id, s.me FROM doc d LEFT JOIN (SELECT @F@ AS me) s ON s.me = d.owner'),
('SELECT j.* FROM (doc d JOIN member m USING (org)) j WHERE j.user_id = @F@'),
('SELECT a.id, b.id FROM doc a, doc b WHERE a.owner = @F@ AND b.owner = a.owner AND a.id < b.id'),
('SELECT d.id, l.* FROM doc d, LATERAL (SELECT m.org, @F@ AS me FROM member m WHERE m.org = d.org AND m.user_id = @F@) l'),
('SELECT d.id, l.n FROM doc d CROSS JOIN LATERAL (SELECT count(*) AS n FROM member m WHERE m.org = d.org OR m.user_id = @F@) l WHERE d.owner = @F@'),
('SELECT v.* FROM (VALUES (@F@, @L@), (''eve'', 1)) v (owner, n) JOIN doc d USING (owner, n)'),
('SELECT * FROM (VALUES (@F@)) v (x)'),
('SELECT id FROM doc TABLESAMPLE system (50 * @L@) REPEATABLE (1) WHERE owner = @F@'),
-- functions in FROM
('SELECT * FROM string_to_table(@F@, NULL) t'),
('SELECT * FROM generate_series(1, @L@) i, doc WHERE owner = @F@'),
('SELECT * FROM (SELECT * FROM string_to_table(@F@, NULL) t) s'),
('SELECT s.t, d.id FROM (SELECT * FROM unnest(ARRAY[@F@, ''eve'']) t) s JOIN doc d ON d.owner = s.t'),
('SELECT * FROM doc d JOIN (SELECT t, i FROM string_to_table(@F@, NULL) t, generate_series(1, @L@) i) s ON s.i = d.n'),
('SELECT * FROM ROWS FROM (string_to_table(@F@, NULL), generate_series(1, @L@)) WITH ORDINALITY'),
('SELECT * FROM lower(@F@) AS me'),
('SELECT * FROM (SELECT * FROM lower(@F@) AS me) s, doc WHERE owner = me'),
('SELECT * FROM letters@S@(@F@) x'),
('SELECT * FROM (SELECT * FROM letters@S@(@F@) x) s'),
('SELECT * FROM (SELECT x, id FROM letters@S@(@F@) x, doc WHERE owner = @F@) s WHERE id < 10'),
('SELECT * FROM given@S@()'),
('SELECT * FROM (SELECT * FROM given@S@()) s'),
('SELECT * FROM (SELECT * FROM given@S@(''una'') x, doc WHERE owner = @F@) s'),
('SELECT * FROM (SELECT * FROM given@S@(level => 3)) s, doc WHERE owner = @F@'),
('SELECT * FROM (SELECT id FROM owned@S@()) s'),
('SELECT * FROM own@S@()'),
('SELECT * FROM own@S@(@F@) WHERE n = @L@'),
('SELECT d.id, o.id FROM doc d JOIN own@S@() o USING (org)'),
('SELECT * FROM ids@S@()'),
('SELECT id FROM doc WHERE mine@S@(owner)'),
('SELECT id, twice@S@(@F@), twice@S@(owner) FROM doc'),
('SELECT id FROM doc WHERE org = ANY (orgs@S@(@F@))'),
('SELECT id, slow@S@(@F@) FROM doc WHERE slow@S@(owner) = slow@S@(@F@)'),
('SELECT x.* FROM XMLTABLE(''//a'' PASSING xmlparse(document ''<r><a>una</a><a>eve</a></r>'') COLUMNS a text PATH ''.'' DEFAULT @F@) x WHERE a = @F@'),
('SELECT j FROM jsonb_array_elements_text(jsonb_build_array(@F@, @L@)) j, doc WHERE owner = j'),
-- views
('SELECT * FROM plain@S@'),
('SELECT * FROM barrier@S@ WHERE n = @L@ AND owner = @F@'),
('SELECT * FROM stacked@S@'),
('SELECT p.id, b.id FROM plain@S@ p LEFT JOIN barrier@S@ b ON b.id = p.id + 4 AND b.owner = @F@'),
-- sets of rows
('SELECT id FROM doc WHERE owner = @F@ UNION ALL SELECT id FROM doc WHERE n = @L@'),
('SELECT owner FROM doc UNION SELECT @F@'),
('SELECT owner FROM doc EXCEPT SELECT @F@'),
('SELECT org FROM doc WHERE owner = @F@ INTERSECT SELECT org FROM member WHERE user_id = @F@'),
('SELECT * FROM (SELECT id, owner FROM doc UNION ALL SELECT id, @F@ FROM doc) u WHERE owner = @F@'),
('SELECT * FROM (SELECT id, owner FROM doc UNION ALL SELECT n, user_id FROM member, LATERAL (SELECT @L@ AS n) l) u WHERE owner = @F@ ORDER BY 1'),
-- groups
('SELECT owner = @F@, count(*) FROM doc GROUP BY owner = @F@'),
('SELECT @F@, count(*) FROM doc GROUP BY @F@'),
('SELECT @F@ || org, count(*) FROM doc GROUP BY @F@ || org'),
('SELECT org, count(*) FROM doc GROUP BY org HAVING count(*) FILTER (WHERE owner = @F@) >= @L@'),
('SELECT org, max(owner) FROM doc GROUP BY org HAVING max(owner) = @F@ OR min(owner) = @F@'),
('SELECT @F@, org, count(*) FROM doc GROUP BY GROUPING SETS ((@F@, org), (org), ())'),
('SELECT owner = @F@, n > @L@, count(*) FROM doc GROUP BY CUBE (owner = @F@, n > @L@)'),
('SELECT min(id) FROM doc WHERE owner = @F@'),
('SELECT max(id), min(id) FROM doc WHERE id > @L@'),
('SELECT max(owner) FROM doc WHERE owner <= @F@'),
('SELECT string_agg(org, @F@ ORDER BY id) FROM doc WHERE owner = @F@'),
('SELECT DISTINCT @F@, owner FROM doc'),
('SELECT DISTINCT ON (owner = @F@) owner = @F@, id FROM doc ORDER BY owner = @F@, id'),
('SELECT id, count(*) OVER (PARTITION BY owner = @F@ ORDER BY id ROWS @L@ PRECEDING) FROM doc'),
('SELECT id, lag(owner, @L@, @F@) OVER (ORDER BY id) FROM doc'),
('SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY n) FROM doc WHERE owner = @F@'),
-- order, limits, locks
('SELECT id FROM doc ORDER BY owner = @F@, id LIMIT 2 + @L@ OFFSET @L@'),
('SELECT id FROM doc ORDER BY id FETCH FIRST (@L@) ROWS WITH TIES'),
('SELECT id FROM doc WHERE owner = @F@ ORDER BY id FOR UPDATE'),
('SELECT id, generate_series(1, @L@), @F@ FROM doc WHERE owner = @F@'),
-- partitions and inheritance
('SELECT id FROM part WHERE owner = @F@'),
('SELECT id FROM hashed WHERE owner = @F@'),
('SELECT p.id FROM part p JOIN hashed h ON h.owner = p.owner AND h.id = p.id WHERE p.owner = @F@'),
('SELECT id, tableoid::regclass FROM part WHERE owner = @F@ OR owner IS NULL'),
-- no rows are read
('SELECT @F@, @L@'),
('SELECT @F@ || (SELECT @F@)'),
('SELECT CASE WHEN @L@ > 1 THEN @F@ END WHERE @F@ = ''una''');

-- The rows of a query, or what it is refused with.
CREATE FUNCTION rows_of(query text, prepared boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found record;
    rows text[] = '{}';
BEGIN
    IF prepared THEN
        EXECUTE 'PREPARE tried AS ' || query;
        query = 'EXECUTE tried';
    END IF;
    FOR found IN EXECUTE query LOOP
        rows = rows || found::text;
    END LOOP;
    IF prepared THEN
        DEALLOCATE tried;
    END IF;
    RETURN concat(cardinality(rows), E' rows\n', (SELECT string_agg(r, E'\n' ORDER BY r COLLATE "C") FROM unnest(rows) r));
EXCEPTION WHEN OTHERS THEN
    IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'tried') THEN
        DEALLOCATE tried;
    END IF;
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION with_call(query text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT replace(replace(replace(query, '@F@', 'auth_user_id()'), '@L@', 'auth_assurance_level()'), '@S@', '_call') $$;
CREATE FUNCTION with_constant(query text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT replace(replace(replace(query, '@F@', '(''una''::text)'), '@L@', '2'), '@S@', '_constant') $$;
UPDATE battery SET constant = rows_of(with_constant(query), false);
-- Where the call does not have the rows of the constant; and how often it has.
CREATE FUNCTION differences(prepared boolean DEFAULT false) RETURNS TABLE (difference text) LANGUAGE plpgsql AS $$
DECLARE
    tried record;
    same integer = 0;
BEGIN
    FOR tried IN SELECT query, constant, rows_of(with_call(query), prepared) AS call FROM battery ORDER BY number LOOP
        -- A server may have been built without XML.
        IF tried.call = tried.constant AND tried.call ~ '^\d+ rows|^0A000 unsupported XML' THEN
            same = same + 1;
        ELSE
            difference = concat_ws(E'\n', tried.query, tried.call, tried.constant);
            RETURN NEXT;
        END IF;
    END LOOP;
    difference = same || ' of ' || (SELECT count(*) FROM battery);
    RETURN NEXT;
END $$;
\pset format unaligned
\pset tuples_only on
BEGIN;
SELECT auth_set_session('una');
SELECT * FROM differences();
-- Prepared, for a plan of the first execution that no value is known for.
SET LOCAL plan_cache_mode = force_generic_plan;
SELECT * FROM differences(true);
RESET plan_cache_mode;
ROLLBACK;
-- By other joins and groups, by indexes alone, and compiled; in parallel, in
-- test/t/once.pl, as nothing is that PL/pgSQL reads by a cursor.
BEGIN;
SELECT auth_set_session('una');
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_hashagg = off;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_material = off;
SELECT * FROM differences();
ROLLBACK;
BEGIN;
SELECT auth_set_session('una');
SET LOCAL jit = on;
SET LOCAL jit_above_cost = 0;
SELECT * FROM differences();
COMMIT;
-- Switched off, also for plans that are kept, the rows are the same.
CREATE FUNCTION plan(query text, options text DEFAULT '') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF' || options || ') ' || query LOOP
        -- What versions write in different ways.
        line = regexp_replace(line, ' \(returns \$\d+\)', '');
        line = regexp_replace(line, '\$\d+|\(InitPlan \d+\)\.col1', 'VALUE', 'g');
        line = regexp_replace(line, '\(ANY \([^()]*(\(hashed SubPlan \d+\))\.col1\)\)', '\1');
        CONTINUE WHEN line ~ '^ *(Buffers|Heap Fetches|Index Searches|Planning|Memory|Storage)';
        RETURN NEXT regexp_replace(line, ' \(actual .*\)', '');
    END LOOP;
END $$;
PREPARE kept AS SELECT count(*) FROM doc WHERE owner = auth_user_id();
BEGIN;
SELECT auth_set_session('una');
SELECT plan('EXECUTE kept');
SET LOCAL auth.once = off;
SELECT plan('EXECUTE kept');
SELECT * FROM differences();
SELECT * FROM differences(true);
SET LOCAL auth.once = on;
SELECT plan('EXECUTE kept');
COMMIT;
DEALLOCATE kept;

-- Plans: once, on the topmost level, whatever level asks.
SET enable_bitmapscan = off;
SELECT plan('SELECT * FROM doc WHERE owner = auth_user_id() AND auth_has_level(2)', ', VERBOSE');
SELECT plan('SELECT * FROM doc WHERE owner = auth_user_id() OR auth_user_id() = ''x'' OR owner = coalesce(auth_user_id(), ''y'')');
SET enable_seqscan = off;
SELECT plan('SELECT * FROM doc WHERE owner = auth_user_id()');
RESET enable_seqscan;
SELECT plan('SELECT * FROM doc d WHERE n = 1 OR EXISTS (SELECT FROM member m WHERE m.org = d.org AND m.user_id = auth_user_id())');
SELECT plan('WITH o AS MATERIALIZED (SELECT * FROM doc WHERE owner = auth_user_id()) SELECT * FROM o a, o b WHERE a.owner = auth_user_id()');
SELECT plan('UPDATE doc SET n = auth_assurance_level() WHERE owner = auth_user_id()');
-- Not where nothing is gained, nor with an argument that differs from row to row.
SELECT plan('SELECT auth_user_id()', ', VERBOSE');
SELECT plan('INSERT INTO doc VALUES (50, auth_user_id())', ', VERBOSE');
SELECT plan('SELECT auth_has_level(n) FROM doc', ', VERBOSE');
-- Nor where the planner may throw it away.
SELECT plan('SELECT * FROM letters_call(auth_user_id()) l', ', VERBOSE');
SELECT plan('SELECT * FROM doc d, letters_call(''x'') l WHERE owner = auth_user_id()');
-- A constant that is a parameter of the statement.
PREPARE levelled (integer) AS SELECT count(*) FROM doc WHERE auth_has_level($1);
SET plan_cache_mode = force_generic_plan;
SELECT plan('EXECUTE levelled (1)', ', VERBOSE');
BEGIN;
SELECT auth_set_session('una');
EXECUTE levelled (1);
EXECUTE levelled (3);
COMMIT;
RESET plan_cache_mode;
DEALLOCATE levelled;
-- Workers are sent the value.
BEGIN;
SELECT auth_set_session('una');
ALTER TABLE doc SET (parallel_workers = 1);
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SELECT string_agg(line, ' ') ~ 'InitPlan 1 .*Gather .*Parallel Seq Scan on doc .*VALUE' FROM plan('SELECT count(*) FROM doc WHERE owner = auth_user_id() OR n = 1') line;
SELECT count(*) FROM doc WHERE owner = auth_user_id() OR n = 1;
ROLLBACK;

-- Partitions that the value is not in are not read.
BEGIN;
SELECT auth_set_session('una');
SELECT plan('SELECT id FROM part WHERE owner = auth_user_id()', ', ANALYZE, TIMING OFF, SUMMARY OFF');
SELECT count(*) FROM plan('SELECT id FROM hashed WHERE owner = auth_user_id()', ', ANALYZE, TIMING OFF, SUMMARY OFF') line WHERE line ~ 'never executed';
COMMIT;

-- A plan that is kept is not for who was there first, whatever the rows of each.
CREATE TABLE log (id integer, owner text);
INSERT INTO log SELECT i, CASE WHEN i % 100 < 95 THEN 'una' WHEN i % 100 = 95 THEN 'uwe' ELSE 'u' || i END FROM generate_series(1, 20000) i;
CREATE INDEX ON log (owner);
ANALYZE log;
PREPARE own_log AS SELECT count(*) FROM log WHERE owner = auth_user_id();
BEGIN;
SELECT auth_set_session('una');
EXECUTE own_log;
SELECT string_agg(line, ' ') ~ 'using log_owner_idx' AS by_index FROM plan('EXECUTE own_log') line;
SELECT auth_set_session('uwe');
EXECUTE own_log;
COMMIT;
EXECUTE own_log;
DEALLOCATE own_log;

-- Row security, in everything that reads or writes.
CREATE TABLE secret (id integer PRIMARY KEY, owner text DEFAULT auth_user_id(), title text, org text);
INSERT INTO secret SELECT id, owner, 'title ' || id, org FROM doc;
CREATE INDEX ON secret (owner);
ANALYZE secret;
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON secret USING (owner = auth_user_id() OR EXISTS (SELECT FROM member m WHERE m.org = secret.org AND m.user_id = auth_user_id()))
    WITH CHECK (owner = auth_user_id() AND auth_has_level(1));
CREATE ROLE regress_auth_once;
SELECT auth_grant('regress_auth_once', 'client');
GRANT ALL ON secret, doc, member TO regress_auth_once;
CREATE FUNCTION leak(title text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN
    RAISE NOTICE 'leaked: %', title;
    RETURN true;
END $$;
SET ROLE regress_auth_once;
SELECT count(*) FROM secret;
BEGIN;
SELECT auth_set_session('una');
SELECT count(*), count(*) FILTER (WHERE owner = 'una') FROM secret;
SELECT id FROM secret WHERE leak(title) AND id < 10;
SELECT refused('DELETE FROM secret WHERE id = 3') FROM secret WHERE id = 3;
DELETE FROM secret WHERE owner IS NULL AND org IN ('o1', 'o2') OR id = 3 RETURNING id;
INSERT INTO secret (id, title) VALUES (101, 'new') RETURNING *;
SELECT refused('INSERT INTO secret VALUES (102, ''uwe'')');
INSERT INTO secret SELECT id + 100, owner, 'copied' FROM doc WHERE owner = auth_user_id() AND id < 9 RETURNING *;
INSERT INTO secret VALUES (101, 'una', 'again') ON CONFLICT (id) DO UPDATE SET title = excluded.title || auth_user_id() RETURNING *;
SELECT refused('INSERT INTO secret VALUES (3, ''una'') ON CONFLICT (id) DO UPDATE SET title = ''taken''');
WITH changed AS (UPDATE secret SET title = 'of ' || m.org FROM member m WHERE m.user_id = auth_user_id() AND m.org = secret.org AND owner = m.user_id
    RETURNING secret.id) SELECT id FROM changed ORDER BY id;
UPDATE secret SET title = 'mine' WHERE id > 100 RETURNING id, title;
SELECT refused('UPDATE secret SET owner = ''uwe''');
DELETE FROM secret USING member m WHERE m.user_id = secret.owner AND m.org = 'o1' AND secret.id > 104 RETURNING secret.id;
MERGE INTO secret USING (VALUES (4, 'merged'), (103, 'made')) v (id, title) ON secret.id = v.id
    WHEN MATCHED THEN UPDATE SET title = v.title WHEN NOT MATCHED THEN INSERT (id, title) VALUES (v.id, v.title);
COPY (SELECT id, owner, title FROM secret WHERE title IN ('merged', 'made') ORDER BY id) TO stdout;
SELECT id FROM secret WHERE owner = auth_user_id() ORDER BY id LIMIT 2 FOR UPDATE;
WITH gone AS (DELETE FROM secret WHERE id > 100 RETURNING *) SELECT id, owner = auth_user_id() FROM gone ORDER BY id;
SELECT auth_clear_session();
SELECT count(*) FROM secret;
UPDATE secret SET title = 'nobody''s' RETURNING id;
SELECT refused('INSERT INTO secret (id) VALUES (104)');
ROLLBACK;
RESET ROLE;

-- Without an executor there is no InitPlan: expressions of PL/pgSQL, casts in
-- its assignments, defaults, constraints, WHEN of triggers, indexes.
CREATE FUNCTION to_pair(integer) RETURNS text[] LANGUAGE sql STABLE AS $$ SELECT ARRAY[$1::text, auth_user_id()] $$;
CREATE CAST (integer AS text[]) WITH FUNCTION to_pair(integer) AS ASSIGNMENT;
CREATE CAST (interval AS boolean) WITH FUNCTION auth_is_fresh(interval) AS ASSIGNMENT;
CREATE FUNCTION expressions() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    me text := auth_user_id();
    pair text[];
    fresh boolean;
BEGIN
    SELECT 7, interval '1 day' INTO pair, fresh;
    IF auth_user_id() = 'una' AND auth_has_level(2) THEN
        me := me || auth_user_id() || twice_call(me);
    END IF;
    FOR i IN 1 .. auth_assurance_level() LOOP
        me := me || i;
    END LOOP;
    RETURN me || pair::text || fresh || (SELECT count(*) FROM doc WHERE owner = auth_user_id());
END $$;
CREATE DOMAIN of_somebody AS text CHECK (auth_user_id() IS NOT NULL);
CREATE TABLE entry (id integer CHECK (auth_has_level(1)), owner of_somebody DEFAULT auth_user_id(), old text);
CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'fired for %', NEW.owner; RETURN NEW; END $$;
CREATE TRIGGER told BEFORE INSERT OR UPDATE ON entry FOR EACH ROW WHEN (NEW.owner = auth_user_id()) EXECUTE FUNCTION told();
BEGIN;
SELECT auth_set_session('una');
SELECT expressions(), expressions();
COPY entry (id) FROM stdin;
1
\.
INSERT INTO entry (id) SELECT i FROM generate_series(2, 3) i;
UPDATE entry SET id = auth_assurance_level() WHERE id = 3 RETURNING *;
SELECT 'x'::of_somebody;
COMMIT;
SELECT refused('INSERT INTO entry VALUES (4, ''una'')');
SELECT refused('SELECT ''x''::of_somebody FROM doc');
SELECT refused('CREATE INDEX ON doc (auth_user_id())');

-- What a table's CHECK says of its rows was so when they were written, and of
-- nobody who reads them.
CREATE TABLE written (owner text CHECK (owner = auth_user_id()));
BEGIN;
SELECT auth_set_session('una');
INSERT INTO written VALUES ('una');
SELECT auth_set_session('uwe');
INSERT INTO written VALUES ('uwe');
SET LOCAL constraint_exclusion = on;
SELECT owner FROM written WHERE owner <> auth_user_id();
COMMIT;

-- What raises does so where a row asks for it: it is not evaluated ahead of them.
CREATE TABLE vault (id integer, closed boolean);
INSERT INTO vault VALUES (1, false), (2, NULL);
BEGIN;
SELECT auth_set_session('una');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT count(*) FROM vault WHERE CASE WHEN closed THEN auth_require(3) ELSE true END;
UPDATE vault SET closed = true WHERE id = 2;
SELECT refused('SELECT count(*) FROM vault WHERE CASE WHEN closed THEN auth_require(3) ELSE true END');
ROLLBACK;

-- One value for all of a query, though who acts changes while it runs.
CREATE FUNCTION turns(i integer) RETURNS boolean LANGUAGE sql VOLATILE AS $$ SELECT auth_set_session(CASE WHEN i > 3 THEN 'uwe' ELSE 'una' END) $$;
BEGIN;
SELECT auth_set_session('una');
SELECT i, auth_user_id() FROM generate_series(1, 6) i WHERE turns(i);
SELECT auth_user_id();
COMMIT;

-- A materialized view is nobody's.
BEGIN;
SELECT auth_set_session('una');
CREATE MATERIALIZED VIEW seen AS SELECT auth_user_id() AS who, count(*) FROM doc WHERE owner = auth_user_id();
TABLE seen;
COMMIT;
REFRESH MATERIALIZED VIEW seen;
TABLE seen;

\pset format aligned
\pset tuples_only off
DROP MATERIALIZED VIEW seen;
DROP CAST (integer AS text[]);
DROP CAST (interval AS boolean);
DROP VIEW stacked_call, stacked_constant, plain_call, plain_constant, barrier_call, barrier_constant;
DROP FUNCTION own_call(), own_call(text), own_constant(), own_constant(text), ids_call, ids_constant, twice_call, twice_constant,
    orgs_call, orgs_constant, slow_call, slow_constant, letters_call, letters_constant, mine_call, mine_constant,
    given_call, given_constant, owned_call, owned_constant;
DROP TABLE doc, part, hashed, battery, log, secret, member, entry, written, vault;
DROP DOMAIN of_somebody;
DROP FUNCTION make_objects, rows_of, with_call, with_constant, differences, plan, leak, to_pair, expressions, told, turns;
DROP OWNED BY regress_auth_once;
DROP ROLE regress_auth_once;
RESET enable_bitmapscan;
DELETE FROM auth_user WHERE id IN ('una', 'uwe');
