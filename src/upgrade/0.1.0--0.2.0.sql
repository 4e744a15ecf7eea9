-- Counts of failures are in pages of an index, no more in rows: what kept the
-- rows in their places goes before auth_setup() changes the table.
DROP TRIGGER IF EXISTS auth_throttle_kept ON auth_throttle;

DROP FUNCTION auth_throttle_kept();

CREATE FUNCTION auth_count_handler(internal)
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

-- They return another column.
DROP FUNCTION auth_get_key_throttle(text, text);

DROP FUNCTION auth_get_address_throttle(inet);
