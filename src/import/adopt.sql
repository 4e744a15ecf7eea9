-- for: client
CREATE OR REPLACE FUNCTION auth_adopt_session(token text)
    RETURNS SETOF auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME', 'auth_adopt_session';

COMMENT ON FUNCTION auth_adopt_session(text) IS 'let an imported session, whose token is its id, a dot and a secret, go on with that token';
