-- Which key a typed name means: folded addresses, and collations.
SET auth.notices = 'email_changed';
\set VERBOSITY default
SELECT auth_delete_user(id) FROM auth_user \g /dev/null
DELETE FROM auth_outbox;
DELETE FROM auth_token;

-- The folded form: NFC, lower case in ASCII, and again, as a letter in lower
-- case can have a form that the one in upper case has not.
SELECT typed, auth_fold_email(typed) AS folded,
    auth_fold_email(auth_fold_email(typed)) = auth_fold_email(typed) AS stays
FROM (VALUES ('Ada@Example.COM'), ('o''Neil+x@é.example'), (U&'e\0301@x'), ('É@x'), (U&'E\0301@X'),
    (U&'J\030C@x'), (U&'j\030C@x'), (U&'\212A@x'), ('')) v(typed);
SELECT octet_length(auth_fold_email(U&'J\030C@x'));

-- Spaces around and control characters have none.
SELECT encode(convert_to(typed, 'UTF8'), 'hex') AS typed, auth_fold_email(typed) AS folded
FROM unnest(ARRAY[' a', 'a ', E'a\n', E'\ta', E'a\x01b', E'a\x7Fb', U&'a\0085b', U&'\00A0a', U&'a\3000',
    U&'a\200B', U&'\FEFFa', 'a b']) typed;
-- Longer than any that is stored: left as it is.
SELECT auth_fold_email(repeat('A', 1025)) = repeat('A', 1025);
-- One whose normal form is longer than itself.
SELECT refused(format('SELECT auth_create_user(''email'', %L)', repeat(U&'\0958', 341)));

-- Stored folded and asked for folded, by each function.
SELECT user_id FROM auth_create_user('email', 'Ada@Example.com', 'passphrase1', user_id => 'byron');
SELECT refused($$SELECT auth_create_user('email', 'aDA@example.com')$$);
SELECT refused($$SELECT auth_create_key('byron', 'email', 'aDA@example.com')$$);
SELECT provider_user_id FROM auth_create_key('byron', 'username', 'Ada');
SELECT provider_user_id FROM auth_get_key('email', 'ADA@EXAMPLE.COM');
SELECT user_id FROM auth_get_user_by_provider_id('email', 'ADA@EXAMPLE.COM');
SELECT refused($$SELECT auth_get_key('username', 'ada')$$);
SELECT provider_user_id FROM auth_use_key('email', 'ADA@EXAMPLE.COM', 'passphrase1');
SELECT status, user_id FROM auth_sign_in('email', 'ADA@EXAMPLE.COM', 'passphrase1');
SELECT status FROM auth_request_sign_up('email', 'ADA@EXAMPLE.COM');
SELECT o.purpose, o.address, status FROM auth_take_outbox() o, auth_sign_up(o.token);
SELECT status FROM auth_sign_up_with_code('email', 'ADA@EXAMPLE.COM', 'no code');
SELECT provider_user_id FROM auth_update_key_password('email', 'ADA@EXAMPLE.COM', 'passphrase3');
SELECT provider_user_id FROM auth_update_key_identifier('email', 'ADA@EXAMPLE.COM', 'email', 'ADA@Example.net');
SELECT user_id FROM auth_update_user_provider_id('byron', 'email', 'ADA@Example.org');
SELECT provider_user_id FROM auth_import_key('byron', 'email', 'IMPORTED@example.org',
    '$2y$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6');
SELECT auth_delete_key('email', 'Imported@EXAMPLE.org');
SELECT status FROM auth_request_password_reset('email', 'ADA@EXAMPLE.ORG');
SELECT status FROM auth_request_magic_link('email', 'ADA@EXAMPLE.ORG');
SELECT status FROM auth_request_email_verification('byron', 'ADA@EXAMPLE.ORG');
SELECT status FROM auth_request_email_change('byron', 'NEW@Example.org');
SELECT purpose, address FROM auth_outbox ORDER BY purpose;
SELECT auth_reset_key_throttle('email', 'ADA@EXAMPLE.ORG');
SELECT DISTINCT provider_user_id FROM auth_get_events('byron') ORDER BY 1;
SELECT provider_id, provider_user_id FROM auth_key ORDER BY 1;

