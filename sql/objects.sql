-- What the extension and auth_setup() make, looked at as a whole.

-- Objects without a comment.
SELECT pg_describe_object(classid, objid, 0) AS uncommented
FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass
WHERE e.extname = 'auth' AND d.deptype = 'e' AND pg_describe_object(classid, objid, 0) !~ '\[\]$'
AND obj_description(objid, classid::regclass::text::name) IS NULL
UNION ALL
SELECT pg_describe_object('pg_class'::regclass, c.oid, a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relname ~ '^auth_' AND c.relkind IN ('r', 'c')
AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NULL
UNION ALL
SELECT pg_describe_object('pg_class'::regclass, oid, 0) FROM pg_class
WHERE relname ~ '^auth_' AND relkind = 'r' AND obj_description(oid, 'pg_class') IS NULL
UNION ALL
SELECT pg_describe_object('pg_trigger'::regclass, oid, 0) FROM pg_trigger
WHERE NOT tgisinternal AND obj_description(oid, 'pg_trigger') IS NULL;

-- Functions that PUBLIC may call, and types that it may use.
SELECT pg_describe_object(d.classid, d.objid, 0) AS public
FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid AND d.refclassid = 'pg_extension'::regclass
LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
WHERE e.extname = 'auth' AND d.deptype = 'e' AND pg_describe_object(d.classid, d.objid, 0) !~ '\[\]$' AND EXISTS (
    SELECT FROM aclexplode(CASE WHEN p.oid IS NOT NULL THEN coalesce(p.proacl, acldefault('f', p.proowner))
                           ELSE coalesce(t.typacl, acldefault('T', t.typowner)) END) WHERE grantee = 0);

-- Functions with rights or settings of their own, and the symbols they call.
SELECT proname FROM pg_proc WHERE proname ~ '^auth_' AND (prosecdef OR proconfig IS NOT NULL OR proleakproof);
SELECT proname, prosrc FROM pg_proc WHERE proname ~ '^auth_' AND proname <> prosrc;

-- The signatures.
SELECT p.proname, pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result,
    p.provolatile AS volatile, p.proisstrict AS strict, p.proparallel AS parallel
FROM pg_proc p WHERE proname ~ '^auth_' ORDER BY proname COLLATE "C";
SELECT t.typname, a.attname, format_type(a.atttypid, a.atttypmod) AS type
FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid
WHERE t.typname ~ '^auth_.*_(object|result)$'
ORDER BY t.typname COLLATE "C", a.attnum;
