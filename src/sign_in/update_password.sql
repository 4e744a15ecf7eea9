-- for: service
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

-- for: service
CREATE OR REPLACE FUNCTION auth_update_user_password(
    user_id text,
    password text,
    except_session uuid DEFAULT NULL
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_user_password';

COMMENT ON FUNCTION auth_update_user_password(text, text, uuid) IS 'set the password of a user and end its other sessions';
