-- for: client
CREATE OR REPLACE FUNCTION auth_check_password(
    password text,
    provider_user_id text DEFAULT NULL
)
    RETURNS text
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_check_password';

COMMENT ON FUNCTION auth_check_password(text, text) IS 'tell why a new password would be refused; NULL: it would not';
