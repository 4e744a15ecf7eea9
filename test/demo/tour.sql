-- The tour that `make demo` shows: real calls and their answers, run by psql
-- in an empty database.
--
-- An error ends the tour, and psql with status 3.  The calls that are to be
-- refused run with ON_ERROR_STOP off, and it ends if they are not.

\set QUIET on
\set ON_ERROR_STOP on
\set refused 'DO $$BEGIN RAISE EXCEPTION ''the call should have been refused''; END$$;'
\pset pager off
\pset null '(null)'
SET timezone = 'UTC';
\set ECHO queries
\set QUIET off

\echo
\echo '=== 1. Setup ==='
\echo
\echo 'The extension brings functions.  auth_setup() makes the tables, which belong'
\echo 'to the role that calls it.'
\echo
CREATE EXTENSION auth;
SELECT auth_setup();
\dt

\echo '=== 2. Attributes: columns of your own ==='
\echo
ALTER TABLE auth_user
    ADD COLUMN name text NOT NULL,
    ADD COLUMN plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'paid'));
ALTER TABLE auth_session
    ADD COLUMN device text;

\echo
\echo '=== 3. Sign-up: a user, its attributes, and a key to sign in with ==='
\echo
SELECT user_id, user_attributes
  FROM auth_create_user('email', 'ada@example.com', 'correct horse battery',
                        '{"name": "Ada"}');
\echo 'Of the password, an argon2id hash is stored:'
\echo
SELECT provider_id, provider_user_id, left(hashed_password, 40) || '...' AS hash
  FROM auth_key;
SELECT user_id
  FROM auth_get_user_by_provider_id('email', 'ada@example.com')
\gset
\echo
\echo 'Attributes are read by the types of their columns, and checked by their checks:'
\echo
SELECT user_attributes FROM auth_update_user_attributes(:'user_id', '{"plan": "paid"}');
\set ON_ERROR_STOP off
SELECT user_attributes FROM auth_update_user_attributes(:'user_id', '{"plan": "golden"}');
\set ON_ERROR_STOP on
\if :ERROR
\else
:refused
\endif

\echo
\echo '=== 4. Sign-in: an answer, and a session ==='
\echo
\echo 'What a client may write is listed, as ALTER DATABASE would; nothing else is:'
\echo
SET auth.client_session_attributes = 'device';
SELECT status, token, session_id
  FROM auth_sign_in('email', 'ada@example.com', 'correct horse battery', '192.0.2.7', '{"device": "laptop"}')
\gset laptop_
\echo
\echo 'The client keeps the token; the database keeps a part of its SHA-256 only:'
\echo
\echo '    token     ' :laptop_token
\echo '    session id' :laptop_session_id
\echo
\echo 'A wrong password, and an address that nobody has:'
\echo
SELECT status, token
  FROM auth_sign_in('email', 'ada@example.com', 'incorrect horse', client_address => '203.0.113.9');
SELECT status, token
  FROM auth_sign_in('email', 'bob@example.com', 'incorrect horse', client_address => '203.0.113.9');
\echo 'The record says more, to administrators, and stays when the caller rolls back:'
\echo
SELECT kind, reason, user_id, client_address FROM auth_get_events(max_rows => 3);

\echo
\echo '=== 5. Each request: validate the session ==='
\echo
SELECT * FROM auth_validate_session(:'laptop_token')
\gx
\echo 'A token that is none gets no row:'
\echo
SELECT user_id, state FROM auth_validate_session('not a token');

\echo '=== 6. Renewal: an idle session starts its periods anew when validated ==='
\echo
SELECT token, session_id
  FROM auth_create_session(:'user_id', '{"device": "phone"}',
                           active_period => '1 second', idle_period => '1 hour')
\gset phone_
SELECT state, fresh, active_expires_at, idle_expires_at
  FROM auth_validate_session(:'phone_token');
SELECT pg_sleep(1.2);
SELECT state, fresh FROM auth_get_session(:'phone_token');
SELECT state, fresh, active_expires_at, idle_expires_at
  FROM auth_validate_session(:'phone_token');

\echo '=== 7. The sessions of a user ==='
\echo
SELECT session_id, state, session_attributes
  FROM auth_get_user_sessions(:'user_id');

\echo '=== 8. A new password ends the other sessions ==='
\echo
SELECT user_id
  FROM auth_update_user_password(:'user_id', 'a better horse battery',
                                 except_session => :'laptop_session_id');
SELECT session_id, state, session_attributes
  FROM auth_get_user_sessions(:'user_id');
SELECT state FROM auth_validate_session(:'phone_token');

\echo '=== 9. Rights: a role that validates sessions and reads no table ==='
\echo
CREATE ROLE web;
SELECT auth_grant('web', 'client');
SET ROLE web;
SELECT state, user_attributes FROM auth_validate_session(:'laptop_token');
\set ON_ERROR_STOP off
SELECT * FROM auth_session;
\set ON_ERROR_STOP on
\if :ERROR
\else
:refused
\endif
\set ON_ERROR_STOP off
SELECT auth_create_session(:'user_id');
\set ON_ERROR_STOP on
\if :ERROR
\else
:refused
\endif
RESET ROLE;
DROP OWNED BY web;
DROP ROLE web;

\echo
\echo '=== 10. Deletion: keys and sessions go with the user ==='
\echo
SELECT auth_delete_user(:'user_id');
SELECT (SELECT count(*) FROM auth_user) AS users,
       (SELECT count(*) FROM auth_key) AS keys,
       (SELECT count(*) FROM auth_session) AS sessions;

\echo 'That was the tour.  \\df auth_* lists the functions, \\d auth_user shows a table,'
\echo 'README.md and docs/ explain the rest.'
