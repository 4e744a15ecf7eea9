-- Keys.
SELECT user_id FROM auth_create_user('email', 'k1@example.com', 'passphrase1', user_id => 'k1');
SELECT user_id, provider_id, provider_user_id, password_defined, created_at = now() AS now
FROM auth_create_key('k1', 'github', '1');
SELECT user_id, password_defined FROM auth_create_key('k1', 'phone', '+1', 'passphrase2');
SELECT user_id, password_defined FROM auth_create_key(user_id => 'k1', provider_id => 'sms', provider_user_id => '+1', password => NULL);
SELECT refused('SELECT auth_create_key(''k1'', ''github'', ''1'')');
SELECT refused('SELECT auth_create_key(''nobody'', ''github'', ''2'')');
SELECT refused('SELECT auth_create_key(NULL, ''github'', ''2'')');
SELECT refused('SELECT auth_create_key(''k1'', NULL, ''2'')');
SELECT refused('SELECT auth_create_key(''k1'', ''github'', NULL)');
SELECT refused('SELECT auth_create_key(''k1'', ''github'', '''')');
SELECT refused('SELECT auth_create_key(''k1'', repeat(''x'', 1025), ''2'')');
SELECT refused('SELECT auth_create_key(''k1'', ''x'', ''2'', ''short'')');
-- The longest identifiers fit the index, however hard they are to compress.
SELECT length(provider_user_id) FROM auth_create_key('k1',
    (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 32) i),
    (SELECT string_agg(md5(i::text), '') FROM generate_series(101, 132) i));
SELECT auth_delete_key(provider_id, provider_user_id) FROM auth_key WHERE length(provider_id) = 1024;

SELECT user_id, provider_id, password_defined FROM auth_get_key('email', 'k1@example.com');
SELECT refused('SELECT auth_get_key(''email'', ''nobody'')');
SELECT refused('SELECT auth_get_key(NULL, ''nobody'')');
SELECT provider_id, provider_user_id, password_defined FROM auth_get_user_keys('k1');
SELECT refused('SELECT auth_get_user_keys(''nobody'')');
SELECT user_id FROM auth_create_user(user_id => 'keyless');
SELECT count(*) FROM auth_get_user_keys('keyless');

-- A set in the select list.
SELECT (auth_get_user_keys('k1')).provider_id;

-- Renaming: the password and the sessions stay.
SELECT token AS t FROM auth_create_session('k1') \gset
SELECT provider_id, provider_user_id, password_defined
FROM auth_update_key_identifier('email', 'k1@example.com', 'email', 'k1@example.org');
SELECT user_id FROM auth_use_key('email', 'k1@example.org', 'passphrase1');
SELECT user_id FROM auth_validate_session(:'t');
SELECT refused('SELECT auth_update_key_identifier(''email'', ''k1@example.com'', ''email'', ''x'')');
SELECT refused('SELECT auth_update_key_identifier(''email'', ''k1@example.org'', ''github'', ''1'')');
SELECT refused('SELECT auth_update_key_identifier(''email'', ''k1@example.org'', ''github'', '''')');
SELECT refused('SELECT auth_update_key_identifier(''email'', ''k1@example.org'', NULL, ''x'')');

-- Deleting, which succeeds for any key.
SELECT auth_delete_key('sms', '+1');
SELECT auth_delete_key('sms', '+1');
SELECT refused('SELECT auth_delete_key(''sms'', NULL)');
SELECT provider_id FROM auth_get_user_keys('k1');
SELECT user_id FROM auth_validate_session(:'t');

-- Using a key.
SELECT user_id, provider_id, provider_user_id, password_defined FROM auth_use_key('email', 'k1@example.org', 'passphrase1');
SELECT refused('SELECT auth_use_key(''email'', ''k1@example.org'', ''passphrase2'')');
SELECT refused('SELECT auth_use_key(''email'', ''k1@example.org'', ''Passphrase1'')');
SELECT refused('SELECT auth_use_key(''email'', ''k1@example.org'', '' passphrase1'')');
SELECT refused('SELECT auth_use_key(''email'', ''k1@example.org'', '''')');
SELECT refused('SELECT auth_use_key(''email'', ''k1@example.org'', NULL)');
SELECT refused('SELECT auth_use_key(''email'', ''k1@example.org'')');
SELECT refused('SELECT auth_use_key(''email'', ''k1@example.org'', repeat(''x'', 1048576))');
SELECT refused('SELECT auth_use_key(''email'', ''nobody'', ''passphrase1'')');
SELECT refused('SELECT auth_use_key(''email'', ''nobody'')');
SELECT refused('SELECT auth_use_key(NULL, ''nobody'')');
-- A key without a password takes NULL and nothing else.
SELECT user_id, password_defined FROM auth_use_key('github', '1');
SELECT refused('SELECT auth_use_key(''github'', ''1'', ''passphrase1'')');
SELECT refused('SELECT auth_use_key(''github'', ''1'', '''')');

