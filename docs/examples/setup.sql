-- What both examples need, run once by a superuser in the application's
-- database.  The web role may call functions, and of tables it has only what is
-- granted below.
CREATE EXTENSION auth;
SELECT auth_setup();
ALTER TABLE auth_user ADD COLUMN name text, ADD COLUMN is_admin boolean NOT NULL DEFAULT false;
ALTER TABLE auth_session ADD COLUMN client_address inet, ADD COLUMN user_agent text;

SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest('{web,mailer}'::text[]) name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

SELECT auth_grant('web', 'client');

-- What the sign-up form has a field for, and what sign-in says of the device;
-- clients write no other column.
ALTER DATABASE :"DBNAME" SET auth.client_user_attributes = 'name';
ALTER DATABASE :"DBNAME" SET auth.client_session_attributes = 'client_address, user_agent';

-- What authenticator apps call this site.
ALTER DATABASE :"DBNAME" SET auth.totp_issuer = 'Notes';

-- Rows that are their writers' own, whatever the statement of the web role says.
CREATE TABLE note (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id text NOT NULL DEFAULT auth_user_id() REFERENCES auth_user ON DELETE CASCADE,
    body text NOT NULL
);
CREATE INDEX ON note (user_id);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note USING (user_id = auth_user_id());
GRANT SELECT, INSERT (body), DELETE ON note TO web;

-- By whom administrators find and disable users.
CREATE ROLE office LOGIN;
SELECT auth_grant('office', 'service');

-- Who sends the mails (worker.js, worker.py).
SELECT auth_grant('mailer', 'worker');

-- Passwords and tokens are sent as bind parameters, which a server that logs
-- statements would log with them.  A mail server's answer may quote a token.
ALTER ROLE web SET log_parameter_max_length = 0;
ALTER ROLE office SET log_parameter_max_length = 0;
ALTER ROLE mailer SET log_parameter_max_length = 0;
