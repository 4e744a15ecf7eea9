-- for: client
CREATE OR REPLACE FUNCTION auth_request_sign_up(
    provider_id text,
    provider_user_id text,
    client_address inet DEFAULT NULL,
    data jsonb DEFAULT NULL,
    code boolean DEFAULT false,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_sign_up';

COMMENT ON FUNCTION auth_request_sign_up(text, text, inet, jsonb, boolean) IS 'have a token sent to an address, with which its owner can sign up, or a notice if it is somebody''s; answers ok or throttled';

-- for: client
CREATE OR REPLACE FUNCTION auth_sign_up(
    token text,
    password text DEFAULT NULL,
    client_address inet DEFAULT NULL,
    user_attributes jsonb DEFAULT '{}',
    session_attributes jsonb DEFAULT '{}',
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_sign_in_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_up';

COMMENT ON FUNCTION auth_sign_up(text, text, inet, jsonb, jsonb, interval, interval, interval) IS 'use a token that was sent to an address to make its user, with a session; answers ok, refused or taken';

-- for: client
CREATE OR REPLACE FUNCTION auth_sign_up_with_code(
    provider_id text,
    provider_user_id text,
    code text,
    password text DEFAULT NULL,
    client_address inet DEFAULT NULL,
    user_attributes jsonb DEFAULT '{}',
    session_attributes jsonb DEFAULT '{}',
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_sign_in_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_up_with_code';

COMMENT ON FUNCTION auth_sign_up_with_code(text, text, text, text, inet, jsonb, jsonb, interval, interval, interval) IS 'use a code that was sent to an address to make its user, with a session; answers ok, refused or taken';
