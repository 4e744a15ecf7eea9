-- for: service
CREATE OR REPLACE FUNCTION auth_create_refresh_token(
    session_id uuid,
    lifetime interval DEFAULT NULL,
    family_lifetime interval DEFAULT NULL
)
    RETURNS auth_refresh_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_refresh_token';

COMMENT ON FUNCTION auth_create_refresh_token(uuid, interval, interval) IS 'create a refresh token for a session; it is seen here and never again';

-- for: client
CREATE OR REPLACE FUNCTION auth_rotate_refresh_token(
    refresh_token text,
    client_address inet DEFAULT NULL
)
    RETURNS auth_refresh_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_rotate_refresh_token';

COMMENT ON FUNCTION auth_rotate_refresh_token(text, inet) IS 'spend a refresh token for a new one and a new token of its session; answers ok, refused or reused';
