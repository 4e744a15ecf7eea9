CREATE OR REPLACE FUNCTION auth_invalidate_all_sessions()
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_invalidate_all_sessions';

COMMENT ON FUNCTION auth_invalidate_all_sessions() IS 'end the sessions of all users, and the tokens that would let them in';
