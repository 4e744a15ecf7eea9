-- The client set is narrow: what a role may choose that passes on what strangers
-- send.  docs/grant.md has it as a table, of which client_set.pl tries each line.
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET timezone = 'UTC';
CREATE ROLE regress_auth_web;
SELECT auth_grant('regress_auth_web', 'client');
ALTER TABLE auth_user ADD name text, ADD is_admin boolean NOT NULL DEFAULT false, ADD "Odd" text;
ALTER TABLE auth_session ADD device text, ADD mfa boolean NOT NULL DEFAULT false;
SELECT user_id FROM auth_create_user('email', 'ada', 'correct horse battery', user_id => 'ada');
INSERT INTO auth_token (id, purpose, provider_id, address, expires_at)
    SELECT auth_session_id('sign up ' || a), 'sign_up', 'email', a, now() + interval '1 hour' FROM unnest('{eve,kim,vic}'::text[]) a;

-- Every argument of the set that the settings are asked about.
SELECT p.proname AS function, string_agg(a.name, ', ' ORDER BY a.number) AS arguments
FROM pg_proc p, unnest(p.proargnames, p.proargtypes::oid[]) WITH ORDINALITY a (name, type, number)
WHERE p.proname ~ '^auth_' AND has_function_privilege('regress_auth_web', p.oid, 'EXECUTE')
AND (a.name ~ '^provider_id$' OR a.type IN ('jsonb'::regtype, 'interval'::regtype))
GROUP BY p.proname ORDER BY p.proname COLLATE "C";

-- Attributes: none unless a setting names them, whether there is such a column or not.
SET ROLE regress_auth_web;
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"is_admin": true}'', session_attributes => ''{"mfa": true}'')');
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{}'', session_attributes => ''{"mfa": true}'')');
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"nothing": true}'')');
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"disabled_at": null}'')');
SELECT refused('SELECT auth_sign_in(''email'', ''ada'', ''correct horse battery'', session_attributes => ''{"mfa": true}'')');
SELECT refused('SELECT auth_sign_in(''email'', ''nobody'', ''wrong'', session_attributes => ''{"mfa": true}'')');
SELECT refused('SELECT auth_sign_in_with_token(''no token'', session_attributes => ''{"mfa": true}'')');
SELECT refused('SELECT auth_sign_in_with_token(''no token'', user_attributes => ''{"is_admin": true}'')');
SELECT refused('SELECT auth_sign_up_with_code(''email'', ''m@e.c'', ''12345678'', NULL, user_attributes => ''{"is_admin": true}'')');
RESET ROLE;
-- Whoever calls: the functions ask, not the role.
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"is_admin": true}'')');

-- What is named, and nothing like it.
SET auth.client_user_attributes = 'Name, "Odd", missing, id';
SET auth.client_session_attributes = 'device';
SET ROLE regress_auth_web;
SELECT user_attributes, session_attributes FROM auth_sign_up('sign up eve', 'correct horse battery', user_attributes => '{"name": "Eve", "Odd": "x"}', session_attributes => '{"device": "phone"}');
SELECT status, session_attributes FROM auth_sign_in('email', 'eve', 'correct horse battery', session_attributes => '{"device": null}');
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"name": "M", "is_admin": true}'')');
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"Name": "M"}'')');
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"odd": "M"}'')');
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"name\u0020": "M"}'')');
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"": "M"}'')');
SELECT refused('SELECT auth_sign_up(''no token'', ''correct horse battery'', user_attributes => ''{"device": "M"}'')');
SELECT refused('SELECT auth_sign_up(''sign up vic'', ''correct horse battery'', user_attributes => ''{"missing": "M"}'')');
SELECT refused('SELECT auth_sign_up(''sign up vic'', ''correct horse battery'', user_attributes => ''{"id": "M"}'')');
SELECT refused('SELECT auth_sign_in(''email'', ''eve'', ''correct horse battery'', session_attributes => ''{"device": "x", "mfa": true}'')');
SELECT refused('SET auth.client_user_attributes = ''is_admin''');
SELECT refused('RESET auth.client_user_attributes');
SELECT refused('SELECT set_config(''auth.client_providers'', ''github'', true)');
RESET ROLE;
RESET auth.client_user_attributes;
RESET auth.client_session_attributes;
SELECT count(*) FROM auth_key WHERE provider_user_id = 'm@e.c';

