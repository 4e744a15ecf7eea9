-- No index holds an expiry, and pages keep room, so that renewing a session
-- is a heap-only update.
CREATE TABLE IF NOT EXISTS auth_session (
    id uuid PRIMARY KEY,
    user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    active_expires_at timestamptz NOT NULL,
    idle_expires_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL DEFAULT 'infinity',
    active_period interval,
    idle_period interval,
    family_id uuid,
    methods integer NOT NULL DEFAULT 0,
    authenticated_at timestamptz
) WITH (fillfactor = 85);

ALTER TABLE auth_session ADD COLUMN IF NOT EXISTS family_id uuid;
ALTER TABLE auth_session ADD COLUMN IF NOT EXISTS methods integer NOT NULL DEFAULT 0;
ALTER TABLE auth_session ADD COLUMN IF NOT EXISTS authenticated_at timestamptz;

-- Sessions of layout 1 do not name their families.
UPDATE auth_session SET family_id = family.id
    FROM auth_refresh_token family
    WHERE family.session_id = auth_session.id AND auth_session.family_id IS NULL;

CREATE INDEX IF NOT EXISTS auth_session_user_id_idx ON auth_session (user_id);

COMMENT ON TABLE auth_session IS 'sessions; columns that the application adds are the session attributes';
COMMENT ON COLUMN auth_session.id IS 'auth_session_id(token): the token itself is not stored';
COMMENT ON COLUMN auth_session.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_session.created_at IS 'when the session was created';
COMMENT ON COLUMN auth_session.active_expires_at IS 'until then the session is active, after that idle';
COMMENT ON COLUMN auth_session.idle_expires_at IS 'until then the session can be renewed by validating it';
COMMENT ON COLUMN auth_session.expires_at IS 'the absolute end, which is never moved';
COMMENT ON COLUMN auth_session.active_period IS 'its own active period; NULL: auth.session_active_period';
COMMENT ON COLUMN auth_session.idle_period IS 'its own idle period; NULL: auth.session_idle_period';
COMMENT ON COLUMN auth_session.family_id IS 'the family of its refresh tokens, whichever it had last; NULL: it has had none';
COMMENT ON COLUMN auth_session.methods IS 'the methods by which its user was authenticated, one bit each; 0: by none that is known';
COMMENT ON COLUMN auth_session.authenticated_at IS 'when its user proved a credential last; NULL: when it was created';
COMMENT ON INDEX auth_session_user_id_idx IS 'finds the sessions of a user';
