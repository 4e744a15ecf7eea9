-- for: client
CREATE OR REPLACE FUNCTION auth_get_own_keys(
    token text
)
    RETURNS SETOF auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 2
    AS 'MODULE_PATHNAME', 'auth_get_own_keys';

COMMENT ON FUNCTION auth_get_own_keys(text) IS 'get the keys of the user of a token';

-- for: service
CREATE OR REPLACE FUNCTION auth_create_own_key(
    token text,
    provider_id text,
    provider_user_id text,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_own_key';

COMMENT ON FUNCTION auth_create_own_key(text, text, text) IS 'add a key whose provider has vouched for the user of a token; answers ok, refused, taken or reauthenticate';

-- for: client
CREATE OR REPLACE FUNCTION auth_delete_own_key(
    token text,
    provider_id text,
    provider_user_id text,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_own_key';

COMMENT ON FUNCTION auth_delete_own_key(text, text, text) IS 'delete a key of the user of a token, but not the last way in; answers ok, refused, last_key or reauthenticate';
