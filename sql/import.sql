-- Users, keys and sessions from tables of Lucia.
SET client_min_messages = warning;
CREATE SCHEMA lucia;
\set s2_123456 's2:6SHyaUmqIW1qfeB1:5bdcbc839ef743532fe75deae8e6ab18cccdd1e4510a77bdd86c1556cbdad6b6dcf4d31f4f16f55299c5c0e68c8f18ac8ed4bbca67599d881709b94adf2a720a'
\set legacy_123456 '6SHyaUmqIW1qfeB1:adb08f62260ae7ecfed421f7a66241cd17d86ee06f71f8c1ebe90a8e220b27fb026b769c1a12d7ef5f467007d16b3b6e3fde6aebd2217b4a373890448117fd71'
\set hex_hunter2 '00112233445566778899aabbccddeeff:ead8671eb81bd0af570262be529eedf9e342044627f78164c5c97022e23de3248cf32515790cbc3a8704aeaed3b6335c498c5ac2989516d65d02e0619bf3e55c'
\set later 4102444800000

-- Version 0.1: the key is in the user's row.
CREATE TABLE lucia."user" (
    id text PRIMARY KEY,
    provider_id text UNIQUE NOT NULL,
    hashed_password text,
    username text UNIQUE,
    age int
);
CREATE TABLE lucia.session (
    id text PRIMARY KEY,
    user_id text NOT NULL,
    expires bigint NOT NULL,
    idle_expires bigint NOT NULL
);
INSERT INTO lucia."user" VALUES
    ('alice', 'email:alice@example.com', :'legacy_123456', 'Alice', 30),
    ('bob', 'github:17:4', NULL, NULL, NULL),
    ('carol', 'username', :'s2_123456', 'Carol', 40),
    ('dave', 'email:dave@example.com', 'plaintext', 'Dave', 50),
    ('erin', 'email:erin@example.com', '', 'Erin', 60),
    ('', 'email:nobody@example.com', NULL, 'Nobody', 0);
INSERT INTO lucia.session VALUES
    ('token of alice', 'alice', :later, :later),
    ('idle token of bob', 'bob', 1600000000000, :later),
    ('endless token of bob', 'bob', 9223372036854775807, 9223372036854775807),
    ('dead token', 'bob', 1600000000000, 1600000000001),
    ('older than time', 'bob', -9223372036854775808, -9223372036854775808),
    ('orphan', 'nobody', :later, :later),
    ('', 'bob', :later, :later);
