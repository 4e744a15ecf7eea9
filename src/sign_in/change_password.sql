-- for: service
CREATE OR REPLACE FUNCTION auth_change_user_password(
    user_id text,
    old_password text,
    new_password text,
    client_address inet DEFAULT NULL,
    except_session uuid DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_change_user_password';

COMMENT ON FUNCTION auth_change_user_password(text, text, text, inet, uuid) IS 'change the password of a user who knows the old one, and end the other sessions; answers ok, refused or throttled';
