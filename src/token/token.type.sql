CREATE TYPE auth_token_object AS (
    token text,
    token_id uuid,
    purpose text,
    user_id text,
    address text,
    created_at timestamptz,
    expires_at timestamptz,
    data jsonb
);

COMMENT ON TYPE auth_token_object IS 'a one-time token or code as functions return it';
COMMENT ON COLUMN auth_token_object.token IS 'the token or code, where it was just made, else NULL';
COMMENT ON COLUMN auth_token_object.token_id IS 'its id, which is safe to show';
COMMENT ON COLUMN auth_token_object.purpose IS 'what it is for';
COMMENT ON COLUMN auth_token_object.user_id IS 'whose it is; NULL: nobody''s';
COMMENT ON COLUMN auth_token_object.address IS 'where it was sent to; NULL: nowhere';
COMMENT ON COLUMN auth_token_object.created_at IS 'when it was made';
COMMENT ON COLUMN auth_token_object.expires_at IS 'until then it can be used';
COMMENT ON COLUMN auth_token_object.data IS 'what it was made with; NULL: nothing';
