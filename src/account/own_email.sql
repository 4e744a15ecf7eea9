-- for: client
CREATE OR REPLACE FUNCTION auth_request_own_email_verification(
    token text,
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
    AS 'MODULE_PATHNAME', 'auth_request_own_email_verification';

COMMENT ON FUNCTION auth_request_own_email_verification(text, inet, jsonb, boolean) IS 'have a token, or a code, sent to the address that the user of a token has not proven yet; answers ok, refused or throttled';

-- for: client
CREATE OR REPLACE FUNCTION auth_verify_own_email_with_code(
    token text,
    code text,
    OUT status text,
    OUT user_id text,
    OUT address text
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_verify_own_email_with_code';

COMMENT ON FUNCTION auth_verify_own_email_with_code(text, text) IS 'use a code that was sent to an address of the user of a token: its key is proven; answers ok or refused';

-- for: client
CREATE OR REPLACE FUNCTION auth_request_own_email_change(
    token text,
    address text,
    client_address inet DEFAULT NULL,
    data jsonb DEFAULT NULL,
    provider_id text DEFAULT 'email',
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_own_email_change';

COMMENT ON FUNCTION auth_request_own_email_change(text, text, inet, jsonb, text) IS 'have a token sent to the address that the user of a token wants to have; answers ok, refused, throttled or reauthenticate';
