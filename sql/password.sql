-- Passwords: hashing, limits, normal form, change.
SELECT user_id FROM auth_create_user('email', 'p1', 'correct horse', user_id => 'p1');
SELECT hashed_password ~ '^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$' AS phc,
    password_changed_at <= clock_timestamp() AS changed
FROM auth_key;
-- Salted: the same password makes another hash.
SELECT user_id FROM auth_create_key('p1', 'email', 'p1 too', 'correct horse');
SELECT count(DISTINCT hashed_password) FROM auth_key;

-- Lengths are counted in characters.
SELECT refused('SELECT auth_create_user(''email'', ''x'', ''1234567'')');
SELECT refused('SELECT auth_create_user(''email'', ''x'', '''')');
SELECT refused('SELECT auth_create_user(''email'', ''x'', ''üüüüüüü'')');
SELECT refused('SELECT auth_create_user(''email'', ''x'', repeat(''ü'', 1025))');
SELECT refused('SELECT auth_create_user(''email'', ''x'', repeat(''x'', 1048576))');
SELECT user_id FROM auth_create_user('email', 'short', 'eight ch', user_id => 'short');
SELECT user_id FROM auth_create_user('email', 'umlauts', 'üöäüüöäü', user_id => 'umlauts');
SELECT user_id FROM auth_create_user('email', 'long', repeat('üö', 512), user_id => 'long');
SELECT user_id FROM auth_use_key('email', 'long', repeat('üö', 512));
SELECT refused('SELECT auth_use_key(''email'', ''long'', repeat(''üö'', 511) || ''ü'')');
-- Not cut: the last character counts.
SELECT refused('SELECT auth_use_key(''email'', ''long'', repeat(''üö'', 511) || ''üo'')');

-- NFKC: what looks alike is typed alike.
SELECT user_id FROM auth_create_user('email', 'nfkc', E'p\u00e4ssw\u00f6rd \u2460\ufb01', user_id => 'nfkc');
SELECT user_id FROM auth_use_key('email', 'nfkc', E'p\u00e4ssw\u00f6rd 1fi');
SELECT user_id FROM auth_use_key('email', 'nfkc', E'pa\u0308sswo\u0308rd \u2460\ufb01');
SELECT refused('SELECT auth_use_key(''email'', ''nfkc'', ''passwörd 1fi'')');
SELECT user_id FROM auth_create_user('email', 'planes', E'\U0001F600\U0001F680\u4E2D\uAC00\U0002F800\uFDFA12', user_id => 'planes');
SELECT user_id FROM auth_use_key('email', 'planes', E'\U0001F600\U0001F680\u4E2D\u1100\u1161\u4E3D\uFDFA12');
SELECT user_id FROM auth_create_user('email', 'spaces', '  two spaces  ', user_id => 'spaces');
SELECT refused('SELECT auth_use_key(''email'', ''spaces'', ''two spaces'')');
-- The longest expansion that Unicode has, at the longest length.
SELECT user_id FROM auth_create_user('email', 'expand', repeat(E'\uFDFA', 1024), user_id => 'expand');
SELECT user_id FROM auth_use_key('email', 'expand', repeat(E'\uFDFA', 1024));

-- A password that comes compressed out of a table.
CREATE TABLE import (password text);
INSERT INTO import SELECT repeat('long password ', 70);
SELECT user_id FROM auth_create_user('email', 'import', (SELECT password FROM import), user_id => 'import');
SELECT user_id FROM import, auth_use_key('email', 'import', password);
DROP TABLE import;

-- Changing a key's password ends the user's other sessions.
SELECT token AS t1, session_id AS s1 FROM auth_create_session('p1') \gset
SELECT token AS t2 FROM auth_create_session('p1') \gset
SELECT user_id, password_defined FROM auth_update_key_password('email', 'p1', 'new password', :'s1');
SELECT count(*) FROM auth_validate_session(:'t1');
SELECT count(*) FROM auth_validate_session(:'t2');
SELECT user_id FROM auth_use_key('email', 'p1', 'new password');
SELECT refused('SELECT auth_use_key(''email'', ''p1'', ''correct horse'')');
SELECT user_id FROM auth_use_key('email', 'p1 too', 'correct horse');
SELECT user_id FROM auth_update_key_password('email', 'p1', 'newer password');
SELECT count(*) FROM auth_validate_session(:'t1');
SELECT refused('SELECT auth_update_key_password(''email'', ''nobody'', ''password'')');
SELECT refused('SELECT auth_update_key_password(''email'', ''p1'', ''short'')');
SELECT user_id FROM auth_use_key('email', 'p1', 'newer password');
-- Removing it.
SELECT password_defined FROM auth_update_key_password('email', 'p1', NULL);
SELECT refused('SELECT auth_use_key(''email'', ''p1'')');

-- A user's password: all keys that have one or, where none has, those that take one.
SELECT token AS t1, session_id AS s1 FROM auth_create_session('p1') \gset
SELECT token AS t2 FROM auth_create_session('p1') \gset
SELECT user_id FROM auth_update_user_password('p1', 'user password', except_session => :'s1');
SELECT provider_user_id, password_defined FROM auth_get_user_keys('p1');
SELECT user_id FROM auth_use_key('email', 'p1 too', 'user password');
SELECT count(*) FROM auth_validate_session(:'t1');
SELECT count(*) FROM auth_validate_session(:'t2');
SELECT user_id FROM auth_update_user_password('p1', NULL);
SELECT count(*) FROM auth_validate_session(:'t1');
SELECT user_id FROM auth_update_user_password('p1', 'user password');
SELECT provider_user_id, password_defined FROM auth_get_user_keys('p1');
SELECT auth_delete_key('email', 'p1 too');
SELECT user_id FROM auth_update_user_password('p1', 'user password');
SELECT user_id FROM auth_use_key('email', 'p1', 'user password');
SELECT user_id FROM auth_create_user(user_id => 'keyless');
SELECT refused('SELECT auth_update_user_password(''keyless'', ''user password'')');
-- A key that signs in on its provider's word takes none, unless it is named.
SELECT user_id FROM auth_create_user('github', '42', user_id => 'octo');
SELECT refused('SELECT auth_update_user_password(''octo'', ''user password'')');
SELECT refused('SELECT auth_update_user_password(''octo'', NULL)');
SELECT user_id FROM auth_use_key('github', '42');
SELECT count(auth_create_key('octo', 'email', 'octo@example.com'));
SELECT user_id FROM auth_update_user_password('octo', 'user password');
SELECT provider_id, password_defined FROM auth_get_user_keys('octo');
SELECT user_id FROM auth_use_key('github', '42');
SELECT password_defined FROM auth_update_key_password('github', '42', 'user password');
SELECT refused('SELECT auth_use_key(''github'', ''42'')');
-- And then it is a key with a password, though it has none at the moment.
SELECT password_defined FROM auth_update_key_password('github', '42', NULL);
SELECT refused('SELECT auth_use_key(''github'', ''42'')');
-- A reset that names such a key gives it none, either.
SELECT count(auth_create_key('octo', 'gitlab', '43'));
SELECT token FROM auth_create_token('password_reset', 'octo') \gset
UPDATE auth_token SET provider_id = 'gitlab', address = '43' WHERE user_id = 'octo';
SELECT status FROM auth_reset_password(:'token', 'reset password');
SELECT provider_id, password_defined FROM auth_get_user_keys('octo');
SELECT auth_delete_user('octo');
SELECT refused('SELECT auth_update_user_password(''nobody'', ''user password'')');
SELECT refused('SELECT auth_update_user_password(NULL, ''user password'')');
SELECT refused('SELECT auth_update_user_password(''p1'', ''user password'', gen_random_uuid())');

-- Stored hashes: of other costs and kinds, broken, too costly.  Each failure
-- would be followed by a longer delay than the one before.
SET auth.throttle_delay = 0;
CREATE FUNCTION try(stored text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE auth_key SET hashed_password = stored WHERE provider_user_id = 'p1';
    RETURN refused('SELECT auth_use_key(''email'', ''p1'', ''password'')');
END;
$$;
SELECT stored, try(stored) FROM (VALUES
    ('$argon2id$v=19$m=256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    ('$argon2id$v=19$m=256,t=2,p=4$c29tZXNhbHRzb21lc2FsdA$5CZ0y4EFo8aGNnTOqyj0Zv3Ly//FEsr0bPZ6BGnEO9U'),
    ('$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$9L/MH4448351WV2y4GgtHn+8xB7/fous'),
    ('$argon2id$v=19$m=257,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    (''),
    ('x'),
    ('password'),
    ('$argon2id$'),
    ('$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    ('$argon2id$v=19$m=65536,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    ('$argon2id$v=19$m=1048576,t=32,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
    ('$pbkdf2-sha256$1000000000$MQ$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o'),
    ('$argon2id$v=16$m=256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    ('$argon2id$v=19$m=0256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    ('$argon2id$v=19$m=256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxkswx'),
    ('$argon2d$v=19$m=256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    ('$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy')) v(stored);

-- The cost of new hashes is a setting.
SET auth.password_memory = '8MB';
SET auth.password_iterations = 3;
SELECT user_id FROM auth_update_user_password('p1', 'cheap password');
SELECT hashed_password ~ '^\$argon2id\$v=19\$m=8192,t=3,p=1\$' AS cheap FROM auth_key WHERE user_id = 'p1';
RESET auth.password_memory;
RESET auth.password_iterations;
SET auth.password_min_length = 16;
SELECT refused('SELECT auth_update_user_password(''p1'', ''fifteen letters'')');
SET auth.password_max_length = 64;
SELECT refused(format('SELECT auth_update_user_password(''p1'', %L)', repeat('x', 65)));
-- Old passwords are still taken; none of them is longer than the longest.
SELECT user_id FROM auth_use_key('email', 'short', 'eight ch');
SELECT refused(format('SELECT auth_use_key(''email'', ''long'', %L)', repeat('üö', 512)));
RESET auth.password_min_length;
RESET auth.password_max_length;

-- The time of the hash counts against the statement's.
SET auth.password_iterations = 16;
SET auth.password_memory = '64MB';
SET statement_timeout = '50ms';
SELECT auth_update_user_password('p1', 'slow password');
RESET statement_timeout;
RESET auth.password_memory;
RESET auth.password_iterations;
SELECT user_id FROM auth_use_key('email', 'p1', 'cheap password');

TRUNCATE auth_user CASCADE;
DROP FUNCTION try;
RESET auth.throttle_delay;
