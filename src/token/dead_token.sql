CREATE OR REPLACE FUNCTION auth_delete_dead_tokens(
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_tokens';

COMMENT ON FUNCTION auth_delete_dead_tokens(integer) IS 'delete expired one-time tokens and codes, at most so many';
