CREATE TYPE auth_refresh_token_object AS (
    refresh_token text,
    family_id uuid,
    user_id text,
    session_id uuid,
    expires_at timestamptz,
    ends_at timestamptz
);

COMMENT ON TYPE auth_refresh_token_object IS 'a new refresh token';
COMMENT ON COLUMN auth_refresh_token_object.refresh_token IS 'the token, which is shown nowhere else';
COMMENT ON COLUMN auth_refresh_token_object.family_id IS 'the same for all tokens that are made by rotating this one; safe to show';
COMMENT ON COLUMN auth_refresh_token_object.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_refresh_token_object.session_id IS 'the session that it goes with';
COMMENT ON COLUMN auth_refresh_token_object.expires_at IS 'until then it can be used';
COMMENT ON COLUMN auth_refresh_token_object.ends_at IS 'the absolute end of the family and its session; NULL: none';

CREATE TYPE auth_refresh_result AS (
    status text,
    refresh_token text,
    refresh_expires_at timestamptz,
    refresh_ends_at timestamptz,
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

COMMENT ON TYPE auth_refresh_result IS 'the answer to a rotation; with the status ok, a new refresh token and its session';
COMMENT ON COLUMN auth_refresh_result.status IS 'ok, refused or reused';
COMMENT ON COLUMN auth_refresh_result.refresh_token IS 'the new refresh token, which is shown nowhere else';
COMMENT ON COLUMN auth_refresh_result.refresh_expires_at IS 'until then it can be used';
COMMENT ON COLUMN auth_refresh_result.refresh_ends_at IS 'the absolute end of the family; NULL: none';
COMMENT ON COLUMN auth_refresh_result.token IS 'the new token of the session, which is shown nowhere else';
COMMENT ON COLUMN auth_refresh_result.session_id IS 'auth_session_id(token), safe to show';
COMMENT ON COLUMN auth_refresh_result.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_refresh_result.state IS 'active or idle';
COMMENT ON COLUMN auth_refresh_result.fresh IS 'true: the token is new';
COMMENT ON COLUMN auth_refresh_result.active_expires_at IS 'until then the session is active, after that idle';
COMMENT ON COLUMN auth_refresh_result.idle_expires_at IS 'until then the session can be renewed by validating it';
COMMENT ON COLUMN auth_refresh_result.expires_at IS 'the absolute end of the session, which is never moved; NULL: none';
COMMENT ON COLUMN auth_refresh_result.session_attributes IS 'the session attributes';
COMMENT ON COLUMN auth_refresh_result.user_attributes IS 'the user attributes';
COMMENT ON COLUMN auth_refresh_result.created_at IS 'when the session was created';
COMMENT ON COLUMN auth_refresh_result.authenticated_at IS 'when its user proved a credential last';
COMMENT ON COLUMN auth_refresh_result.aal IS 'the level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors';
COMMENT ON COLUMN auth_refresh_result.amr IS 'the methods by which its user was authenticated, in words';
