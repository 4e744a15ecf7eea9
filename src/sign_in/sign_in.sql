-- for: client
CREATE OR REPLACE FUNCTION auth_sign_in(
    provider_id text,
    provider_user_id text,
    password text,
    attributes jsonb DEFAULT '{}',
    address inet DEFAULT NULL,
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_sign_in_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_in';

COMMENT ON FUNCTION auth_sign_in(text, text, text, jsonb, inet, interval, interval, interval) IS 'check a password and make a session; the answer is a status';
