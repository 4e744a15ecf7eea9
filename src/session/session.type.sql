CREATE TYPE auth_session_object AS (
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

COMMENT ON TYPE auth_session_object IS 'a session as functions return it';
COMMENT ON COLUMN auth_session_object.token IS 'the token, where the session was just created, else NULL';
COMMENT ON COLUMN auth_session_object.session_id IS 'the session id, which is safe to show';
COMMENT ON COLUMN auth_session_object.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_session_object.state IS 'active or idle';
COMMENT ON COLUMN auth_session_object.fresh IS 'whether the session was just created or renewed';
COMMENT ON COLUMN auth_session_object.active_expires_at IS 'until then the session is active';
COMMENT ON COLUMN auth_session_object.idle_expires_at IS 'until then the session can be renewed';
COMMENT ON COLUMN auth_session_object.expires_at IS 'the absolute end; NULL: none';
COMMENT ON COLUMN auth_session_object.session_attributes IS 'the application''s columns of auth_session that auth.session_attributes shows';
COMMENT ON COLUMN auth_session_object.user_attributes IS 'the attributes of the user';
COMMENT ON COLUMN auth_session_object.created_at IS 'when the session was created';
COMMENT ON COLUMN auth_session_object.authenticated_at IS 'when its user proved a credential last';
COMMENT ON COLUMN auth_session_object.aal IS 'the level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors';
COMMENT ON COLUMN auth_session_object.amr IS 'the methods by which its user was authenticated, in words';
