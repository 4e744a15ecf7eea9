-- for: worker
CREATE OR REPLACE FUNCTION auth_finish_message(
    id bigint
)
    RETURNS boolean
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_finish_message';

COMMENT ON FUNCTION auth_finish_message(bigint) IS 'delete a message that was sent';

-- for: worker
CREATE OR REPLACE FUNCTION auth_fail_message(
    id bigint,
    reason text DEFAULT NULL,
    retry_after interval DEFAULT NULL,
    permanent boolean DEFAULT false
)
    RETURNS timestamptz
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_fail_message';

COMMENT ON FUNCTION auth_fail_message(bigint, text, interval, boolean) IS 'say that a message could not be sent; when it is to be tried again';
