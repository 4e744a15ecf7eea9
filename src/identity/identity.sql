-- for: client
CREATE OR REPLACE FUNCTION auth_set_session(
    token text
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_set_session';

COMMENT ON FUNCTION auth_set_session(text) IS 'have the user of a session act until the transaction ends; false: nobody does';

-- for: client
CREATE OR REPLACE FUNCTION auth_clear_session()
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_clear_session';

COMMENT ON FUNCTION auth_clear_session() IS 'have nobody act from here on';
