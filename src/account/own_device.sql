-- for: client
CREATE OR REPLACE FUNCTION auth_forget_own_devices(
    token text
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_forget_own_devices';

COMMENT ON FUNCTION auth_forget_own_devices(text) IS 'have the user of a token asked for a second factor on every device again; how many were remembered';
