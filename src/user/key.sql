CREATE OR REPLACE FUNCTION auth_create_key(
    user_id text,
    provider_id text,
    provider_user_id text,
    password text DEFAULT NULL
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_key';

COMMENT ON FUNCTION auth_create_key(text, text, text, text) IS 'create a key of a user';

REVOKE ALL ON FUNCTION auth_create_key(text, text, text, text) FROM PUBLIC;

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

REVOKE ALL ON FUNCTION auth_get_key(text, text) FROM PUBLIC;

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

REVOKE ALL ON FUNCTION auth_get_user_keys(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION auth_update_key_password(
    provider_id text,
    provider_user_id text,
    password text,
    except_session uuid DEFAULT NULL
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_key_password';

COMMENT ON FUNCTION auth_update_key_password(text, text, text, uuid) IS 'set the password of a key and end the other sessions of its user';

REVOKE ALL ON FUNCTION auth_update_key_password(text, text, text, uuid) FROM PUBLIC;

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

REVOKE ALL ON FUNCTION auth_update_key_identifier(text, text, text, text) FROM PUBLIC;

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

REVOKE ALL ON FUNCTION auth_delete_key(text, text) FROM PUBLIC;

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

REVOKE ALL ON FUNCTION auth_use_key(text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION auth_fold_email(
    address text
)
    RETURNS text
    LANGUAGE c
    IMMUTABLE
    CALLED ON NULL INPUT
    PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'auth_fold_email';

COMMENT ON FUNCTION auth_fold_email(text) IS 'an address of mail as keys have it; NULL for one that they cannot have';

REVOKE ALL ON FUNCTION auth_fold_email(text) FROM PUBLIC;
