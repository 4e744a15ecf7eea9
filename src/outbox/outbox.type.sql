CREATE TYPE auth_outbox_object AS (
    id bigint,
    created_at timestamptz,
    expires_at timestamptz,
    purpose text,
    user_id text,
    provider_id text,
    address text,
    token text,
    data jsonb
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
COMMENT ON COLUMN auth_outbox_object.data IS 'what the token was made with, or what else the message needs';
