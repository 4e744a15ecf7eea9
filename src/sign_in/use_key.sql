-- for: service
CREATE OR REPLACE FUNCTION auth_use_key(
    provider_id text,
    provider_user_id text,
    password text DEFAULT NULL
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_use_key';

COMMENT ON FUNCTION auth_use_key(text, text, text) IS 'check the password of a key, with an error when it is wrong';
