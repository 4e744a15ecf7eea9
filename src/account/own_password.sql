-- for: client
CREATE OR REPLACE FUNCTION auth_change_password(
    token text,
    old_password text,
    new_password text,
    client_address inet DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_change_password';

COMMENT ON FUNCTION auth_change_password(text, text, text, inet) IS 'change the password of a session''s user, who knows old_password (NULL: there is none), and end the other sessions; answers ok, refused, throttled or reauthenticate';
