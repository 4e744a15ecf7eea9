-- for: owner
CREATE OR REPLACE FUNCTION auth_user_disabled()
    RETURNS trigger
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_user_disabled';

COMMENT ON FUNCTION auth_user_disabled() IS 'end the sessions of a disabled user and its sign-ins that wait for a second factor, or record that it is enabled';
