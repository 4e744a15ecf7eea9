-- for: client
CREATE OR REPLACE FUNCTION auth_create_recovery_codes(
    token text,
    OUT status text,
    OUT retry_after interval,
    OUT recovery_codes text[]
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_recovery_codes';

COMMENT ON FUNCTION auth_create_recovery_codes(text) IS 'make recovery codes for the user of a token, in the place of those before; answers ok, refused, throttled or reauthenticate';
