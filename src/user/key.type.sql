CREATE TYPE auth_key_object AS (
    user_id text,
    provider_id text,
    provider_user_id text,
    password_defined boolean,
    created_at timestamptz,
    verified_at timestamptz
);

COMMENT ON TYPE auth_key_object IS 'a key as functions return it';
COMMENT ON COLUMN auth_key_object.user_id IS 'whose key it is';
COMMENT ON COLUMN auth_key_object.provider_id IS 'the kind of key';
COMMENT ON COLUMN auth_key_object.provider_user_id IS 'the user''s id there';
COMMENT ON COLUMN auth_key_object.password_defined IS 'whether the key has a password';
COMMENT ON COLUMN auth_key_object.created_at IS 'when the key was created';
COMMENT ON COLUMN auth_key_object.verified_at IS 'when somebody proved that the name is theirs; NULL: nobody has';
