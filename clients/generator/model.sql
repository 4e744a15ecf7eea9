-- What the extension offers to whoever calls it, as one JSON document: functions,
-- and the columns of what they return.  Run as a superuser; nothing stays.
BEGIN;
CREATE EXTENSION IF NOT EXISTS auth;
CREATE ROLE auth_model_identity;
CREATE ROLE auth_model_client;
CREATE ROLE auth_model_service;
CREATE ROLE auth_model_worker;
CREATE TEMPORARY TABLE model_set AS
    SELECT number, name, ('auth_model_' || name)::regrole AS role
    FROM unnest('{identity,client,service,worker}'::text[]) WITH ORDINALITY sets (name, number);
SELECT FROM model_set, auth_grant(role, name);

CREATE FUNCTION pg_temp.model_type(type oid) RETURNS text LANGUAGE sql AS $$
    SELECT replace(replace(format_type(type, NULL), 'timestamp with time zone', 'timestamptz'), 'double precision', 'float8')
$$;

-- The smallest set that has the function
CREATE FUNCTION pg_temp.model_set(function oid) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(
        (SELECT name FROM model_set WHERE has_function_privilege(role, function, 'EXECUTE') ORDER BY number LIMIT 1),
        'admin')
$$;

CREATE FUNCTION pg_temp.model_arguments(function pg_proc) RETURNS json LANGUAGE sql AS $$
    SELECT coalesce(json_agg(json_build_object(
        'name', name, 'type', pg_temp.model_type(type), 'default',
            regexp_replace(pg_get_function_arg_default((function).oid, number::integer), '::[a-z ]+(\[\])?$', '')) ORDER BY number), '[]')
    FROM unnest((function).proargnames[1:(function).pronargs], (function).proargtypes::oid[])
        WITH ORDINALITY arguments (name, type, number)
$$;

-- Of a composite type those of the type, and else what is returned by name
CREATE FUNCTION pg_temp.model_columns(function pg_proc) RETURNS json LANGUAGE sql AS $$
    SELECT coalesce(json_agg(json_build_object(
        'name', name, 'type', pg_temp.model_type(type), 'comment', comment) ORDER BY number), '[]')
    FROM (SELECT attname, atttypid, col_description(attrelid, attnum), attnum
            FROM pg_attribute JOIN pg_type ON typrelid = attrelid
            WHERE pg_type.oid = (function).prorettype AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT name, type, NULL, number
            FROM unnest((function).proargnames, (function).proallargtypes, (function).proargmodes)
                WITH ORDINALITY results (name, type, mode, number)
            WHERE mode IN ('o', 't')) columns (name, type, comment, number)
$$;

SELECT json_agg(json_build_object(
    'name', proname, 'set', pg_temp.model_set(f.oid), 'comment', obj_description(f.oid, 'pg_proc'),
    'arguments', pg_temp.model_arguments(f), 'columns', pg_temp.model_columns(f),
    'type', pg_temp.model_type(prorettype), 'type_comment', obj_description(t.oid, 'pg_type'),
    'rows', CASE WHEN proretset THEN prorows END, 'strict', proisstrict) ORDER BY proname COLLATE "C")
FROM pg_depend d JOIN pg_proc f ON f.oid = d.objid AND d.classid = 'pg_proc'::regclass
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'auth'
    JOIN pg_type t ON t.oid = prorettype
WHERE d.deptype = 'e' AND (prorettype = 'void'::regtype OR typtype <> 'p' OR prorettype = 'record'::regtype);
ROLLBACK;
