-- Signing in and changing a password: an answer, not an error.
SELECT user_id FROM auth_create_user('email', 'ada', 'correct horse', '{}', 'ada');
SELECT user_id FROM auth_create_user('github', 'ada', user_id => 'bare');
SELECT user_id FROM auth_create_user('email', 'off', 'correct horse', user_id => 'off');
SELECT user_id FROM auth_create_user('email', 'old', 'correct horse', user_id => 'old');
UPDATE auth_user SET disabled_at = now() WHERE id = 'off';
UPDATE auth_key SET hashed_password = '$argon2d$v=19$m=256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'
WHERE provider_user_id = 'old';

-- What the functions may be told here; client.sql has what they may not.
SET auth.client_providers = 'email, github';
SET auth.client_session_attributes = 'agent, made_up';
SET auth.client_user_attributes = 'name, id';

-- A session, with its token.
SELECT * FROM auth_sign_in('email', 'ada', 'correct horse') \gset s_
SELECT :'s_status' AS status, :'s_token' ~ '^[a-z0-9]{32}$' AS token, auth_session_id(:'s_token') = :'s_session_id' AS id,
    :'s_user_id' AS user_id, :'s_state' AS state, :'s_fresh' AS fresh, :'s_session_attributes' AS session_attributes, :'s_user_attributes' AS user_attributes,
    :'s_active_expires_at'::timestamptz - now() BETWEEN '23:59' AND '24:01' AS active;
SELECT user_id, state, fresh FROM auth_validate_session(:'s_token');
-- Its attributes and periods.
ALTER TABLE auth_session ADD agent text;
ALTER TABLE auth_user ADD name text DEFAULT 'nobody';
SELECT status, session_attributes, user_attributes, round(extract(epoch FROM active_expires_at - now()) / 60) AS active, round(extract(epoch FROM expires_at - now()) / 60) AS "end"
FROM auth_sign_in('email', 'ada', 'correct horse', session_attributes => '{"agent": "psql"}', active_period => '1 hour', lifetime => '1 day');
SELECT refused('SELECT auth_sign_in(''email'', ''ada'', ''correct horse'', session_attributes => ''{"made_up": 1}'')');
SELECT refused('SELECT auth_sign_in(''email'', ''ada'', ''correct horse'', active_period => ''-1 hour'')');
ALTER TABLE auth_session DROP agent;
ALTER TABLE auth_user DROP name;

-- Whatever it is refused for, the row is the same.
SELECT a = b AND a = c AND a = d AND a = e AND a = f AS same, a
FROM auth_sign_in('email', 'nobody', 'correct horse') a, auth_sign_in('email', 'ada', 'wrong horse') b,
    auth_sign_in('github', 'ada', 'correct horse') c, auth_sign_in('email', 'off', 'correct horse') d,
    auth_sign_in('email', 'old', 'correct horse') e, auth_sign_in('email', 'ada', '') f;
-- The record has the reason, but no name of what does not exist.
SELECT kind, reason, user_id, provider_id, provider_user_id FROM auth_get_events(max_rows => 6) ORDER BY id;

-- What makes no sense is an error.
SELECT refused('SELECT auth_sign_in(''email'', ''ada'', NULL)');
SELECT refused('SELECT auth_sign_in(''email'', NULL, ''correct horse'')');
BEGIN READ ONLY;
SELECT auth_sign_in('email', 'ada', 'correct horse');
ROLLBACK;

-- In the caller's transaction, except what was tried.
SELECT auth_reset_key_throttle('email', 'ada');
BEGIN;
SELECT token AS t FROM auth_sign_in('email', 'ada', 'correct horse') \gset
ROLLBACK;
SELECT count(*) FROM auth_validate_session(:'t');

-- A hash that is out of date is replaced, and that goes on record.
UPDATE auth_key SET hashed_password = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW' WHERE provider_user_id = 'off';
UPDATE auth_user SET disabled_at = NULL WHERE id = 'off';
SELECT status FROM auth_sign_in('email', 'off', 'U*U');
SELECT format FROM auth_key, auth_describe_password_hash(hashed_password) WHERE provider_user_id = 'off';
SELECT kind FROM auth_get_events(max_rows => 2) ORDER BY id;
-- Keys of the user that have the same go on having the same.
UPDATE auth_key SET hashed_password = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW' WHERE provider_user_id = 'off';
INSERT INTO auth_key (provider_id, provider_user_id, user_id, hashed_password)
    SELECT 'email', 'off 2', 'off', hashed_password FROM auth_key WHERE provider_user_id = 'off'
    UNION ALL SELECT 'email', 'not off', 'ada', hashed_password FROM auth_key WHERE provider_user_id = 'off';
SELECT status FROM auth_sign_in('email', 'off', 'U*U');
SELECT provider_user_id, format, hashed_password = (SELECT hashed_password FROM auth_key WHERE provider_user_id = 'off') AS same
FROM auth_key, auth_describe_password_hash(hashed_password) WHERE provider_user_id LIKE '%off%' ORDER BY 1;
DELETE FROM auth_key WHERE provider_user_id IN ('off 2', 'not off');

-- Changing a password, by whoever has a session and knows the old one.
SELECT token AS t FROM auth_create_session('ada') \gset
SELECT * FROM auth_change_password(:'t', 'wrong horse', 'brand new horse');
SELECT * FROM auth_change_password(:'t', 'correct horse', 'brand new horse');
SELECT count(*) AS sessions, bool_and(id = auth_session_id(:'t')) AS own FROM auth_session WHERE user_id = 'ada';
SELECT kind, reason, user_id, count FROM auth_get_events('ada', max_rows => 3) ORDER BY id;
SELECT status FROM auth_sign_in('email', 'ada', 'correct horse');
SELECT status FROM auth_sign_in('email', 'ada', 'brand new horse');
SELECT refused(format('SELECT auth_change_password(%L, ''brand new horse'', ''short'')', :'t'));
SELECT * FROM auth_change_password('no token', 'brand new horse', 'correct horse');
SELECT * FROM auth_change_password(:'t', NULL, 'correct horse');
SELECT refused(format('SELECT auth_change_password(%L, ''brand new horse'', NULL)', :'t'));
-- By the user's id: the keys that have the old password get the new one.
SELECT count(*) FROM auth_create_key('ada', 'email', 'ada too', 'brand new horse');
SELECT count(*) FROM auth_create_key('ada', 'email', 'ada three', 'third horse');
SELECT * FROM auth_change_user_password('ada', 'third horse', 'fourth horse');
SELECT provider_user_id, (auth_sign_in(provider_id, provider_user_id, password)).status FROM auth_key,
    (VALUES ('ada', 'brand new horse'), ('ada too', 'brand new horse'), ('ada three', 'fourth horse')) v (name, password)
WHERE provider_id = 'email' AND name = provider_user_id ORDER BY provider_user_id;
SELECT * FROM auth_change_user_password('bare', 'correct horse', 'brand new horse');
SELECT refused('SELECT auth_change_user_password(''nobody'', ''correct horse'', ''brand new horse'')');
SELECT session_id AS keep FROM auth_create_session('ada') \gset
SELECT * FROM auth_change_user_password('ada', 'fourth horse', 'fifth horse', except_session => :'keep');
SELECT count(*), bool_and(id = :'keep') AS kept FROM auth_session WHERE user_id = 'ada';

SELECT auth_delete_user(id) FROM auth_user;
