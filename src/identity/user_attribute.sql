-- for: identity
CREATE OR REPLACE FUNCTION auth_user_attribute(
    name text
)
    RETURNS jsonb
    LANGUAGE c
    STABLE
    STRICT
    PARALLEL RESTRICTED
    SUPPORT auth_once
    AS 'MODULE_PATHNAME', 'auth_user_attribute';

COMMENT ON FUNCTION auth_user_attribute(text) IS 'an attribute of the user who acts; NULL: nobody';

-- for: identity
CREATE OR REPLACE FUNCTION auth_user_attribute_text(
    name text
)
    RETURNS text
    LANGUAGE c
    STABLE
    STRICT
    PARALLEL RESTRICTED
    SUPPORT auth_once
    AS 'MODULE_PATHNAME', 'auth_user_attribute_text';

COMMENT ON FUNCTION auth_user_attribute_text(text) IS 'an attribute of the user who acts, as text; NULL: nobody';
