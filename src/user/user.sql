-- for: service owner
CREATE OR REPLACE FUNCTION auth_generate_user_id(
    length integer DEFAULT 15
)
    RETURNS text
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_generate_user_id';

COMMENT ON FUNCTION auth_generate_user_id(integer) IS 'random letters and digits for a user id';

-- for: service
CREATE OR REPLACE FUNCTION auth_create_user(
    provider_id text DEFAULT NULL,
    provider_user_id text DEFAULT NULL,
    password text DEFAULT NULL,
    user_attributes jsonb DEFAULT '{}',
    user_id text DEFAULT NULL,
    verified boolean DEFAULT false
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_create_user';

COMMENT ON FUNCTION auth_create_user(text, text, text, jsonb, text, boolean) IS 'create a user, with a key when one is named';

-- for: service
CREATE OR REPLACE FUNCTION auth_get_user(
    user_id text
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_user';

COMMENT ON FUNCTION auth_get_user(text) IS 'get a user';

-- for: service
CREATE OR REPLACE FUNCTION auth_get_user_by_provider_id(
    provider_id text,
    provider_user_id text
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_get_user_by_provider_id';

COMMENT ON FUNCTION auth_get_user_by_provider_id(text, text) IS 'get the user of a key';

-- for: service
CREATE OR REPLACE FUNCTION auth_update_user_attributes(
    user_id text,
    user_attributes jsonb
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_user_attributes';

COMMENT ON FUNCTION auth_update_user_attributes(text, jsonb) IS 'write some of the attributes of a user';

-- for: service
CREATE OR REPLACE FUNCTION auth_update_user_provider_id(
    user_id text,
    provider_id text,
    provider_user_id text
)
    RETURNS auth_user_object
    LANGUAGE c
    VOLATILE
    CALLED ON NULL INPUT
    PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'auth_update_user_provider_id';

COMMENT ON FUNCTION auth_update_user_provider_id(text, text, text) IS 'rename the key of a user that has one of this provider, or only one';
