-- for: client
CREATE OR REPLACE FUNCTION auth_set_session_from_request(
    cookie text DEFAULT 'session',
    header text DEFAULT 'x-session'
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_set_session_from_request';

COMMENT ON FUNCTION auth_set_session_from_request(text, text) IS 'auth_set_session() by the token in the request that PostgREST passes on';
