CREATE OR REPLACE FUNCTION auth_setup()
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_setup';

COMMENT ON FUNCTION auth_setup() IS 'make the tables of auth, owned by the caller, or bring them up to date';
