-- The users and sessions of data.sql for the other systems.
SET client_min_messages = warning;

-- As the documentation of Lucia 2 has its tables.
CREATE SCHEMA lucia;
CREATE TABLE lucia.auth_user (
    id text NOT NULL PRIMARY KEY,
    username text,
    visits integer
);
CREATE TABLE lucia.user_key (
    id text NOT NULL PRIMARY KEY,
    user_id text NOT NULL REFERENCES lucia.auth_user (id),
    hashed_password text
);
CREATE TABLE lucia.user_session (
    id text NOT NULL PRIMARY KEY,
    user_id text NOT NULL REFERENCES lucia.auth_user (id),
    active_expires bigint NOT NULL,
    idle_expires bigint NOT NULL,
    device text
);
INSERT INTO lucia.auth_user (id, username, visits)
    SELECT id, username, visits FROM auth_user;
INSERT INTO lucia.user_session (id, user_id, active_expires, idle_expires, device)
    SELECT lpad(i::text, 32, 't'), s.user_id, extract(epoch FROM s.active_expires_at) * 1000,
        extract(epoch FROM s.idle_expires_at) * 1000, s.device
    FROM generate_series(1, 100000) i
    JOIN auth_session s ON s.id = auth_session_id(lpad(i::text, 32, 't'));

INSERT INTO better_auth."user" (id, name, email, "emailVerified", username, visits)
    SELECT id, coalesce(username, id), id || '@example.com', true, username, visits FROM auth_user;
INSERT INTO better_auth.session (id, "expiresAt", token, "updatedAt", "userId", device)
    SELECT lpad(i::text, 32, 's'), now() + interval '7 days', lpad(i::text, 32, 't'), now(), s.user_id, s.device
    FROM generate_series(1, 100000) i
    JOIN auth_session s ON s.id = auth_session_id(lpad(i::text, 32, 't'));
VACUUM (ANALYZE);
