CREATE TYPE auth_sign_in_result AS (
    status text,
    retry_after interval,
    token text,
    session_id uuid,
    user_id text,
    state text,
    fresh boolean,
    active_expires_at timestamptz,
    idle_expires_at timestamptz,
    expires_at timestamptz,
    attributes jsonb,
    "user" jsonb
);

COMMENT ON TYPE auth_sign_in_result IS 'the answer to a sign-in; with the status ok, the session';
COMMENT ON COLUMN auth_sign_in_result.status IS 'ok, refused or throttled';
COMMENT ON COLUMN auth_sign_in_result.retry_after IS 'when throttled, the time to wait; NULL: until that is lifted';
COMMENT ON COLUMN auth_sign_in_result.token IS 'the token, which is shown nowhere else';
COMMENT ON COLUMN auth_sign_in_result.session_id IS 'auth_session_id(token), safe to show';
COMMENT ON COLUMN auth_sign_in_result.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_sign_in_result.state IS 'active or idle';
COMMENT ON COLUMN auth_sign_in_result.fresh IS 'true: the session is new';
COMMENT ON COLUMN auth_sign_in_result.active_expires_at IS 'until then the session is active, after that idle';
COMMENT ON COLUMN auth_sign_in_result.idle_expires_at IS 'until then the session can be renewed by validating it';
COMMENT ON COLUMN auth_sign_in_result.expires_at IS 'the absolute end, which is never moved';
COMMENT ON COLUMN auth_sign_in_result.attributes IS 'the session attributes';
COMMENT ON COLUMN auth_sign_in_result."user" IS 'the user attributes';

REVOKE ALL ON TYPE auth_sign_in_result FROM PUBLIC;

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
