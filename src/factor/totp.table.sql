-- No index holds a step, and pages keep room, so that the use of a code is a
-- heap-only update.
CREATE TABLE IF NOT EXISTS auth_totp (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    name text,
    algorithm text NOT NULL DEFAULT 'SHA1',
    digits smallint NOT NULL DEFAULT 6,
    period smallint NOT NULL DEFAULT 30,
    key_id text NOT NULL,
    secret bytea NOT NULL,
    last_step bigint NOT NULL DEFAULT -1,
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    last_used_at timestamptz
) WITH (fillfactor = 85);

CREATE INDEX IF NOT EXISTS auth_totp_user_id_idx ON auth_totp (user_id);

COMMENT ON TABLE auth_totp IS 'authenticator apps of users, which make a code for each period of time';
COMMENT ON COLUMN auth_totp.id IS 'names it, and is no secret';
COMMENT ON COLUMN auth_totp.user_id IS 'whose it is';
COMMENT ON COLUMN auth_totp.name IS 'what its user calls it; NULL: nothing';
COMMENT ON COLUMN auth_totp.algorithm IS 'SHA1, SHA256 or SHA512';
COMMENT ON COLUMN auth_totp.digits IS 'of a code, 6 to 8';
COMMENT ON COLUMN auth_totp.period IS 'for which a code is shown, in seconds';
COMMENT ON COLUMN auth_totp.key_id IS 'the key that the secret is encrypted with, of the file of auth.key_file';
COMMENT ON COLUMN auth_totp.secret IS 'the encrypted secret, which the app has, too';
COMMENT ON COLUMN auth_totp.last_step IS 'the period of the last code that was used: only one of a later period is good';
COMMENT ON COLUMN auth_totp.created_at IS 'when it was created';
COMMENT ON COLUMN auth_totp.confirmed_at IS 'when its user has shown that the app has the secret; NULL: it is not used yet';
COMMENT ON COLUMN auth_totp.last_used_at IS 'when a code was used last; NULL: none has been';
COMMENT ON INDEX auth_totp_user_id_idx IS 'finds the apps of a user';