-- There is no "*": a column that is added later would be the clients' at once.
SELECT refused('SET auth.client_user_attributes = ''*''');
SELECT refused('SET auth.client_session_attributes = ''device, *''');
SELECT refused('SET auth.client_providers = ''email,,github''');

-- Providers: email unless a setting names others, with one answer for all.
SELECT count(*) FROM auth_create_key('ada', 'github', 'c1', 'correct horse battery');
SET ROLE regress_auth_web;
SELECT refused('SELECT auth_request_sign_up(''github'', ''c2'')');
SELECT refused('SELECT auth_request_sign_up(''github'', ''c1'')');
SELECT refused('SELECT auth_sign_in(''github'', ''c1'', ''correct horse battery'')');
SELECT refused('SELECT auth_sign_in(''github'', ''nobody'', ''correct horse battery'')');
SELECT refused('SELECT auth_request_password_reset(''github'', ''c1'')');
SELECT refused('SELECT auth_request_password_reset(''github'', ''nobody'')');
SELECT refused('SELECT auth_request_magic_link(''github'', ''c1'')');
SELECT refused('SELECT auth_request_sign_up(''Email'', ''m@e.c'')');
SELECT refused('SELECT auth_sign_up_with_code('' email'', ''m@e.c'', ''12345678'')');
SELECT refused(format('SELECT auth_sign_in(%L, ''1'', ''correct horse battery'')', repeat('é', 1048576)));
RESET ROLE;
SELECT refused('SELECT auth_request_sign_up(''github'', ''c2'')');
SELECT failures FROM auth_get_key_throttle('github', 'c1');
SET auth.client_providers = 'github, "a, b", Phone';
SET ROLE regress_auth_web;
SELECT status FROM auth_sign_in('github', 'c1', 'correct horse battery');
SELECT status FROM auth_sign_in('a, b', '1', 'correct horse battery');
SELECT status FROM auth_sign_in('Phone', '1', 'correct horse battery');
SELECT refused('SELECT auth_sign_in(''phone'', ''1'', ''correct horse battery'')');
SELECT refused('SELECT auth_sign_in(''email'', ''ada'', ''correct horse battery'')');
RESET ROLE;
SET auth.client_providers = '';
SELECT refused('SELECT auth_sign_in(''email'', ''ada'', ''correct horse battery'')');
SELECT refused('SELECT auth_sign_in('''', ''ada'', ''correct horse battery'')');
RESET auth.client_providers;

-- Periods only shorten.  A longer one, by years, months or days, is as if it were not given.
CREATE FUNCTION ends(moment timestamptz) RETURNS numeric LANGUAGE sql AS 'SELECT round(extract(epoch FROM moment - clock_timestamp()) / 60)';
CREATE FUNCTION sign_in_for(active interval, idle interval, life interval) RETURNS TABLE (active_ends numeric, idle_ends numeric, ends numeric, session uuid) LANGUAGE sql
AS $$SELECT ends(active_expires_at), ends(idle_expires_at), ends(nullif(expires_at, 'infinity')), session_id
     FROM auth_sign_in('email', 'ada', 'correct horse battery', active_period => active, idle_period => idle, lifetime => life)$$;
SET auth.session_lifetime = '8h';
SET ROLE regress_auth_web;
SELECT active_ends, idle_ends, ends FROM sign_in_for('9000 years', NULL, '9999 years');
SELECT active_ends, idle_ends, ends FROM sign_in_for(NULL, '9999 years', '8 hours 1 microsecond');
SELECT active_ends, idle_ends, ends FROM sign_in_for(NULL, NULL, '1 month');
SELECT active_ends, idle_ends, ends FROM sign_in_for('1 hour', '30 min', '2 hours');
SELECT ends(active_expires_at) AS active_ends, ends(idle_expires_at) AS idle_ends, ends(expires_at) AS ends
FROM auth_sign_up('sign up kim', 'correct horse battery', active_period => '9000 years', lifetime => '9999 years');
RESET ROLE;
SELECT token FROM auth_create_token('sign_in', 'ada') \gset
SET ROLE regress_auth_web;
SELECT ends(active_expires_at) AS active_ends, ends(idle_expires_at) AS idle_ends, ends(expires_at) AS ends
FROM auth_sign_in_with_token(:'token', active_period => '9000 years', lifetime => '9999 years');
RESET ROLE;
RESET auth.session_lifetime;
SET auth.session_active_period = '25h';
SET auth.session_idle_period = '2d';
SET ROLE regress_auth_web;
-- What is kept for renewals is NULL, the setting, or a time that days and months do not stretch.
SELECT session AS s1, active_ends, idle_ends, ends FROM sign_in_for('1 day', '1 month', '100 years') \gset one_
SELECT session AS s2, active_ends, idle_ends, ends FROM sign_in_for('25:00:00', '0', NULL) \gset two_
SELECT :one_active_ends AS active_ends, :one_idle_ends AS idle_ends, :one_ends > 52000000 AS own_end, :two_active_ends AS active_ends, :two_idle_ends AS idle_ends;
SELECT refused('SELECT sign_in_for(''-1 day'', NULL, NULL)');
SELECT refused('SELECT sign_in_for(''0'', NULL, NULL)');
SELECT refused('SELECT sign_in_for(''1 month -1 day'', NULL, NULL)');
SELECT refused('SELECT sign_in_for(NULL, ''-1 second'', NULL)');
SELECT refused('SELECT sign_in_for(NULL, NULL, ''0'')');
SELECT refused('SELECT sign_in_for(NULL, NULL, ''20000 years'')');
RESET ROLE;
SELECT active_period, idle_period FROM auth_session WHERE id IN (:'one_s1', :'two_s2') ORDER BY 1;
-- The service set chooses what it likes.
SELECT ends(active_expires_at) AS active_ends FROM auth_create_session('ada', active_period => '30 days');
RESET auth.session_active_period;
RESET auth.session_idle_period;

-- What the server says of a violated constraint: its names, and no value of the row.
CREATE FUNCTION violation(statement text) RETURNS TABLE (state text, "table" text, "column" text, "constraint" text, detail text) LANGUAGE plpgsql AS $$
DECLARE
    hint text;
    context text;
BEGIN
    EXECUTE statement;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS
        state = RETURNED_SQLSTATE, "table" = TABLE_NAME, "column" = COLUMN_NAME, "constraint" = CONSTRAINT_NAME,
        detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
    ASSERT concat(SQLERRM, detail, hint, context) !~ 'hidden', concat(SQLERRM, detail, hint, context);
    RETURN NEXT;
END;
$$;
CREATE TABLE team (id integer PRIMARY KEY);
CREATE DOMAIN shade AS text CHECK (VALUE <> 'black');
ALTER TABLE auth_user ADD secret text DEFAULT 'hidden', ADD role text NOT NULL DEFAULT 'member' CONSTRAINT known_role CHECK (role IN ('member', 'owner')),
    ADD team integer CONSTRAINT known_team REFERENCES team, ADD shade shade, ADD number integer,
    ADD CONSTRAINT own_name UNIQUE (name, secret), ADD CONSTRAINT own_number EXCLUDE USING btree (number WITH =, secret WITH =);
SET auth.user_attributes = 'name';
SET auth.client_user_attributes = 'name, role, team, shade, number';
SELECT count(*) FROM auth_create_user('email', 'hid', 'correct horse battery', '{"name": "N", "number": 1}', 'hid');
SET ROLE regress_auth_web;
CREATE TEMPORARY TABLE tried AS SELECT * FROM (VALUES ('{"role": null}'), ('{"role": "root"}'), ('{"team": 1}'), ('{"name": "N"}'),
    ('{"number": 1}'), ('{"shade": "black"}'), ('{"number": "one"}'), ('{"number": 99999999999}')) v (attributes);
SELECT attributes, v.* FROM tried, violation(format('SELECT auth_sign_up(''sign up vic'', ''correct horse battery'', user_attributes => %L)', attributes)) v;
-- Deferred, it is checked as the caller, who may not see the row; from 18 on as whoever has written it.
RESET ROLE;
ALTER TABLE auth_user DROP CONSTRAINT own_name, ADD CONSTRAINT own_name UNIQUE (name, secret) DEFERRABLE INITIALLY DEFERRED;
SET ROLE regress_auth_web;
SET plpgsql.check_asserts = off;
SELECT state, "table", "constraint", (detail ~ 'hidden') = (current_setting('server_version_num')::integer >= 180000) AS as_documented
    FROM violation('SELECT auth_sign_up(''sign up vic'', ''correct horse battery'', user_attributes => ''{"name": "N"}''); SET CONSTRAINTS ALL IMMEDIATE');
RESET plpgsql.check_asserts;
DROP TABLE tried;
RESET ROLE;
SELECT * FROM violation('SELECT auth_update_user_attributes(''hid'', ''{"role": null}'')');
-- A superuser's call says no more, as it ends in the log.
SELECT * FROM violation('SELECT auth_create_user(user_attributes => ''{"name": "N", "role": "root"}'')');

-- Every table of ours: nothing of the row that a CHECK refuses.
CREATE TEMPORARY TABLE writer (relation text, statement text);
INSERT INTO writer VALUES
    ('auth_user', 'SELECT auth_create_user()'),
    ('auth_key', 'SELECT auth_create_key(''hid'', ''email'', ''hid2'', ''correct horse battery'')'),
    ('auth_session', 'SELECT auth_create_session(''hid'')'),
    ('auth_refresh_token', 'SELECT auth_create_refresh_token(session_id) FROM auth_create_session(''hid'')'),
    ('auth_token', 'SELECT auth_create_token(''reset'', ''hid'', ''hid@example.com'')'),
    ('auth_outbox', 'SELECT auth_create_token(''reset'', ''hid'', ''hid@example.com'', deliver => true)'),
    ('auth_event', 'SELECT auth_create_user()');
CREATE PROCEDURE try_writers() LANGUAGE plpgsql AS $$
DECLARE
    w writer;
    answer text;
BEGIN
    FOR w IN TABLE writer LOOP
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT never CHECK (false) NOT VALID', w.relation);
        SELECT concat_ws(' ', state, "table", "constraint", detail) INTO answer FROM violation(w.statement);
        RAISE NOTICE '%: %', w.relation, coalesce(answer, 'accepted');
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT never', w.relation);
    END LOOP;
END;
$$;
CALL try_writers();

-- What the application's triggers write: no value by the server, and what they say themselves.
CREATE TABLE audit (secret text, name text) PARTITION BY LIST (name);
CREATE VIEW own AS SELECT id, name, secret FROM auth_user WHERE name <> 'V' WITH CHECK OPTION;
CREATE FUNCTION spread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.name
        WHEN 'P' THEN INSERT INTO audit VALUES (NEW.secret, NEW.secret);
        WHEN 'V' THEN UPDATE own SET name = 'V' WHERE id = 'hid';
        WHEN 'R' THEN RAISE check_violation USING DETAIL = 'said by the application', HINT = 'so is this';
        ELSE NULL;
    END CASE;
    RETURN NEW;
END;
$$;
CREATE TRIGGER spread BEFORE INSERT ON auth_user FOR EACH ROW EXECUTE FUNCTION spread();
SELECT * FROM violation('SELECT auth_create_user(user_attributes => ''{"name": "P"}'')');
SELECT * FROM violation('SELECT auth_create_user(user_attributes => ''{"name": "V"}'')');
SELECT * FROM violation('SELECT auth_create_user(user_attributes => ''{"name": "R"}'')');

RESET auth.user_attributes;
RESET auth.client_user_attributes;
DROP FUNCTION spread, violation, sign_in_for, ends CASCADE;
DROP PROCEDURE try_writers;
DROP TABLE audit, writer;
DROP VIEW own;
ALTER TABLE auth_user DROP name, DROP is_admin, DROP "Odd", DROP secret, DROP role, DROP team, DROP shade, DROP number;
ALTER TABLE auth_session DROP device, DROP mfa;
DROP TABLE team;
DROP DOMAIN shade;
DELETE FROM auth_user;
DROP OWNED BY regress_auth_web;
DROP ROLE regress_auth_web;
RESET timezone;
