-- A record: the functions work without it, and its owner may partition it by
-- created_at.  That is why the time is in the key, and so that nobody is stopped
-- by a sequence that gives the same id again.
--
-- The address of a sign-in is looked for by its user, and old events by their
-- age.
CREATE TABLE IF NOT EXISTS auth_event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    created_at timestamptz NOT NULL,
    kind text NOT NULL,
    reason text,
    user_id text,
    provider_id text,
    provider_user_id text,
    session_id uuid,
    client_address inet,
    count bigint,
    role text NOT NULL DEFAULT session_user,
    PRIMARY KEY (id, created_at)
) USING heap;

CREATE INDEX IF NOT EXISTS auth_event_user_id_idx ON auth_event (user_id, id);

CREATE INDEX IF NOT EXISTS auth_event_client_address_idx ON auth_event (user_id, client_address)
    WHERE kind = 'sign_in';

CREATE INDEX IF NOT EXISTS auth_event_created_at_idx ON auth_event USING brin (created_at);

CREATE OR REPLACE TRIGGER auth_event_kept
    BEFORE UPDATE OR DELETE OR TRUNCATE ON auth_event
    FOR EACH STATEMENT
    EXECUTE FUNCTION auth_event_kept();

COMMENT ON TABLE auth_event IS 'what has happened to users, keys and sessions; rows are only added, and removed with auth_delete_events()';
COMMENT ON COLUMN auth_event.id IS 'grows, but not in the order of commits';
COMMENT ON COLUMN auth_event.created_at IS 'when it happened, by the clock';
COMMENT ON COLUMN auth_event.kind IS 'what happened, such as sign_in or password_changed';
COMMENT ON COLUMN auth_event.reason IS 'why, or why not';
COMMENT ON COLUMN auth_event.user_id IS 'whose user it concerns; NULL: nobody''s';
COMMENT ON COLUMN auth_event.provider_id IS 'the key that was used or changed; NULL when there is none of that name';
COMMENT ON COLUMN auth_event.provider_user_id IS 'the key that was used or changed';
COMMENT ON COLUMN auth_event.session_id IS 'the session that was begun or ended';
COMMENT ON COLUMN auth_event.client_address IS 'the client''s address, as the caller gave it';
COMMENT ON COLUMN auth_event.count IS 'how many sessions, or users, where there can be several';
COMMENT ON COLUMN auth_event.role IS 'the role that was connected';
COMMENT ON INDEX auth_event_user_id_idx IS 'finds the events of a user';
COMMENT ON INDEX auth_event_client_address_idx IS 'finds whether a user has signed in from an address';
COMMENT ON INDEX auth_event_created_at_idx IS 'finds old events';
COMMENT ON TRIGGER auth_event_kept ON auth_event IS 'refuses changes other than by auth_delete_events()';
