-- for: client
CREATE OR REPLACE FUNCTION auth_revoke_refresh_token(
    refresh_token text
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_revoke_refresh_token';

COMMENT ON FUNCTION auth_revoke_refresh_token(text) IS 'end the family of a refresh token, spent or not, and its session';

-- for: service
CREATE OR REPLACE FUNCTION auth_revoke_user_refresh_tokens(
    user_id text
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_revoke_user_refresh_tokens';

COMMENT ON FUNCTION auth_revoke_user_refresh_tokens(text) IS 'end the families of refresh tokens of a user, and their sessions';

CREATE OR REPLACE FUNCTION auth_delete_dead_refresh_tokens(
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_refresh_tokens';

COMMENT ON FUNCTION auth_delete_dead_refresh_tokens(integer) IS 'delete expired families of refresh tokens, at most so many';