-- A code is used by whoever types the address in another way.
SELECT token AS code FROM auth_create_code('visit', address => 'Ada@Example.com') \gset
SELECT address FROM auth_use_code('visit', :'code', address => 'ADA@example.com');
-- Messages to an address are counted whatever it looks like, whoever asks.
SELECT count(auth_create_user('email', 'asker' || n, user_id => 'asker' || n)) FROM generate_series(1, 20) n;
SELECT count(*) FILTER (WHERE status = 'ok') AS ok, count(*) FILTER (WHERE status = 'throttled') AS throttled
FROM generate_series(1, 20) n, auth_request_email_change('asker' || n, left('MESSAGES', n % 8) || substr('messages', n % 8 + 1) || '@example.com');
SELECT count(*) AS messages FROM auth_outbox WHERE address = 'messages@example.com';
SELECT count(*) FROM generate_series(1, 20) n, auth_delete_user('asker' || n);

-- Refused for everybody in the same words, whether it exists or not.
SELECT refused(call) FROM (VALUES
    ($$SELECT auth_create_user('email', ' ada@example.org')$$),
    ($$SELECT auth_create_key('byron', 'email', 'ada@example.org ')$$),
    ($$SELECT auth_sign_in('email', ' ada@example.org', 'passphrase1')$$),
    ($$SELECT auth_sign_in('email', ' nobody@example.org', 'passphrase1')$$),
    ($$SELECT auth_request_sign_up('email', E'ada\n@example.org')$$),
    ($$SELECT auth_sign_up_with_code('email', E'ada\n@example.org', 'code')$$),
    ($$SELECT auth_get_key('email', ' ada@example.org')$$),
    ($$SELECT auth_update_key_identifier('email', 'ada@example.org', 'email', ' ada@example.org')$$),
    ($$SELECT auth_update_user_provider_id('byron', 'email', ' ada@example.org')$$),
    ($$SELECT auth_request_password_reset('email', ' ada@example.org')$$),
    ($$SELECT auth_request_magic_link('email', ' nobody@example.org')$$),
    ($$SELECT auth_request_email_verification('byron', ' ada@example.org')$$),
    ($$SELECT auth_request_email_change('byron', ' ada@example.org')$$),
    ($$SELECT auth_get_key_throttle('email', ' ada@example.org')$$)) v(call);
-- Other providers' names are as they are.
SELECT provider_user_id FROM auth_create_key('byron', 'username', ' Ada ');

-- The setting lists the providers, of which none is one, too.
SET auth.email_providers = 'email, "Other Mail"';
SELECT provider_user_id FROM auth_create_key('byron', 'Other Mail', 'ADA');
SELECT provider_user_id FROM auth_create_key('byron', 'other mail', 'ADA');
SET auth.email_providers = '';
SELECT provider_user_id FROM auth_create_key('byron', 'email', 'ADA');
SET auth.email_providers = 'email,';
RESET auth.email_providers;

-- An import folds as well.
CREATE TABLE lucia_user (id text PRIMARY KEY);
CREATE TABLE lucia_key (id text PRIMARY KEY, user_id text, hashed_password text);
INSERT INTO lucia_user VALUES ('imported');
INSERT INTO lucia_key VALUES ('email:Imported@Example.com', 'imported'), ('email:IMPORTED@example.com', 'imported'),
    ('email: x@example.com', 'imported');
SELECT * FROM auth_import_lucia('2', 'lucia_user', 'lucia_key') WHERE kind = 'key';
SELECT provider_user_id FROM auth_get_user_keys('imported');
DROP TABLE lucia_user, lucia_key;

-- What was stored before: folded where nobody else has the name, or reported.
SELECT auth_delete_user(id) FROM auth_user \g /dev/null
INSERT INTO auth_user (id) VALUES ('a'), ('b');
INSERT INTO auth_key (provider_id, provider_user_id, user_id) VALUES
    ('email', 'Alone@example.com', 'a'), ('email', U&'e\0301@example.com', 'a'), ('email', 'É@example.com', 'a'),
    ('email', 'Taken@example.com', 'a'), ('email', 'taken@example.com', 'b'),
    ('email', 'Pair@example.com', 'a'), ('email', 'pAIR@example.com', 'b'),
    ('email', ' space@example.com', 'a'), ('username', 'Ada', 'a');
