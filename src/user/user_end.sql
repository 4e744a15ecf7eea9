-- for: service
CREATE OR REPLACE FUNCTION auth_delete_user(
    user_id text
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_user';

COMMENT ON FUNCTION auth_delete_user(text) IS 'delete a user with its keys and sessions';

-- for: owner
CREATE OR REPLACE FUNCTION auth_user_deleted()
    RETURNS trigger
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_user_deleted';

COMMENT ON FUNCTION auth_user_deleted() IS 'delete the keys and sessions of a deleted user';

-- for: owner
CREATE OR REPLACE FUNCTION auth_users_deleted()
    RETURNS trigger
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_users_deleted';

COMMENT ON FUNCTION auth_users_deleted() IS 'record users that are deleted';
