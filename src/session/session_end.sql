-- for: service
CREATE OR REPLACE FUNCTION auth_invalidate_session(
    session_id uuid
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_invalidate_session';

COMMENT ON FUNCTION auth_invalidate_session(uuid) IS 'end a session';

-- for: client
CREATE OR REPLACE FUNCTION auth_sign_out(
    token text
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_out';

COMMENT ON FUNCTION auth_sign_out(text) IS 'end the session of a token';

-- for: service
CREATE OR REPLACE FUNCTION auth_invalidate_user_sessions(
    user_id text,
    except_session uuid DEFAULT NULL
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_invalidate_user_sessions';

COMMENT ON FUNCTION auth_invalidate_user_sessions(text, uuid) IS 'end the sessions of a user, but for one';

-- for: service
CREATE OR REPLACE FUNCTION auth_delete_dead_user_sessions(
    user_id text
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_user_sessions';

COMMENT ON FUNCTION auth_delete_dead_user_sessions(text) IS 'delete the expired sessions of a user';

CREATE OR REPLACE FUNCTION auth_delete_dead_sessions(
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_sessions';

COMMENT ON FUNCTION auth_delete_dead_sessions(integer) IS 'delete expired sessions, at most so many';
