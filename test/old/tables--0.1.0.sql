-- The layout's number, in its only row.  It is written last.
CREATE TABLE IF NOT EXISTS auth_layout (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    layout integer NOT NULL,
    secret uuid NOT NULL DEFAULT gen_random_uuid()
);

COMMENT ON TABLE auth_layout IS 'the layout of the tables of the extension auth';
COMMENT ON COLUMN auth_layout.only_row IS 'true: there is one row';
COMMENT ON COLUMN auth_layout.layout IS 'the layout that auth_setup() brought the tables to';
COMMENT ON COLUMN auth_layout.secret IS 'keeps clients from choosing what shares a place in auth_throttle';
-- The argument is written out, as a function of the name without any would be
-- the better match if somebody had prepared one.
CREATE TABLE IF NOT EXISTS auth_user (
    id text PRIMARY KEY DEFAULT auth_generate_user_id(15),
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);

COMMENT ON TABLE auth_user IS 'users; columns that the application adds are the user attributes';
COMMENT ON COLUMN auth_user.id IS 'the user id; an application may change the default';
COMMENT ON COLUMN auth_user.created_at IS 'when the user was created';
COMMENT ON COLUMN auth_user.disabled_at IS 'when set, the user cannot sign in and its sessions have ended';

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
    WHEN (OLD.disabled_at IS NULL AND NEW.disabled_at IS NOT NULL)
    EXECUTE FUNCTION auth_user_disabled();

COMMENT ON TRIGGER auth_user_disabled ON auth_user IS 'ends the sessions of a user that is disabled';
CREATE TABLE IF NOT EXISTS auth_key (
    provider_id text,
    provider_user_id text,
    user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    hashed_password text,
    created_at timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz,
    PRIMARY KEY (provider_id, provider_user_id)
);

CREATE INDEX IF NOT EXISTS auth_key_user_id_idx ON auth_key (user_id);

COMMENT ON TABLE auth_key IS 'keys: the ways in which users sign in';
COMMENT ON COLUMN auth_key.provider_id IS 'the kind of key, such as email or github';
COMMENT ON COLUMN auth_key.provider_user_id IS 'the user''s id there, such as the address';
COMMENT ON COLUMN auth_key.user_id IS 'whose key it is';
COMMENT ON COLUMN auth_key.hashed_password IS 'hash of the password; NULL: no password';
COMMENT ON COLUMN auth_key.created_at IS 'when the key was created';
COMMENT ON COLUMN auth_key.password_changed_at IS 'when the password was set or removed';
COMMENT ON INDEX auth_key_user_id_idx IS 'finds the keys of a user';
-- No index holds an expiry, and pages keep room, so that renewing a session
-- is a heap-only update.
CREATE TABLE IF NOT EXISTS auth_session (
    id uuid PRIMARY KEY,
    user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    active_expires_at timestamptz NOT NULL,
    idle_expires_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL DEFAULT 'infinity',
    active_period interval,
    idle_period interval
) WITH (fillfactor = 85);

CREATE INDEX IF NOT EXISTS auth_session_user_id_idx ON auth_session (user_id);

COMMENT ON TABLE auth_session IS 'sessions; columns that the application adds are the session attributes';
COMMENT ON COLUMN auth_session.id IS 'auth_session_id(token): the token itself is not stored';
COMMENT ON COLUMN auth_session.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_session.created_at IS 'when the session was created';
COMMENT ON COLUMN auth_session.active_expires_at IS 'until then the session is active, after that idle';
COMMENT ON COLUMN auth_session.idle_expires_at IS 'until then the session can be renewed by validating it';
COMMENT ON COLUMN auth_session.expires_at IS 'the absolute end, which is never moved';
COMMENT ON COLUMN auth_session.active_period IS 'its own active period; NULL: auth.session_active_period';
COMMENT ON COLUMN auth_session.idle_period IS 'its own idle period; NULL: auth.session_idle_period';
COMMENT ON INDEX auth_session_user_id_idx IS 'finds the sessions of a user';
-- One row for all tokens of a family, changed with each rotation: no index
-- holds what changes, and pages keep room, so that this is a heap-only update.
CREATE TABLE IF NOT EXISTS auth_refresh_token (
    id uuid PRIMARY KEY,
    user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    session_id uuid NOT NULL,
    token_hash uuid NOT NULL,
    sibling_hashes uuid[],
    spent_hash uuid,
    rotated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL DEFAULT 'infinity',
    lifetime interval
) WITH (fillfactor = 85);

