-- The outbox: messages for a worker outside.
SELECT user_id FROM auth_create_user(user_id => 'ada');

-- What is delivered goes to the outbox and not to the caller, who may have
-- the id.
SELECT token, purpose, address, data, token_id FROM auth_create_token('invitation', NULL, 'ada@example.com', '1d', data => '{"team": 1}', deliver => true) \gset
\if :{?token}
\echo seen
\endif
SELECT count(*) FROM auth_outbox WHERE token_id = :'token_id';
SELECT token AS given, auth_session_id(t.token) = :'token_id' AS same, purpose, user_id, address, expires_at - created_at AS lifetime, data
    FROM auth_take_outbox() t \gset
\echo :same :purpose :address :lifetime :data
SELECT count(*) FROM auth_outbox;
SELECT purpose, address FROM auth_use_token('invitation', :'given');
SELECT token IS NULL AS hidden FROM auth_create_code('visit', 'ada', 'ada@example.com', deliver => true);
SELECT token AS code, user_id FROM auth_take_outbox() \gset
SELECT user_id FROM auth_use_code('visit', :'code', 'ada');

-- It goes with the transaction.
BEGIN;
SELECT count(auth_create_token('visit', 'ada', 'ada@example.com', deliver => true));
ROLLBACK;
SELECT count(*) FROM auth_take_outbox();
SELECT count(auth_create_token('visit', 'ada', 'ada@example.com', deliver => true));
BEGIN;
SELECT address FROM auth_take_outbox();
SELECT address FROM auth_take_outbox();
ROLLBACK;
SELECT address FROM auth_take_outbox();
SELECT address FROM auth_take_outbox();

-- The oldest first, so many at a time; what is dead is dropped.
SELECT count(auth_create_token('visit', NULL, n || '@example.com', CASE n WHEN 3 THEN '1ms' ELSE '1h' END::interval, deliver => true)) FROM generate_series(1, 9) n;
SELECT count(auth_create_token('visit', NULL, n || '@example.com')) AS replaced FROM generate_series(1, 2) n;
DELETE FROM auth_token WHERE address = '5@example.com';
SELECT pg_sleep(0.01);
SELECT address FROM auth_take_outbox(3);
SELECT count(*) FROM auth_outbox;
SELECT address FROM auth_take_outbox(3);
SELECT count(*) FROM auth_outbox;

-- A user who is deleted gets no messages.
SELECT count(auth_create_token('visit', 'ada', 'ada@example.com', deliver => true));
SELECT auth_delete_user('ada');
SELECT count(*) FROM auth_outbox;

-- Removal of what is dead
SELECT count(auth_create_token('visit', NULL, n || '@example.com', CASE n WHEN 3 THEN '1ms' ELSE '1h' END::interval, deliver => true)) FROM generate_series(1, 9) n;
SELECT count(auth_create_token('visit', NULL, n || '@example.com')) AS replaced FROM generate_series(1, 2) n;
SELECT pg_sleep(0.01);
SELECT auth_delete_dead_outbox(2);
SELECT auth_delete_dead_outbox();
SELECT auth_delete_dead_outbox();
SELECT count(*) FROM auth_take_outbox();
DELETE FROM auth_token;

-- A constraint of the application's does not show the token.
ALTER TABLE auth_outbox ADD CONSTRAINT no_mail CHECK (address !~ 'example.org');
SELECT refused('SELECT auth_create_token(''visit'', NULL, ''ada@example.org'', deliver => true)');
ALTER TABLE auth_outbox DROP CONSTRAINT no_mail;

-- The worker's right, and no other
CREATE ROLE regress_auth_worker;
SELECT auth_grant('regress_auth_worker', 'worker');
SELECT p.proname FROM pg_proc p WHERE p.proname LIKE 'auth\_%' AND has_function_privilege('regress_auth_worker', p.oid, 'EXECUTE');
SELECT count(auth_create_token('visit', NULL, 'ada@example.com', deliver => true));
SET ROLE regress_auth_worker;
SELECT address FROM auth_take_outbox();
SELECT refused('TABLE auth_outbox');
RESET ROLE;
DROP OWNED BY regress_auth_worker;
DROP ROLE regress_auth_worker;

-- Arguments.
SELECT refused('SELECT auth_create_token(''visit'', deliver => true)');
SELECT refused('SELECT auth_create_token(''visit'', deliver => NULL)');
SELECT refused('SELECT auth_create_code(''visit'', address => ''x'', deliver => NULL)');
SELECT refused('SELECT auth_take_outbox(0)');
SELECT refused('SELECT auth_take_outbox(NULL)');
SELECT refused('SELECT auth_delete_dead_outbox(0)');
BEGIN READ ONLY;
SELECT refused('SELECT auth_take_outbox()');
ROLLBACK;
DELETE FROM auth_token;
