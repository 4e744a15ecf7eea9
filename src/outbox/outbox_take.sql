-- for: worker
CREATE OR REPLACE FUNCTION auth_take_outbox(
    max_rows integer DEFAULT 10,
    purposes text[] DEFAULT NULL,
    lease interval DEFAULT '5 minutes'
)
    RETURNS SETOF auth_outbox_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    ROWS 10
    AS 'MODULE_PATHNAME', 'auth_take_outbox';

COMMENT ON FUNCTION auth_take_outbox(integer, text[], interval) IS 'take messages that are to be sent, for the time of the lease, which nobody else is taking';