SELECT auth_setup();
SELECT provider_id, provider_user_id, user_id FROM auth_key ORDER BY provider_user_id COLLATE "C";
SELECT user_id FROM auth_get_key('email', 'Taken@example.com');
DELETE FROM auth_key WHERE user_id = 'b';
DELETE FROM auth_key WHERE provider_user_id = ' space@example.com';
SELECT auth_setup();
SELECT auth_setup();
SELECT user_id FROM auth_get_key('email', 'Taken@example.com');
-- A provider that is added to the list: run it again.
SET auth.email_providers = 'email, username';
SELECT auth_setup();
RESET auth.email_providers;
SELECT provider_user_id FROM auth_key WHERE provider_id = 'username';

-- Spellings that a collation calls equal are one name.
SELECT auth_delete_user(id) FROM auth_user \g /dev/null
DELETE FROM auth_outbox;
DELETE FROM auth_token;
SELECT id AS before FROM auth_get_events(max_rows => 1) \gset
BEGIN;
CREATE COLLATION level2 (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
ALTER TABLE auth_key ALTER provider_user_id TYPE text COLLATE level2, ALTER provider_id TYPE text COLLATE level2;
SELECT user_id FROM auth_create_user('email', 'kana@すし.example', 'passphrase1', user_id => 'kana');
SELECT user_id FROM auth_create_user('Spiel', 'KANA', 'passphrase1', user_id => 'spiel');
SELECT provider_user_id FROM auth_create_key('spiel', 'email', 'spiel@example.com', verified => true);

-- Each spelling of eight kana, by the bits of a number.
CREATE FUNCTION spelled(n int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(CASE WHEN n >> i & 1 = 1 THEN substr('スシタマゴワサビ', i + 1, 1) ELSE substr('すしたまごわさび', i + 1, 1) END, '' ORDER BY i)
    FROM generate_series(0, 7) i
$$;

-- Messages go to the key's own spelling, with the token that is for its user.
SET LOCAL auth.client_providers = 'EMAIL, Email, email, spiel';
SELECT status FROM auth_request_password_reset('EMAIL', 'kana@スシ.example');
SELECT status FROM auth_request_magic_link('Email', 'kana@スし.example');
SELECT status FROM auth_request_email_verification('kana', 'kana@スシ.example');
SELECT status FROM auth_request_magic_link('spiel', 'Kana');
SELECT purpose, provider_id, address, user_id FROM auth_outbox ORDER BY 1, 2;
SELECT purpose, provider_id, address, user_id FROM auth_token ORDER BY 1, 2;
SELECT s.status, s.user_id FROM auth_take_outbox() o, auth_sign_in_with_token(o.token) s WHERE o.purpose = 'sign_in' ORDER BY 2;
-- Another spelling of the same key is no other key: tokens hold.
SELECT status FROM auth_request_password_reset('email', 'kana@スシ.example');
UPDATE auth_key SET provider_user_id = 'kana@スシ.example' WHERE user_id = 'kana';
SELECT u.* FROM auth_take_outbox() o, auth_reset_password(o.token, 'passphrase4') u;
SELECT status FROM auth_request_email_change('kana', 'kana@すし.example.org', 'Email');
SELECT provider_id, address FROM auth_token ORDER BY 1;
SELECT u.* FROM auth_take_outbox() o, auth_change_email(o.token) u;
SELECT purpose, provider_id, address FROM auth_outbox WHERE attempts = 0;
SELECT kind, reason, provider_id, provider_user_id FROM auth_event WHERE id > :before AND provider_id IS NOT NULL ORDER BY id;

-- An address that somebody has added and not proven is nobody's: who asks for it is asked as they spell it.
SELECT provider_user_id FROM auth_create_key('spiel', 'email', 'kana@タマゴ.example');
SELECT status FROM auth_request_sign_up('email', 'kana@たまご.example');
SELECT address, s.status, s.user_id = 'spiel' AS of_spiel
FROM auth_take_outbox() o, auth_sign_up(o.token, 'passphrase5') s WHERE o.purpose = 'sign_up';
SELECT provider_user_id, user_id = 'spiel' AS of_spiel FROM auth_key WHERE provider_user_id = 'kana@タマゴ.example';

-- 150 guesses in 150 spellings are 150 guesses at one key; unknown names too.
SET LOCAL auth.throttle_delay = '1h';
SELECT user_id FROM auth_create_user('email', spelled(0) || '@example.com', 'passphrase1', user_id => 'sushi');
SELECT count(DISTINCT spelled(n)) AS spellings FROM generate_series(1, 150) n;
SELECT status, count(*) FROM generate_series(1, 150) n, auth_sign_in('email', spelled(n) || '@example.com', 'passphrase2')
GROUP BY 1 ORDER BY 1;
SELECT status, count(*) FROM generate_series(1, 150) n, auth_sign_in('email', spelled(n) || '@unknown.example', 'passphrase2')
GROUP BY 1 ORDER BY 1;
SELECT failures FROM auth_get_key_throttle('email', spelled(255) || '@example.com');
SELECT failures FROM auth_get_key_throttle('email', spelled(255) || '@unknown.example');
SELECT DISTINCT provider_user_id FROM auth_event WHERE id > :before AND kind = 'sign_in_refused' ORDER BY 1;
SELECT auth_reset_key_throttle('email', spelled(77) || '@example.com');
SELECT failures FROM auth_get_key_throttle('email', spelled(255) || '@example.com');
-- ... 150 requests and 150 verifications for one mailbox, of somebody or nobody.
SELECT coalesce(max(id), 0) AS before FROM auth_outbox \gset
SELECT status, count(*) FROM generate_series(1, 150) n, auth_request_password_reset('email', spelled(n) || '@example.com')
GROUP BY 1 ORDER BY 1;
SELECT status, count(*) FROM generate_series(1, 150) n, auth_request_password_reset('email', spelled(n) || '@unknown.example')
GROUP BY 1 ORDER BY 1;
SELECT status, count(*) FROM generate_series(1, 150) n, auth_request_email_verification('sushi', spelled(n) || '@example.com')
GROUP BY 1 ORDER BY 1;
SELECT count(*) AS messages FROM auth_outbox WHERE id > :before;
-- ... and five guesses at a code.
SELECT token AS code FROM auth_create_code('visit', address => spelled(0) || '@example.com') \gset
SELECT count(u) FROM generate_series(1, 150) n, auth_use_code('visit', 'no code', address => spelled(n) || '@example.com') u;
SELECT count(*) FROM auth_use_code('visit', :'code', address => spelled(0) || '@example.com');
SELECT token AS code FROM auth_create_code('visit', address => spelled(0) || '@example.com') \gset
SELECT address FROM auth_use_code('visit', :'code', address => spelled(200) || '@Example.com');
ROLLBACK;

-- The same of user ids.
BEGIN;
CREATE COLLATION level2 (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
ALTER TABLE auth_key DROP CONSTRAINT auth_key_user_id_fkey;
ALTER TABLE auth_session DROP CONSTRAINT auth_session_user_id_fkey;
ALTER TABLE auth_refresh_token DROP CONSTRAINT auth_refresh_token_user_id_fkey;
ALTER TABLE auth_totp DROP CONSTRAINT auth_totp_user_id_fkey;
ALTER TABLE auth_user ALTER id TYPE text COLLATE level2;
SET LOCAL auth.throttle_delay = '1h';
SELECT user_id FROM auth_create_user('email', 'case@example.com', 'passphrase1', user_id => 'abcdefgh');
CREATE FUNCTION cased(n int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(CASE WHEN n >> i & 1 = 1 THEN chr(65 + i) ELSE chr(97 + i) END, '' ORDER BY i)
    FROM generate_series(0, 7) i
$$;
SELECT status, count(*) FROM generate_series(1, 150) n, auth_change_user_password(cased(n), 'passphrase2', 'passphrase3')
GROUP BY 1 ORDER BY 1;
SELECT token AS code FROM auth_create_code('visit', cased(0)) \gset
SELECT user_id FROM auth_use_code('visit', :'code', cased(200));
ROLLBACK;
