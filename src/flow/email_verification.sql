-- for: service
CREATE OR REPLACE FUNCTION auth_request_email_verification(
    user_id text,
    address text,
    lifetime interval DEFAULT NULL,
    data jsonb DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_email_verification';

COMMENT ON FUNCTION auth_request_email_verification(text, text, interval, jsonb) IS 'have a token sent to the address of a key of the user; answers ok or throttled';

-- for: client
CREATE OR REPLACE FUNCTION auth_verify_email(
    token text,
    session_token text DEFAULT NULL,
    OUT status text,
    OUT user_id text,
    OUT address text
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_verify_email';

COMMENT ON FUNCTION auth_verify_email(text, text) IS 'use a token that was sent to an address: its key is proven; answers ok or refused';
