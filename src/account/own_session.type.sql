CREATE TYPE auth_own_session_object AS (
    session_id uuid,
    current boolean,
    state text,
    active_expires_at timestamptz,
    idle_expires_at timestamptz,
    expires_at timestamptz,
    session_attributes jsonb,
    created_at timestamptz,
    renewed_at timestamptz,
    authenticated_at timestamptz,
    aal smallint,
    amr text[]
);

COMMENT ON TYPE auth_own_session_object IS 'a session of one''s own, as auth_get_own_sessions() lists it';
COMMENT ON COLUMN auth_own_session_object.session_id IS 'the session id, for auth_end_own_session()';
COMMENT ON COLUMN auth_own_session_object.current IS 'whether it is the one whose token was given';
COMMENT ON COLUMN auth_own_session_object.state IS 'active or idle';
COMMENT ON COLUMN auth_own_session_object.active_expires_at IS 'until then it is active';
COMMENT ON COLUMN auth_own_session_object.idle_expires_at IS 'until then it can be renewed';
COMMENT ON COLUMN auth_own_session_object.expires_at IS 'the absolute end; NULL: none';
COMMENT ON COLUMN auth_own_session_object.session_attributes IS 'the application''s columns of auth_session that auth.session_attributes shows';
COMMENT ON COLUMN auth_own_session_object.created_at IS 'when it was made, by a sign-in';
COMMENT ON COLUMN auth_own_session_object.renewed_at IS 'when it was renewed last, or made: it was in use then';
COMMENT ON COLUMN auth_own_session_object.authenticated_at IS 'when its user has proven a credential last';
COMMENT ON COLUMN auth_own_session_object.aal IS 'the level of what its user has proven';
COMMENT ON COLUMN auth_own_session_object.amr IS 'by which methods';
