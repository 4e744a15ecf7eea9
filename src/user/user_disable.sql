-- for: service
CREATE OR REPLACE FUNCTION auth_disable_user(
    user_id text,
    until timestamptz DEFAULT NULL,
    reason text DEFAULT NULL
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_disable_user';

COMMENT ON FUNCTION auth_disable_user(text, timestamptz, text) IS 'keep a user out, for good or until a time, and end its sessions';

-- for: service
CREATE OR REPLACE FUNCTION auth_enable_user(
    user_id text
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_enable_user';

COMMENT ON FUNCTION auth_enable_user(text) IS 'let a disabled user in again';
