-- Counts of failures are in pages of an index, no more in rows: what kept the
-- rows in their places goes before auth_setup() changes the table.
DROP TRIGGER IF EXISTS auth_throttle_kept ON auth_throttle;

DROP FUNCTION auth_throttle_kept();

CREATE FUNCTION auth_count_handler(internal)
    RETURNS index_am_handler
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_count_handler';

COMMENT ON FUNCTION auth_count_handler(internal) IS 'handler of the access method auth_count';

CREATE ACCESS METHOD auth_count TYPE INDEX HANDLER auth_count_handler;

COMMENT ON ACCESS METHOD auth_count IS 'pages for the counts of auth_throttle; nothing is found by it';

-- Not the default one, so that nobody makes such an index by mistake.
CREATE OPERATOR CLASS auth_count_ops
    FOR TYPE boolean USING auth_count AS
    STORAGE boolean;

COMMENT ON OPERATOR CLASS auth_count_ops USING auth_count IS 'what CREATE INDEX asks for; has no operators';

COMMENT ON OPERATOR FAMILY auth_count_ops USING auth_count IS 'of the operator class auth_count_ops';

-- What a client and a mailbox are called, and whose attributes they are.
ALTER TYPE auth_event_object RENAME ATTRIBUTE address TO client_address;

ALTER TYPE auth_user_object RENAME ATTRIBUTE attributes TO user_attributes;

ALTER TYPE auth_user_object ADD ATTRIBUTE disabled_at timestamptz;

ALTER TYPE auth_user_object ADD ATTRIBUTE disabled_until timestamptz;

ALTER TYPE auth_user_object ADD ATTRIBUTE disabled_reason text;

COMMENT ON COLUMN auth_user_object.disabled_at IS 'since when the user is disabled; NULL: it is not';
COMMENT ON COLUMN auth_user_object.disabled_until IS 'until when it is; NULL: for good, or not at all';
COMMENT ON COLUMN auth_user_object.disabled_reason IS 'why, as whoever disabled it has said; NULL: nothing';

ALTER TYPE auth_session_object RENAME ATTRIBUTE attributes TO session_attributes;

ALTER TYPE auth_session_object RENAME ATTRIBUTE "user" TO user_attributes;

ALTER TYPE auth_refresh_result RENAME ATTRIBUTE attributes TO session_attributes;

ALTER TYPE auth_refresh_result RENAME ATTRIBUTE "user" TO user_attributes;

ALTER TYPE auth_key_object ADD ATTRIBUTE verified_at timestamptz;

COMMENT ON COLUMN auth_key_object.verified_at IS 'when somebody proved that the name is theirs; NULL: nobody has';

-- Which columns may be NULL is said by their comments.
COMMENT ON COLUMN auth_event_object.reason IS 'why, or why not; NULL: there is nothing to say';
COMMENT ON COLUMN auth_event_object.user_id IS 'whose user it concerns; NULL: nobody''s';
COMMENT ON COLUMN auth_event_object.provider_id IS 'the key that was used or changed; NULL: none, or none of that name';
COMMENT ON COLUMN auth_event_object.provider_user_id IS 'the key that was used or changed; NULL: none';
COMMENT ON COLUMN auth_event_object.session_id IS 'the session that was begun or ended; NULL: none, or several';
COMMENT ON COLUMN auth_event_object.client_address IS 'the client''s address, as the caller gave it; NULL: it was not given';
COMMENT ON COLUMN auth_event_object.count IS 'how many sessions, or users, where there can be several; NULL elsewhere';
COMMENT ON COLUMN auth_outbox_object.data IS 'what the token was made with, or what else the message needs; NULL: nothing';
COMMENT ON COLUMN auth_refresh_token_object.ends_at IS 'the absolute end of the family and its session; NULL: none';
COMMENT ON COLUMN auth_refresh_result.refresh_ends_at IS 'the absolute end of the family; NULL: none';
COMMENT ON COLUMN auth_refresh_result.expires_at IS 'the absolute end of the session, which is never moved; NULL: none';
COMMENT ON COLUMN auth_session_object.expires_at IS 'the absolute end; NULL: none';
COMMENT ON COLUMN auth_token_object.address IS 'where it was sent to; NULL: nowhere';
COMMENT ON COLUMN auth_token_object.data IS 'what it was made with; NULL: nothing';

-- It returns another column.
DROP FUNCTION auth_get_key_throttle(text, text);

-- They have another name.
UPDATE pg_temp.auth_right SET proname = 'auth_get_password_weakness' WHERE proname = 'auth_check_password';

