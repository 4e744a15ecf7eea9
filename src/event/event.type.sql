CREATE TYPE auth_event_object AS (
    id bigint,
    created_at timestamptz,
    kind text,
    reason text,
    user_id text,
    provider_id text,
    provider_user_id text,
    session_id uuid,
    client_address inet,
    count bigint,
    role text
);

COMMENT ON TYPE auth_event_object IS 'an event as functions return it';
COMMENT ON COLUMN auth_event_object.id IS 'grows, but not in the order of commits';
COMMENT ON COLUMN auth_event_object.created_at IS 'when it happened, by the clock';
COMMENT ON COLUMN auth_event_object.kind IS 'what happened, such as sign_in or password_changed';
COMMENT ON COLUMN auth_event_object.reason IS 'why, or why not; NULL: there is nothing to say';
COMMENT ON COLUMN auth_event_object.user_id IS 'whose user it concerns; NULL: nobody''s';
COMMENT ON COLUMN auth_event_object.provider_id IS 'the key that was used or changed; NULL: none, or none of that name';
COMMENT ON COLUMN auth_event_object.provider_user_id IS 'the key that was used or changed; NULL: none';
COMMENT ON COLUMN auth_event_object.session_id IS 'the session that was begun or ended; NULL: none, or several';
COMMENT ON COLUMN auth_event_object.client_address IS 'the client''s address, as the caller gave it; NULL: it was not given';
COMMENT ON COLUMN auth_event_object.count IS 'how many sessions, or users, where there can be several; NULL elsewhere';
COMMENT ON COLUMN auth_event_object.role IS 'the role that was connected';
