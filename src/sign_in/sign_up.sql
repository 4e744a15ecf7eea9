-- for: client
CREATE OR REPLACE FUNCTION auth_sign_up(
    provider_id text,
    provider_user_id text,
    password text,
    attributes jsonb DEFAULT '{}',
    session_attributes jsonb DEFAULT '{}',
    address inet DEFAULT NULL,
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_up';

COMMENT ON FUNCTION auth_sign_up(text, text, text, jsonb, jsonb, inet, interval, interval, interval) IS 'create a user with a key and a session; the answer does not tell that the key exists';