-- A collation that takes cases as the same does so for keys too.  How
-- addresses are typed makes a difference from here on.
SET auth.email_providers = '';
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
ALTER TABLE auth_key ALTER provider_user_id TYPE text COLLATE caseless;
SELECT provider_user_id FROM auth_get_key('email', 'K1@EXAMPLE.ORG');
SELECT refused('SELECT auth_create_key(''k1'', ''email'', ''K1@Example.org'')');
SELECT user_id FROM auth_use_key('email', 'K1@EXAMPLE.ORG', 'passphrase1');
SELECT provider_user_id FROM auth_update_key_identifier('email', 'K1@EXAMPLE.ORG', 'email', 'K1@example.ORG');
ALTER TABLE auth_key ALTER provider_user_id TYPE text COLLATE "default";
SELECT refused('SELECT auth_get_key(''email'', ''K1@EXAMPLE.ORG'')');

-- A row that the application refuses is not shown: it holds the hash.
ALTER TABLE auth_key ADD CONSTRAINT lower_case CHECK (provider_user_id = lower(provider_user_id)) NOT VALID,
    ADD required text;
SELECT refused('SELECT auth_create_key(''k1'', ''email'', ''Upper'', ''passphrase1'')');
UPDATE auth_key SET required = 'x', provider_user_id = lower(provider_user_id);
ALTER TABLE auth_key ALTER required SET NOT NULL;
SELECT refused('SELECT auth_create_key(''k1'', ''email'', ''lower'', ''passphrase1'')');
ALTER TABLE auth_key ADD UNIQUE (hashed_password), ALTER required SET DEFAULT 'x';
CREATE FUNCTION same_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.hashed_password = 'a known hash';
    RETURN NEW;
END;
$$;
CREATE TRIGGER same_hash BEFORE INSERT ON auth_key FOR EACH ROW EXECUTE FUNCTION same_hash();
SELECT user_id FROM auth_create_key('k1', 'email', 'first', 'passphrase1');
SELECT refused('SELECT auth_create_key(''k1'', ''email'', ''second'', ''passphrase1'')');
DROP TRIGGER same_hash ON auth_key;
DROP FUNCTION same_hash;
ALTER TABLE auth_key DROP CONSTRAINT lower_case, DROP required, DROP CONSTRAINT auth_key_hashed_password_key;

-- A trigger that changes the key shows.
CREATE FUNCTION lower_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.provider_user_id = lower(NEW.provider_user_id);
    RETURN NEW;
END;
$$;
CREATE TRIGGER lower_case BEFORE INSERT OR UPDATE ON auth_key FOR EACH ROW EXECUTE FUNCTION lower_case();
SELECT provider_user_id FROM auth_create_key('k1', 'email', 'Changed@Example.com');
SELECT provider_user_id FROM auth_update_key_identifier('email', 'changed@example.com', 'email', 'ALSO@example.com');
DROP TRIGGER lower_case ON auth_key;
DROP FUNCTION lower_case;
RESET auth.email_providers;

-- A key or a session without a user is nobody's.
ALTER TABLE auth_key ALTER user_id DROP NOT NULL;
ALTER TABLE auth_session ALTER user_id DROP NOT NULL;
INSERT INTO auth_key (provider_id, provider_user_id) VALUES ('email', 'nobody');
INSERT INTO auth_session (id, active_expires_at, idle_expires_at) VALUES (auth_session_id('nobody'), 'infinity', 'infinity');
SELECT refused('SELECT auth_use_key(''email'', ''nobody'')');
SELECT refused('SELECT auth_get_user_by_provider_id(''email'', ''nobody'')');
SELECT count(*) FROM auth_validate_session('nobody');
DELETE FROM auth_key WHERE user_id IS NULL;
DELETE FROM auth_session WHERE user_id IS NULL;
ALTER TABLE auth_key ALTER user_id SET NOT NULL;
ALTER TABLE auth_session ALTER user_id SET NOT NULL;

TRUNCATE auth_user CASCADE;
DROP COLLATION caseless;
