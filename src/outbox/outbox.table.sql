CREATE TABLE IF NOT EXISTS auth_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    purpose text NOT NULL,
    user_id text, -- goes with its user
    provider_id text,
    address text NOT NULL,
    token_id uuid,
    key_id text,
    secret bytea,
    data jsonb
);

-- Of layout 1: made requests wait for changes of the user.
ALTER TABLE auth_outbox DROP CONSTRAINT IF EXISTS auth_outbox_user_id_fkey;

CREATE INDEX IF NOT EXISTS auth_outbox_user_id_idx ON auth_outbox (user_id);

COMMENT ON TABLE auth_outbox IS 'messages that are to be sent; auth_take_outbox() hands them out and deletes them';
COMMENT ON COLUMN auth_outbox.id IS 'grows, but not in the order of commits';
COMMENT ON COLUMN auth_outbox.created_at IS 'when the message was written';
COMMENT ON COLUMN auth_outbox.expires_at IS 'from then on it is not handed out any more';
COMMENT ON COLUMN auth_outbox.purpose IS 'what the message is about';
COMMENT ON COLUMN auth_outbox.user_id IS 'who it is for, not a foreign key; NULL: nobody that is known';
COMMENT ON COLUMN auth_outbox.provider_id IS 'with the address, the key that it is about; NULL: none';
COMMENT ON COLUMN auth_outbox.address IS 'where it is to be sent';
COMMENT ON COLUMN auth_outbox.token_id IS 'the token in it, without which it is not handed out; NULL: there is none';
COMMENT ON COLUMN auth_outbox.key_id IS 'the key of auth.outbox_key_file that the token is encrypted with; NULL: it is not';
COMMENT ON COLUMN auth_outbox.secret IS 'the token or code';
COMMENT ON COLUMN auth_outbox.data IS 'what else the message needs';
COMMENT ON INDEX auth_outbox_user_id_idx IS 'finds the messages of a user';
