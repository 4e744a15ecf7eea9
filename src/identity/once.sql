CREATE OR REPLACE FUNCTION auth_once(
    internal
)
    RETURNS internal
    LANGUAGE c
    IMMUTABLE
    STRICT
    PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'auth_once';

COMMENT ON FUNCTION auth_once(internal) IS 'support function: a call of a stable function with constants is evaluated once in a statement';
