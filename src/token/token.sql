-- for: service
CREATE OR REPLACE FUNCTION auth_create_token(
    purpose text,
    user_id text DEFAULT NULL,
    address text DEFAULT NULL,
    lifetime interval DEFAULT NULL,
    replace boolean DEFAULT true,
    data jsonb DEFAULT NULL,
    deliver boolean DEFAULT false
)
    RETURNS auth_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_token';

COMMENT ON FUNCTION auth_create_token(text, text, text, interval, boolean, jsonb, boolean) IS 'make a one-time token, in the place of the older one of the same purpose and user';

-- for: service
CREATE OR REPLACE FUNCTION auth_use_token(
    purpose text,
    token text
)
    RETURNS SETOF auth_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME', 'auth_use_token';

COMMENT ON FUNCTION auth_use_token(text, text) IS 'use up a one-time token; no row: there is none';
