-- Rights: EXECUTE is the gate, table rights are not needed.
CREATE ROLE regress_auth_identity;
CREATE ROLE regress_auth_client;
CREATE ROLE regress_auth_service;
CREATE ROLE "regress auth ""admin""";
CREATE ROLE regress_auth_stranger;
SELECT auth_grant('regress_auth_identity', 'identity');
SELECT auth_grant('regress_auth_client', 'client');
SELECT auth_grant(role => 'regress_auth_service', privilege => 'service');
SELECT auth_grant('"regress auth ""admin"""', 'admin');
SELECT refused('SELECT auth_grant(''regress_auth_client'', ''root'')');
SELECT refused('SELECT auth_grant(''regress_auth_client'', NULL)');
SELECT refused('SELECT auth_grant(NULL, ''client'')');
SELECT refused('SELECT auth_grant(''-'', ''client'')');

-- Every function, and who may call it.
SELECT p.oid::regprocedure AS function,
    has_function_privilege('regress_auth_stranger', p.oid, 'EXECUTE') AS public,
    has_function_privilege('regress_auth_identity', p.oid, 'EXECUTE') AS identity,
    has_function_privilege('regress_auth_client', p.oid, 'EXECUTE') AS client,
    has_function_privilege('regress_auth_service', p.oid, 'EXECUTE') AS service,
    has_function_privilege('regress auth "admin"', p.oid, 'EXECUTE') AS admin
FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass
JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass
WHERE e.extname = 'auth' AND d.deptype = 'e'
ORDER BY p.proname COLLATE "C";

-- Every type, which a function of the application's may return.
SELECT t.oid::regtype AS type,
    has_type_privilege('regress_auth_stranger', t.oid, 'USAGE') AS public,
    has_type_privilege('regress_auth_identity', t.oid, 'USAGE') AS identity,
    has_type_privilege('regress_auth_client', t.oid, 'USAGE') AS client,
    has_type_privilege('regress_auth_service', t.oid, 'USAGE') AS service,
    has_type_privilege('regress auth "admin"', t.oid, 'USAGE') AS admin
FROM pg_type t JOIN pg_depend d ON d.objid = t.oid AND d.classid = 'pg_type'::regclass
JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass
WHERE e.extname = 'auth' AND d.deptype = 'e' AND t.typtype = 'c'
ORDER BY t.typname COLLATE "C";

-- Row security, forced, with no policy: nobody sees a row, and all works.
ALTER TABLE auth_user ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE auth_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE auth_session ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

SET ROLE regress_auth_service;
SELECT refused('TABLE auth_user');
SELECT user_id FROM auth_create_user('email', 'g1', 'passphrase1', user_id => 'g1');
SELECT user_id FROM auth_use_key('email', 'g1', 'passphrase1');
SELECT user_id FROM auth_create_key('g1', 'github', '1');
SELECT count(*) FROM auth_get_user_keys('g1');
SELECT token AS t, session_id AS s FROM auth_create_session('g1') \gset
SELECT count(*) FROM auth_get_user_sessions('g1');
SELECT user_id FROM auth_update_user_password('g1', 'passphrase2', :'s');
SELECT user_id FROM auth_update_user_attributes('g1', '{}');
SELECT user_id FROM auth_update_user_provider_id('g1', 'github', '2');
SELECT refused('SELECT auth_setup()');
SELECT refused('SELECT auth_delete_dead_sessions()');
SELECT refused('SELECT auth_grant(''regress_auth_service'', ''admin'')');
SELECT refused('SELECT auth_user_deleted()');

SET ROLE regress_auth_client;
SELECT user_id, state FROM auth_validate_session(:'t');
SELECT refused('TABLE auth_session');
SELECT refused('SELECT auth_create_session(''g1'')');
SELECT refused('SELECT auth_get_user(''g1'')');
SELECT refused('SET auth.session_idle_period = 2000000000');
SELECT refused('SET auth.user_attributes = ''*''');
SELECT current_user, session_user = current_user AS session;
SELECT auth_sign_out(:'t');

SET ROLE regress_auth_stranger;
SELECT refused('SELECT auth_validate_session(''x'')');
SELECT refused('SELECT auth_session_id(''x'')');

-- An admin who is no superuser passes rights on.
SET ROLE "regress auth ""admin""";
SELECT auth_grant('regress_auth_stranger', 'client');
SELECT * FROM auth_get_password_audit();
SELECT auth_delete_user('g1');
SELECT auth_delete_dead_sessions();
SELECT refused('SELECT auth_setup()');
RESET ROLE;
SELECT has_function_privilege('regress_auth_stranger', 'auth_validate_session(text)', 'EXECUTE');
SELECT count(*) FROM auth_user WHERE id = 'g1';

-- Revoked as anything is.
REVOKE EXECUTE ON FUNCTION auth_validate_session FROM regress_auth_stranger;
SELECT has_function_privilege('regress_auth_stranger', 'auth_validate_session(text)', 'EXECUTE');

