-- Users without attributes.
SELECT user_id, user_attributes, created_at = now() AS now FROM auth_create_user(user_id => 'u1');
SELECT user_id ~ '^[a-z0-9]{15}$' AS generated FROM auth_create_user();
SELECT count(DISTINCT auth_generate_user_id()), min(length(auth_generate_user_id(40))) FROM generate_series(1, 1000);
SELECT length(auth_generate_user_id(1)), length(auth_generate_user_id(255)), length(auth_generate_user_id(NULL));
SELECT refused('SELECT auth_generate_user_id(0)');
SELECT refused('SELECT auth_generate_user_id(256)');

-- Positional and named, with and without a key.
SELECT user_id FROM auth_create_user('email', 'u2@example.com', 'passphrase2', '{}', 'u2');
SELECT user_id FROM auth_create_user(provider_id => 'github', provider_user_id => '42', user_id => 'u3');
SELECT provider_id, provider_user_id, user_id, password_defined FROM auth_get_user_keys('u2');
SELECT provider_id, provider_user_id, user_id, password_defined FROM auth_get_user_keys('u3');
SELECT refused('SELECT auth_create_user(''email'')');
SELECT refused('SELECT auth_create_user(provider_user_id => ''x'')');
SELECT refused('SELECT auth_create_user(password => ''passphrase'')');
SELECT refused('SELECT auth_create_user('''', '''')');
SELECT refused('SELECT auth_create_user(user_id => '''')');
SELECT refused('SELECT auth_create_user(user_id => repeat(''x'', 1048576))');
SELECT refused('SELECT auth_create_user(user_attributes => NULL)');
SELECT user_id = repeat('ü', 512) FROM auth_create_user(user_id => repeat('ü', 512));

-- Three collisions, three answers; nothing is left of a refused call.
SELECT refused('SELECT auth_create_user(user_id => ''u1'')');
SELECT refused('SELECT auth_create_user(''email'', ''u2@example.com'', user_id => ''u9'')');
SELECT refused('SELECT auth_create_user(''email'', ''new@example.com'', user_id => ''u2'')');
SELECT count(*) FROM auth_user WHERE id = 'u9';
SELECT count(*) FROM auth_key WHERE provider_user_id = 'new@example.com';

SELECT user_id, user_attributes FROM auth_get_user('u1');
SELECT refused('SELECT auth_get_user(''nobody'')');
SELECT refused('SELECT auth_get_user(NULL)');
SELECT refused('SELECT auth_get_user('''')');
SELECT refused('SELECT auth_get_user(repeat(''ü'', 524288))');
SELECT user_id FROM auth_get_user_by_provider_id('email', 'u2@example.com');
SELECT refused('SELECT auth_get_user_by_provider_id(''email'', ''nobody'')');
SELECT refused('SELECT auth_get_user_by_provider_id(NULL, ''nobody'')');

-- 'a:b' + 'c' is not 'a' + 'b:c'.
SELECT user_id FROM auth_create_user('a:b', 'c', user_id => 'colon1');
SELECT user_id FROM auth_create_user('a', 'b:c', user_id => 'colon2');
SELECT user_id FROM auth_get_user_by_provider_id('a:b', 'c');

-- Identifiers are compared as they are stored.
SET auth.email_providers = '';
SELECT user_id FROM auth_create_user('email', 'U2@example.com', user_id => 'upper');
RESET auth.email_providers;

-- The provider id of a user: its key of that provider, or its only key.
SELECT user_id FROM auth_update_user_provider_id('u2', 'email', 'u2@example.org');
SELECT user_id FROM auth_update_user_provider_id('u3', 'gitlab', '43');
SELECT provider_id, provider_user_id FROM auth_get_user_keys('u3');
SELECT user_id FROM auth_create_key('u3', 'email', 'u3@example.com');
SELECT user_id FROM auth_update_user_provider_id('u3', 'email', 'u3@example.org');
SELECT refused('SELECT auth_update_user_provider_id(''u3'', ''google'', ''1'')');
SELECT refused('SELECT auth_update_user_provider_id(''u1'', ''google'', ''1'')');
SELECT user_id FROM auth_create_key('u3', 'email', 'second@example.com');
SELECT refused('SELECT auth_update_user_provider_id(''u3'', ''email'', ''third@example.com'')');
SELECT refused('SELECT auth_update_user_provider_id(''u2'', ''a'', ''b:c'')');
SELECT refused('SELECT auth_update_user_provider_id(''nobody'', ''a'', ''d'')');
SELECT provider_id, provider_user_id FROM auth_get_user_keys('u3');

-- Deleting, which succeeds for any id.
SELECT token AS t2 FROM auth_create_session('u2') \gset
SELECT auth_delete_user('u2');
SELECT auth_delete_user('u2');
SELECT auth_delete_user('nobody');
SELECT refused('SELECT auth_delete_user(NULL)');
SELECT refused('SELECT auth_get_user(''u2'')');
SELECT count(*) FROM auth_key WHERE user_id = 'u2';
SELECT count(*) FROM auth_session WHERE user_id = 'u2';
SELECT count(*) FROM auth_validate_session(:'t2');

