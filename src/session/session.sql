-- for: client
CREATE OR REPLACE FUNCTION auth_session_id(
    token text
)
    RETURNS uuid
    LANGUAGE c
    IMMUTABLE
    STRICT
    PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'auth_session_id';

COMMENT ON FUNCTION auth_session_id(text) IS 'the id of the session that a token is of';

-- for: service
CREATE OR REPLACE FUNCTION auth_create_session(
    user_id text,
    session_attributes jsonb DEFAULT '{}',
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL,
    amr text[] DEFAULT NULL
)
    RETURNS auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_session';

COMMENT ON FUNCTION auth_create_session(text, jsonb, interval, interval, interval, text[]) IS 'create a session; the token is seen here and never again';

-- for: client
CREATE OR REPLACE FUNCTION auth_get_session(
    token text
)
    RETURNS SETOF auth_session_object
    LANGUAGE c
    VOLATILE
    STRICT
    PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME', 'auth_get_session';

COMMENT ON FUNCTION auth_get_session(text) IS 'get the living session of a token as it is';

-- for: client
CREATE OR REPLACE FUNCTION auth_validate_session(
    token text
)
    RETURNS SETOF auth_session_object
    LANGUAGE c
    VOLATILE
    STRICT
    PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME', 'auth_validate_session';

COMMENT ON FUNCTION auth_validate_session(text) IS 'get the living session of a token, renewed if it was idle';

-- for: service
CREATE OR REPLACE FUNCTION auth_get_user_sessions(
    user_id text
)
    RETURNS SETOF auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 10
    AS 'MODULE_PATHNAME', 'auth_get_user_sessions';

COMMENT ON FUNCTION auth_get_user_sessions(text) IS 'get the living sessions of a user, oldest first';

-- for: service
CREATE OR REPLACE FUNCTION auth_update_session_attributes(
    session_id uuid,
    session_attributes jsonb
)
    RETURNS auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_session_attributes';

COMMENT ON FUNCTION auth_update_session_attributes(uuid, jsonb) IS 'write some of the attributes of a session';
