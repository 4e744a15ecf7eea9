-- for: client
CREATE OR REPLACE FUNCTION auth_get_password_weakness(
    password text,
    provider_user_id text DEFAULT NULL
)
    RETURNS text
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_password_weakness';

COMMENT ON FUNCTION auth_get_password_weakness(text, text) IS 'tell why a new password would be refused; NULL: it would not';