-- A DELETE cascades as the function does, in bulk and without our triggers.
SELECT count(*) FROM generate_series(1, 50) i, auth_create_user('bulk', i::text, user_id => 'bulk' || i);
SELECT count(*) FROM generate_series(1, 50) i, generate_series(0, 2) j, auth_create_session('bulk' || i, jsonb_build_object() - j::text);
DELETE FROM auth_user WHERE id LIKE 'bulk_';
SELECT count(*) FROM auth_session WHERE user_id LIKE 'bulk%';
SELECT count(*) FROM auth_key WHERE user_id LIKE 'bulk%';
ALTER TABLE auth_user DISABLE TRIGGER "Auth_user_deleted";
DELETE FROM auth_user WHERE id LIKE 'bulk%';
ALTER TABLE auth_user ENABLE TRIGGER "Auth_user_deleted";
SELECT count(*) FROM auth_session WHERE user_id LIKE 'bulk%';
SELECT count(*) FROM auth_key WHERE user_id LIKE 'bulk%';
SELECT count(*), count(DISTINCT user_id) FROM auth_event WHERE kind = 'user_deleted' AND user_id LIKE 'bulk%';

-- With the foreign keys gone the trigger cascades alone.
BEGIN;
ALTER TABLE auth_session DROP CONSTRAINT auth_session_user_id_fkey;
ALTER TABLE auth_key DROP CONSTRAINT auth_key_user_id_fkey;
SELECT user_id FROM auth_create_user('email', 'alone', user_id => 'alone');
SELECT user_id FROM auth_create_session('alone');
SELECT auth_delete_user('alone');
SELECT count(*) FROM auth_session WHERE user_id = 'alone';
SELECT count(*) FROM auth_key WHERE user_id = 'alone';
ROLLBACK;

-- When another table's foreign key refuses, nothing at all is gone.
CREATE TABLE invoice (user_id text REFERENCES auth_user);
SELECT user_id FROM auth_create_user('email', 'owing', 'passphrase', user_id => 'owing');
SELECT token AS owing FROM auth_create_session('owing') \gset
INSERT INTO invoice VALUES ('owing');
SELECT refused('SELECT auth_delete_user(''owing'')');
SELECT refused('DELETE FROM auth_user WHERE id = ''owing''');
SELECT user_id FROM auth_validate_session(:'owing');
SELECT user_id FROM auth_use_key('email', 'owing', 'passphrase');
DROP TABLE invoice;

-- A trigger of the application that keeps the row keeps everything.
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER zz_keep BEFORE DELETE ON auth_user FOR EACH ROW EXECUTE FUNCTION keep();
SELECT auth_delete_user('owing');
SELECT user_id FROM auth_validate_session(:'owing');
DROP TRIGGER zz_keep ON auth_user;

-- Disabled: no session lives, none is made, the password is still checked.
UPDATE auth_user SET disabled_at = now() WHERE id = 'owing';
SELECT count(*) FROM auth_session WHERE user_id = 'owing';
SELECT count(*) FROM auth_validate_session(:'owing');
SELECT refused('SELECT auth_create_session(''owing'')');
SELECT refused('SELECT auth_use_key(''email'', ''owing'', ''passphrase'')');
SELECT refused('SELECT auth_use_key(''email'', ''owing'', ''passphr4se'')');
SELECT user_id FROM auth_get_user('owing');
UPDATE auth_user SET disabled_at = NULL WHERE id = 'owing';
SELECT user_id FROM auth_use_key('email', 'owing', 'passphrase');

-- The trigger functions are for their triggers alone.
CREATE TABLE stranger (id text);
CREATE TRIGGER stranger AFTER DELETE ON stranger FOR EACH ROW EXECUTE FUNCTION auth_user_deleted();
INSERT INTO stranger VALUES ('owing');
SELECT refused('DELETE FROM stranger');
SELECT refused('SELECT auth_user_deleted()');
SELECT refused('SELECT auth_users_deleted()');
DROP TABLE stranger;
BEGIN;
CREATE TRIGGER each_row AFTER DELETE ON auth_user FOR EACH ROW EXECUTE FUNCTION auth_users_deleted();
SELECT refused('DELETE FROM auth_user');
DROP TRIGGER each_row ON auth_user;
CREATE TRIGGER no_table AFTER DELETE ON auth_user EXECUTE FUNCTION auth_users_deleted();
SELECT refused('DELETE FROM auth_user');
DROP TRIGGER no_table ON auth_user;
CREATE TRIGGER another_name AFTER DELETE ON auth_user REFERENCING OLD TABLE AS gone EXECUTE FUNCTION auth_users_deleted();
SELECT refused('DELETE FROM auth_user');
ROLLBACK;

-- In the caller's transaction.
BEGIN;
SELECT user_id FROM auth_create_user(user_id => 'gone');
SAVEPOINT s;
SELECT auth_delete_user('gone');
ROLLBACK TO s;
SELECT user_id FROM auth_get_user('gone');
ROLLBACK;
SELECT refused('SELECT auth_get_user(''gone'')');
BEGIN READ ONLY;
SELECT user_id FROM auth_get_user('owing');
SELECT auth_create_user();
ROLLBACK;

TRUNCATE auth_user CASCADE;
DROP FUNCTION keep;

-- What belongs to a user goes with it, whatever indexes there are by user: those
-- of some rows only, and of another order, do not tell that there is nothing.
CREATE FUNCTION left_behind(index text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    DROP INDEX auth_token_user_id_idx;
    EXECUTE 'CREATE INDEX auth_token_user_id_idx ON auth_token ' || index;
    PERFORM auth_create_user(user_id => 'Left');
    PERFORM auth_create_token('visit', 'Left');
    PERFORM auth_delete_user('Left');
    RETURN (SELECT count(*) FROM auth_token WHERE user_id = 'Left');
END $$;
BEGIN;
SELECT index, left_behind(index)
FROM (VALUES ('(user_id)'), ('(user_id, created_at)'), ('(created_at, user_id)'), ('(user_id) WHERE purpose <> ''visit'''),
    ('(user_id text_pattern_ops)'), ('(user_id COLLATE "C")'), ('(lower(user_id))'), ('USING hash (user_id)')) v (index);
ROLLBACK;
DROP FUNCTION left_behind;
