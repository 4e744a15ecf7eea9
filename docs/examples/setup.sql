-- What both examples need, run once by a superuser in the application's
-- database.  The web role may call functions, and has no rights on tables.
CREATE EXTENSION auth;
SELECT auth_setup();
ALTER TABLE auth_user ADD COLUMN name text;

SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest('{web,mailer}'::text[]) name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

SELECT auth_grant('web', 'client');

-- The sign-up form has a field for it; clients write no other column.
ALTER DATABASE :"DBNAME" SET auth.client_user_attributes = 'name';

-- Who sends the mails (worker.js, worker.py).
SELECT auth_grant('mailer', 'worker');

-- Passwords and tokens are sent as bind parameters, which a server that logs
-- statements would log with them.  A mail server's answer may quote a token.
ALTER ROLE web SET log_parameter_max_length = 0;
ALTER ROLE mailer SET log_parameter_max_length = 0;
