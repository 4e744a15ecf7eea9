-- All that is known of a person: exported without secrets, and erased.
ALTER TABLE auth_user ADD name text, ADD r text;
ALTER TABLE auth_session ADD agent text;
SELECT user_id FROM auth_create_user('email', 'erin@example.com', 'correct horse', '{"name": "Erin E.", "r": "row"}', 'erin');
SELECT user_id FROM auth_create_user('email', 'other@example.com', 'correct horse', '{"name": "Other"}', 'other');
SELECT user_id FROM auth_create_key('erin', 'github', 'erin77');
SELECT status FROM auth_sign_in('email', 'erin@example.com', 'wrong', client_address => '198.51.100.77');
SELECT status, token AS t FROM auth_sign_in('email', 'erin@example.com', 'correct horse', client_address => '198.51.100.77') \gset
SELECT status FROM auth_sign_in('email', 'other@example.com', 'correct horse', client_address => '198.51.100.78');
UPDATE auth_session SET agent = 'phone of Erin' WHERE user_id = 'erin';
SELECT refresh_token AS r FROM auth_create_refresh_token(auth_session_id(:'t')) \gset
SELECT token AS link FROM auth_create_token('link', 'erin', 'erin@example.com') \gset
SELECT token AS code FROM auth_create_code('code', 'erin') \gset
INSERT INTO auth_totp (user_id, name, key_id, secret) VALUES ('erin', 'phone of Erin', 'k1', 'sealed'), ('other', 'phone', 'k1', 'sealed');
INSERT INTO auth_token (id, purpose, user_id, expires_at) SELECT auth_session_id(p || n), p, 'erin', e
    FROM (VALUES ('recovery', 'infinity'::timestamptz, 10), ('device', now() + interval '30 days', 2)) d (p, e, c), generate_series(1, c) n;
SELECT token IS NULL AS sent FROM auth_create_token('sent', 'erin', 'erin@example.com', deliver => true, data => '{"to": "Erin"}');

-- For her address, without a user; and events without one.
SELECT token IS NULL AS sent FROM auth_create_token('invitation', address => 'erin@example.com', deliver => true);
SELECT token IS NULL AS sent FROM auth_create_token('invitation', address => 'other@example.com', deliver => true);
INSERT INTO auth_event (created_at, kind, provider_id, provider_user_id, client_address)
    VALUES (now(), 'sign_up_refused', 'email', 'erin@example.com', '198.51.100.77'), (now(), 'sign_up_refused', 'email', 'other@example.com', '198.51.100.78');

SELECT auth_export_user('erin') AS e \gset
SELECT key, jsonb_typeof(value), CASE jsonb_typeof(value) WHEN 'array' THEN jsonb_array_length(value) END AS rows,
    (SELECT string_agg(DISTINCT column_name, ' ' ORDER BY column_name)
     FROM jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE jsonb_build_array(value) END) r, jsonb_object_keys(r) column_name) AS columns
FROM jsonb_each(:'e') ORDER BY 1;
SELECT j -> 'user' ->> 'name' AS name, j #>> '{sessions,0,agent}' AS agent, j #> '{sessions,0,expires_at}' AS never,
    j #>> '{events,0,kind}' AS first, j::text ~ 'other|infinity' AS strange FROM (SELECT :'e'::jsonb AS j) e;

SELECT t ->> 'purpose' AS purpose, count(*), count(t ->> 'expires_at') AS ends FROM jsonb_array_elements(:'e'::jsonb -> 'tokens') t GROUP BY 1 ORDER BY 1;

-- No secret, nor a hash of one.
SELECT secret, :'e' ~ secret AS shown FROM unnest(ARRAY['argon2id', '_hash', '"slot"', '"secret"', '"key_id"']) secret;
SELECT count(*) FROM unnest(ARRAY[:'t', :'r', :'link', :'code']) secret WHERE :'e' ~ secret;

-- Where somebody is known, in all our tables.
CREATE FUNCTION places(pattern text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE found regclass; known boolean;
BEGIN
    FOR found IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relname ~ '^auth_' AND relname <> 'auth_common_password' ORDER BY relname LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s t WHERE t::text ~* $1)', found) INTO known USING pattern;
        IF known THEN RETURN NEXT found; END IF;
    END LOOP;
END
$$;
SELECT status FROM auth_rotate_refresh_token(:'r') \g /dev/null
SET auth.refresh_grace = 0;
SELECT status FROM auth_rotate_refresh_token(:'r');
RESET auth.refresh_grace;
SELECT session_id IS NOT NULL AS again FROM auth_create_session('erin') s;
SELECT refresh_token IS NOT NULL AS again FROM auth_create_refresh_token((SELECT id FROM auth_session WHERE user_id = 'erin'));
SELECT places('erin|198\.51\.100\.77');
SELECT provider_user_id FROM auth_update_user_provider_id('erin', 'email', 'erin2@example.com'), auth_get_user_keys('erin');
SELECT auth_erase_user('erin') > 10 AS events;
SELECT places('erin|198\.51\.100\.77');
SELECT places('other|198\.51\.100\.78');
SELECT kind, user_id, count > 10 AS events FROM auth_get_events(max_rows => 1);
SELECT user_id FROM auth_get_user('other');
SELECT auth_export_user('erin');

