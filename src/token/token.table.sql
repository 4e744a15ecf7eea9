CREATE TABLE IF NOT EXISTS auth_token (
    id uuid PRIMARY KEY,
    purpose text NOT NULL,
    user_id text, -- goes with its user
    provider_id text,
    address text,
    slot uuid,
    code_hash uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    data jsonb
) USING heap;

-- Of layout 1: made requests wait for each other, and for changes of the user.
DROP INDEX IF EXISTS auth_token_slot_idx;

ALTER TABLE auth_token DROP CONSTRAINT IF EXISTS auth_token_user_id_fkey;

CREATE INDEX IF NOT EXISTS auth_token_newest_idx ON auth_token (slot, created_at, id);

-- In layout 1 guesses at a code were counted here.
ALTER TABLE auth_token DROP COLUMN IF EXISTS attempts;

CREATE INDEX IF NOT EXISTS auth_token_user_id_idx ON auth_token (user_id);

COMMENT ON TABLE auth_token IS 'one-time tokens and codes that have not been used';
COMMENT ON COLUMN auth_token.id IS 'of a token, auth_session_id(token), as the token itself is not stored; of one that is bound to a browser, that of the token with the browser''s behind it; of a code, random';
COMMENT ON COLUMN auth_token.purpose IS 'what it can be used for, and nothing else';
COMMENT ON COLUMN auth_token.user_id IS 'whose it is, not a foreign key; NULL: nobody''s yet, as of an invitation';
COMMENT ON COLUMN auth_token.provider_id IS 'with the address, the key that it was asked for';
COMMENT ON COLUMN auth_token.address IS 'where it was sent to';
COMMENT ON COLUMN auth_token.slot IS 'keyed hash of purpose and user or address: the newest of the same is good; NULL: replaces nothing';
COMMENT ON COLUMN auth_token.code_hash IS 'keyed hash of a code; NULL: a token';
COMMENT ON COLUMN auth_token.created_at IS 'when it was made';
COMMENT ON COLUMN auth_token.expires_at IS 'until then it can be used';
COMMENT ON COLUMN auth_token.data IS 'what whoever made it wants to know when it is used';
COMMENT ON INDEX auth_token_newest_idx IS 'finds the code of a user or an address, and what has been replaced';
COMMENT ON INDEX auth_token_user_id_idx IS 'finds the tokens of a user';
