-- One row for all tokens of a family, changed with each rotation: no index
-- holds what changes, and pages keep room, so that this is a heap-only update.
CREATE TABLE IF NOT EXISTS auth_refresh_token (
    id uuid PRIMARY KEY,
    user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    session_id uuid NOT NULL,
    token_hash uuid NOT NULL,
    sibling_hashes uuid[],
    spent_hash uuid,
    rotated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL DEFAULT 'infinity',
    lifetime interval
) WITH (fillfactor = 85);

CREATE INDEX IF NOT EXISTS auth_refresh_token_user_id_idx ON auth_refresh_token (user_id);

COMMENT ON TABLE auth_refresh_token IS 'families of refresh tokens, each with one session';
COMMENT ON COLUMN auth_refresh_token.id IS 'hash of the half that all tokens of the family have; the tokens are not stored';
COMMENT ON COLUMN auth_refresh_token.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_refresh_token.session_id IS 'the session; without its row, the family has ended';
COMMENT ON COLUMN auth_refresh_token.token_hash IS 'hash of the newest token';
COMMENT ON COLUMN auth_refresh_token.sibling_hashes IS 'hashes of tokens that were made for the same spent one, and are as good';
COMMENT ON COLUMN auth_refresh_token.spent_hash IS 'hash of the token that the newest was made for';
COMMENT ON COLUMN auth_refresh_token.rotated_at IS 'when that one was used first';
COMMENT ON COLUMN auth_refresh_token.created_at IS 'when the family was created';
COMMENT ON COLUMN auth_refresh_token.expires_at IS 'until then the newest token can be used';
COMMENT ON COLUMN auth_refresh_token.ends_at IS 'the absolute end of the family, which is never moved';
COMMENT ON COLUMN auth_refresh_token.lifetime IS 'how long each token can be used; NULL: auth.refresh_lifetime';
COMMENT ON INDEX auth_refresh_token_user_id_idx IS 'finds the families of a user';
