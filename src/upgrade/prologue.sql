-- Who may call what, for the end of the script: a function that is dropped
-- loses it.  A new one has it from what was there under its name.  The table is
-- always named with its schema, which is the last one that a name is looked up
-- in: in the extension's, others can have one of this name.
CREATE TEMPORARY TABLE auth_right AS
    SELECT p.proname, a.grantee, a.is_grantable
    FROM pg_depend d
    JOIN pg_proc p ON p.oid = d.objid
    CROSS JOIN aclexplode(p.proacl) a
    WHERE d.classid = 'pg_proc'::regclass::oid
    AND d.refclassid = 'pg_extension'::regclass::oid
    AND d.refobjid = (SELECT e.oid FROM pg_extension e WHERE e.extname = 'auth')
    AND d.deptype = 'e'::"char"
    AND a.grantee <> p.proowner
    AND a.grantee <> 0::oid;

