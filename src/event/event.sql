CREATE OR REPLACE FUNCTION auth_get_events(
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

CREATE OR REPLACE FUNCTION auth_delete_events(
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

-- for: owner
CREATE OR REPLACE FUNCTION auth_event_kept()
    RETURNS trigger
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_event_kept';

COMMENT ON FUNCTION auth_event_kept() IS 'trigger of auth_event: refuses to change what has happened';
