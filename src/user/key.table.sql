CREATE TABLE IF NOT EXISTS auth_key (
    provider_id text,
    provider_user_id text,
    user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    hashed_password text,
    created_at timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz,
    verified_at timestamptz,
    PRIMARY KEY (provider_id, provider_user_id)
);

ALTER TABLE auth_key ADD COLUMN IF NOT EXISTS verified_at timestamptz;

CREATE INDEX IF NOT EXISTS auth_key_user_id_idx ON auth_key (user_id);

COMMENT ON TABLE auth_key IS 'keys: the ways in which users sign in';
COMMENT ON COLUMN auth_key.provider_id IS 'the kind of key, such as email or github';
COMMENT ON COLUMN auth_key.provider_user_id IS 'the user''s id there, such as the address';
COMMENT ON COLUMN auth_key.user_id IS 'whose key it is';
COMMENT ON COLUMN auth_key.hashed_password IS 'hash of the password; NULL: no password';
COMMENT ON COLUMN auth_key.created_at IS 'when the key was created';
COMMENT ON COLUMN auth_key.password_changed_at IS 'when the password was set or removed';
COMMENT ON COLUMN auth_key.verified_at IS 'when somebody proved that the name is theirs; NULL: nobody has';
COMMENT ON INDEX auth_key_user_id_idx IS 'finds the keys of a user';
