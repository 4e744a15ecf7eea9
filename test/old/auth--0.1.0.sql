\echo Use "CREATE EXTENSION auth" to load this file. \quit

CREATE FUNCTION auth_setup()
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_setup';

COMMENT ON FUNCTION auth_setup() IS 'make the tables of auth, owned by the caller, or bring them up to date';

REVOKE ALL ON FUNCTION auth_setup() FROM PUBLIC;
CREATE TYPE auth_user_object AS (
    user_id text,
    attributes jsonb,
    created_at timestamptz
);

COMMENT ON TYPE auth_user_object IS 'a user as functions return it';
COMMENT ON COLUMN auth_user_object.user_id IS 'the user id';
COMMENT ON COLUMN auth_user_object.attributes IS 'the application''s columns of auth_user that auth.user_attributes shows';
COMMENT ON COLUMN auth_user_object.created_at IS 'when the user was created';

REVOKE ALL ON TYPE auth_user_object FROM PUBLIC;

CREATE FUNCTION auth_generate_user_id(
    length integer DEFAULT 15
)
    RETURNS text
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_generate_user_id';

COMMENT ON FUNCTION auth_generate_user_id(integer) IS 'random letters and digits for a user id';

REVOKE ALL ON FUNCTION auth_generate_user_id(integer) FROM PUBLIC;

