CREATE OR REPLACE FUNCTION auth_count_handler(internal)
    RETURNS index_am_handler
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_count_handler';

COMMENT ON FUNCTION auth_count_handler(internal) IS 'handler of the access method auth_count';

CREATE ACCESS METHOD auth_count TYPE INDEX HANDLER auth_count_handler;

COMMENT ON ACCESS METHOD auth_count IS 'pages for the counts of auth_throttle; nothing is found by it';

-- Not the default one, so that nobody makes such an index by mistake.
CREATE OPERATOR CLASS auth_count_ops
    FOR TYPE boolean USING auth_count AS
    STORAGE boolean;

COMMENT ON OPERATOR CLASS auth_count_ops USING auth_count IS 'what CREATE INDEX asks for; has no operators';

COMMENT ON OPERATOR FAMILY auth_count_ops USING auth_count IS 'of the operator class auth_count_ops';
