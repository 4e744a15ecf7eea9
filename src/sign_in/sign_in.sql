CREATE OR REPLACE FUNCTION auth_sign_in(
    provider_id text,
    provider_user_id text,
    password text,
    attributes jsonb DEFAULT '{}',
    address inet DEFAULT NULL,
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_sign_in_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_in';

COMMENT ON FUNCTION auth_sign_in(text, text, text, jsonb, inet, interval, interval, interval) IS 'check a password and make a session; the answer is a status';

REVOKE ALL ON FUNCTION auth_sign_in(text, text, text, jsonb, inet, interval, interval, interval) FROM PUBLIC;

CREATE OR REPLACE FUNCTION auth_sign_up(
    provider_id text,
    provider_user_id text,
    password text,
    attributes jsonb DEFAULT '{}',
    session_attributes jsonb DEFAULT '{}',
    address inet DEFAULT NULL,
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_up';

COMMENT ON FUNCTION auth_sign_up(text, text, text, jsonb, jsonb, inet, interval, interval, interval) IS 'create a user with a key and a session; the answer does not tell that the key exists';

REVOKE ALL ON FUNCTION auth_sign_up(text, text, text, jsonb, jsonb, inet, interval, interval, interval) FROM PUBLIC;

CREATE OR REPLACE FUNCTION auth_change_password(
    token text,
    old_password text,
    new_password text,
    address inet DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_change_password';

COMMENT ON FUNCTION auth_change_password(text, text, text, inet) IS 'change the password of a session''s user, who knows the old one, and end the other sessions';

REVOKE ALL ON FUNCTION auth_change_password(text, text, text, inet) FROM PUBLIC;

CREATE OR REPLACE FUNCTION auth_change_user_password(
    user_id text,
    old_password text,
    new_password text,
    except_session uuid DEFAULT NULL,
    address inet DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_change_user_password';

COMMENT ON FUNCTION auth_change_user_password(text, text, text, uuid, inet) IS 'change the password of a user who knows the old one, and end the other sessions';

REVOKE ALL ON FUNCTION auth_change_user_password(text, text, text, uuid, inet) FROM PUBLIC;