-- Somebody who was deleted before, whose name another has now, and nobody.
SELECT auth_delete_user('other');
SELECT places('other|198\.51\.100\.78');
SELECT auth_erase_user('other') > 2 AS events;
SELECT places('other|198\.51\.100\.78');
SELECT user_id FROM auth_create_user('email', 'old@example.com', user_id => 'old');
SELECT auth_delete_user('old');
SELECT user_id FROM auth_create_user('email', 'old@example.com', user_id => 'new');
SELECT token IS NULL AS sent FROM auth_create_token('invitation', address => 'old@example.com', deliver => true);
SELECT auth_erase_user('old');
SELECT places('old@');
SELECT auth_erase_user('new');
SELECT places('old@');
SELECT auth_erase_user('nobody');
SELECT refused('SELECT auth_erase_user(NULL)');
SELECT refused('SELECT auth_export_user(NULL)');

-- An address that somebody else can own is not the person's: a key beside a proven one, one that is gone, also of a user deleted before.
SELECT user_id FROM auth_create_user('email', 'mal@example.com', user_id => 'mal', verified => true);
SELECT provider_user_id FROM auth_create_key('mal', 'email', 'bob@example.com');
SELECT user_id FROM auth_create_user('email', 'eve@example.com', user_id => 'eve', verified => true);
SELECT provider_user_id FROM auth_create_key('eve', 'email', 'rob@example.com');
SELECT auth_delete_key('email', 'rob@example.com');
SELECT user_id FROM auth_create_user('email', 'gus@example.com', user_id => 'gus', verified => true);
SELECT provider_user_id FROM auth_create_key('gus', 'email', 'tim@example.com');
SELECT auth_delete_user('gus');
SELECT status FROM unnest('{bob,rob,tim}'::text[]) n, auth_request_sign_up('email', n || '@example.com', '192.0.2.77', jsonb_build_object('note', 'of ' || n));
SELECT token IS NULL AS sent FROM unnest('{mal,eve,gus}'::text[]) n, auth_create_token('invitation', address => n || '@example.com', deliver => true);
INSERT INTO auth_event (created_at, kind, provider_id, provider_user_id) SELECT now(), 'sign_up_refused', 'email', n || '@example.com' FROM unnest('{bob,rob,tim,mal,eve,gus}'::text[]) n;
CREATE FUNCTION shown() RETURNS TABLE (id text, member text, kind text, address text) LANGUAGE sql AS $$
    SELECT n, m, coalesce(r ->> 'purpose', r ->> 'kind'), coalesce(r ->> 'provider_user_id', r ->> 'address')
    FROM unnest('{mal,eve,gus}'::text[]) n, unnest('{tokens,messages,events}'::text[]) m, jsonb_array_elements(auth_export_user(n) -> m) r
    WHERE r ->> 'user_id' IS NULL ORDER BY 1, 2, 3, 4
$$;
SELECT * FROM shown();
SELECT n, auth_erase_user(n) FROM unnest('{mal,eve,gus}'::text[]) n;
SELECT places('(mal|eve|gus)@');
SELECT n, places(n || '@') FROM unnest('{bob,rob,tim}'::text[]) n;
SELECT u.status, u.user_id IS NOT NULL AS signed_up FROM auth_take_outbox(20) m, auth_sign_up(m.token) u WHERE m.purpose = 'sign_up';
SELECT count(auth_delete_user(user_id)) FROM auth_key WHERE provider_user_id ~ '^(bob|rob|tim)@';

-- Of a user deleted before, a name that was proven, and not the one that the user was created with.
SELECT user_id FROM auth_create_user('email', 'joe@example.com', user_id => 'joe');
SELECT provider_user_id FROM auth_create_key('joe', 'email', 'zoe@example.com');
SELECT status FROM auth_request_email_verification('joe', 'zoe@example.com');
SELECT v.status, v.address FROM auth_take_outbox(20) m, auth_verify_email(m.token) v WHERE m.purpose = 'email_verification';
SELECT auth_delete_user('joe');
SELECT token IS NULL AS sent FROM unnest('{joe,zoe}'::text[]) n, auth_create_token('invitation', address => n || '@example.com', deliver => true);
SELECT auth_erase_user('joe') > 2 AS events;
SELECT n, places(n || '@') FROM unnest('{joe,zoe}'::text[]) n;
DROP FUNCTION shown();

-- What cannot be deleted is named, and all stays.
SELECT user_id FROM auth_create_user('email', 'kept@example.com', user_id => 'kept');
CREATE TABLE account (user_id text REFERENCES auth_user);
INSERT INTO account VALUES ('kept');
SELECT refused('SELECT auth_erase_user(''kept'')');
SELECT provider_user_id FROM auth_get_user_keys('kept');
SELECT kind FROM auth_get_events('kept');
DROP TABLE account;

-- The trigger of the record refuses as before.
DELETE FROM auth_event WHERE user_id = 'kept';
SELECT auth_erase_user('kept');
SELECT places('kept');

DROP FUNCTION places(text);
ALTER TABLE auth_user DROP name, DROP r;
ALTER TABLE auth_session DROP agent;
TRUNCATE auth_outbox, auth_token;