CREATE INDEX IF NOT EXISTS auth_refresh_token_user_id_idx ON auth_refresh_token (user_id);

COMMENT ON TABLE auth_refresh_token IS 'families of refresh tokens, each with one session';
COMMENT ON COLUMN auth_refresh_token.id IS 'hash of the half that all tokens of the family have; the tokens are not stored';
COMMENT ON COLUMN auth_refresh_token.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_refresh_token.session_id IS 'the session; without its row, the family has ended';
COMMENT ON COLUMN auth_refresh_token.token_hash IS 'hash of the newest token';
COMMENT ON COLUMN auth_refresh_token.sibling_hashes IS 'hashes of tokens that were made for the same spent one, and are as good';
COMMENT ON COLUMN auth_refresh_token.spent_hash IS 'hash of the token that the newest was made for';
COMMENT ON COLUMN auth_refresh_token.rotated_at IS 'when that one was used first';
COMMENT ON COLUMN auth_refresh_token.created_at IS 'when the family was created';
COMMENT ON COLUMN auth_refresh_token.expires_at IS 'until then the newest token can be used';
COMMENT ON COLUMN auth_refresh_token.ends_at IS 'the absolute end of the family, which is never moved';
COMMENT ON COLUMN auth_refresh_token.lifetime IS 'how long each token can be used; NULL: auth.refresh_lifetime';
COMMENT ON INDEX auth_refresh_token_user_id_idx IS 'finds the families of a user';
-- Attempts are counted in place: the first two columns come first, in this
-- order.
CREATE TABLE IF NOT EXISTS auth_token (
    id uuid PRIMARY KEY,
    attempts integer NOT NULL DEFAULT 0,
    purpose text NOT NULL,
    user_id text REFERENCES auth_user ON DELETE CASCADE,
    provider_id text,
    address text,
    slot uuid,
    code_hash uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    data jsonb
) USING heap;

CREATE UNIQUE INDEX IF NOT EXISTS auth_token_slot_idx ON auth_token (slot);

CREATE INDEX IF NOT EXISTS auth_token_user_id_idx ON auth_token (user_id);

COMMENT ON TABLE auth_token IS 'one-time tokens and codes that have not been used';
COMMENT ON COLUMN auth_token.id IS 'of a token, auth_session_id(token), as the token itself is not stored; of a code, random';
COMMENT ON COLUMN auth_token.attempts IS 'how often the code was guessed at, counted past transactions';
COMMENT ON COLUMN auth_token.purpose IS 'what it can be used for, and nothing else';
COMMENT ON COLUMN auth_token.user_id IS 'whose it is; NULL: nobody''s yet, as of an invitation';
COMMENT ON COLUMN auth_token.provider_id IS 'with the address, the key that it was asked for';
COMMENT ON COLUMN auth_token.address IS 'where it was sent to';
COMMENT ON COLUMN auth_token.slot IS 'keyed hash of purpose and user or address: a newer one replaces what has the same; NULL: replaces nothing';
COMMENT ON COLUMN auth_token.code_hash IS 'keyed hash of a code; NULL: a token';
COMMENT ON COLUMN auth_token.created_at IS 'when it was made';
COMMENT ON COLUMN auth_token.expires_at IS 'until then it can be used';
COMMENT ON COLUMN auth_token.data IS 'what whoever made it wants to know when it is used';
COMMENT ON INDEX auth_token_slot_idx IS 'finds the code of a user or an address, and what a newer one replaces';
COMMENT ON INDEX auth_token_user_id_idx IS 'finds the tokens of a user';
CREATE TABLE IF NOT EXISTS auth_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    purpose text NOT NULL,
    user_id text REFERENCES auth_user ON DELETE CASCADE,
    provider_id text,
    address text NOT NULL,
    token_id uuid,
    key_id text,
    secret bytea,
    data jsonb
);

CREATE INDEX IF NOT EXISTS auth_outbox_user_id_idx ON auth_outbox (user_id);

