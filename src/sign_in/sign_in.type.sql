CREATE TYPE auth_sign_in_result AS (
    status text,
    retry_after interval,
    challenge text,
    factors text[],
    device_token text,
    token text,
    session_id uuid,
    user_id text,
    state text,
    fresh boolean,
    active_expires_at timestamptz,
    idle_expires_at timestamptz,
    expires_at timestamptz,
    session_attributes jsonb,
    user_attributes jsonb,
    created_at timestamptz,
    authenticated_at timestamptz,
    aal smallint,
    amr text[]
);

COMMENT ON TYPE auth_sign_in_result IS 'the answer to a sign-in; with the status ok, the session';
COMMENT ON COLUMN auth_sign_in_result.status IS 'ok, or why not: each function says what it answers';
COMMENT ON COLUMN auth_sign_in_result.retry_after IS 'when throttled, the time to wait; NULL: until that is lifted';
COMMENT ON COLUMN auth_sign_in_result.challenge IS 'with second_factor, what auth_complete_sign_in() takes; else NULL';
COMMENT ON COLUMN auth_sign_in_result.factors IS 'with second_factor, what the user has: totp, recovery_code; else NULL';
COMMENT ON COLUMN auth_sign_in_result.device_token IS 'the token of a device that is remembered, for its next sign-in; NULL: it is not';
COMMENT ON COLUMN auth_sign_in_result.token IS 'the token, which is shown nowhere else';
COMMENT ON COLUMN auth_sign_in_result.session_id IS 'auth_session_id(token), safe to show';
COMMENT ON COLUMN auth_sign_in_result.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_sign_in_result.state IS 'active or idle';
COMMENT ON COLUMN auth_sign_in_result.fresh IS 'true: the session is new';
COMMENT ON COLUMN auth_sign_in_result.active_expires_at IS 'until then the session is active, after that idle';
COMMENT ON COLUMN auth_sign_in_result.idle_expires_at IS 'until then the session can be renewed by validating it';
COMMENT ON COLUMN auth_sign_in_result.expires_at IS 'the absolute end, which is never moved; NULL: none';
COMMENT ON COLUMN auth_sign_in_result.session_attributes IS 'the session attributes';
COMMENT ON COLUMN auth_sign_in_result.user_attributes IS 'the user attributes';
COMMENT ON COLUMN auth_sign_in_result.created_at IS 'when the session was created';
COMMENT ON COLUMN auth_sign_in_result.authenticated_at IS 'when its user proved a credential last';
COMMENT ON COLUMN auth_sign_in_result.aal IS 'the level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors';
COMMENT ON COLUMN auth_sign_in_result.amr IS 'the methods by which its user was authenticated, in words';
