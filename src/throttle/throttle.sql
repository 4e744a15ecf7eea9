CREATE OR REPLACE FUNCTION auth_get_key_throttle(
    provider_id text,
    provider_user_id text,
    OUT failures integer,
    OUT failed_at timestamptz,
    OUT throttled boolean,
    OUT retry_at timestamptz
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_key_throttle';

COMMENT ON FUNCTION auth_get_key_throttle(text, text) IS 'get the failed attempts against a key, and when another is allowed';

CREATE OR REPLACE FUNCTION auth_get_client_throttle(
    client_address inet,
    OUT failures integer,
    OUT failed_at timestamptz,
    OUT throttled boolean,
    OUT retry_at timestamptz
)
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_client_throttle';

COMMENT ON FUNCTION auth_get_client_throttle(inet) IS 'get the failed attempts of an address, and when another is allowed';

CREATE OR REPLACE FUNCTION auth_reset_key_throttle(
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

CREATE OR REPLACE FUNCTION auth_reset_client_throttle(
    client_address inet
)
    RETURNS void
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_reset_client_throttle';

COMMENT ON FUNCTION auth_reset_client_throttle(inet) IS 'forget the failed attempts of an address';
