-- for: service
CREATE OR REPLACE FUNCTION auth_create_key(
    user_id text,
    provider_id text,
    provider_user_id text,
    password text DEFAULT NULL,
    verified boolean DEFAULT false
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_key';

COMMENT ON FUNCTION auth_create_key(text, text, text, text, boolean) IS 'create a key of a user';

-- for: service
CREATE OR REPLACE FUNCTION auth_get_key(
    provider_id text,
    provider_user_id text
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_key';

COMMENT ON FUNCTION auth_get_key(text, text) IS 'get a key';

-- for: service
CREATE OR REPLACE FUNCTION auth_get_user_keys(
    user_id text
)
    RETURNS SETOF auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 2
    AS 'MODULE_PATHNAME', 'auth_get_user_keys';

COMMENT ON FUNCTION auth_get_user_keys(text) IS 'get the keys of a user';

-- for: service
CREATE OR REPLACE FUNCTION auth_update_key_identifier(
    provider_id text,
    provider_user_id text,
    new_provider_id text,
    new_provider_user_id text
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_key_identifier';

COMMENT ON FUNCTION auth_update_key_identifier(text, text, text, text) IS 'rename a key';

-- for: service
CREATE OR REPLACE FUNCTION auth_delete_key(
    provider_id text,
    provider_user_id text
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_key';

COMMENT ON FUNCTION auth_delete_key(text, text) IS 'delete a key';

-- for: service
CREATE OR REPLACE FUNCTION auth_import_key(
    user_id text,
    provider_id text,
    provider_user_id text,
    hashed_password text,
    verified boolean DEFAULT false
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_import_key';

COMMENT ON FUNCTION auth_import_key(text, text, text, text, boolean) IS 'create a key whose password was hashed by another system';
