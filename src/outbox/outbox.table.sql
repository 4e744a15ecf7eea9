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
    data jsonb,
    attempts integer NOT NULL DEFAULT 0,
    attempted_at timestamptz,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    failed_at timestamptz,
    reason text
);

ALTER TABLE auth_outbox ADD COLUMN IF NOT EXISTS attempts integer NOT NULL DEFAULT 0;
ALTER TABLE auth_outbox ADD COLUMN IF NOT EXISTS attempted_at timestamptz;
ALTER TABLE auth_outbox ADD COLUMN IF NOT EXISTS next_attempt_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE auth_outbox ADD COLUMN IF NOT EXISTS failed_at timestamptz;
ALTER TABLE auth_outbox ADD COLUMN IF NOT EXISTS reason text;

-- Of layout 1: made requests wait for changes of the user.
ALTER TABLE auth_outbox DROP CONSTRAINT IF EXISTS auth_outbox_user_id_fkey;

CREATE INDEX IF NOT EXISTS auth_outbox_user_id_idx ON auth_outbox (user_id);
CREATE INDEX IF NOT EXISTS auth_outbox_next_attempt_at_idx ON auth_outbox (next_attempt_at, id) WHERE failed_at IS NULL;

COMMENT ON TABLE auth_outbox IS 'messages that are to be sent; auth_take_outbox() hands them out';
COMMENT ON COLUMN auth_outbox.id IS 'grows, but not in the order of commits';
COMMENT ON COLUMN auth_outbox.created_at IS 'when the message was written';
COMMENT ON COLUMN auth_outbox.expires_at IS 'from then on it is not handed out any more';
COMMENT ON COLUMN auth_outbox.purpose IS 'what the message is about';
COMMENT ON COLUMN auth_outbox.user_id IS 'who it is for, not a foreign key; NULL: nobody that is known';
COMMENT ON COLUMN auth_outbox.provider_id IS 'with the address, the key that it is about; NULL: none';
COMMENT ON COLUMN auth_outbox.address IS 'where it is to be sent';
COMMENT ON COLUMN auth_outbox.token_id IS 'the token in it, without which it is not handed out; NULL: there is none';
COMMENT ON COLUMN auth_outbox.key_id IS 'the key of auth.key_file that the token is encrypted with; NULL: it is not';
COMMENT ON COLUMN auth_outbox.secret IS 'the token or code; erased when the message has failed';
COMMENT ON COLUMN auth_outbox.data IS 'what else the message needs';
COMMENT ON COLUMN auth_outbox.attempts IS 'how often it was handed out';
COMMENT ON COLUMN auth_outbox.attempted_at IS 'when it was handed out last; NULL: never';
COMMENT ON COLUMN auth_outbox.next_attempt_at IS 'until then it is not handed out: somebody is sending it, or it waits';
COMMENT ON COLUMN auth_outbox.failed_at IS 'when it was given up; NULL: it was not';
COMMENT ON COLUMN auth_outbox.reason IS 'why the last attempt failed, as the worker said';
COMMENT ON INDEX auth_outbox_user_id_idx IS 'finds the messages of a user';
COMMENT ON INDEX auth_outbox_next_attempt_at_idx IS 'finds the messages whose turn it is';
