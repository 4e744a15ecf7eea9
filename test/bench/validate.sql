-- What validate.sh measures, over the sessions of data.sql.
\set ON_ERROR_STOP on

-- A function as tutorials write it.
CREATE FUNCTION validate_plpgsql(token text) RETURNS SETOF auth_session_object
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY
    SELECT NULL::text, s.id, s.user_id,
        CASE WHEN clock_timestamp() <= s.active_expires_at THEN 'active' ELSE 'idle' END,
        false, s.active_expires_at, s.idle_expires_at, s.expires_at,
        jsonb_build_object('device', s.device),
        jsonb_build_object('username', u.username, 'visits', u.visits)
    FROM auth_session s JOIN auth_user u ON u.id = s.user_id
    WHERE s.id = auth_session_id(validate_plpgsql.token)
        AND clock_timestamp() <= s.idle_expires_at AND clock_timestamp() <= s.expires_at
        AND u.disabled_at IS NULL;
END
$$;

-- Every variant is a FROM item v with the columns of auth_session_object,
-- for a token k.token.
CREATE TABLE variant (name text PRIMARY KEY, item text);
INSERT INTO variant VALUES
('nothing', $$(SELECT NULL::text AS token, NULL::uuid AS session_id, NULL::text AS user_id, NULL::text AS state,
    NULL::boolean AS fresh, NULL::timestamptz AS active_expires_at, NULL::timestamptz AS idle_expires_at,
    NULL::timestamptz AS expires_at, NULL::jsonb AS session_attributes, NULL::jsonb AS user_attributes WHERE k.token IS NOT NULL) v$$),
('primary key', $$(SELECT NULL::text AS token, s.id AS session_id, s.user_id, NULL::text AS state,
    NULL::boolean AS fresh, s.active_expires_at, s.idle_expires_at, s.expires_at, NULL::jsonb AS session_attributes,
    NULL::jsonb AS user_attributes FROM auth_session s WHERE s.id = auth_session_id(k.token)) v$$),
('inline SQL', $$(SELECT NULL::text AS token, s.id AS session_id, s.user_id,
    CASE WHEN clock_timestamp() <= s.active_expires_at THEN 'active' ELSE 'idle' END AS state,
    false AS fresh, s.active_expires_at, s.idle_expires_at, s.expires_at,
    jsonb_build_object('device', s.device) AS session_attributes,
    jsonb_build_object('username', u.username, 'visits', u.visits) AS user_attributes
    FROM auth_session s JOIN auth_user u ON u.id = s.user_id
    WHERE s.id = auth_session_id(k.token)
        AND clock_timestamp() <= s.idle_expires_at AND clock_timestamp() <= s.expires_at
        AND u.disabled_at IS NULL) v$$),
('auth_validate_session', 'auth_validate_session(k.token) v'),
('PL/pgSQL', 'validate_plpgsql(k.token) v');

-- Every column is counted, so that none can be left out of the work.  A round
-- takes a fifth of the tokens, so that the variants alternate often.
CREATE PROCEDURE measure(which text, round integer)
    LANGUAGE plpgsql
AS $$
DECLARE
    query text := 'SELECT count(token), count(session_id) AS rows, count(user_id), count(state), count(fresh),'
        ' count(active_expires_at), count(idle_expires_at), count(expires_at),'
        ' count(session_attributes), count(user_attributes) FROM (SELECT v.* FROM sample k, LATERAL '
        || (SELECT item FROM variant WHERE name = which)
        || format(' WHERE n BETWEEN %s AND %s) w', 20000 * (round % 5) + 1, 20000 * (round % 5 + 1));
    counts record;
    start timestamptz := clock_timestamp();
BEGIN
    EXECUTE query INTO counts;
    INSERT INTO result VALUES (which, measure.round,
        extract(epoch FROM clock_timestamp() - start) * 1e6 / 20000);
    ASSERT counts.rows = CASE which WHEN 'nothing' THEN 0 ELSE 20000 END, 'not every token was found';
END
$$;
