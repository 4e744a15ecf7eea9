-- Flows: from the request to the token that is used.
SET auth.notices = 'email_changed';
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
SET auth.client_providers = 'email, github, username, second';
SET auth.client_session_attributes = 'nothing';
SELECT user_id FROM auth_create_user('email', 'ada@example.com', 'correct horse', user_id => 'ada');
SELECT user_id FROM auth_create_user('email', 'grace@example.com', 'battery staple', user_id => 'grace');
CREATE FUNCTION sign_in(name text, password text) RETURNS text LANGUAGE sql VOLATILE AS $$SELECT status FROM auth_sign_in('email', name, password)$$;
CREATE FUNCTION sessions(name text) RETURNS bigint LANGUAGE sql STABLE AS $$SELECT count(*) FROM auth_session WHERE user_id = name$$;
CREATE FUNCTION events(name text) RETURNS TABLE (kind text, reason text, provider_user_id text) LANGUAGE sql VOLATILE AS $$
    SELECT kind, reason, provider_user_id FROM auth_event WHERE user_id = name AND id > (SELECT max(id) FROM auth_event WHERE kind = 'mark') ORDER BY id
$$;
CREATE FUNCTION mark() RETURNS void LANGUAGE sql VOLATILE AS $$INSERT INTO auth_event (created_at, kind) VALUES (now(), 'mark')$$;

-- Verify an e-mail address.
SELECT mark();
SELECT * FROM auth_request_email_verification('ada', 'ada@example.com', '1 day');
SELECT purpose, user_id, provider_id, address, expires_at - created_at AS lifetime, data FROM auth_outbox;
SELECT token FROM auth_take_outbox() \gset
SELECT token AS own FROM auth_create_session('ada') \gset
SELECT * FROM auth_reset_password(:'token', 'something else');
SELECT status FROM auth_sign_in_with_token(:'token');
SELECT * FROM auth_change_email(:'token');
SELECT * FROM auth_verify_email(left(:'token', 31), :'own');
SELECT * FROM auth_verify_email(:'token', :'own');
SELECT * FROM auth_verify_email(:'token', :'own');
SELECT provider_user_id, verified_at IS NOT NULL AS verified FROM auth_key ORDER BY 1;
SELECT * FROM events('ada');
-- Once more: it is proven already.
SELECT status FROM auth_request_email_verification('ada', 'ada@example.com');
SELECT token FROM auth_take_outbox() \gset
SELECT * FROM auth_verify_email(:'token');
SELECT sessions('ada'), password_defined, verified_at < clock_timestamp() AS verified FROM auth_get_user_keys('ada');
SELECT refused('SELECT auth_request_email_verification(''ada'', ''grace@example.com'')');
-- A code instead, of the same purpose.
SELECT token AS code FROM auth_create_code('email_verification', 'ada', 'ada@example.com') \gset
SELECT * FROM auth_verify_email(:'code');
SELECT user_id, address FROM auth_use_code('email_verification', :'code', 'ada');

-- Reset a password.
SELECT count(auth_create_session('ada')) FROM generate_series(1, 2);
SELECT status FROM auth_request_email_change('ada', 'eve@example.com');
SELECT count(*) FROM auth_take_outbox();
SELECT sign_in('ada@example.com', 'wrong') FROM generate_series(1, 7);
SELECT mark();
SELECT * FROM auth_request_password_reset('email', 'ada@example.com');
SELECT purpose, user_id, provider_id, address, expires_at - created_at AS lifetime, token AS token FROM auth_take_outbox() \gset
\echo :purpose :user_id :provider_id :address :lifetime
SELECT refused(format('SELECT auth_reset_password(%L, ''short'')', :'token'));
SELECT refused(format('SELECT auth_reset_password(%L, ''ada@example.com'')', :'token'));
SELECT sessions('ada'), failures FROM auth_get_key_throttle('email', 'ada@example.com');
SELECT * FROM auth_reset_password(:'token', 'another horse');
SELECT * FROM auth_reset_password(:'token', 'a third horse');
-- All sessions have ended, there is no new one, and what has stopped the key
-- is lifted; another request that was outstanding has ended as well.
SELECT sessions('ada'), failures FROM auth_get_key_throttle('email', 'ada@example.com');
SELECT purpose FROM auth_token WHERE user_id = 'ada';
SELECT sign_in('ada@example.com', 'correct horse'), sign_in('ada@example.com', 'another horse');
SELECT * FROM events('ada');
-- All passwords of the user are replaced, and the key that was asked for gets
-- one if it had none.
SELECT count(auth_create_key('ada', 'username', 'ada', 'correct horse'));
SELECT count(auth_create_key('ada', 'email', 'second@example.com', verified => true));
SELECT count(auth_create_key('ada', 'github', '1'));
SELECT status FROM auth_request_password_reset('email', 'second@example.com');
SELECT token FROM auth_take_outbox() \gset
SELECT status FROM auth_reset_password(:'token', 'a third horse');
SELECT provider_id, provider_user_id, hashed_password IS NOT NULL AS has_password, status
    FROM auth_key, auth_sign_in(provider_id, provider_user_id, 'a third horse') WHERE auth_key.user_id = 'ada' ORDER BY 1, 2;
