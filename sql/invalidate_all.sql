-- The end of all access: sessions, refresh tokens and the tokens that let in, of
-- all users.
SELECT user_id FROM auth_create_user('email', 'v1@example.com', 'correct horse', user_id => 'v1', verified => true);
SELECT user_id FROM auth_create_user('email', 'v2@example.com', 'correct horse', user_id => 'v2', verified => true);
SELECT token FROM auth_sign_in('email', 'v1@example.com', 'correct horse') \gset
SELECT count(*) FROM generate_series(1, 9) i, auth_create_session('v2', jsonb_build_object() - i::text);
SELECT refresh_token AS spent FROM auth_create_refresh_token(auth_session_id(:'token')) \gset
SELECT token, refresh_token FROM auth_rotate_refresh_token(:'spent') \gset
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES (auth_session_id('dead'), 'v1', '2020-01-01', '2020-01-01');
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at)
SELECT auth_session_id(u || ' ' || p), p, u, 'email', u || '@example.com', 'infinity'
FROM unnest('{v1,v2}'::text[]) u, unnest('{device,email_change,email_verification,password_reset,recovery,second_factor,sign_in,other}'::text[]) p;
INSERT INTO auth_token (id, purpose, provider_id, address, expires_at) VALUES
    (auth_session_id('nobody sign_in'), 'sign_in', 'email', 'v3@example.com', 'infinity'),
    (auth_session_id('nobody sign_up'), 'sign_up', 'email', 'v3@example.com', 'infinity');
SELECT token AS code FROM auth_create_code('sign_in', 'v1') \gset
SELECT max(id) AS before FROM auth_event \gset

SELECT auth_invalidate_all_sessions();
SELECT kind, reason, user_id, session_id, count FROM auth_event WHERE id > :before;
SELECT (SELECT count(*) FROM auth_session) AS sessions, (SELECT count(*) FROM auth_refresh_token) AS families;
-- What lets nobody in stays.
SELECT purpose, coalesce(user_id, 'nobody') AS of, count(*) FROM auth_token GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) AS sessions FROM auth_validate_session(:'token');
SELECT status FROM auth_rotate_refresh_token(:'refresh_token');
SELECT status FROM auth_rotate_refresh_token(:'spent');
SELECT status FROM auth_sign_in_with_token('v1 sign_in');
SELECT status FROM auth_sign_in_with_token('nobody sign_in');
SELECT status FROM auth_reset_password('v1 password_reset', 'another horse');
SELECT status FROM auth_change_email('v1 email_change');
SELECT count(*) AS codes FROM auth_use_code('sign_in', :'code', 'v1');
-- Whoever knows the password comes in again.
SELECT status FROM auth_sign_in('email', 'v1@example.com', 'correct horse');
SELECT auth_invalidate_all_sessions(), auth_invalidate_all_sessions();

-- Undone with the transaction.
SELECT token FROM auth_sign_in('email', 'v1@example.com', 'correct horse') \gset
BEGIN;
SELECT auth_invalidate_all_sessions();
ROLLBACK;
SELECT count(*) AS sessions FROM auth_validate_session(:'token');

-- What the application holds ends where it is.
SELECT refresh_token, family_id FROM auth_create_refresh_token(auth_session_id(:'token')) \gset
CREATE TABLE holding (id uuid REFERENCES auth_session, family_id uuid REFERENCES auth_refresh_token);
INSERT INTO holding VALUES (auth_session_id(:'token'), :'family_id');
SELECT user_id FROM auth_create_session('v2');
SELECT auth_invalidate_all_sessions();
SELECT count(*) AS rows, (SELECT count(*) FROM auth_validate_session(:'token')) AS living FROM auth_session;
SELECT status FROM auth_rotate_refresh_token(:'refresh_token');
SELECT auth_invalidate_all_sessions();
DROP TABLE holding;

TRUNCATE auth_user CASCADE;
TRUNCATE auth_token;
