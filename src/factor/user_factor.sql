-- for: service
CREATE OR REPLACE FUNCTION auth_get_user_factors(
    user_id text
)
    RETURNS SETOF auth_factor_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 2
    AS 'MODULE_PATHNAME', 'auth_get_user_factors';

COMMENT ON FUNCTION auth_get_user_factors(text) IS 'get the second factors of a user';

-- for: service
CREATE OR REPLACE FUNCTION auth_delete_user_factor(
    user_id text,
    factor_id uuid
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_user_factor';

COMMENT ON FUNCTION auth_delete_user_factor(text, uuid) IS 'delete a second factor of a user, and end its sessions';

-- for: service
CREATE OR REPLACE FUNCTION auth_delete_user_factors(
    user_id text
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_user_factors';

COMMENT ON FUNCTION auth_delete_user_factors(text) IS 'delete all second factors of a user, with recovery codes and remembered devices, and end its sessions; how many there were';

-- for: service
CREATE OR REPLACE FUNCTION auth_import_totp(
    user_id text,
    secret bytea,
    name text DEFAULT NULL,
    algorithm text DEFAULT 'SHA1',
    digits integer DEFAULT 6,
    period integer DEFAULT 30
)
    RETURNS uuid
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_import_totp';

COMMENT ON FUNCTION auth_import_totp(text, bytea, text, text, integer, integer) IS 'add an authenticator app that a user has from another system; its id';
