CREATE OR REPLACE FUNCTION auth_calibrate(
    target_ms integer DEFAULT 25,
    max_memory integer DEFAULT 65536
)
    RETURNS TABLE (
        memory integer,
        iterations integer,
        milliseconds double precision,
        meets_floor boolean
    )
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 4
    AS 'MODULE_PATHNAME', 'auth_calibrate';

COMMENT ON FUNCTION auth_calibrate(integer, integer) IS 'measure which costs of password hashes take at most so long here';