SELECT auth_delete_key('username', 'ada'), auth_delete_key('email', 'second@example.com'), auth_delete_key('github', '1');

-- A key that does not exist, a user that is disabled: the same answer, and
-- nothing is left of it.
SELECT mark();
SELECT count(*) AS tokens FROM auth_token \gset
SELECT * FROM auth_request_password_reset('email', 'nobody@example.com', '192.0.2.1');
SELECT * FROM auth_request_magic_link('email', 'nobody@example.com');
UPDATE auth_user SET disabled_at = now() WHERE id = 'grace';
SELECT * FROM auth_request_password_reset('email', 'grace@example.com');
UPDATE auth_user SET disabled_at = NULL WHERE id = 'grace';
SELECT count(*) - :tokens AS tokens, (SELECT count(*) FROM auth_outbox WHERE attempts = 0) AS messages FROM auth_token;
SELECT count(*) FROM auth_event e WHERE e::text LIKE '%nobody%';
-- Disabled or renamed since
SELECT status FROM auth_request_password_reset('email', 'grace@example.com');
SELECT token FROM auth_take_outbox() \gset
UPDATE auth_user SET disabled_at = now() WHERE id = 'grace';
SELECT * FROM auth_reset_password(:'token', 'another horse');
UPDATE auth_user SET disabled_at = NULL WHERE id = 'grace';
SELECT count(auth_update_key_identifier('email', 'grace@example.com', 'email', 'hopper@example.com'));
SELECT * FROM auth_reset_password(:'token', 'another horse');
SELECT count(auth_update_key_identifier('email', 'hopper@example.com', 'email', 'grace@example.com'));
DELETE FROM auth_outbox WHERE purpose = 'email_changed';
SELECT count(auth_delete_key('email', 'grace@example.com')), count(auth_create_key('ada', 'email', 'grace@example.com'));
SELECT * FROM auth_reset_password(:'token', 'another horse');
SELECT count(auth_delete_key('email', 'grace@example.com')), count(auth_create_key('grace', 'email', 'grace@example.com', 'battery staple'));
SELECT * FROM auth_reset_password(:'token', 'another horse');
-- A token that a service has made for the user
SELECT token FROM auth_create_token('password_reset', 'grace', lifetime => '1 day') \gset
SELECT * FROM auth_reset_password(:'token', 'battery staple');
SELECT sign_in('grace@example.com', 'battery staple');
-- No key of the user takes a password
SELECT token FROM auth_create_user(user_id => 'keyless'), auth_create_token('password_reset', user_id) \gset
SELECT * FROM auth_reset_password(:'token', 'battery staple');
SELECT auth_delete_user('keyless');
SELECT token FROM auth_create_token('password_reset', address => 'grace@example.com') \gset
SELECT * FROM auth_reset_password(:'token', 'battery staple');

-- Sign in with a link.
DELETE FROM auth_session;
SELECT mark();
SELECT * FROM auth_request_magic_link('email', 'ada@example.com');
SELECT purpose, user_id, provider_id, address, token FROM auth_take_outbox() \gset
\echo :purpose :user_id :provider_id :address
SELECT refused(format('SELECT auth_sign_in_with_token(%L, session_attributes => ''{"nothing": true}'')', :'token'));
SELECT refused(format('SELECT auth_sign_in_with_token(%L, lifetime => ''0'')', :'token'));
SELECT status, retry_after, user_id, state, fresh, expires_at - active_expires_at AS rest, token AS session
    FROM auth_sign_in_with_token(:'token', client_address => '192.0.2.1', session_attributes => '{}', active_period => '1 hour', idle_period => '2 hours', lifetime => '3 hours') \gset
