-- for: service
CREATE OR REPLACE FUNCTION auth_request_email_change(
    user_id text,
    address text,
    provider_id text DEFAULT 'email',
    lifetime interval DEFAULT NULL,
    data jsonb DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_email_change';

COMMENT ON FUNCTION auth_request_email_change(text, text, text, interval, jsonb) IS 'have a token sent to the address that a user wants to have; answers ok or throttled';

-- for: client
CREATE OR REPLACE FUNCTION auth_change_email(
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
    AS 'MODULE_PATHNAME', 'auth_change_email';

COMMENT ON FUNCTION auth_change_email(text, text) IS 'use a token to give a user the address that it was sent to; answers ok or refused';
