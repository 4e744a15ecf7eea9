CREATE OR REPLACE FUNCTION auth_grant(
    role regrole,
    privilege text
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_grant';

COMMENT ON FUNCTION auth_grant(regrole, text) IS 'grant a role EXECUTE on the functions for a client, a service, an admin or a worker';
