CREATE OR REPLACE FUNCTION auth_get_password_load(
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
