-- for: identity
CREATE OR REPLACE FUNCTION auth_user_id()
    RETURNS text
    LANGUAGE c
    STABLE
    STRICT
    PARALLEL RESTRICTED
    SUPPORT auth_once
    AS 'MODULE_PATHNAME', 'auth_user_id';

COMMENT ON FUNCTION auth_user_id() IS 'the id of the user who acts; NULL: nobody';

-- for: identity
CREATE OR REPLACE FUNCTION auth_user_uuid()
    RETURNS uuid
    LANGUAGE c
    STABLE
    STRICT
    PARALLEL RESTRICTED
    SUPPORT auth_once
    AS 'MODULE_PATHNAME', 'auth_user_uuid';

COMMENT ON FUNCTION auth_user_uuid() IS 'the id of the user who acts as a uuid; NULL where it is none';

-- for: identity
CREATE OR REPLACE FUNCTION auth_current_session_id()
    RETURNS uuid
    LANGUAGE c
    STABLE
    STRICT
    PARALLEL RESTRICTED
    SUPPORT auth_once
    AS 'MODULE_PATHNAME', 'auth_current_session_id';

COMMENT ON FUNCTION auth_current_session_id() IS 'the id of the session by which the user acts; NULL: nobody';

-- for: identity
CREATE OR REPLACE FUNCTION auth_assurance_level()
    RETURNS integer
    LANGUAGE c
    STABLE
    STRICT
    PARALLEL RESTRICTED
    SUPPORT auth_once
    AS 'MODULE_PATHNAME', 'auth_assurance_level';

COMMENT ON FUNCTION auth_assurance_level() IS 'by how much the session was proven; 0: nobody acts';

-- for: identity
CREATE OR REPLACE FUNCTION auth_authenticated_at()
    RETURNS timestamptz
    LANGUAGE c
    STABLE
    STRICT
    PARALLEL RESTRICTED
    SUPPORT auth_once
    AS 'MODULE_PATHNAME', 'auth_authenticated_at';

COMMENT ON FUNCTION auth_authenticated_at() IS 'when the user who acts proved a credential last; NULL: nobody';

-- for: identity
CREATE OR REPLACE FUNCTION auth_has_level(
    level integer
)
    RETURNS boolean
    LANGUAGE c
    STABLE
    STRICT
    PARALLEL RESTRICTED
    SUPPORT auth_once
    AS 'MODULE_PATHNAME', 'auth_has_level';

COMMENT ON FUNCTION auth_has_level(integer) IS 'whether somebody acts by at least this level';

-- for: identity
CREATE OR REPLACE FUNCTION auth_is_fresh(
    period interval
)
    RETURNS boolean
    LANGUAGE c
    STABLE
    STRICT
    PARALLEL RESTRICTED
    SUPPORT auth_once
    AS 'MODULE_PATHNAME', 'auth_is_fresh';

COMMENT ON FUNCTION auth_is_fresh(interval) IS 'whether somebody acts who has proven a credential within the period';

-- for: identity
CREATE OR REPLACE FUNCTION auth_require(
    level integer,
    max_age interval DEFAULT NULL
)
    RETURNS boolean
    LANGUAGE c
    STABLE
    CALLED ON NULL INPUT
    PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'auth_require';

COMMENT ON FUNCTION auth_require(integer, interval) IS 'true where enough was proven by whoever acts, an error where not';
