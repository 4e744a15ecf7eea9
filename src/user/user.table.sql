-- The argument is written out, as a function of the name without any would be
-- the better match if somebody had prepared one.
CREATE TABLE IF NOT EXISTS auth_user (
    id text PRIMARY KEY DEFAULT auth_generate_user_id(15),
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    disabled_until timestamptz,
    disabled_reason text,
    second_factor_at timestamptz
);

ALTER TABLE auth_user ADD COLUMN IF NOT EXISTS disabled_until timestamptz;

ALTER TABLE auth_user ADD COLUMN IF NOT EXISTS disabled_reason text;

ALTER TABLE auth_user ADD COLUMN IF NOT EXISTS second_factor_at timestamptz;

COMMENT ON TABLE auth_user IS 'users; columns that the application adds are the user attributes';
COMMENT ON COLUMN auth_user.id IS 'the user id; an application may change the default';
COMMENT ON COLUMN auth_user.created_at IS 'when the user was created';
COMMENT ON COLUMN auth_user.disabled_at IS 'when set, the user cannot sign in and its sessions have ended';
COMMENT ON COLUMN auth_user.disabled_until IS 'from then on the user can sign in again; NULL: never';
COMMENT ON COLUMN auth_user.disabled_reason IS 'why it is disabled; NULL: nobody has said';
COMMENT ON COLUMN auth_user.second_factor_at IS 'since when signing in takes a second factor, which the user has; NULL: it does not';

-- Triggers on a row fire in the order of their names, and those of foreign
-- keys are named RI_...: the capital letter makes this one the first.
CREATE OR REPLACE TRIGGER "Auth_user_deleted"
    AFTER DELETE ON auth_user
    FOR EACH ROW
    EXECUTE FUNCTION auth_user_deleted();

COMMENT ON TRIGGER "Auth_user_deleted" ON auth_user IS 'deletes the keys and sessions of the user, where no foreign key does; auth_user is known by it';

CREATE OR REPLACE TRIGGER auth_users_deleted
    AFTER DELETE ON auth_user
    REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT
    EXECUTE FUNCTION auth_users_deleted();

COMMENT ON TRIGGER auth_users_deleted ON auth_user IS 'records the users that a statement deletes';

CREATE OR REPLACE TRIGGER auth_user_disabled
    AFTER UPDATE ON auth_user
    FOR EACH ROW
    WHEN (OLD.disabled_at IS DISTINCT FROM NEW.disabled_at
        OR OLD.disabled_until IS DISTINCT FROM NEW.disabled_until
        OR OLD.disabled_reason IS DISTINCT FROM NEW.disabled_reason)
    EXECUTE FUNCTION auth_user_disabled();

COMMENT ON TRIGGER auth_user_disabled ON auth_user IS 'ends the sessions of a user that is disabled, and its sign-ins that wait for a second factor, and records who is enabled';
