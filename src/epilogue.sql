
-- Each script of the extension ends with this: what it has made is its owner's
-- alone, whatever default privileges there are.  PUBLIC has lost its own rights
-- above, behind each COMMENT.  The function does not stay.
CREATE FUNCTION auth_revoke_defaults()
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_revoke_defaults';

SELECT auth_revoke_defaults();

DROP FUNCTION auth_revoke_defaults();
