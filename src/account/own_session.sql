-- for: client
CREATE OR REPLACE FUNCTION auth_get_own_sessions(
    token text
)
    RETURNS SETOF auth_own_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 5
    AS 'MODULE_PATHNAME', 'auth_get_own_sessions';

COMMENT ON FUNCTION auth_get_own_sessions(text) IS 'get the living sessions of the user of a token';

-- for: client
CREATE OR REPLACE FUNCTION auth_end_own_session(
    token text,
    session_id uuid
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_end_own_session';

COMMENT ON FUNCTION auth_end_own_session(text, uuid) IS 'end a session of the user of a token';

-- for: client
CREATE OR REPLACE FUNCTION auth_end_other_sessions(
    token text
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_end_other_sessions';

COMMENT ON FUNCTION auth_end_other_sessions(text) IS 'end the sessions of the user of a token, but for its own';
