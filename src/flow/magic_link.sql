-- for: client
CREATE OR REPLACE FUNCTION auth_request_magic_link(
    provider_id text,
    provider_user_id text,
    client_address inet DEFAULT NULL,
    data jsonb DEFAULT NULL,
    sign_up boolean DEFAULT false,
    bind boolean DEFAULT false,
    OUT status text,
    OUT retry_after interval,
    OUT browser_token text
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_magic_link';

COMMENT ON FUNCTION auth_request_magic_link(text, text, inet, jsonb, boolean, boolean) IS 'have a token sent to a key, if there is one, with which its user can sign in, or sign up; answers ok or throttled';

-- for: client
CREATE OR REPLACE FUNCTION auth_sign_in_with_token(
    token text,
    session_token text DEFAULT NULL,
    browser_token text DEFAULT NULL,
    client_address inet DEFAULT NULL,
    user_attributes jsonb DEFAULT '{}',
    session_attributes jsonb DEFAULT '{}',
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL,
    device_token text DEFAULT NULL
)
    RETURNS auth_sign_in_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_in_with_token';

COMMENT ON FUNCTION auth_sign_in_with_token(text, text, text, inet, jsonb, jsonb, interval, interval, interval, text) IS 'use a token to make a session; answers ok, refused, taken or second_factor';
