-- for: service
CREATE OR REPLACE FUNCTION auth_create_code(
    purpose text,
    user_id text DEFAULT NULL,
    address text DEFAULT NULL,
    lifetime interval DEFAULT NULL,
    length integer DEFAULT 8,
    letters boolean DEFAULT false,
    data jsonb DEFAULT NULL,
    deliver boolean DEFAULT false
)
    RETURNS auth_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_code';

COMMENT ON FUNCTION auth_create_code(text, text, text, interval, integer, boolean, jsonb, boolean) IS 'make a short one-time code, in the place of the older one of the same purpose and user';

-- for: service
CREATE OR REPLACE FUNCTION auth_use_code(
    purpose text,
    code text,
    user_id text DEFAULT NULL,
    address text DEFAULT NULL
)
    RETURNS SETOF auth_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME', 'auth_use_code';

COMMENT ON FUNCTION auth_use_code(text, text, text, text) IS 'use up a one-time code of a user or an address; no row: it is not the one, or dead';
