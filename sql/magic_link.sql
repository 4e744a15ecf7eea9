-- Links to sign in: how long they live, and bound to the browser that has asked.
SELECT user_id FROM auth_create_user('email', 'm1@example.com', 'correct horse', user_id => 'm1', verified => true);
SELECT user_id FROM auth_create_user('email', 'm2@example.com', 'correct horse', user_id => 'm2', verified => true);
CREATE FUNCTION mailed(mailbox text) RETURNS text LANGUAGE sql AS $$
    SELECT token FROM auth_take_outbox() WHERE address = mailbox ORDER BY id DESC LIMIT 1;
$$;
SET auth.throttle_failures = 100;

-- A link lives ten minutes, whoever is to be made by it; other messages live on.
SELECT status FROM auth_request_magic_link('email', 'm1@example.com');
SELECT status FROM auth_request_magic_link('email', 'm9@example.com', sign_up => true);
SELECT status FROM auth_request_sign_up('email', 'm9@example.com');
SELECT status FROM auth_request_password_reset('email', 'm1@example.com');
SELECT t.purpose, t.expires_at - t.created_at AS lifetime, o.expires_at = t.expires_at AS as_the_message
FROM auth_token t JOIN auth_outbox o ON o.token_id = t.id ORDER BY t.created_at;
SET auth.magic_link_lifetime = '1h';
SELECT status FROM auth_request_magic_link('email', 'm2@example.com');
SELECT expires_at - created_at AS lifetime FROM auth_token WHERE user_id = 'm2';
RESET auth.magic_link_lifetime;
-- The server's words for the range differ with its version.
SELECT substring(refused(format('SET auth.magic_link_lifetime = %L', lifetime)) FROM '.* is outside the valid range') FROM unnest('{0,25h}'::text[]) lifetime;
UPDATE auth_token SET expires_at = now() - interval '1 second' WHERE user_id = 'm2';
SELECT status FROM auth_sign_in_with_token(mailed('m2@example.com'));

-- It is good in the browser that has asked for it, and in no other.
SELECT browser_token AS elsewhere FROM auth_request_magic_link('email', 'm2@example.com', bind => true) \gset
SELECT status, browser_token AS browser, browser_token ~ '^[a-z0-9]{32}$' AS letters FROM auth_request_magic_link('email', 'm1@example.com', bind => true) \gset
\echo :status :letters
SELECT mailed('m1@example.com') AS link \gset
SELECT n, (SELECT status FROM auth_sign_in_with_token(:'link', browser_token => browser))
FROM (VALUES (1, NULL), (2, ''), (3, 'x'), (4, :'elsewhere'), (5, upper(:'browser')), (6, :'browser' || 'x'), (7, left(:'browser', 31)), (8, :'link'), (9, repeat('x', 1048576))) b (n, browser)
ORDER BY n;
SELECT (SELECT status FROM auth_sign_in_with_token(:'browser', browser_token => :'link')) AS the_other_way,
    (SELECT status FROM auth_sign_in_with_token('', browser_token => :'browser')) AS no_link,
    (SELECT status FROM auth_sign_in_with_token(NULL, browser_token => :'browser')) AS null,
    (SELECT status FROM auth_sign_in_with_token(repeat('x', 1048576), browser_token => :'browser')) AS long,
    (SELECT count(*) FROM auth_use_token('sign_in', :'link')) AS by_a_back_end;
SELECT status, user_id FROM auth_sign_in_with_token(:'link', browser_token => :'browser');
SELECT status FROM auth_sign_in_with_token(:'link', browser_token => :'browser');

-- Nothing stored gives the browser's half away, nor which links are bound; of a
-- back end that has both, they are one secret.
SELECT browser_token AS browser FROM auth_request_magic_link('email', 'm1@example.com', bind => true) \gset
SELECT id AS id, t::text LIKE '%' || :'browser' || '%' AS in_token FROM auth_token t WHERE user_id = 'm1' AND purpose = 'sign_in' ORDER BY created_at DESC LIMIT 1 \gset
\echo :in_token
SELECT count(*) AS in_messages FROM auth_outbox o WHERE o::text LIKE '%' || :'browser' || '%' OR convert_from(secret, 'UTF8') = :'browser';
SELECT count(*) AS in_events FROM auth_event e WHERE e::text LIKE '%' || :'browser' || '%';
SELECT mailed('m1@example.com') AS link \gset
SELECT auth_session_id(:'link' || :'browser') = :'id' AS of_both, auth_session_id(:'link') = :'id' AS of_the_link;
SELECT user_id FROM auth_use_token('sign_in', :'link' || :'browser');

