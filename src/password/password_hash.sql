-- for: service
CREATE OR REPLACE FUNCTION auth_verify_password_hash(
    hashed_password text,
    password text
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_verify_password_hash';

COMMENT ON FUNCTION auth_verify_password_hash(text, text) IS 'tell whether a password is the one that was hashed';

-- for: service
CREATE OR REPLACE FUNCTION auth_describe_password_hash(
    hashed_password text,
    OUT format text,
    OUT parameters jsonb,
    OUT strength text,
    OUT needs_rehash boolean
)
    LANGUAGE c
    STABLE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_describe_password_hash';

COMMENT ON FUNCTION auth_describe_password_hash(text) IS 'tell the format, cost and strength of a password hash';

CREATE OR REPLACE FUNCTION auth_get_password_audit()
    RETURNS TABLE (format text, strength text, keys bigint)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 10
    AS 'MODULE_PATHNAME', 'auth_get_password_audit';

COMMENT ON FUNCTION auth_get_password_audit() IS 'count the keys with a password by the format and strength of its hash';
