-- for: client
CREATE OR REPLACE FUNCTION auth_sign_in(
    provider_id text,
    provider_user_id text,
    password text,
    client_address inet DEFAULT NULL,
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
    AS 'MODULE_PATHNAME', 'auth_sign_in';

COMMENT ON FUNCTION auth_sign_in(text, text, text, inet, jsonb, interval, interval, interval, text) IS 'check a password and make a session; answers ok, refused, throttled or second_factor';