UPDATE pg_temp.auth_right SET proname = 'auth_get_client_throttle' WHERE proname = 'auth_get_address_throttle';

UPDATE pg_temp.auth_right SET proname = 'auth_reset_client_throttle' WHERE proname = 'auth_reset_address_throttle';

DROP FUNCTION auth_check_password(text, text);

DROP FUNCTION auth_get_address_throttle(inet);

DROP FUNCTION auth_reset_address_throttle(inet);

-- Other arguments, or other names of them.
DROP FUNCTION auth_create_key(text, text, text, text);

DROP FUNCTION auth_create_user(text, text, text, jsonb, text);

DROP FUNCTION auth_update_user_attributes(text, jsonb);

DROP FUNCTION auth_import_key(text, text, text, text);

DROP FUNCTION auth_create_session(text, jsonb, interval, interval, interval);

DROP FUNCTION auth_update_session_attributes(uuid, jsonb);

DROP FUNCTION auth_sign_in(text, text, text, jsonb, inet, interval, interval, interval);

DROP FUNCTION auth_change_password(text, text, text, inet);

DROP FUNCTION auth_change_user_password(text, text, text, uuid, inet);

DROP FUNCTION auth_rotate_refresh_token(text, inet);

DROP FUNCTION auth_create_code(text, text, text, integer, boolean, interval, jsonb, boolean);

DROP FUNCTION auth_change_email(text);

DROP FUNCTION auth_request_email_change(text, text, text, interval);

DROP FUNCTION auth_request_email_verification(text, text, interval);

DROP FUNCTION auth_request_magic_link(text, text, inet);

DROP FUNCTION auth_request_password_reset(text, text, inet);

DROP FUNCTION auth_sign_up(text, text, text, jsonb, jsonb, inet, interval, interval, interval);

DROP FUNCTION auth_sign_in_with_token(text, jsonb, inet, interval, interval, interval);

DROP FUNCTION auth_verify_email(text, jsonb);

DROP FUNCTION auth_import_lucia(text, regclass, regclass, regclass, regclass, text);

-- What a sign-in answers besides a session stands before it.
DROP TYPE auth_sign_in_result;

CREATE TYPE auth_sign_in_result AS (
    status text,
    retry_after interval,
    challenge text,
    factors text[],
    device_token text,
    token text,
    session_id uuid,
    user_id text,
    state text,
    fresh boolean,
    active_expires_at timestamptz,
    idle_expires_at timestamptz,
    expires_at timestamptz,
    session_attributes jsonb,
    user_attributes jsonb,
    created_at timestamptz,
    authenticated_at timestamptz,
    aal smallint,
    amr text[]
);

COMMENT ON TYPE auth_sign_in_result IS 'the answer to a sign-in; with the status ok, the session';
COMMENT ON COLUMN auth_sign_in_result.status IS 'ok, or why not: each function says what it answers';
COMMENT ON COLUMN auth_sign_in_result.retry_after IS 'when throttled, the time to wait; NULL: until that is lifted';
COMMENT ON COLUMN auth_sign_in_result.challenge IS 'with second_factor, what auth_complete_sign_in() takes; else NULL';
COMMENT ON COLUMN auth_sign_in_result.factors IS 'with second_factor, what the user has: totp, recovery_code; else NULL';
COMMENT ON COLUMN auth_sign_in_result.device_token IS 'the token of a device that is remembered, for its next sign-in; NULL: it is not';
COMMENT ON COLUMN auth_sign_in_result.token IS 'the token, which is shown nowhere else';
COMMENT ON COLUMN auth_sign_in_result.session_id IS 'auth_session_id(token), safe to show';
COMMENT ON COLUMN auth_sign_in_result.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_sign_in_result.state IS 'active or idle';
COMMENT ON COLUMN auth_sign_in_result.fresh IS 'true: the session is new';
COMMENT ON COLUMN auth_sign_in_result.active_expires_at IS 'until then the session is active, after that idle';
COMMENT ON COLUMN auth_sign_in_result.idle_expires_at IS 'until then the session can be renewed by validating it';
COMMENT ON COLUMN auth_sign_in_result.expires_at IS 'the absolute end, which is never moved; NULL: none';
COMMENT ON COLUMN auth_sign_in_result.session_attributes IS 'the session attributes';
COMMENT ON COLUMN auth_sign_in_result.user_attributes IS 'the user attributes';
COMMENT ON COLUMN auth_sign_in_result.created_at IS 'when the session was created';
COMMENT ON COLUMN auth_sign_in_result.authenticated_at IS 'when its user proved a credential last';
COMMENT ON COLUMN auth_sign_in_result.aal IS 'the level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors';
COMMENT ON COLUMN auth_sign_in_result.amr IS 'the methods by which its user was authenticated, in words';

