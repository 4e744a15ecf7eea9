
-- The end of an update alone.
CREATE FUNCTION auth_restore_rights()
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_restore_rights';

SELECT auth_restore_rights();

DROP FUNCTION auth_restore_rights();

DROP TABLE pg_temp.auth_right;
