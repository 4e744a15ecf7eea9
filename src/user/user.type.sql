CREATE TYPE auth_user_object AS (
    user_id text,
    user_attributes jsonb,
    created_at timestamptz,
    disabled_at timestamptz,
    disabled_until timestamptz,
    disabled_reason text
);

COMMENT ON TYPE auth_user_object IS 'a user as functions return it';
COMMENT ON COLUMN auth_user_object.user_id IS 'the user id';
COMMENT ON COLUMN auth_user_object.user_attributes IS 'the application''s columns of auth_user that auth.user_attributes shows';
COMMENT ON COLUMN auth_user_object.created_at IS 'when the user was created';
COMMENT ON COLUMN auth_user_object.disabled_at IS 'since when the user is disabled; NULL: it is not';
COMMENT ON COLUMN auth_user_object.disabled_until IS 'until when it is; NULL: for good, or not at all';
COMMENT ON COLUMN auth_user_object.disabled_reason IS 'why, as whoever disabled it has said; NULL: nothing';
