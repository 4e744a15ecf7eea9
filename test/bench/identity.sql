-- What identity.sh measures, in the time that the processors spend on it: tables
-- under row security, whose policies are the ways to ask who acts.  Each is for
-- the role of its name.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

CREATE FUNCTION processor_time() RETURNS double precision LANGUAGE c VOLATILE STRICT
    AS :'library', 'processor_time';
GRANT SELECT, INSERT ON result TO PUBLIC;

-- Supabase's
CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth TO PUBLIC;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid
$$;

-- User 7 acts, and user 0 has many rows.
CREATE FUNCTION user_number(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5(n::text)::uuid $$;
INSERT INTO auth_user (id) SELECT user_number(n)::text FROM unnest('{0,7}'::integer[]) n;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    SELECT auth_session_id('token ' || n), user_number(n)::text, 'infinity', 'infinity' FROM unnest('{0,7}'::integer[]) n;

CREATE TABLE variant (name text PRIMARY KEY, condition text);
INSERT INTO variant VALUES
('literal', format('owner_id = %L', user_number(7))),
('auth_user_id()', 'owner_id = auth_user_id()'),
('auth.once = off', 'owner_id = auth_user_id()'),
('literal, uuid', format('owner_uuid = %L', user_number(7))),
('auth_user_uuid()', 'owner_uuid = auth_user_uuid()'),
('Supabase, wrapped', 'owner_uuid = (SELECT auth.uid())'),
('Supabase', 'owner_uuid = auth.uid()'),
('current_setting', 'owner_id = current_setting(''request.user_id'', true)'),
('PostgREST', 'owner_id = current_setting(''request.jwt.claims'', true)::json ->> ''sub''');
SELECT format('CREATE ROLE %I LOGIN', name) FROM variant \gexec
SELECT auth_grant(quote_ident(name)::regrole, 'client') FROM variant \g /dev/null

-- Until the transaction ends a user acts, by each way, and the role is that of
-- the variant.
CREATE FUNCTION act(which text, n integer DEFAULT 7) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('role', 'none', true);
    PERFORM auth_set_session('token ' || n),
        set_config('auth.once', CASE which WHEN 'auth.once = off' THEN 'off' ELSE 'on' END, true),
        set_config('request.user_id', user_number(n)::text, true),
        set_config('request.jwt.claims', json_build_object('sub', user_number(n), 'role', which)::text, true),
        set_config('role', which, true);
END
$$;

-- A thousandth of the rows is user 7's, and of a thousand so many are user 0's.
CREATE PROCEDURE make_table(name text, rows integer, share integer) LANGUAGE plpgsql AS $$
DECLARE
    way variant;
BEGIN
    EXECUTE format('CREATE TABLE %I (id integer PRIMARY KEY, owner_id text, owner_uuid uuid, body text)', name);
    EXECUTE format('INSERT INTO %I SELECT i, u, u, ''the body of '' || i FROM generate_series(1, $1) i,'
        ' LATERAL (SELECT user_number(CASE WHEN i %% 1000 >= 1000 - $2 THEN 0 ELSE i %% 1000 END) AS u) s', name)
        USING rows, share;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('GRANT SELECT ON %I TO PUBLIC', name);
    FOR way IN SELECT * FROM variant LOOP
        EXECUTE format('CREATE POLICY %1$I ON %2$I TO %1$I USING (%3$s)', way.name, name, way.condition);
    END LOOP;
END
$$;

-- The rows of user 7, by a statement that is planned each time.
CREATE PROCEDURE measure_scan(which text, round integer, name text) LANGUAGE plpgsql AS $$
DECLARE
    found integer;
    start double precision;
BEGIN
    PERFORM act(which);
    start := processor_time();
    EXECUTE format('SELECT count(body) FROM %I', name) INTO found;
    INSERT INTO result VALUES (which, round, processor_time() - start);
    ASSERT found > 0, 'user 7 has rows';
END
$$;

-- The rows of user 7, by the plan that was made while user 0 acted.
CREATE PROCEDURE measure_whale(which text, round integer, name text, times integer) LANGUAGE plpgsql AS $$
DECLARE
    found integer;
    start double precision;
BEGIN
    PERFORM act(which, 0);
    EXECUTE format('PREPARE own AS SELECT count(body) FROM %I', name);
    EXECUTE 'EXECUTE own' INTO found;
    PERFORM act(which);
    start := processor_time();
    FOR i IN 1..times LOOP
        EXECUTE 'EXECUTE own' INTO found;
    END LOOP;
    INSERT INTO result VALUES (which, round, (processor_time() - start) / times);
    DEALLOCATE own;
    ASSERT found > 0, 'user 7 has rows';
END
$$;

-- So many tokens, each given to a function.
CREATE PROCEDURE measure_set(which text, round integer, tokens integer) LANGUAGE plpgsql AS $$
DECLARE
    call text := CASE which WHEN 'nothing' THEN 'octet_length' ELSE which END;
    first integer := 1 + round * tokens % (SELECT count(*) FROM sample);
    start double precision := processor_time();
BEGIN
    EXECUTE format('SELECT %I(token) FROM sample WHERE n >= $1 AND n < $1 + $2', call) USING first, tokens;
    INSERT INTO result VALUES (which, round, (processor_time() - start) / tokens);
END
$$;
