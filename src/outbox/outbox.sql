-- for: worker
CREATE OR REPLACE FUNCTION auth_get_outbox(
    failed boolean DEFAULT NULL,
    max_rows integer DEFAULT 100
)
    RETURNS SETOF auth_message_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 100
    AS 'MODULE_PATHNAME', 'auth_get_outbox';

COMMENT ON FUNCTION auth_get_outbox(boolean, integer) IS 'get the last messages without their tokens: those given up, those not, or all';

CREATE OR REPLACE FUNCTION auth_delete_dead_outbox(
    batch_size integer DEFAULT 10000
)
    RETURNS bigint
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_delete_dead_outbox';

COMMENT ON FUNCTION auth_delete_dead_outbox(integer) IS 'delete messages that nobody needs any more, at most so many';
