-- for: client
CREATE OR REPLACE FUNCTION auth_update_own_attributes(
    token text,
    user_attributes jsonb,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_own_attributes';

COMMENT ON FUNCTION auth_update_own_attributes(text, jsonb) IS 'write attributes of the user of a token that clients may write; answers ok or refused';

-- for: client
CREATE OR REPLACE FUNCTION auth_delete_own_user(
    token text,
    password text DEFAULT NULL,
    client_address inet DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_own_user';

COMMENT ON FUNCTION auth_delete_own_user(text, text, inet) IS 'delete the user of a token, whose session is fresh or whose password is given; answers ok, refused, throttled or reauthenticate';
