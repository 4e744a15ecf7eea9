-- for: service owner
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