-- The caller's role and path are its own again, also after an error.
SET search_path = pg_catalog;
SELECT public.refused('SELECT public.auth_create_user(user_id => ''g2'', user_attributes => ''{"x": 1}'')');
SHOW search_path;
SELECT user_id FROM public.auth_create_user(user_id => 'g2');
SHOW search_path;
RESET search_path;
SELECT current_user = session_user AS self;

-- The tables belong to an owner who is no superuser.
CREATE ROLE regress_auth_owner;
ALTER TABLE auth_user OWNER TO regress_auth_owner;
SELECT refused('SELECT auth_get_user(''g2'')');
ALTER TABLE auth_key OWNER TO regress_auth_owner;
SELECT format('ALTER TABLE %s OWNER TO regress_auth_owner', oid::regclass) FROM pg_class WHERE relkind = 'r' AND relname ~ '^auth_' ORDER BY relname \gexec
-- It needs what the tables call, which auth_setup() gives it.
SELECT refused('SELECT auth_create_user()');
SELECT auth_setup();
SELECT user_id ~ '^[a-z0-9]{15}$' AS made FROM auth_create_user();
CREATE FUNCTION whoami() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE 'user %, search_path %', current_user, current_setting('search_path');
    RETURN NEW;
END;
$$;
CREATE TRIGGER whoami BEFORE INSERT ON auth_user FOR EACH ROW EXECUTE FUNCTION whoami();
SET search_path = pg_temp, public;
SELECT user_id FROM auth_create_user(user_id => 'g3');
RESET search_path;
SET ROLE regress_auth_service;
SELECT user_id FROM auth_create_user(user_id => 'g4');
SELECT auth_delete_user('g4');
RESET ROLE;
DROP TRIGGER whoami ON auth_user;
DROP FUNCTION whoami;
SET ROLE "regress auth ""admin""";
SELECT refused('SELECT auth_setup()');
RESET ROLE;

-- The owner's functions run as the owner, whoever calls: a domain's check when
-- a value comes in, a cast to json when it is shown.
CREATE FUNCTION who(what text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE '% as %, search_path %', what, current_user, current_setting('search_path');
    RETURN true;
END;
$$;
REVOKE ALL ON FUNCTION who FROM PUBLIC;
GRANT EXECUTE ON FUNCTION who TO regress_auth_owner;
TRUNCATE auth_user CASCADE;
CREATE DOMAIN checked AS text CHECK (who('check'));
CREATE TYPE cast_type AS ENUM ('a');
CREATE FUNCTION cast_type_json(cast_type) RETURNS json LANGUAGE sql AS 'SELECT to_json(who(''cast''))';
ALTER TYPE cast_type OWNER TO regress_auth_owner;
ALTER DOMAIN checked OWNER TO regress_auth_owner;
ALTER TABLE auth_user ADD checked checked, ADD many cast_type[];
SELECT user_attributes FROM auth_create_user(user_id => 'g5', user_attributes => '{"checked": "x", "many": ["a"]}');
-- A cast that is made after the columns were looked at counts as well.
CREATE CAST (cast_type AS json) WITH FUNCTION cast_type_json;
SET search_path = pg_temp, public;
SELECT user_attributes FROM auth_get_user('g5');
SET ROLE regress_auth_service;
SELECT user_attributes FROM auth_update_user_attributes('g5', '{"checked": "y"}');
RESET ROLE;
RESET search_path;
ALTER TABLE auth_user DROP checked, DROP many;
DROP TYPE cast_type CASCADE;
DROP DOMAIN checked;
DROP FUNCTION who;

-- Hostile operators in the schema are no better match than the server's.
CREATE FUNCTION evil(oid, regclass) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE ''evil as %'', current_user; END';
CREATE FUNCTION evil(oid, regtype) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE ''evil as %'', current_user; END';
CREATE FUNCTION evil(oid, oid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE ''evil as %'', current_user; END';
CREATE OPERATOR public.= (leftarg = oid, rightarg = regclass, function = evil);
CREATE OPERATOR public.= (leftarg = oid, rightarg = oid, function = evil);
CREATE OPERATOR public.<> (leftarg = oid, rightarg = regtype, function = evil);
SELECT auth_grant('regress_auth_service', 'service');
SELECT auth_setup();
DROP FUNCTION evil(oid, regclass), evil(oid, regtype), evil(oid, oid) CASCADE;

REASSIGN OWNED BY regress_auth_owner TO CURRENT_USER;
ALTER TABLE auth_user DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE auth_key DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE auth_session DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
DROP OWNED BY regress_auth_identity, regress_auth_client, regress_auth_service, "regress auth ""admin""", regress_auth_stranger, regress_auth_owner;
DROP ROLE regress_auth_identity, regress_auth_client, regress_auth_service, "regress auth ""admin""", regress_auth_stranger, regress_auth_owner;
TRUNCATE auth_user CASCADE;
