CREATE TYPE auth_user_object AS (
    user_id text,
    user_attributes jsonb,
    created_at timestamptz
);

COMMENT ON TYPE auth_user_object IS 'a user as functions return it';
COMMENT ON COLUMN auth_user_object.user_id IS 'the user id';
COMMENT ON COLUMN auth_user_object.user_attributes IS 'the application''s columns of auth_user that auth.user_attributes shows';
COMMENT ON COLUMN auth_user_object.created_at IS 'when the user was created';
