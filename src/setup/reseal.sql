CREATE OR REPLACE FUNCTION auth_reseal(
    batch_size integer DEFAULT 1000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_reseal';

COMMENT ON FUNCTION auth_reseal(integer) IS 'encrypt with the first key of the file what was encrypted with another, at most so many rows';