-- Sessions say when they were created, and how and when their users were
-- authenticated.
ALTER TYPE auth_session_object
    ADD ATTRIBUTE created_at timestamptz,
    ADD ATTRIBUTE authenticated_at timestamptz,
    ADD ATTRIBUTE aal smallint,
    ADD ATTRIBUTE amr text[];

ALTER TYPE auth_refresh_result
    ADD ATTRIBUTE created_at timestamptz,
    ADD ATTRIBUTE authenticated_at timestamptz,
    ADD ATTRIBUTE aal smallint,
    ADD ATTRIBUTE amr text[];

COMMENT ON COLUMN auth_session_object.created_at IS 'when the session was created';
COMMENT ON COLUMN auth_session_object.authenticated_at IS 'when its user proved a credential last';
COMMENT ON COLUMN auth_session_object.aal IS 'the level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors';
COMMENT ON COLUMN auth_session_object.amr IS 'the methods by which its user was authenticated, in words';

COMMENT ON COLUMN auth_refresh_result.created_at IS 'when the session was created';
COMMENT ON COLUMN auth_refresh_result.authenticated_at IS 'when its user proved a credential last';
COMMENT ON COLUMN auth_refresh_result.aal IS 'the level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors';
COMMENT ON COLUMN auth_refresh_result.amr IS 'the methods by which its user was authenticated, in words';

-- Messages are leased, no more taken for good.
DROP FUNCTION auth_take_outbox(integer);

ALTER TYPE auth_outbox_object ADD ATTRIBUTE attempts integer;

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

CREATE TYPE auth_factor_object AS (
    factor_id uuid,
    kind text,
    name text,
    created_at timestamptz,
    last_used_at timestamptz,
    remaining bigint,
    refused_until timestamptz
);

COMMENT ON TYPE auth_factor_object IS 'a second factor as functions return it';
COMMENT ON COLUMN auth_factor_object.factor_id IS 'what names it; NULL: recovery codes';
COMMENT ON COLUMN auth_factor_object.kind IS 'totp or recovery_codes';
COMMENT ON COLUMN auth_factor_object.name IS 'what its user calls it; NULL: nothing';
COMMENT ON COLUMN auth_factor_object.created_at IS 'when it was created';
COMMENT ON COLUMN auth_factor_object.last_used_at IS 'when it was used last; NULL: not known, of recovery codes';
COMMENT ON COLUMN auth_factor_object.remaining IS 'how many recovery codes have not been used; NULL: it is an app';
COMMENT ON COLUMN auth_factor_object.refused_until IS 'until then its codes are refused, as the server''s clock was ahead when one was used; NULL: they are not';

CREATE TYPE auth_own_session_object AS (
    session_id uuid,
    current boolean,
    state text,
    active_expires_at timestamptz,
    idle_expires_at timestamptz,
    expires_at timestamptz,
    session_attributes jsonb,
    created_at timestamptz,
    renewed_at timestamptz,
    authenticated_at timestamptz,
    aal smallint,
    amr text[]
);

COMMENT ON TYPE auth_own_session_object IS 'a session of one''s own, as auth_get_own_sessions() lists it';
COMMENT ON COLUMN auth_own_session_object.session_id IS 'the session id, for auth_end_own_session()';
COMMENT ON COLUMN auth_own_session_object.current IS 'whether it is the one whose token was given';
COMMENT ON COLUMN auth_own_session_object.state IS 'active or idle';
COMMENT ON COLUMN auth_own_session_object.active_expires_at IS 'until then it is active';
COMMENT ON COLUMN auth_own_session_object.idle_expires_at IS 'until then it can be renewed';
COMMENT ON COLUMN auth_own_session_object.expires_at IS 'the absolute end; NULL: none';
COMMENT ON COLUMN auth_own_session_object.session_attributes IS 'the application''s columns of auth_session that auth.session_attributes shows';
COMMENT ON COLUMN auth_own_session_object.created_at IS 'when it was made, by a sign-in';
COMMENT ON COLUMN auth_own_session_object.renewed_at IS 'when it was renewed last, or made: it was in use then';
COMMENT ON COLUMN auth_own_session_object.authenticated_at IS 'when its user has proven a credential last';
COMMENT ON COLUMN auth_own_session_object.aal IS 'the level of what its user has proven';
COMMENT ON COLUMN auth_own_session_object.amr IS 'by which methods';