\echo :status :user_id :state :fresh
SELECT status, token, user_id FROM auth_sign_in_with_token(:'token');
SELECT user_id FROM auth_validate_session(:'session');
SELECT * FROM events('ada');
UPDATE auth_user SET disabled_at = now() WHERE id = 'grace';
SELECT token FROM auth_create_token('sign_in', 'grace') \gset
SELECT status FROM auth_sign_in_with_token(:'token');
UPDATE auth_user SET disabled_at = NULL WHERE id = 'grace';
SELECT status FROM auth_sign_in_with_token(:'token');

-- Change the e-mail address.
SELECT mark();
SELECT * FROM auth_request_email_change('ada', 'lovelace@example.com');
SELECT provider_user_id FROM auth_get_user_keys('ada');
SELECT purpose, user_id, provider_id, address, token FROM auth_take_outbox() \gset
\echo :purpose :user_id :provider_id :address
SELECT * FROM auth_change_email(:'token');
SELECT * FROM auth_change_email(:'token');
SELECT provider_user_id FROM auth_get_user_keys('ada');
SELECT sign_in('ada@example.com', 'a third horse'), sign_in('lovelace@example.com', 'a third horse');
-- Who had the old address is told.
SELECT purpose, user_id, provider_id, address, token FROM auth_take_outbox();
SELECT * FROM events('ada');
-- To an address that is taken: its owner is told and nobody else, and nothing changes.
SELECT * FROM auth_request_email_change('ada', 'Grace@Example.com');
SELECT purpose, user_id, provider_id, address, token FROM auth_take_outbox() \gset
\echo :purpose :user_id :provider_id :address
SELECT * FROM auth_change_email(:'token');
SELECT provider_user_id FROM auth_get_user_keys('ada');
SELECT count(*) FROM auth_outbox WHERE attempts = 0;
-- It is not clear which key is meant.
SELECT refused('SELECT auth_request_email_change(''ada'', ''x@example.com'', ''phone'')');
SELECT status FROM auth_request_email_change('ada', 'x@example.com');
SELECT token FROM auth_take_outbox() \gset
SELECT count(auth_create_key('ada', 'email', 'second@example.com'));
SELECT refused('SELECT auth_request_email_change(''ada'', ''x@example.com'')');
SELECT * FROM auth_change_email(:'token');
SELECT auth_delete_key('email', 'second@example.com');
SELECT * FROM auth_change_email(:'token');
SELECT count(*) FROM auth_take_outbox();
-- Where there is no key any more, one is added, unless it is somebody's by then.
SELECT user_id FROM auth_create_user('email', 'hugo@example.com', user_id => 'hugo', verified => true);
SELECT mark();
SELECT status FROM auth_request_email_change('hugo', 'hugo@example.net');
SELECT token FROM auth_take_outbox() \gset
SELECT auth_delete_key('email', 'hugo@example.com');
SELECT * FROM auth_change_email(:'token');
SELECT provider_user_id, verified_at IS NOT NULL AS verified FROM auth_get_user_keys('hugo');
SELECT * FROM events('hugo');
SELECT status FROM auth_request_email_change('hugo', 'hugo@example.org');
SELECT token FROM auth_take_outbox() \gset
SELECT auth_delete_key('email', 'hugo@example.net');
SELECT count(auth_create_key('grace', 'email', 'hugo@example.org'));
SELECT * FROM auth_change_email(:'token');
SELECT count(*) FROM auth_get_user_keys('hugo');
SELECT auth_delete_user('hugo'), auth_delete_key('email', 'hugo@example.org');