BEGIN;
SELECT * FROM auth_import_lucia('0.1', 'lucia."user"', sessions => 'lucia.session');
SELECT kind, reason, user_id, count FROM auth_get_events(max_rows => 1);
SELECT user_id, user_attributes, u.created_at > now() AS now FROM auth_user u, auth_get_user(id) ORDER BY id;
SELECT user_id, provider_id, provider_user_id, password_defined FROM auth_user, auth_get_user_keys(id) ORDER BY id;
SELECT user_id FROM auth_use_key('email', 'alice@example.com', '123456');
SELECT refused('SELECT auth_use_key(''email'', ''alice@example.com'', ''1234567'')');
-- The hash has been replaced.
SELECT format FROM auth_key, auth_describe_password_hash(hashed_password) WHERE user_id = 'alice';
-- A key without a password is used without one; one that had any is not.
SELECT user_id FROM auth_use_key('github', '17:4');
SELECT refused('SELECT auth_use_key(''email'', ''dave@example.com'')');
SELECT refused('SELECT auth_use_key(''email'', ''dave@example.com'', ''plaintext'')');
SELECT refused('SELECT auth_use_key(''email'', ''erin@example.com'')');
SELECT refused('SELECT auth_use_key(''email'', ''erin@example.com'', '''')');
-- What its provider vouches for is proven, an address not.
SELECT provider_id, verified_at IS NOT NULL AS proven FROM auth_key ORDER BY 1, 2;
-- Cookies go on, and what was idle is renewed.
SELECT user_id, state, fresh, active_expires_at = to_timestamp(:later / 1000) AS kept, expires_at, user_attributes FROM auth_validate_session('token of alice');
SELECT user_id, state, fresh FROM auth_validate_session('idle token of bob');
SELECT user_id, state, active_expires_at, idle_expires_at FROM auth_validate_session('endless token of bob');
SELECT count(*) FROM auth_validate_session('dead token');
SELECT count(*) FROM auth_validate_session('orphan');
ROLLBACK;
-- Rolled back, nothing is left, not even columns.
SELECT (SELECT count(*) FROM auth_user), (SELECT count(*) FROM auth_key), (SELECT count(*) FROM auth_session);
SELECT count(*) FROM pg_attribute WHERE attrelid = 'auth_user'::regclass AND attname IN ('username', 'age');
DROP TABLE lucia."user", lucia.session;

-- Version 1, whose tables have the names of ours.
CREATE TABLE lucia.auth_user (id text PRIMARY KEY, username varchar(20));
CREATE TABLE lucia.auth_key (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES lucia.auth_user,
    primary_key boolean NOT NULL,
    hashed_password text,
    expires bigint
);
CREATE TABLE lucia.auth_session (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES lucia.auth_user,
    active_expires bigint NOT NULL,
    idle_expires bigint NOT NULL,
    country text
);
INSERT INTO lucia.auth_user VALUES ('alice', 'Alice'), ('bob', NULL), ('carol', 'Carol');
INSERT INTO lucia.auth_key VALUES
    ('email:alice@example.com', 'alice', true, :'s2_123456', NULL),
    ('github:1', 'bob', true, NULL, NULL),
    ('reset:alice', 'alice', false, NULL, 9999999999999),
    ('used:alice', 'alice', false, NULL, 0),
    ('no-colon', 'alice', false, NULL, NULL),
    (':nothing', 'alice', false, NULL, NULL),
    ('nothing:', 'alice', false, NULL, NULL),
    (repeat('x', 1025) || ':long', 'alice', false, NULL, NULL);
INSERT INTO lucia.auth_session VALUES
    ('token of alice', 'alice', :later, :later, 'SE'), ('token of bob', 'bob', :later, :later, NULL);
-- Who has an id of the source here may be somebody else.
BEGIN;
SELECT user_id AS there_already FROM auth_create_user(user_id => 'carol');
SELECT refused($$SELECT auth_import_lucia('1', 'lucia.auth_user', 'lucia.auth_key', 'lucia.auth_session')$$);
ROLLBACK;
SELECT user_id AS taken_already FROM auth_create_user('github', '1', user_id => 'mallory');
BEGIN;
SELECT * FROM auth_import_lucia('1', 'lucia.auth_user', 'lucia.auth_key', 'lucia.auth_session');
SELECT user_id FROM auth_use_key('email', 'alice@example.com', '123456');
SELECT user_id FROM auth_get_key('github', '1');
SELECT refused('SELECT auth_get_key(''reset'', ''alice'')');
SELECT user_id, session_attributes, user_attributes FROM auth_validate_session('token of alice');
SELECT user_id, session_attributes, user_attributes FROM auth_validate_session('token of bob');
SELECT format_type(atttypid, atttypmod), attnotnull FROM pg_attribute WHERE attrelid = 'auth_user'::regclass AND attname = 'username';
ROLLBACK;
-- Named one by one, what is not simply imported; malformed ones as they are.
BEGIN;
SELECT kind, result, reason, user_id, left(name, 30) AS name, count
FROM auth_import_lucia('1', 'lucia.auth_user', 'lucia.auth_key', 'lucia.auth_session', list_rows => true);
ROLLBACK;
SELECT auth_delete_user('mallory');
-- Ours are no source.
SELECT refused('SELECT auth_import_lucia(''1'', ''auth_user'', ''auth_key'')');
SELECT refused('SELECT auth_import_lucia(''1'', ''lucia.auth_user'', ''auth_key'')');
SELECT refused('SELECT auth_import_lucia(''1'', ''lucia.auth_user'', sessions => ''auth_session'')');
SELECT refused('SELECT auth_import_lucia(''1'', ''auth_layout'')');
-- Under version 2, too, a column that marks single-use keys is heeded.
BEGIN;
SELECT * FROM auth_import_lucia('2', 'lucia.auth_user', 'lucia.auth_key');
ROLLBACK;
DROP TABLE lucia.auth_session, lucia.auth_key, lucia.auth_user;

-- Version 2, with columns of every kind and names of every kind.
CREATE TYPE lucia.mood AS ENUM ('sad', 'happy');
CREATE DOMAIN lucia.percent AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE lucia.users (
    id text PRIMARY KEY,
    created_at timestamptz,
    "na""me'; DROP TABLE auth_user; --" text,
    "ääääääääääääääääääääääääääääääx" text,
    "SELECT" int,
    mood lucia.mood,
    share lucia.percent,
    tags text[],
    balance numeric(10, 2) DEFAULT 0,
    folded text COLLATE "C",
    profile jsonb,
    gone int
);
ALTER TABLE lucia.users DROP gone;
CREATE TABLE lucia.user_key (id text PRIMARY KEY, user_id text NOT NULL, hashed_password text);
CREATE TABLE lucia.user_session (id text PRIMARY KEY, user_id text, active_expires bigint, idle_expires bigint);
INSERT INTO lucia.users VALUES
    ('alice', '2022-02-02 00:00:00+00', 'a"''\', 'é', 1, 'happy', 50, '{a,NULL}', 12.34, 'x', '{"a": [1]}'),
    ('bob', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO lucia.user_key VALUES ('email:alice@example.com', 'alice', :'s2_123456'), ('email:orphan', 'nobody', NULL);
INSERT INTO lucia.user_session VALUES
    ('a', 'alice', NULL, :later), ('b', 'bob', :later, NULL), ('c', NULL, :later, :later), ('d', 'alice', :later, 2000000000000);
BEGIN;
SELECT * FROM auth_import_lucia('2', 'lucia.users', 'lucia.user_key', 'lucia.user_session');
SELECT jsonb_pretty(user_attributes), u.created_at = '2022-02-02 00:00:00+00' AS carried, u.created_at > now() AS now FROM auth_user u, auth_get_user(id) ORDER BY id;
SELECT attname, format_type(atttypid, atttypmod), attnotnull, atthasdef, collname
FROM pg_attribute a LEFT JOIN pg_collation c ON c.oid = attcollation
WHERE attrelid = 'auth_user'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'created_at', 'disabled_at', 'disabled_until', 'disabled_reason', 'second_factor_at') ORDER BY attnum;
SELECT user_id FROM auth_use_key('email', 'alice@example.com', '123456');
SELECT user_id, state, fresh FROM auth_validate_session('a');
SELECT active_expires_at = idle_expires_at AS within FROM auth_get_session('d');
ROLLBACK;
-- Columns that are there already, of another type, stricter or computed.
BEGIN;
ALTER TABLE auth_user ADD mood text, ADD balance float8, ADD tags text[] NOT NULL DEFAULT '{}', ADD profile json,
    ADD share int GENERATED ALWAYS AS (7) STORED, ADD "SELECT" lucia.percent;
SAVEPOINT s;
SELECT split_part(refused($$SELECT auth_import_lucia('2', 'lucia.users')$$), E'\n', 1);
UPDATE lucia.users SET tags = '{}' WHERE tags IS NULL;
SET LOCAL client_min_messages = notice;
SELECT count FROM auth_import_lucia('2', 'lucia.users');
SELECT id, mood, balance, tags, profile, share FROM auth_user ORDER BY id;
ROLLBACK TO s;
UPDATE lucia.users SET tags = '{}', "SELECT" = 101;
\set VERBOSITY default
SELECT * FROM auth_import_lucia('2', 'lucia.users');
ROLLBACK TO s;
ALTER TABLE auth_user ALTER mood TYPE int USING 0;
UPDATE lucia.users SET tags = '{}';
SELECT * FROM auth_import_lucia('2', 'lucia.users');
\set VERBOSITY terse
ROLLBACK TO s;
ALTER TABLE auth_user ADD folded text UNIQUE;
UPDATE lucia.users SET tags = '{}', folded = 'same';
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users')$$);
ROLLBACK;
SELECT count(*) FROM auth_user;
-- A trigger that drops rows is told of, not counted as something else.
BEGIN;
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER change BEFORE INSERT ON auth_key FOR EACH ROW EXECUTE FUNCTION change();
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users', 'lucia.user_key')$$);
DROP TRIGGER change ON auth_key;
CREATE TRIGGER change BEFORE INSERT ON auth_user FOR EACH ROW EXECUTE FUNCTION change();
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users')$$);
ROLLBACK;
-- Nor can it close the cursor that rows are read from.
BEGIN;
CREATE FUNCTION close_all() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN EXECUTE 'CLOSE ALL'; RETURN NEW; END$$;
CREATE TRIGGER close_all BEFORE INSERT ON auth_user FOR EACH ROW EXECUTE FUNCTION close_all();
DO $$BEGIN
    PERFORM auth_import_lucia('2', 'lucia.users');
    RAISE 'imported';
EXCEPTION WHEN invalid_cursor_state THEN
END$$;
ROLLBACK;
-- In one snapshot.
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT * FROM auth_import_lucia('2', 'lucia.users', 'lucia.user_key', 'lucia.user_session');
SELECT refused($$SELECT * FROM auth_import_lucia('2', 'lucia.users', 'lucia.user_key', 'lucia.user_session')$$);
ROLLBACK;
BEGIN READ ONLY;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users')$$);
ROLLBACK;
-- A view chooses and renames columns.
CREATE VIEW lucia.chosen AS SELECT id, "SELECT" AS number FROM lucia.users WHERE id = 'alice';
CREATE MATERIALIZED VIEW lucia.stored AS SELECT id FROM lucia.users;
CREATE TABLE lucia.parted (id text) PARTITION BY HASH (id);
BEGIN;
SELECT * FROM auth_import_lucia('2', 'lucia.chosen', 'lucia.user_key');
SELECT user_id, user_attributes FROM auth_get_user('alice');
ROLLBACK;
BEGIN;
SELECT * FROM auth_import_lucia('2', 'lucia.stored');
SELECT * FROM auth_import_lucia('2', 'lucia.parted');
ROLLBACK;
-- What is none.
CREATE SEQUENCE lucia.sequence;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.sequence')$$);
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users_pkey')$$);
SELECT refused($$SELECT auth_import_lucia('2', 4294967295)$$);
SELECT refused($$SELECT auth_import_lucia('2', 0)$$);
SELECT refused($$SELECT auth_import_lucia('2', NULL)$$);
SELECT refused($$SELECT auth_import_lucia(NULL, 'lucia.users')$$);
SELECT refused($$SELECT auth_import_lucia('4', 'lucia.users')$$);
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users', passwords => 'lucia.users')$$);
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users', identifier_column => NULL)$$);
SELECT refused($$SELECT auth_import_lucia('0.1', 'lucia.users')$$);
SELECT refused($$SELECT auth_import_lucia('1', 'lucia.users', 'lucia.user_key')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.users', sessions => 'lucia.user_session', session_ids => 'token')$$);
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users', secret_columns => NULL)$$);
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users', secret_columns => '{NULL}')$$);
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users', list_rows => NULL)$$);
CREATE TABLE lucia.seconds (id text, user_id text, active_expires timestamptz, idle_expires int);
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users', sessions => 'lucia.seconds')$$);
-- Columns that mean something else here.
ALTER TABLE lucia.users ADD disabled_at boolean;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users')$$);
ALTER TABLE lucia.users DROP disabled_at, DROP created_at, ADD created_at bigint;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.users')$$);
ALTER TABLE lucia.user_session ADD idle_period int;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.chosen', sessions => 'lucia.user_session')$$);

-- Version 3: numbers as ids, one expiry, passwords and accounts as each has them.
CREATE TABLE lucia.app_user (id serial PRIMARY KEY, email text, username text, password_hash text);
CREATE TABLE lucia.app_session (id text PRIMARY KEY, user_id int NOT NULL REFERENCES lucia.app_user, expires_at timestamptz NOT NULL, created_at timestamp);
CREATE TABLE lucia.oauth_account (provider_id text, provider_user_id text, user_id int, access_token text, PRIMARY KEY (provider_id, provider_user_id));
INSERT INTO lucia.app_user (email, username, password_hash) VALUES
    ('alice@example.com', 'alice', :'hex_hunter2'), (NULL, 'bob', NULL), (NULL, 'carol', :'hex_hunter2');
INSERT INTO lucia.oauth_account VALUES ('github', '1:2', 2, 'secret'), ('google', '', 2, 'secret'), ('google', 'x', 9, 'secret');
INSERT INTO lucia.app_session VALUES
    ('long', 1, now() + interval '30 days', '2022-02-02 00:00:00'),
    ('short', 1, now() + interval '1 hour', NULL),
    ('past', 1, now() - interval '1 hour', NULL),
    ('endless', 2, 'infinity', NULL),
    (encode(sha256('hashed token'), 'hex'), 2, now() + interval '30 days', NULL);
SET TimeZone = 'Asia/Tokyo';
-- What the stored ids are is said, and so is the zone of times that have none.
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', 'lucia.oauth_account', 'lucia.app_session')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', 'lucia.oauth_account', 'lucia.app_session', session_ids => 'token')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', 'lucia.oauth_account', 'lucia.app_session', session_ids => 'token', time_zone => 'Mars')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', 'lucia.oauth_account', 'lucia.app_session', session_ids => 'plain', time_zone => 'UTC')$$);
BEGIN;
SELECT * FROM auth_import_lucia('3', 'lucia.app_user', 'lucia.oauth_account', 'lucia.app_session', session_ids => 'token', time_zone => 'UTC');
SELECT user_id, user_attributes FROM auth_user, auth_get_user(id) ORDER BY id;
SELECT user_id FROM auth_use_key('email', 'alice@example.com', 'hunter2');
SELECT user_id FROM auth_use_key('github', '1:2');
-- A cookie is good at least for as long as it was: renewed when that is no less.
SELECT s.user_id, state, fresh, active_expires_at = app_session.expires_at - interval '15 days' AS renewable, idle_expires_at = app_session.expires_at AS kept
FROM auth_validate_session('long') s (t, i, user_id, state, fresh), lucia.app_session WHERE id = 'long';
SELECT created_at AT TIME ZONE 'UTC' AS created FROM auth_session WHERE id = auth_session_id('long');
SELECT pg_sleep(0.01);
SELECT user_id, state, fresh, idle_expires_at > now() + interval '14 days' AS renewed FROM auth_validate_session('short');
SELECT count(*) FROM auth_validate_session('past');
SELECT active_expires_at FROM auth_validate_session('endless');
-- What looks like a hash is a token where the caller says so.
SELECT count(*) FROM auth_validate_session('hashed token');
SELECT user_id FROM auth_validate_session(encode(sha256('hashed token'), 'hex'));
ROLLBACK;
-- An absolute end holds for these sessions, too.
BEGIN;
SET LOCAL auth.session_lifetime = '7d';
SELECT result FROM auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.app_session', session_ids => 'token', time_zone => 'UTC') WHERE kind = 'session';
SELECT max(expires_at) - now() < interval '7 days 1 hour' AS ends, bool_and(idle_expires_at <= expires_at AND active_expires_at <= idle_expires_at) AS within FROM auth_session;
ROLLBACK;
RESET TimeZone;

-- Hashes of tokens, as digits of either case, bytes, and base64 of either kind:
-- the token is good, and its hash never.
CREATE TABLE lucia.hashed (id text, user_id int, expires_at timestamptz DEFAULT 'infinity');
INSERT INTO lucia.hashed VALUES
    (encode(sha256('a'), 'hex'), 1), (upper(encode(sha256('b'), 'hex')), 1), ('c', 1), (repeat('g', 64), 1), (NULL, 1);
BEGIN;
SELECT * FROM auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.hashed', session_ids => 'sha256') WHERE kind = 'session';
SELECT t, count(session_id) FROM (VALUES ('a'), ('b'), ('c'), (encode(sha256('a'), 'hex')), (upper(encode(sha256('b'), 'hex')))) v (t)
LEFT JOIN auth_validate_session(t) ON true GROUP BY t ORDER BY t COLLATE "C";
ROLLBACK;
CREATE VIEW lucia.bytes AS SELECT CASE WHEN id = 'c' THEN '\xabcd' ELSE decode(id, 'hex') END AS id, user_id, expires_at FROM lucia.hashed WHERE id !~ 'g';
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.bytes', session_ids => 'token')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.bytes', session_ids => 'sha256_base64')$$);
BEGIN;
SELECT * FROM auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.bytes', session_ids => 'sha256') WHERE kind = 'session';
SELECT count(*) FROM unnest('{a,b}'::text[]) t, auth_validate_session(t);
ROLLBACK;
UPDATE lucia.hashed SET id = CASE id WHEN 'c' THEN '"' ELSE encode(decode(id, 'hex'), 'base64') END WHERE id !~ 'g';
UPDATE lucia.hashed SET id = rtrim(translate(id, '+/', '-_'), '=') WHERE id = encode(sha256('b'), 'base64');
BEGIN;
SELECT * FROM auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.hashed', session_ids => 'sha256_base64') WHERE kind = 'session';
SELECT t, count(s.session_id) FROM (VALUES ('a'), ('b')) v (t) LEFT JOIN auth_validate_session(t) s ON true GROUP BY t ORDER BY t;
SELECT count(*) FROM lucia.hashed h, auth_validate_session(h.id);
ROLLBACK;
-- Version 2 knows what they are, unless the application did it otherwise.
CREATE VIEW lucia.people AS SELECT id, username FROM lucia.app_user;
CREATE TABLE lucia.own (id text, user_id int, active_expires bigint, idle_expires bigint);
INSERT INTO lucia.own VALUES (encode(sha256('a'), 'hex'), 1, :later, :later);
BEGIN;
SELECT count FROM auth_import_lucia('2', 'lucia.people', sessions => 'lucia.own', session_ids => 'sha256') WHERE kind = 'session';
SELECT user_id FROM auth_validate_session('a');
ROLLBACK;

-- Tokens of an id, a dot and a secret, of which a hash is stored.
CREATE TABLE lucia.halved (id text, secret_hash bytea, user_id int, expires_at timestamptz DEFAULT 'infinity');
INSERT INTO lucia.halved SELECT 'id' || n, sha256(('secret' || n)::bytea), n % 3 + 1 FROM generate_series(1, 6) n;
INSERT INTO lucia.halved VALUES ('short', '\x00', 1), ('none', NULL, 1), ('a.b', sha256('c'), 1), ('', sha256('c'), 1);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.halved')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.halved', session_ids => 'token')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.halved', session_ids => 'sha256')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.hashed', session_ids => 'secret')$$);
BEGIN;
SELECT * FROM auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.halved', session_ids => 'secret') WHERE kind = 'session';
-- Nothing signs in but the token, and that is adopted first.
SELECT t, count(v.session_id) AS valid, count(a.session_id) AS adopted
FROM (VALUES ('id1'), ('id1.'), ('id1.secret2'), ('.secret1'), ('id1.secret1.'), (encode(sha256('secret1'), 'hex')),
    ('id1.' || encode(sha256('secret1'), 'hex')), ('a.b.c'), ('.c'), ('no dot'), (''), ('.')) w (t)
    LEFT JOIN auth_validate_session(t) v ON true LEFT JOIN auth_adopt_session(t) a ON true GROUP BY t ORDER BY t COLLATE "C";
SELECT count(*) FROM auth_validate_session('id1.secret1');
SELECT user_id, state, token FROM auth_adopt_session('id1.secret1');
SELECT user_id, fresh FROM auth_validate_session('id1.secret1');
SELECT session_id = auth_session_id('id1.secret1') AS own_id FROM auth_adopt_session('id1.secret1');
-- It ends before that as others do.
SELECT auth_invalidate_user_sessions('3');
SELECT count(*) FROM auth_adopt_session('id2.secret2');
SELECT auth_delete_user('1');
SELECT count(*) FROM auth_adopt_session('id3.secret3');
UPDATE auth_session SET idle_expires_at = now() - interval '1 s' WHERE user_id = '2' AND id <> auth_session_id('id1.secret1');
SELECT count(*) FROM auth_adopt_session('id4.secret4');
SELECT count(*) FROM auth_adopt_session(NULL);
SET TRANSACTION READ ONLY;
SELECT refused('SELECT auth_adopt_session(''id1.secret1'')');
ROLLBACK;
BEGIN;
SELECT auth_import_lucia('3', 'lucia.app_user', sessions => 'lucia.halved', session_ids => 'secret') IS NOT NULL AS done LIMIT 1;
SELECT count(auth_update_user_password('1', 'correct horse battery'));
SELECT count(*) FROM auth_adopt_session('id3.secret3');
ROLLBACK;

-- Columns that look like secrets are none of the attributes that all may see.
CREATE TABLE lucia.leaky (id text, email text, bio text);
INSERT INTO lucia.leaky VALUES ('1', 'a@example.com', 'hello'), ('2', 'b@example.com', :'hex_hunter2');
SELECT split_part(refused($$SELECT auth_import_lucia('2', 'lucia.leaky')$$), E'\n', 1);
BEGIN;
SELECT count FROM auth_import_lucia('2', 'lucia.leaky', secret_columns => '{bio}');
ROLLBACK;
CREATE TABLE lucia.names AS SELECT name FROM unnest('{passwordHash,PASSWORD,hashedpassword,passwd,user_pwd,secret,totp_secret,resetToken,accessToken,salt,otp,mfaKey,2fa,credentials,apiKey,api_key,private_key}'::text[]) name;
SELECT name, split_part(refused(format($$
    DROP VIEW IF EXISTS lucia.leak; CREATE VIEW lucia.leak AS SELECT id, bio AS %I FROM lucia.leaky WHERE id = '1';
    SELECT auth_import_lucia('2', 'lucia.leak')$$, name)), E'\n', 1) FROM lucia.names;
BEGIN;
CREATE VIEW lucia.leak AS SELECT id, bio AS hashtag FROM lucia.leaky WHERE id = '1';
SELECT count FROM auth_import_lucia('2', 'lucia.leak', secret_columns => '{hashtag,bio}');
SELECT user_attributes FROM auth_get_user('1');
ROLLBACK;
-- So are those of sessions.
CREATE TABLE lucia.leaky_session (id text, user_id text, active_expires bigint, idle_expires bigint, refresh_token text);
SELECT split_part(refused($$SELECT auth_import_lucia('2', 'lucia.people', sessions => 'lucia.leaky_session')$$), E'\n', 1);

-- Times without a zone, in fields and in attributes, are of the zone that is named.
CREATE TABLE lucia.zoned (id text, created_at timestamp, seen timestamp, born date, woke timestamptz);
INSERT INTO lucia.zoned VALUES ('z', '2022-07-01 00:00', '2022-07-01 12:00', '2000-01-01', '2022-07-01 12:00+00');
CREATE TABLE lucia.zoned_session (id text, user_id text, expires_at timestamp);
INSERT INTO lucia.zoned_session VALUES
    ('soon', 'z', now() AT TIME ZONE 'Asia/Tokyo' + interval '1 hour'), ('past', 'z', now() AT TIME ZONE 'Asia/Tokyo' - interval '1 hour'), ('ever', 'z', 'infinity');
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.zoned')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.people', sessions => 'lucia.zoned_session', session_ids => 'token')$$);
SET TimeZone = 'America/New_York';
BEGIN;
ALTER TABLE auth_user ADD seen timestamptz, ADD born timestamptz, ADD woke timestamp;
SELECT * FROM auth_import_lucia('3', 'lucia.zoned', sessions => 'lucia.zoned_session', session_ids => 'token', time_zone => 'Asia/Tokyo', list_rows => true);
SELECT count(*) FROM unnest('{soon,ever,past}'::text[]) t, auth_validate_session(t);
SET LOCAL TimeZone = 'UTC';
SELECT created_at, seen, born, woke FROM auth_user;
ROLLBACK;
ALTER TABLE lucia.zoned DROP created_at;
BEGIN;
ALTER TABLE auth_user ADD seen timestamptz;
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.zoned')$$);
ROLLBACK;
-- Carried as they are, they need none.
BEGIN;
SELECT count FROM auth_import_lucia('3', 'lucia.zoned');
SELECT seen, born, woke AT TIME ZONE 'UTC' AS woke FROM auth_user;
ROLLBACK;
RESET TimeZone;
-- By another column, whose name is the provider; and from a table of passwords.
BEGIN;
SELECT * FROM auth_import_lucia('3', 'lucia.app_user', identifier_column => 'username');
SELECT user_id FROM auth_use_key('username', 'carol', 'hunter2');
ROLLBACK;
ALTER TABLE lucia.app_user RENAME password_hash TO password;
BEGIN;
SELECT * FROM auth_import_lucia('3', 'lucia.app_user');
SELECT user_attributes FROM auth_get_user('1');
ROLLBACK;
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', identifier_column => 'phone')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', passwords => 'lucia.app_user')$$);
CREATE TABLE lucia.password (id serial, user_id text, hashed_password text);
INSERT INTO lucia.password (user_id, hashed_password) VALUES (1, :'hex_hunter2'), (2, :'hex_hunter2'), (9, :'hex_hunter2'), (3, NULL);
ALTER TABLE lucia.app_user DROP password;
BEGIN;
SELECT * FROM auth_import_lucia('3', 'lucia.app_user', passwords => 'lucia.password', identifier_column => 'username');
SELECT user_id, provider_user_id FROM auth_user, auth_get_user_keys(id);
SELECT user_id FROM auth_use_key('username', 'bob', 'hunter2');
ROLLBACK;
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', passwords => 'lucia.password', identifier_column => 'phone')$$);
ALTER TABLE lucia.password ADD password_hash text;
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', passwords => 'lucia.password')$$);
ALTER TABLE lucia.password DROP password_hash, DROP hashed_password;
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.app_user', passwords => 'lucia.password')$$);
-- The key table of version 2 may have been kept.
BEGIN;
SELECT * FROM auth_import_lucia('3', 'lucia.chosen', 'lucia.user_key');
SELECT user_id FROM auth_use_key('email', 'alice@example.com', '123456');
ROLLBACK;

-- Once: a second run brings nothing back and gives nothing, whatever has happened since.
CREATE TABLE lucia.once (id text);
CREATE TABLE lucia.once_key (id text, user_id text, hashed_password text);
CREATE TABLE lucia.once_session (id text, user_id text, active_expires bigint, idle_expires bigint);
INSERT INTO lucia.once VALUES ('ada'), ('bob'), ('cay'), ('dan'), ('eve');
INSERT INTO lucia.once_key SELECT 'email:' || id || '@example.com', id, :'s2_123456' FROM lucia.once;
INSERT INTO lucia.once_session SELECT 'token of ' || id, id, 1, :later FROM lucia.once;
BEGIN;
SELECT * FROM auth_import_lucia('2', 'lucia.once', 'lucia.once_key', 'lucia.once_session');
-- Here: a password is changed, somebody signs out, a key and a user go, a session is renewed.
SELECT count(auth_update_user_password('ada', 'correct horse battery'));
SELECT auth_sign_out('token of bob');
SELECT auth_delete_key('email', 'cay@example.com');
SELECT auth_delete_user('dan');
SELECT user_id, fresh FROM auth_validate_session('token of eve');
CREATE TEMP TABLE state ON COMMIT DROP AS
    SELECT (SELECT array_agg(k ORDER BY k.user_id) FROM auth_key k) AS keys, (SELECT array_agg(s ORDER BY s.user_id) FROM auth_session s) AS sessions;
CREATE FUNCTION lucia.is_as_before() RETURNS boolean LANGUAGE sql AS $$
    SELECT (SELECT array_agg(k ORDER BY k.user_id) FROM auth_key k) = keys AND (SELECT array_agg(s ORDER BY s.user_id) FROM auth_session s) = sessions FROM state
$$;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.once', 'lucia.once_key', 'lucia.once_session')$$);
-- There: the same, in the old application.
UPDATE lucia.once_key SET hashed_password = :'hex_hunter2' WHERE user_id = 'eve';
DELETE FROM lucia.once_session WHERE user_id = 'eve';
DELETE FROM lucia.once WHERE id = 'bob';
DELETE FROM lucia.once_key WHERE user_id IN ('ada', 'bob');
UPDATE lucia.once_session SET idle_expires = idle_expires + 1;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.once', 'lucia.once_key', 'lucia.once_session')$$);
-- By way of a view, too, and one user after another.
CREATE VIEW lucia.twice AS SELECT id, 1 AS number FROM lucia.once ORDER BY id DESC;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.twice', 'lucia.once_key', 'lucia.once_session')$$);
SELECT refused($$SELECT auth_import_lucia('3', 'lucia.twice')$$);
SELECT lucia.is_as_before();
ROLLBACK;
-- Later ones alone: the keys and sessions of those of before are not theirs.
SELECT count(*) FROM auth_import_lucia('2', 'lucia.once', 'lucia.once_key', 'lucia.once_session');
SELECT auth_delete_key('email', 'cay@example.com');
SELECT auth_sign_out('token of bob');
INSERT INTO lucia.once VALUES ('fay');
INSERT INTO lucia.once_key VALUES ('email:fay@example.com', 'fay', :'s2_123456');
INSERT INTO lucia.once_session VALUES ('token of fay', 'fay', :later, :later), ('second token of ada', 'ada', :later, :later);
CREATE VIEW lucia.later AS SELECT id FROM lucia.once WHERE id = 'fay';
SELECT * FROM auth_import_lucia('2', 'lucia.later', 'lucia.once_key', 'lucia.once_session');
SELECT provider_user_id FROM auth_key ORDER BY 1;
SELECT user_id FROM auth_session ORDER BY 1;
SELECT count(*) FROM auth_validate_session('second token of ada');
-- Twice in one source is twice, too.
CREATE VIEW lucia.doubled AS SELECT 'gil' AS id UNION ALL SELECT 'gil';
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.doubled')$$);
TRUNCATE auth_user CASCADE;

-- What does not fit is an error that names the column.
CREATE TABLE lucia.misfit (id text, nick text, size text, rank text);
INSERT INTO lucia.misfit VALUES ('u', 'too long for it', '12', '3');
BEGIN;
ALTER TABLE auth_user ADD nick varchar(5), ADD size numeric(3, 2), ADD rank int;
SAVEPOINT s;
\set VERBOSITY default
SELECT auth_import_lucia('2', 'lucia.misfit');
ROLLBACK TO s;
UPDATE lucia.misfit SET nick = 'ok';
SELECT auth_import_lucia('2', 'lucia.misfit');
ROLLBACK TO s;
UPDATE lucia.misfit SET nick = 'ok', size = '1.5', rank = 'first';
SELECT auth_import_lucia('2', 'lucia.misfit');
\set VERBOSITY terse
ROLLBACK TO s;
UPDATE lucia.misfit SET nick = 'ok   ', size = '1.555';
SELECT count FROM auth_import_lucia('2', 'lucia.misfit');
SELECT nick, size, rank FROM auth_user;
ROLLBACK;

-- A source that changes before its turn comes.
CREATE TABLE lucia.changing (id text, user_id text, active_expires bigint, idle_expires bigint, device text);
INSERT INTO lucia.changing VALUES ('token', 'alice', 1, 1, '1');
CREATE FUNCTION lucia.turn(statement text) RETURNS text LANGUAGE plpgsql AS 'BEGIN EXECUTE statement; RETURN ''alice''; END';
CREATE VIEW lucia.turns AS SELECT lucia.turn('ALTER TABLE lucia.changing ALTER idle_expires TYPE text') AS id;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.turns', sessions => 'lucia.changing')$$);
CREATE OR REPLACE VIEW lucia.turns AS SELECT lucia.turn('ALTER TABLE lucia.changing ALTER device TYPE int USING 1') AS id;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.turns', sessions => 'lucia.changing')$$);
CREATE OR REPLACE VIEW lucia.turns AS SELECT lucia.turn('ALTER TABLE lucia.changing DROP device') AS id;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.turns', sessions => 'lucia.changing')$$);
CREATE OR REPLACE VIEW lucia.turns AS SELECT lucia.turn('ALTER TABLE public.auth_session ALTER device TYPE int USING 1') AS id;
UPDATE lucia.changing SET active_expires = :later, idle_expires = :later;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.turns', sessions => 'lucia.changing')$$);

-- More rows than are read at a time, seen by the client and by others.
CREATE TABLE lucia.many AS SELECT n::text AS id, n AS number FROM generate_series(1, 20100) n;
CREATE FUNCTION lucia.watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id = '20001' THEN
        RAISE WARNING '%', (SELECT row(relid::regclass, command, tuples_processed, tuples_excluded) FROM pg_stat_progress_copy WHERE pid = pg_backend_pid());
    END IF;
    RETURN NEW;
END;
$$;
BEGIN;
SET LOCAL client_min_messages = notice;
CREATE TRIGGER watch BEFORE INSERT ON auth_user FOR EACH ROW EXECUTE FUNCTION lucia.watch();
SELECT * FROM auth_import_lucia('2', 'lucia.many');
SELECT count(*), sum(number) FROM auth_user;
ROLLBACK;
SELECT count(*) FROM pg_stat_progress_copy;

-- What is read is read as the caller, by its rights and row security.
CREATE ROLE regress_auth_importer;
SELECT auth_grant('regress_auth_importer', 'admin');
GRANT USAGE ON SCHEMA lucia TO regress_auth_importer;
SET ROLE regress_auth_importer;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.many')$$);
RESET ROLE;
GRANT SELECT (id) ON lucia.many TO regress_auth_importer;
SET ROLE regress_auth_importer;
SELECT refused($$SELECT auth_import_lucia('2', 'lucia.many')$$);
RESET ROLE;
GRANT SELECT ON lucia.many TO regress_auth_importer;
ALTER TABLE lucia.many ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON lucia.many TO regress_auth_importer USING (number <= 3);
BEGIN;
SET LOCAL ROLE regress_auth_importer;
SELECT * FROM auth_import_lucia('2', 'lucia.many');
ROLLBACK;
-- What the caller's types and search path do is not done as the owner of the tables.
CREATE SCHEMA evil;
GRANT ALL ON SCHEMA evil TO regress_auth_importer;
SET ROLE regress_auth_importer;
CREATE FUNCTION evil.check_it(int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'evil code runs as %', current_user; RETURN true; END $$;
CREATE DOMAIN evil.number AS int CHECK (evil.check_it(VALUE));
CREATE TABLE evil.users (id text, number evil.number);
CREATE TABLE evil.arrays (id text, number evil.number[]);
INSERT INTO evil.users VALUES ('u', 1);
CREATE FUNCTION evil.is_equal(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'evil operator'; RETURN true; END $$;
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.is_equal);
CREATE TYPE evil.id AS ENUM ('1', '2');
CREATE FUNCTION evil.to_text(evil.id) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'evil cast'; RETURN '2'; END $$;
CREATE CAST (evil.id AS text) WITH FUNCTION evil.to_text(evil.id) AS IMPLICIT;
CREATE TABLE evil.passwords (user_id evil.id, hashed_password text);
INSERT INTO evil.passwords VALUES ('2', 'x');
CREATE TABLE evil.people (id evil.id, username text);
INSERT INTO evil.people VALUES ('2', 'bob');
SELECT refused($$SELECT auth_import_lucia('2', 'evil.users')$$);
SELECT refused($$SELECT auth_import_lucia('2', 'evil.arrays')$$);
RESET ROLE;
BEGIN;
SET LOCAL search_path = evil, pg_catalog, public;
SELECT count(*) FROM auth_import_lucia('3', 'lucia.app_user', 'lucia.oauth_account', 'lucia.app_session', 'evil.passwords', 'username', 'token', 'UTC');
ROLLBACK;
BEGIN;
SET LOCAL search_path = evil, pg_catalog, public;
SELECT auth_import_lucia('3', 'evil.people', passwords => 'evil.passwords', identifier_column => 'username');
ROLLBACK;
-- The owner of the tables may have added a column of the type by itself.
BEGIN;
ALTER TABLE auth_user ADD number evil.number;
SET LOCAL ROLE regress_auth_importer;
SELECT * FROM auth_import_lucia('2', 'evil.users');
ROLLBACK;
DROP OWNED BY regress_auth_importer CASCADE;
DROP ROLE regress_auth_importer;
DROP SCHEMA evil CASCADE;
DROP SCHEMA lucia CASCADE;
SELECT (SELECT count(*) FROM auth_user), (SELECT count(*) FROM auth_key), (SELECT count(*) FROM auth_session);
RESET client_min_messages;