CREATE FUNCTION auth_create_user(
    provider_id text DEFAULT NULL,
    provider_user_id text DEFAULT NULL,
    password text DEFAULT NULL,
    attributes jsonb DEFAULT '{}',
    user_id text DEFAULT NULL
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_user';

COMMENT ON FUNCTION auth_create_user(text, text, text, jsonb, text) IS 'create a user, with a key when one is named';

REVOKE ALL ON FUNCTION auth_create_user(text, text, text, jsonb, text) FROM PUBLIC;

CREATE FUNCTION auth_get_user(
    user_id text
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_user';

COMMENT ON FUNCTION auth_get_user(text) IS 'get a user';

REVOKE ALL ON FUNCTION auth_get_user(text) FROM PUBLIC;

CREATE FUNCTION auth_get_user_by_provider_id(
    provider_id text,
    provider_user_id text
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_user_by_provider_id';

COMMENT ON FUNCTION auth_get_user_by_provider_id(text, text) IS 'get the user of a key';

REVOKE ALL ON FUNCTION auth_get_user_by_provider_id(text, text) FROM PUBLIC;

CREATE FUNCTION auth_update_user_attributes(
    user_id text,
    attributes jsonb
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_user_attributes';

COMMENT ON FUNCTION auth_update_user_attributes(text, jsonb) IS 'write some of the attributes of a user';

REVOKE ALL ON FUNCTION auth_update_user_attributes(text, jsonb) FROM PUBLIC;

CREATE FUNCTION auth_update_user_provider_id(
    user_id text,
    provider_id text,
    provider_user_id text
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_user_provider_id';

COMMENT ON FUNCTION auth_update_user_provider_id(text, text, text) IS 'rename the key of a user that has one of this provider, or only one';

REVOKE ALL ON FUNCTION auth_update_user_provider_id(text, text, text) FROM PUBLIC;

CREATE FUNCTION auth_update_user_password(
    user_id text,
    password text,
    except_session uuid DEFAULT NULL
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_user_password';

COMMENT ON FUNCTION auth_update_user_password(text, text, uuid) IS 'set the password of a user and end its other sessions';

REVOKE ALL ON FUNCTION auth_update_user_password(text, text, uuid) FROM PUBLIC;

CREATE FUNCTION auth_delete_user(
    user_id text
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_user';

COMMENT ON FUNCTION auth_delete_user(text) IS 'delete a user with its keys and sessions';

REVOKE ALL ON FUNCTION auth_delete_user(text) FROM PUBLIC;

CREATE FUNCTION auth_user_deleted()
    RETURNS trigger
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_user_deleted';

COMMENT ON FUNCTION auth_user_deleted() IS 'delete the keys and sessions of a deleted user';

REVOKE ALL ON FUNCTION auth_user_deleted() FROM PUBLIC;

CREATE FUNCTION auth_users_deleted()
    RETURNS trigger
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_users_deleted';

COMMENT ON FUNCTION auth_users_deleted() IS 'record users that are deleted';

REVOKE ALL ON FUNCTION auth_users_deleted() FROM PUBLIC;

CREATE FUNCTION auth_user_disabled()
    RETURNS trigger
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_user_disabled';

COMMENT ON FUNCTION auth_user_disabled() IS 'end the sessions of a disabled user';

REVOKE ALL ON FUNCTION auth_user_disabled() FROM PUBLIC;
CREATE TYPE auth_key_object AS (
    user_id text,
    provider_id text,
    provider_user_id text,
    password_defined boolean,
    created_at timestamptz
);

COMMENT ON TYPE auth_key_object IS 'a key as functions return it';
COMMENT ON COLUMN auth_key_object.user_id IS 'whose key it is';
COMMENT ON COLUMN auth_key_object.provider_id IS 'the kind of key';
COMMENT ON COLUMN auth_key_object.provider_user_id IS 'the user''s id there';
COMMENT ON COLUMN auth_key_object.password_defined IS 'whether the key has a password';
COMMENT ON COLUMN auth_key_object.created_at IS 'when the key was created';

REVOKE ALL ON TYPE auth_key_object FROM PUBLIC;

CREATE FUNCTION auth_create_key(
    user_id text,
    provider_id text,
    provider_user_id text,
    password text DEFAULT NULL
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_key';

COMMENT ON FUNCTION auth_create_key(text, text, text, text) IS 'create a key of a user';

REVOKE ALL ON FUNCTION auth_create_key(text, text, text, text) FROM PUBLIC;

CREATE FUNCTION auth_get_key(
    provider_id text,
    provider_user_id text
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_key';

COMMENT ON FUNCTION auth_get_key(text, text) IS 'get a key';

REVOKE ALL ON FUNCTION auth_get_key(text, text) FROM PUBLIC;

CREATE FUNCTION auth_get_user_keys(
    user_id text
)
    RETURNS SETOF auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 2
    AS 'MODULE_PATHNAME', 'auth_get_user_keys';

COMMENT ON FUNCTION auth_get_user_keys(text) IS 'get the keys of a user';

REVOKE ALL ON FUNCTION auth_get_user_keys(text) FROM PUBLIC;

CREATE FUNCTION auth_update_key_password(
    provider_id text,
    provider_user_id text,
    password text,
    except_session uuid DEFAULT NULL
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_key_password';

COMMENT ON FUNCTION auth_update_key_password(text, text, text, uuid) IS 'set the password of a key and end the other sessions of its user';

REVOKE ALL ON FUNCTION auth_update_key_password(text, text, text, uuid) FROM PUBLIC;

CREATE FUNCTION auth_update_key_identifier(
    provider_id text,
    provider_user_id text,
    new_provider_id text,
    new_provider_user_id text
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_key_identifier';

COMMENT ON FUNCTION auth_update_key_identifier(text, text, text, text) IS 'rename a key';

REVOKE ALL ON FUNCTION auth_update_key_identifier(text, text, text, text) FROM PUBLIC;

CREATE FUNCTION auth_delete_key(
    provider_id text,
    provider_user_id text
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_key';

COMMENT ON FUNCTION auth_delete_key(text, text) IS 'delete a key';

REVOKE ALL ON FUNCTION auth_delete_key(text, text) FROM PUBLIC;

CREATE FUNCTION auth_use_key(
    provider_id text,
    provider_user_id text,
    password text DEFAULT NULL
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_use_key';

COMMENT ON FUNCTION auth_use_key(text, text, text) IS 'check the password of a key, with an error when it is wrong';

REVOKE ALL ON FUNCTION auth_use_key(text, text, text) FROM PUBLIC;
CREATE FUNCTION auth_verify_password_hash(
    hashed_password text,
    password text
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_verify_password_hash';

COMMENT ON FUNCTION auth_verify_password_hash(text, text) IS 'tell whether a password is the one that was hashed';

REVOKE ALL ON FUNCTION auth_verify_password_hash(text, text) FROM PUBLIC;

CREATE FUNCTION auth_describe_password_hash(
    hashed_password text,
    OUT format text,
    OUT parameters jsonb,
    OUT strength text,
    OUT needs_rehash boolean
)
    LANGUAGE c
    STABLE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_describe_password_hash';

COMMENT ON FUNCTION auth_describe_password_hash(text) IS 'tell the format, cost and strength of a password hash';

REVOKE ALL ON FUNCTION auth_describe_password_hash(text) FROM PUBLIC;

CREATE FUNCTION auth_import_key(
    user_id text,
    provider_id text,
    provider_user_id text,
    hashed_password text
)
    RETURNS auth_key_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_import_key';

COMMENT ON FUNCTION auth_import_key(text, text, text, text) IS 'create a key whose password was hashed by another system';

REVOKE ALL ON FUNCTION auth_import_key(text, text, text, text) FROM PUBLIC;

CREATE FUNCTION auth_get_password_audit()
    RETURNS TABLE (format text, strength text, keys bigint)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 10
    AS 'MODULE_PATHNAME', 'auth_get_password_audit';

COMMENT ON FUNCTION auth_get_password_audit() IS 'count the keys with a password by the format and strength of its hash';

REVOKE ALL ON FUNCTION auth_get_password_audit() FROM PUBLIC;
CREATE FUNCTION auth_get_password_load(
    OUT running integer,
    OUT waiting integer,
    OUT concurrency integer,
    OUT most_running integer,
    OUT refused bigint
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_password_load';

COMMENT ON FUNCTION auth_get_password_load() IS 'tell how many passwords the server is hashing, and how many wait for it';

REVOKE ALL ON FUNCTION auth_get_password_load() FROM PUBLIC;
CREATE FUNCTION auth_calibrate(
    target_ms integer DEFAULT 25,
    max_memory integer DEFAULT 65536
)
    RETURNS TABLE (
        memory integer,
        iterations integer,
        milliseconds double precision,
        meets_floor boolean
    )
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 4
    AS 'MODULE_PATHNAME', 'auth_calibrate';

COMMENT ON FUNCTION auth_calibrate(integer, integer) IS 'measure which costs of password hashes take at most so long here';

REVOKE ALL ON FUNCTION auth_calibrate(integer, integer) FROM PUBLIC;
CREATE FUNCTION auth_check_password(
    password text,
    provider_user_id text DEFAULT NULL
)
    RETURNS text
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_check_password';

COMMENT ON FUNCTION auth_check_password(text, text) IS 'tell why a new password would be refused; NULL: it would not';

REVOKE ALL ON FUNCTION auth_check_password(text, text) FROM PUBLIC;
CREATE TYPE auth_session_object AS (
    token text,
    session_id uuid,
    user_id text,
    state text,
    fresh boolean,
    active_expires_at timestamptz,
    idle_expires_at timestamptz,
    expires_at timestamptz,
    attributes jsonb,
    "user" jsonb
);

COMMENT ON TYPE auth_session_object IS 'a session as functions return it';
COMMENT ON COLUMN auth_session_object.token IS 'the token, where the session was just created, else NULL';
COMMENT ON COLUMN auth_session_object.session_id IS 'the session id, which is safe to show';
COMMENT ON COLUMN auth_session_object.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_session_object.state IS 'active or idle';
COMMENT ON COLUMN auth_session_object.fresh IS 'whether the session was just created or renewed';
COMMENT ON COLUMN auth_session_object.active_expires_at IS 'until then the session is active';
COMMENT ON COLUMN auth_session_object.idle_expires_at IS 'until then the session can be renewed';
COMMENT ON COLUMN auth_session_object.expires_at IS 'the absolute end';
COMMENT ON COLUMN auth_session_object.attributes IS 'the application''s columns of auth_session that auth.session_attributes shows';
COMMENT ON COLUMN auth_session_object."user" IS 'the attributes of the user';

REVOKE ALL ON TYPE auth_session_object FROM PUBLIC;

CREATE FUNCTION auth_session_id(
    token text
)
    RETURNS uuid
    LANGUAGE c
    IMMUTABLE
    STRICT
    PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'auth_session_id';

COMMENT ON FUNCTION auth_session_id(text) IS 'the id of the session that a token is of';

REVOKE ALL ON FUNCTION auth_session_id(text) FROM PUBLIC;

CREATE FUNCTION auth_create_session(
    user_id text,
    attributes jsonb DEFAULT '{}',
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_session';

COMMENT ON FUNCTION auth_create_session(text, jsonb, interval, interval, interval) IS 'create a session; the token is seen here and never again';

REVOKE ALL ON FUNCTION auth_create_session(text, jsonb, interval, interval, interval) FROM PUBLIC;

CREATE FUNCTION auth_get_session(
    token text
)
    RETURNS SETOF auth_session_object
    LANGUAGE c
    VOLATILE
    STRICT
    PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME', 'auth_get_session';

COMMENT ON FUNCTION auth_get_session(text) IS 'get the living session of a token as it is';

REVOKE ALL ON FUNCTION auth_get_session(text) FROM PUBLIC;

CREATE FUNCTION auth_validate_session(
    token text
)
    RETURNS SETOF auth_session_object
    LANGUAGE c
    VOLATILE
    STRICT
    PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME', 'auth_validate_session';

COMMENT ON FUNCTION auth_validate_session(text) IS 'get the living session of a token, renewed if it was idle';

REVOKE ALL ON FUNCTION auth_validate_session(text) FROM PUBLIC;

CREATE FUNCTION auth_get_user_sessions(
    user_id text
)
    RETURNS SETOF auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 10
    AS 'MODULE_PATHNAME', 'auth_get_user_sessions';

COMMENT ON FUNCTION auth_get_user_sessions(text) IS 'get the living sessions of a user, oldest first';

REVOKE ALL ON FUNCTION auth_get_user_sessions(text) FROM PUBLIC;

CREATE FUNCTION auth_update_session_attributes(
    session_id uuid,
    attributes jsonb
)
    RETURNS auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_session_attributes';

COMMENT ON FUNCTION auth_update_session_attributes(uuid, jsonb) IS 'write some of the attributes of a session';

REVOKE ALL ON FUNCTION auth_update_session_attributes(uuid, jsonb) FROM PUBLIC;

CREATE FUNCTION auth_invalidate_session(
    session_id uuid
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_invalidate_session';

COMMENT ON FUNCTION auth_invalidate_session(uuid) IS 'end a session';

REVOKE ALL ON FUNCTION auth_invalidate_session(uuid) FROM PUBLIC;

CREATE FUNCTION auth_sign_out(
    token text
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_out';

COMMENT ON FUNCTION auth_sign_out(text) IS 'end the session of a token';

REVOKE ALL ON FUNCTION auth_sign_out(text) FROM PUBLIC;

CREATE FUNCTION auth_invalidate_user_sessions(
    user_id text,
    except_session uuid DEFAULT NULL
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_invalidate_user_sessions';

COMMENT ON FUNCTION auth_invalidate_user_sessions(text, uuid) IS 'end the sessions of a user, but for one';

REVOKE ALL ON FUNCTION auth_invalidate_user_sessions(text, uuid) FROM PUBLIC;

CREATE FUNCTION auth_delete_dead_user_sessions(
    user_id text
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_user_sessions';

COMMENT ON FUNCTION auth_delete_dead_user_sessions(text) IS 'delete the expired sessions of a user';

REVOKE ALL ON FUNCTION auth_delete_dead_user_sessions(text) FROM PUBLIC;

CREATE FUNCTION auth_delete_dead_sessions(
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_sessions';

COMMENT ON FUNCTION auth_delete_dead_sessions(integer) IS 'delete expired sessions, at most so many';

REVOKE ALL ON FUNCTION auth_delete_dead_sessions(integer) FROM PUBLIC;
CREATE TYPE auth_refresh_token_object AS (
    refresh_token text,
    family_id uuid,
    user_id text,
    session_id uuid,
    expires_at timestamptz,
    ends_at timestamptz
);

COMMENT ON TYPE auth_refresh_token_object IS 'a new refresh token';
COMMENT ON COLUMN auth_refresh_token_object.refresh_token IS 'the token, which is shown nowhere else';
COMMENT ON COLUMN auth_refresh_token_object.family_id IS 'the same for all tokens that are made by rotating this one; safe to show';
COMMENT ON COLUMN auth_refresh_token_object.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_refresh_token_object.session_id IS 'the session that it goes with';
COMMENT ON COLUMN auth_refresh_token_object.expires_at IS 'until then it can be used';
COMMENT ON COLUMN auth_refresh_token_object.ends_at IS 'the absolute end of the family and its session';

REVOKE ALL ON TYPE auth_refresh_token_object FROM PUBLIC;

CREATE TYPE auth_refresh_result AS (
    status text,
    refresh_token text,
    refresh_expires_at timestamptz,
    refresh_ends_at timestamptz,
    token text,
    session_id uuid,
    user_id text,
    state text,
    fresh boolean,
    active_expires_at timestamptz,
    idle_expires_at timestamptz,
    expires_at timestamptz,
    attributes jsonb,
    "user" jsonb
);

COMMENT ON TYPE auth_refresh_result IS 'the answer to a rotation; with the status ok, a new refresh token and its session';
COMMENT ON COLUMN auth_refresh_result.status IS 'ok, refused or reused';
COMMENT ON COLUMN auth_refresh_result.refresh_token IS 'the new refresh token, which is shown nowhere else';
COMMENT ON COLUMN auth_refresh_result.refresh_expires_at IS 'until then it can be used';
COMMENT ON COLUMN auth_refresh_result.refresh_ends_at IS 'the absolute end of the family';
COMMENT ON COLUMN auth_refresh_result.token IS 'the new token of the session, which is shown nowhere else';
COMMENT ON COLUMN auth_refresh_result.session_id IS 'auth_session_id(token), safe to show';
COMMENT ON COLUMN auth_refresh_result.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_refresh_result.state IS 'active or idle';
COMMENT ON COLUMN auth_refresh_result.fresh IS 'true: the token is new';
COMMENT ON COLUMN auth_refresh_result.active_expires_at IS 'until then the session is active, after that idle';
COMMENT ON COLUMN auth_refresh_result.idle_expires_at IS 'until then the session can be renewed by validating it';
COMMENT ON COLUMN auth_refresh_result.expires_at IS 'the absolute end of the session, which is never moved';
COMMENT ON COLUMN auth_refresh_result.attributes IS 'the session attributes';
COMMENT ON COLUMN auth_refresh_result."user" IS 'the user attributes';

REVOKE ALL ON TYPE auth_refresh_result FROM PUBLIC;

CREATE FUNCTION auth_create_refresh_token(
    session_id uuid,
    lifetime interval DEFAULT NULL,
    family_lifetime interval DEFAULT NULL
)
    RETURNS auth_refresh_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_refresh_token';

COMMENT ON FUNCTION auth_create_refresh_token(uuid, interval, interval) IS 'create a refresh token for a session; it is seen here and never again';

REVOKE ALL ON FUNCTION auth_create_refresh_token(uuid, interval, interval) FROM PUBLIC;

CREATE FUNCTION auth_rotate_refresh_token(
    refresh_token text,
    address inet DEFAULT NULL
)
    RETURNS auth_refresh_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_rotate_refresh_token';

COMMENT ON FUNCTION auth_rotate_refresh_token(text, inet) IS 'spend a refresh token for a new one and a new token of its session; the answer is a status';

REVOKE ALL ON FUNCTION auth_rotate_refresh_token(text, inet) FROM PUBLIC;

CREATE FUNCTION auth_revoke_refresh_token(
    refresh_token text
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_revoke_refresh_token';

COMMENT ON FUNCTION auth_revoke_refresh_token(text) IS 'end the family of a refresh token, spent or not, and its session';

REVOKE ALL ON FUNCTION auth_revoke_refresh_token(text) FROM PUBLIC;

CREATE FUNCTION auth_revoke_user_refresh_tokens(
    user_id text
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_revoke_user_refresh_tokens';

COMMENT ON FUNCTION auth_revoke_user_refresh_tokens(text) IS 'end the families of refresh tokens of a user, and their sessions';

REVOKE ALL ON FUNCTION auth_revoke_user_refresh_tokens(text) FROM PUBLIC;

CREATE FUNCTION auth_delete_dead_refresh_tokens(
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_refresh_tokens';

COMMENT ON FUNCTION auth_delete_dead_refresh_tokens(integer) IS 'delete expired families of refresh tokens, at most so many';

REVOKE ALL ON FUNCTION auth_delete_dead_refresh_tokens(integer) FROM PUBLIC;
CREATE TYPE auth_token_object AS (
    token text,
    token_id uuid,
    purpose text,
    user_id text,
    address text,
    created_at timestamptz,
    expires_at timestamptz,
    data jsonb
);

COMMENT ON TYPE auth_token_object IS 'a one-time token or code as functions return it';
COMMENT ON COLUMN auth_token_object.token IS 'the token or code, where it was just made, else NULL';
COMMENT ON COLUMN auth_token_object.token_id IS 'its id, which is safe to show';
COMMENT ON COLUMN auth_token_object.purpose IS 'what it is for';
COMMENT ON COLUMN auth_token_object.user_id IS 'whose it is; NULL: nobody''s';
COMMENT ON COLUMN auth_token_object.address IS 'where it was sent to';
COMMENT ON COLUMN auth_token_object.created_at IS 'when it was made';
COMMENT ON COLUMN auth_token_object.expires_at IS 'until then it can be used';
COMMENT ON COLUMN auth_token_object.data IS 'what it was made with';

REVOKE ALL ON TYPE auth_token_object FROM PUBLIC;

CREATE FUNCTION auth_create_token(
    purpose text,
    user_id text DEFAULT NULL,
    address text DEFAULT NULL,
    lifetime interval DEFAULT NULL,
    replace boolean DEFAULT true,
    data jsonb DEFAULT NULL,
    deliver boolean DEFAULT false
)
    RETURNS auth_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_token';

COMMENT ON FUNCTION auth_create_token(text, text, text, interval, boolean, jsonb, boolean) IS 'make a one-time token, in the place of the older one of the same purpose and user';

REVOKE ALL ON FUNCTION auth_create_token(text, text, text, interval, boolean, jsonb, boolean) FROM PUBLIC;

CREATE FUNCTION auth_create_code(
    purpose text,
    user_id text DEFAULT NULL,
    address text DEFAULT NULL,
    length integer DEFAULT 8,
    letters boolean DEFAULT false,
    lifetime interval DEFAULT NULL,
    data jsonb DEFAULT NULL,
    deliver boolean DEFAULT false
)
    RETURNS auth_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_code';

COMMENT ON FUNCTION auth_create_code(text, text, text, integer, boolean, interval, jsonb, boolean) IS 'make a short one-time code, in the place of the older one of the same purpose and user';

REVOKE ALL ON FUNCTION auth_create_code(text, text, text, integer, boolean, interval, jsonb, boolean) FROM PUBLIC;

CREATE FUNCTION auth_use_token(
    purpose text,
    token text
)
    RETURNS SETOF auth_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME', 'auth_use_token';

COMMENT ON FUNCTION auth_use_token(text, text) IS 'use up a one-time token; no row: there is none';

REVOKE ALL ON FUNCTION auth_use_token(text, text) FROM PUBLIC;

CREATE FUNCTION auth_use_code(
    purpose text,
    code text,
    user_id text DEFAULT NULL,
    address text DEFAULT NULL
)
    RETURNS SETOF auth_token_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 1
    AS 'MODULE_PATHNAME', 'auth_use_code';

COMMENT ON FUNCTION auth_use_code(text, text, text, text) IS 'use up a one-time code of a user or an address; no row: it is not the one, or dead';

REVOKE ALL ON FUNCTION auth_use_code(text, text, text, text) FROM PUBLIC;

CREATE FUNCTION auth_delete_dead_tokens(
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_tokens';

COMMENT ON FUNCTION auth_delete_dead_tokens(integer) IS 'delete expired one-time tokens and codes, at most so many';

REVOKE ALL ON FUNCTION auth_delete_dead_tokens(integer) FROM PUBLIC;
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

REVOKE ALL ON TYPE auth_outbox_object FROM PUBLIC;

CREATE FUNCTION auth_take_outbox(
    max_rows integer DEFAULT 10
)
    RETURNS SETOF auth_outbox_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 10
    AS 'MODULE_PATHNAME', 'auth_take_outbox';

COMMENT ON FUNCTION auth_take_outbox(integer) IS 'take messages that are to be sent, oldest first, which nobody else is taking';

REVOKE ALL ON FUNCTION auth_take_outbox(integer) FROM PUBLIC;

CREATE FUNCTION auth_delete_dead_outbox(
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_outbox';

COMMENT ON FUNCTION auth_delete_dead_outbox(integer) IS 'delete messages that nobody needs any more, at most so many';

REVOKE ALL ON FUNCTION auth_delete_dead_outbox(integer) FROM PUBLIC;
CREATE TYPE auth_event_object AS (
    id bigint,
    created_at timestamptz,
    kind text,
    reason text,
    user_id text,
    provider_id text,
    provider_user_id text,
    session_id uuid,
    address inet,
    count bigint,
    role text
);

COMMENT ON TYPE auth_event_object IS 'an event as functions return it';
COMMENT ON COLUMN auth_event_object.id IS 'grows, but not in the order of commits';
COMMENT ON COLUMN auth_event_object.created_at IS 'when it happened, by the clock';
COMMENT ON COLUMN auth_event_object.kind IS 'what happened, such as sign_in or password_changed';
COMMENT ON COLUMN auth_event_object.reason IS 'why, or why not';
COMMENT ON COLUMN auth_event_object.user_id IS 'whose user it concerns';
COMMENT ON COLUMN auth_event_object.provider_id IS 'the key that was used or changed';
COMMENT ON COLUMN auth_event_object.provider_user_id IS 'the key that was used or changed';
COMMENT ON COLUMN auth_event_object.session_id IS 'the session that was begun or ended';
COMMENT ON COLUMN auth_event_object.address IS 'the client''s address, as the caller gave it';
COMMENT ON COLUMN auth_event_object.count IS 'how many sessions, or users, where there can be several';
COMMENT ON COLUMN auth_event_object.role IS 'the role that was connected';

REVOKE ALL ON TYPE auth_event_object FROM PUBLIC;

CREATE FUNCTION auth_get_events(
    user_id text DEFAULT NULL,
    before bigint DEFAULT NULL,
    max_rows integer DEFAULT 100
)
    RETURNS SETOF auth_event_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 100
    AS 'MODULE_PATHNAME', 'auth_get_events';

COMMENT ON FUNCTION auth_get_events(text, bigint, integer) IS 'get the last events, of one user or of all';

REVOKE ALL ON FUNCTION auth_get_events(text, bigint, integer) FROM PUBLIC;

CREATE FUNCTION auth_delete_events(
    older_than interval,
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_events';

COMMENT ON FUNCTION auth_delete_events(interval, integer) IS 'remove old events, a batch at a time';

REVOKE ALL ON FUNCTION auth_delete_events(interval, integer) FROM PUBLIC;

CREATE FUNCTION auth_event_kept()
    RETURNS trigger
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_event_kept';

COMMENT ON FUNCTION auth_event_kept() IS 'trigger of auth_event: refuses to change what has happened';

REVOKE ALL ON FUNCTION auth_event_kept() FROM PUBLIC;
CREATE FUNCTION auth_get_key_throttle(
    provider_id text,
    provider_user_id text,
    OUT failures integer,
    OUT failed_at timestamptz,
    OUT retry_at timestamptz
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_key_throttle';

COMMENT ON FUNCTION auth_get_key_throttle(text, text) IS 'get the failed attempts against a key, and when another is allowed';

REVOKE ALL ON FUNCTION auth_get_key_throttle(text, text) FROM PUBLIC;

CREATE FUNCTION auth_get_address_throttle(
    address inet,
    OUT failures integer,
    OUT failed_at timestamptz,
    OUT retry_at timestamptz
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_address_throttle';

COMMENT ON FUNCTION auth_get_address_throttle(inet) IS 'get the failed attempts of an address, and when another is allowed';

REVOKE ALL ON FUNCTION auth_get_address_throttle(inet) FROM PUBLIC;

CREATE FUNCTION auth_reset_key_throttle(
    provider_id text,
    provider_user_id text
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_reset_key_throttle';

COMMENT ON FUNCTION auth_reset_key_throttle(text, text) IS 'forget the failed attempts against a key';

REVOKE ALL ON FUNCTION auth_reset_key_throttle(text, text) FROM PUBLIC;

CREATE FUNCTION auth_reset_address_throttle(
    address inet
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_reset_address_throttle';

COMMENT ON FUNCTION auth_reset_address_throttle(inet) IS 'forget the failed attempts of an address';

REVOKE ALL ON FUNCTION auth_reset_address_throttle(inet) FROM PUBLIC;

CREATE FUNCTION auth_throttle_kept()
    RETURNS trigger
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_throttle_kept';

COMMENT ON FUNCTION auth_throttle_kept() IS 'trigger of auth_throttle: refuses changes by SQL';

REVOKE ALL ON FUNCTION auth_throttle_kept() FROM PUBLIC;
CREATE TYPE auth_sign_in_result AS (
    status text,
    retry_after interval,
    token text,
    session_id uuid,
    user_id text,
    state text,
    fresh boolean,
    active_expires_at timestamptz,
    idle_expires_at timestamptz,
    expires_at timestamptz,
    attributes jsonb,
    "user" jsonb
);

COMMENT ON TYPE auth_sign_in_result IS 'the answer to a sign-in; with the status ok, the session';
COMMENT ON COLUMN auth_sign_in_result.status IS 'ok, refused or throttled';
COMMENT ON COLUMN auth_sign_in_result.retry_after IS 'when throttled, the time to wait; NULL: until that is lifted';
COMMENT ON COLUMN auth_sign_in_result.token IS 'the token, which is shown nowhere else';
COMMENT ON COLUMN auth_sign_in_result.session_id IS 'auth_session_id(token), safe to show';
COMMENT ON COLUMN auth_sign_in_result.user_id IS 'whose session it is';
COMMENT ON COLUMN auth_sign_in_result.state IS 'active or idle';
COMMENT ON COLUMN auth_sign_in_result.fresh IS 'true: the session is new';
COMMENT ON COLUMN auth_sign_in_result.active_expires_at IS 'until then the session is active, after that idle';
COMMENT ON COLUMN auth_sign_in_result.idle_expires_at IS 'until then the session can be renewed by validating it';
COMMENT ON COLUMN auth_sign_in_result.expires_at IS 'the absolute end, which is never moved';
COMMENT ON COLUMN auth_sign_in_result.attributes IS 'the session attributes';
COMMENT ON COLUMN auth_sign_in_result."user" IS 'the user attributes';

REVOKE ALL ON TYPE auth_sign_in_result FROM PUBLIC;

CREATE FUNCTION auth_sign_in(
    provider_id text,
    provider_user_id text,
    password text,
    attributes jsonb DEFAULT '{}',
    address inet DEFAULT NULL,
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_sign_in_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_in';

COMMENT ON FUNCTION auth_sign_in(text, text, text, jsonb, inet, interval, interval, interval) IS 'check a password and make a session; the answer is a status';

REVOKE ALL ON FUNCTION auth_sign_in(text, text, text, jsonb, inet, interval, interval, interval) FROM PUBLIC;

CREATE FUNCTION auth_sign_up(
    provider_id text,
    provider_user_id text,
    password text,
    attributes jsonb DEFAULT '{}',
    session_attributes jsonb DEFAULT '{}',
    address inet DEFAULT NULL,
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_session_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_up';

COMMENT ON FUNCTION auth_sign_up(text, text, text, jsonb, jsonb, inet, interval, interval, interval) IS 'create a user with a key and a session; the answer does not tell that the key exists';

REVOKE ALL ON FUNCTION auth_sign_up(text, text, text, jsonb, jsonb, inet, interval, interval, interval) FROM PUBLIC;

CREATE FUNCTION auth_change_password(
    token text,
    old_password text,
    new_password text,
    address inet DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_change_password';

COMMENT ON FUNCTION auth_change_password(text, text, text, inet) IS 'change the password of a session''s user, who knows the old one, and end the other sessions';

REVOKE ALL ON FUNCTION auth_change_password(text, text, text, inet) FROM PUBLIC;

CREATE FUNCTION auth_change_user_password(
    user_id text,
    old_password text,
    new_password text,
    except_session uuid DEFAULT NULL,
    address inet DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_change_user_password';

COMMENT ON FUNCTION auth_change_user_password(text, text, text, uuid, inet) IS 'change the password of a user who knows the old one, and end the other sessions';

REVOKE ALL ON FUNCTION auth_change_user_password(text, text, text, uuid, inet) FROM PUBLIC;
CREATE FUNCTION auth_request_email_verification(
    user_id text,
    address text,
    lifetime interval DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_email_verification';

COMMENT ON FUNCTION auth_request_email_verification(text, text, interval) IS 'have a token sent to an address that a user is to read';

REVOKE ALL ON FUNCTION auth_request_email_verification(text, text, interval) FROM PUBLIC;

CREATE FUNCTION auth_verify_email(
    token text,
    attributes jsonb DEFAULT '{}',
    OUT status text,
    OUT user_id text,
    OUT address text
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_verify_email';

COMMENT ON FUNCTION auth_verify_email(text, jsonb) IS 'use a token that was sent to an address, and write attributes of its user';

REVOKE ALL ON FUNCTION auth_verify_email(text, jsonb) FROM PUBLIC;
CREATE FUNCTION auth_request_password_reset(
    provider_id text,
    provider_user_id text,
    address inet DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_password_reset';

COMMENT ON FUNCTION auth_request_password_reset(text, text, inet) IS 'have a token sent to a key, if there is one, with which its password can be set';

REVOKE ALL ON FUNCTION auth_request_password_reset(text, text, inet) FROM PUBLIC;

CREATE FUNCTION auth_reset_password(
    token text,
    new_password text,
    OUT status text,
    OUT user_id text,
    OUT address text
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_reset_password';

COMMENT ON FUNCTION auth_reset_password(text, text) IS 'use a token to set the password of its user, and end all sessions';

REVOKE ALL ON FUNCTION auth_reset_password(text, text) FROM PUBLIC;
CREATE FUNCTION auth_request_magic_link(
    provider_id text,
    provider_user_id text,
    address inet DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_magic_link';

COMMENT ON FUNCTION auth_request_magic_link(text, text, inet) IS 'have a token sent to a key, if there is one, with which its user can sign in';

REVOKE ALL ON FUNCTION auth_request_magic_link(text, text, inet) FROM PUBLIC;

CREATE FUNCTION auth_sign_in_with_token(
    token text,
    attributes jsonb DEFAULT '{}',
    address inet DEFAULT NULL,
    active_period interval DEFAULT NULL,
    idle_period interval DEFAULT NULL,
    lifetime interval DEFAULT NULL
)
    RETURNS auth_sign_in_result
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_sign_in_with_token';

COMMENT ON FUNCTION auth_sign_in_with_token(text, jsonb, inet, interval, interval, interval) IS 'use a token to make a session; the answer is a status';

REVOKE ALL ON FUNCTION auth_sign_in_with_token(text, jsonb, inet, interval, interval, interval) FROM PUBLIC;
CREATE FUNCTION auth_request_email_change(
    user_id text,
    address text,
    provider_id text DEFAULT 'email',
    lifetime interval DEFAULT NULL,
    OUT status text,
    OUT retry_after interval
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_request_email_change';

COMMENT ON FUNCTION auth_request_email_change(text, text, text, interval) IS 'have a token sent to the address that a user wants to have';

REVOKE ALL ON FUNCTION auth_request_email_change(text, text, text, interval) FROM PUBLIC;

CREATE FUNCTION auth_change_email(
    token text,
    OUT status text,
    OUT user_id text,
    OUT address text
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_change_email';

COMMENT ON FUNCTION auth_change_email(text) IS 'use a token to give a user the address that it was sent to';

REVOKE ALL ON FUNCTION auth_change_email(text) FROM PUBLIC;
CREATE FUNCTION auth_import_lucia(
    version text,
    users regclass,
    keys regclass DEFAULT NULL,
    sessions regclass DEFAULT NULL,
    passwords regclass DEFAULT NULL,
    identifier_column text DEFAULT 'email'
)
    RETURNS TABLE (kind text, result text, reason text, count bigint)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 10
    AS 'MODULE_PATHNAME', 'auth_import_lucia';

COMMENT ON FUNCTION auth_import_lucia(text, regclass, regclass, regclass, regclass, text) IS 'import users, keys and sessions from tables of Lucia, and tell how many';

REVOKE ALL ON FUNCTION auth_import_lucia(text, regclass, regclass, regclass, regclass, text) FROM PUBLIC;
CREATE FUNCTION auth_grant(
    role regrole,
    privilege text
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_grant';

COMMENT ON FUNCTION auth_grant(regrole, text) IS 'grant a role EXECUTE on the functions for a client, a service or an admin';

REVOKE ALL ON FUNCTION auth_grant(regrole, text) FROM PUBLIC;