-- Messages to an address are limited; the answer does not tell, as it would
-- tell that there is such a key.
RESET auth.throttle_delay;
CREATE FUNCTION reset(name text, address inet DEFAULT NULL) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT concat_ws(' ', status, 'for ' || ceil(extract(epoch FROM retry_after) / 60) || ' min') FROM auth_request_password_reset('email', name, address)
$$;
CREATE FUNCTION sent(name text) RETURNS bigint LANGUAGE sql VOLATILE AS $$SELECT count(*) FROM auth_outbox WHERE address = name AND attempts = 0$$;
DELETE FROM auth_token;
SELECT string_agg(reset('new@example.com'), ', ') FROM generate_series(1, 6);
SELECT user_id FROM auth_create_user('email', 'known@example.com', user_id => 'kay');
SELECT string_agg(status, ', ') FROM generate_series(1, 7) n, auth_request_magic_link('email', 'known@example.com' || left(n::text, 0));
SELECT sent('new@example.com'), sent('known@example.com');
SELECT count(*) AS live FROM auth_take_outbox();
-- Other ways to the same address count, too; a rollback takes none back.
SELECT status FROM auth_request_email_verification('kay', 'known@example.com');
SELECT status FROM auth_request_email_change('ada', 'known@example.com');
SELECT sent('known@example.com');
SELECT count(auth_create_key('grace', 'email', 'rolled@example.com', verified => true));
BEGIN;
SELECT string_agg(reset('rolled@example.com'), ', ') FROM generate_series(1, 4);
ROLLBACK;
SELECT reset('rolled@example.com'), reset('rolled@example.com');
SELECT sent('rolled@example.com');
-- Whoever names an address each time does not get past it.
SELECT user_id FROM auth_create_user('email', 'carl@example.com', 'correct horse', user_id => 'carl');
SELECT status, count(*) FROM generate_series(1, 4) n, auth_request_email_change('carl', 'c' || n || '@example.com') GROUP BY status;
SELECT status, count(*) FROM generate_series(5, 8) n, auth_request_email_verification('carl', left('carl@example.com', n * 10)) GROUP BY status;
SELECT string_agg(address, ', ' ORDER BY address) FROM auth_outbox WHERE user_id = 'carl';
SELECT auth_delete_user('carl');
-- Requests for keys that do not exist count for the network only: whoever
-- makes such a key later has all of its messages.
SELECT count(auth_create_key('grace', 'email', 'new@example.com', verified => true));
SELECT string_agg(reset('new@example.com'), ', ') FROM generate_series(1, 6);
SELECT sent('new@example.com');
DELETE FROM auth_outbox;
-- Many addresses from one network
SET auth.throttle_address_failures = 3;
SELECT string_agg(reset(n || '@example.com', '192.0.2.7'), ', ') FROM generate_series(1, 4) n;
SELECT reset('more@example.com', '192.0.2.8');
-- Signing in is not affected.
SELECT sign_in('x@example.com', 'a third horse');
SELECT failures FROM auth_get_key_throttle('email', 'new@example.com');

-- Arguments.
SELECT refused('SELECT auth_request_email_verification(NULL, ''x'')');
SELECT refused('SELECT auth_request_email_verification(''nobody'', ''x'')');
SELECT refused('SELECT auth_request_email_verification(''ada'', NULL)');
SELECT refused('SELECT auth_request_email_change(''nobody'', ''x'')');
SELECT refused('SELECT auth_request_email_change(''ada'', ''''::text)');
SELECT refused('SELECT auth_request_password_reset(NULL, ''x'')');
SELECT refused('SELECT auth_request_password_reset(''email'', repeat(''x'', 1000000))');
SELECT r.status AS reset, v.status AS verify, c.status AS change, s.status AS sign_in
    FROM auth_reset_password(NULL, 'a new horse') r, auth_verify_email(NULL) v, auth_change_email(NULL) c, auth_sign_in_with_token(NULL) s;
SELECT refused('SELECT auth_reset_password(''x'', NULL)');
SELECT refused('SELECT auth_sign_in_with_token(''x'', session_attributes => NULL)');
SELECT * FROM auth_reset_password('x', 'short');
BEGIN READ ONLY;
SELECT refused('SELECT auth_request_password_reset(''email'', ''x'')');
SELECT refused('SELECT auth_request_magic_link(''email'', ''x'')');
SELECT refused('SELECT auth_request_email_verification(''ada'', ''x'')');
SELECT refused('SELECT auth_request_email_change(''ada'', ''x'')');
SELECT refused('SELECT auth_reset_password(''x'', ''x'')');
SELECT refused('SELECT auth_verify_email(''x'')');
SELECT refused('SELECT auth_sign_in_with_token(''x'')');
SELECT refused('SELECT auth_change_email(''x'')');
ROLLBACK;

DROP FUNCTION sign_in, sessions, events, mark, reset, sent;
SELECT auth_delete_user('ada'), auth_delete_user('grace'), auth_delete_user('kay');
DELETE FROM auth_outbox;
DELETE FROM auth_token;
RESET auth.throttle_address_failures;