-- A link that was not bound does not mind what the browser has of another one.
SELECT status, browser_token FROM auth_request_magic_link('email', 'm1@example.com');
SELECT status, user_id FROM auth_sign_in_with_token(mailed('m1@example.com'), browser_token => :'browser');

-- A newer one replaces the older, bound or not, and so does a new password.
SELECT browser_token AS older FROM auth_request_magic_link('email', 'm1@example.com', bind => true) \gset
SELECT mailed('m1@example.com') AS old_link \gset
SELECT browser_token AS browser FROM auth_request_magic_link('email', 'm1@example.com', bind => true) \gset
SELECT mailed('m1@example.com') AS link \gset
SELECT status FROM auth_sign_in_with_token(:'old_link', browser_token => :'older');
SELECT status FROM auth_sign_in_with_token(:'link', browser_token => :'older');
SELECT user_id FROM auth_update_user_password('m1', 'another horse');
SELECT status FROM auth_sign_in_with_token(:'link', browser_token => :'browser');

-- What is refused for something else, leaves it good.
SELECT browser_token AS browser FROM auth_request_magic_link('email', 'm1@example.com', bind => true) \gset
SELECT mailed('m1@example.com') AS link \gset
SELECT refused(format('SELECT auth_sign_in_with_token(%L, browser_token => %L, lifetime => ''0'')', :'link', :'browser'));
SELECT status FROM auth_sign_in_with_token(:'link', browser_token => :'browser');

-- A sign-up by it is bound as well.
SELECT browser_token AS browser FROM auth_request_magic_link('email', 'm3@example.com', sign_up => true, bind => true) \gset
SELECT mailed('m3@example.com') AS link \gset
SELECT status FROM auth_sign_in_with_token(:'link');
SELECT status, user_id IS NOT NULL AS made FROM auth_sign_in_with_token(:'link', browser_token => :'browser');

-- Whoever is asked for, the answer is the same, and nothing is left of nobody's.
SELECT n, status, retry_after, browser_token ~ '^[a-z0-9]{32}$' AS letters
FROM (VALUES (1, 'm1@example.com'), (2, 'nobody@example.com')) a (n, address),
    LATERAL auth_request_magic_link('email', address, bind => true) ORDER BY n;
UPDATE auth_user SET disabled_at = now() WHERE id = 'm2';
SELECT status, browser_token ~ '^[a-z0-9]{32}$' AS letters FROM auth_request_magic_link('email', 'm2@example.com', bind => true);
SELECT count(*) AS of_nobody FROM auth_token WHERE address = 'nobody@example.com';
SELECT count(*) AS of_m2 FROM auth_outbox WHERE user_id = 'm2' AND attempts = 0;
-- Who has to wait gets none.
SET auth.throttle_address_failures = 3;
SELECT status, browser_token IS NULL AS none FROM generate_series(1, 4) n, auth_request_magic_link('email', n || '@example.com', '203.0.113.9', bind => true);
RESET auth.throttle_address_failures;
SELECT refused('SELECT auth_request_magic_link(''email'', ''m1@example.com'', bind => NULL)');

-- A trigger of the application's that disables the user whose keys the first proof takes away.
SELECT user_id FROM auth_create_user('email', 'm5@example.com', 'correct horse', user_id => 'm5');
SELECT user_id FROM auth_create_key('m5', 'email', 'm6@example.com');
CREATE FUNCTION disable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE auth_user SET disabled_at = now() WHERE id = OLD.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER disable AFTER DELETE ON auth_key FOR EACH ROW EXECUTE FUNCTION disable();
SELECT status FROM auth_request_magic_link('email', 'm5@example.com');
SELECT mailed('m5@example.com') AS link \gset
SELECT refused(format('SELECT auth_sign_in_with_token(%L)', :'link'));
SET auth.user_max_sessions = 1;
SELECT refused(format('SELECT auth_sign_in_with_token(%L)', :'link'));
RESET auth.user_max_sessions;
SELECT count(*) AS keys FROM auth_key WHERE user_id = 'm5';
DROP FUNCTION disable CASCADE;
SELECT status FROM auth_sign_in_with_token(:'link');

RESET auth.throttle_failures;
TRUNCATE auth_user CASCADE;
TRUNCATE auth_token, auth_outbox;
DROP FUNCTION mailed(text);
