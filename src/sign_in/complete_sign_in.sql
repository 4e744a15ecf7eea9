-- for: client
CREATE OR REPLACE FUNCTION auth_complete_sign_in(
    challenge text,
    totp text DEFAULT NULL,
    recovery_code text DEFAULT NULL,
    client_address inet DEFAULT NULL,
    remember interval DEFAULT NULL
)
    RETURNS auth_sign_in_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_complete_sign_in';

COMMENT ON FUNCTION auth_complete_sign_in(text, text, text, inet, interval) IS 'prove the second factor of a sign-in that waits for it, and make the session; answers ok, refused or throttled';
