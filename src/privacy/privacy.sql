CREATE OR REPLACE FUNCTION auth_export_user(
    user_id text
)
    RETURNS jsonb
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_export_user';

COMMENT ON FUNCTION auth_export_user(text) IS 'all that is known of a user, without secrets';

CREATE OR REPLACE FUNCTION auth_erase_user(
    user_id text
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_erase_user';

COMMENT ON FUNCTION auth_erase_user(text) IS 'delete a user with all that is known of it, events too; also one that was deleted before';
