CREATE OR REPLACE FUNCTION auth_check()
    RETURNS TABLE (severity text, kind text, finding text, statement text)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 10
    AS 'MODULE_PATHNAME', 'auth_check';

COMMENT ON FUNCTION auth_check() IS 'what is wrong, or could be better, and the statement that mends it';
