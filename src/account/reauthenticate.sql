-- for: client
CREATE OR REPLACE FUNCTION auth_reauthenticate(
    token text,
    password text DEFAULT NULL,
    totp text DEFAULT NULL,
    recovery_code text DEFAULT NULL,
    client_address inet DEFAULT NULL
)
    RETURNS auth_sign_in_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_reauthenticate';

COMMENT ON FUNCTION auth_reauthenticate(text, text, text, text, inet) IS 'prove a password or a second factor of the user of a token, which makes its session fresh and gives it another token; answers ok, refused, throttled or reauthenticate';
