-- for: client
CREATE OR REPLACE FUNCTION auth_request_password_reset(
    provider_id text,
    provider_user_id text,
    client_address inet DEFAULT NULL,
    data jsonb DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_password_reset';

COMMENT ON FUNCTION auth_request_password_reset(text, text, inet, jsonb) IS 'have a token sent to a key, if there is one, with which its password can be set; answers ok or throttled';

-- for: client
CREATE OR REPLACE FUNCTION auth_reset_password(
    token text,
    new_password text,
    OUT status text,
    OUT user_id text,
    OUT address text
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_reset_password';

COMMENT ON FUNCTION auth_reset_password(text, text) IS 'use a token to set the password of its user, and end all sessions; answers ok or refused';