COMMENT ON TABLE auth_outbox IS 'messages that are to be sent; auth_take_outbox() hands them out and deletes them';
COMMENT ON COLUMN auth_outbox.id IS 'grows, but not in the order of commits';
COMMENT ON COLUMN auth_outbox.created_at IS 'when the message was written';
COMMENT ON COLUMN auth_outbox.expires_at IS 'from then on it is not handed out any more';
COMMENT ON COLUMN auth_outbox.purpose IS 'what the message is about';
COMMENT ON COLUMN auth_outbox.user_id IS 'who it is for; NULL: nobody that is known';
COMMENT ON COLUMN auth_outbox.provider_id IS 'with the address, the key that it is about; NULL: none';
COMMENT ON COLUMN auth_outbox.address IS 'where it is to be sent';
COMMENT ON COLUMN auth_outbox.token_id IS 'the token in it, without which it is not handed out; NULL: there is none';
COMMENT ON COLUMN auth_outbox.key_id IS 'the key of auth.outbox_key_file that the token is encrypted with; NULL: it is not';
COMMENT ON COLUMN auth_outbox.secret IS 'the token or code';
COMMENT ON COLUMN auth_outbox.data IS 'what else the message needs';
COMMENT ON INDEX auth_outbox_user_id_idx IS 'finds the messages of a user';
-- The address of a sign-in is looked for by its user, and old events by their
-- age.
CREATE TABLE IF NOT EXISTS auth_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at timestamptz NOT NULL,
    kind text NOT NULL,
    reason text,
    user_id text,
    provider_id text,
    provider_user_id text,
    session_id uuid,
    address inet,
    count bigint,
    role text NOT NULL DEFAULT session_user
) USING heap;

CREATE INDEX IF NOT EXISTS auth_event_user_id_idx ON auth_event (user_id, id);

CREATE INDEX IF NOT EXISTS auth_event_address_idx ON auth_event (user_id, address)
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
COMMENT ON COLUMN auth_event.address IS 'the client''s address, as the caller gave it';
COMMENT ON COLUMN auth_event.count IS 'how many sessions, or users, where there can be several';
COMMENT ON COLUMN auth_event.role IS 'the role that was connected';
COMMENT ON INDEX auth_event_user_id_idx IS 'finds the events of a user';
COMMENT ON INDEX auth_event_address_idx IS 'finds whether a user has signed in from an address';
COMMENT ON INDEX auth_event_created_at_idx IS 'finds old events';
COMMENT ON TRIGGER auth_event_kept ON auth_event IS 'refuses changes other than by auth_delete_events()';
-- Places for counts, which are changed in place: rows are not added or
-- removed later, and their columns come first, in this order.
CREATE TABLE IF NOT EXISTS auth_throttle (
    digest uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    failed_at timestamptz NOT NULL DEFAULT '-infinity',
    failures integer NOT NULL DEFAULT 0,
    carry integer NOT NULL DEFAULT 0
) USING heap;

INSERT INTO auth_throttle
    SELECT FROM generate_series(1, 16384)
    WHERE NOT EXISTS (SELECT FROM auth_throttle);

CREATE OR REPLACE TRIGGER auth_throttle_kept
    BEFORE UPDATE OR DELETE ON auth_throttle
    FOR EACH STATEMENT
    EXECUTE FUNCTION auth_throttle_kept();

COMMENT ON TRIGGER auth_throttle_kept ON auth_throttle IS 'refuses changes by SQL, which would move rows from their places';
COMMENT ON TABLE auth_throttle IS 'failed attempts of keys and addresses, counted past transactions';
COMMENT ON COLUMN auth_throttle.digest IS 'keyed hash of the key or the address';
COMMENT ON COLUMN auth_throttle.failed_at IS 'when the last attempt failed';
COMMENT ON COLUMN auth_throttle.failures IS 'failed attempts; 0: the place is free';
COMMENT ON COLUMN auth_throttle.carry IS 'milliseconds of the time in which a failure of an address is forgotten';
CREATE TABLE IF NOT EXISTS auth_common_password (
    password text COLLATE "C" PRIMARY KEY
);

COMMENT ON TABLE auth_common_password IS 'passwords that are not accepted, beside the list in the library';
COMMENT ON COLUMN auth_common_password.password IS 'in normal form NFKC and in lower case';
