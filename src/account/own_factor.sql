-- for: client
CREATE OR REPLACE FUNCTION auth_create_totp(
    token text,
    name text DEFAULT NULL,
    algorithm text DEFAULT 'SHA1',
    digits integer DEFAULT 6,
    OUT status text,
    OUT retry_after interval,
    OUT factor_id uuid,
    OUT secret text,
    OUT uri text
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_totp';

COMMENT ON FUNCTION auth_create_totp(text, text, text, integer) IS 'make the secret of an authenticator app of the user of a token, which auth_confirm_totp() puts to use; answers ok, refused or reauthenticate';

-- for: client
CREATE OR REPLACE FUNCTION auth_confirm_totp(
    token text,
    factor_id uuid,
    code text,
    client_address inet DEFAULT NULL,
    OUT status text,
    OUT retry_after interval,
    OUT new_token text,
    OUT recovery_codes text[]
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_confirm_totp';

COMMENT ON FUNCTION auth_confirm_totp(text, uuid, text, inet) IS 'put an authenticator app to use by a code of it, end the other sessions, and give this one a new token; answers ok, refused, throttled or reauthenticate';

-- for: client
CREATE OR REPLACE FUNCTION auth_get_own_factors(
    token text
)
    RETURNS SETOF auth_factor_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 2
    AS 'MODULE_PATHNAME', 'auth_get_own_factors';

COMMENT ON FUNCTION auth_get_own_factors(text) IS 'get the second factors of the user of a token';

-- for: client
CREATE OR REPLACE FUNCTION auth_rename_own_factor(
    token text,
    factor_id uuid,
    name text,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_rename_own_factor';

COMMENT ON FUNCTION auth_rename_own_factor(text, uuid, text) IS 'give a second factor of the user of a token this name (NULL: none); answers ok or refused';

-- for: client
CREATE OR REPLACE FUNCTION auth_delete_own_factor(
    token text,
    factor_id uuid,
    OUT status text,
    OUT retry_after interval,
    OUT new_token text
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_own_factor';

COMMENT ON FUNCTION auth_delete_own_factor(text, uuid) IS 'delete a second factor of the user of a token, end the other sessions, and give this one a new token; answers ok, refused or reauthenticate';
