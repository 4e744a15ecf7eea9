CREATE OR REPLACE FUNCTION auth_delete_dead_factors(
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_factors';

COMMENT ON FUNCTION auth_delete_dead_factors(integer) IS 'delete authenticator apps that were not confirmed in time, at most so many';
