CREATE OR REPLACE FUNCTION auth_evaluate_once(
    function regprocedure
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_evaluate_once';

COMMENT ON FUNCTION auth_evaluate_once(regprocedure) IS 'have calls of a stable function of one''s own with constants evaluated once in a statement';
