CREATE OR REPLACE FUNCTION auth_import_lucia(
    version text,
    users regclass,
    keys regclass DEFAULT NULL,
    sessions regclass DEFAULT NULL,
    passwords regclass DEFAULT NULL,
    identifier_column text DEFAULT 'email',
    session_ids text DEFAULT NULL,
    time_zone text DEFAULT NULL,
    secret_columns text[] DEFAULT '{}',
    list_rows boolean DEFAULT false
)
    RETURNS TABLE (kind text, result text, reason text, user_id text, name text, count bigint)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 10
    AS 'MODULE_PATHNAME', 'auth_import_lucia';

COMMENT ON FUNCTION auth_import_lucia(text, regclass, regclass, regclass, regclass, text, text, text, text[], boolean) IS 'import users, keys and sessions from tables of Lucia, and tell how many';
