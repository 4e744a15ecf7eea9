CREATE TYPE auth_outbox_object AS (
    id bigint,
    created_at timestamptz,
    expires_at timestamptz,
    purpose text,
    user_id text,
    provider_id text,
    address text,
    token text,
    data jsonb,
    attempts integer
);

COMMENT ON TYPE auth_outbox_object IS 'a message that is to be sent';
COMMENT ON COLUMN auth_outbox_object.id IS 'its number';
COMMENT ON COLUMN auth_outbox_object.created_at IS 'when it was written';
COMMENT ON COLUMN auth_outbox_object.expires_at IS 'until then the token can be used';
COMMENT ON COLUMN auth_outbox_object.purpose IS 'what it is about, such as password_reset';
COMMENT ON COLUMN auth_outbox_object.user_id IS 'who it is for; NULL: nobody that is known';
COMMENT ON COLUMN auth_outbox_object.provider_id IS 'with the address, the key that it is about; NULL: none';
COMMENT ON COLUMN auth_outbox_object.address IS 'where it is to be sent';
COMMENT ON COLUMN auth_outbox_object.token IS 'the token or code that it is to hold; NULL: none';
COMMENT ON COLUMN auth_outbox_object.data IS 'what the token was made with, or what else the message needs; NULL: nothing';
COMMENT ON COLUMN auth_outbox_object.attempts IS 'how often it was handed out, this time included';

CREATE TYPE auth_message_object AS (
    id bigint,
    created_at timestamptz,
    expires_at timestamptz,
    purpose text,
    user_id text,
    provider_id text,
    address text,
    attempts integer,
    attempted_at timestamptz,
    next_attempt_at timestamptz,
    failed_at timestamptz,
    reason text
);

COMMENT ON TYPE auth_message_object IS 'what has become of a message so far';
COMMENT ON COLUMN auth_message_object.id IS 'its number';
COMMENT ON COLUMN auth_message_object.created_at IS 'when it was written';
COMMENT ON COLUMN auth_message_object.expires_at IS 'from then on it is not handed out any more';
COMMENT ON COLUMN auth_message_object.purpose IS 'what it is about, such as password_reset';
COMMENT ON COLUMN auth_message_object.user_id IS 'who it is for; NULL: nobody that is known';
COMMENT ON COLUMN auth_message_object.provider_id IS 'with the address, the key that it is about; NULL: none';
COMMENT ON COLUMN auth_message_object.address IS 'where it is to be sent';
COMMENT ON COLUMN auth_message_object.attempts IS 'how often it was handed out';
COMMENT ON COLUMN auth_message_object.attempted_at IS 'when it was handed out last; NULL: never';
COMMENT ON COLUMN auth_message_object.next_attempt_at IS 'from then on it is handed out; NULL: never again';
COMMENT ON COLUMN auth_message_object.failed_at IS 'when it was given up; NULL: it was not';
COMMENT ON COLUMN auth_message_object.reason IS 'why the last attempt failed; NULL: none has, or nobody has said why';
