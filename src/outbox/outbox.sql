-- for: worker
CREATE OR REPLACE FUNCTION auth_take_outbox(
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
