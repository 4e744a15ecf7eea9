-- Which new passwords are accepted.
\pset null NULL
CREATE FUNCTION weakness(password text, provider_user_id text DEFAULT 'nobody') RETURNS text LANGUAGE sql
    AS 'SELECT coalesce(auth_get_password_weakness(password, provider_user_id), ''-'')';

-- The function tells what the others refuse.
SELECT password, auth_get_password_weakness(password) FROM (VALUES (''), ('short'), ('password'), ('a good password'), (NULL)) v (password)
WHERE password IS NOT NULL;
SELECT auth_get_password_weakness(repeat('long ', 205));
SELECT refused('SELECT auth_get_password_weakness(NULL)');
SELECT refused('SELECT auth_create_user(''email'', ''y1'', ''short'')');
SELECT refused('SELECT auth_create_user(''email'', ''y1'', ''password'')');
SELECT refused('SELECT auth_create_user(''email'', ''some.name@example.com'', ''example.com.some.name'')');
SELECT refused('SELECT auth_create_user(''email'', ''some.name@example.com'', ''some.name@example.com'')');
SET auth.password_context_words = 'acme';
SELECT refused('SELECT auth_create_user(''email'', ''y1'', ''acmeacme'')');
RESET auth.password_context_words;

-- The commonest ones, however they are written: the first and the last of the
-- list, with capitals, in wide letters, and what is no more than a run.
SELECT password, weakness(password) FROM (VALUES ('12345678'), ('PASSWORD'), ('PassWord'), (U&'\FF50\FF41\FF53\FF53\FF57\FF4F\FF52\FF44'),
    ('qwertyuiop'), ('aaaaaaaaaaaaaaaa'), ('abcdefghijklmno'), ('98765432'), ('ÄÄÄÄÄÄÄÄ'),
    ('passwor'), ('password '), (' password'), ('passwordx'), ('abcdefghijklmnp'), ('acegikmo')) v (password);
-- Short ones count where they are long enough.
SET auth.password_min_length = 1;
SELECT password, weakness(password) FROM (VALUES ('a'), ('ab'), ('qwe'), ('123'), ('1234'), ('love'), ('xq9')) v (password);
RESET auth.password_min_length;

-- The application's own list.
SELECT count(*) FROM auth_common_password;
INSERT INTO auth_common_password VALUES ('correct horse battery staple'), (lower('Ünlü Kırmızı')), (repeat('long ', 200));
SELECT password, weakness(password)
FROM (VALUES ('correct horse battery staple'), ('Correct Horse Battery Staple'), (E'U\u0308nlu\u0308 Kırmızı'), ('correct horse battery'),
    ('correct horse battery staples')) v (password);
SELECT weakness(repeat('LONG ', 200));
SELECT refused('SELECT auth_create_user(''email'', ''y1'', ''CORRECT horse battery staple'')');
DELETE FROM auth_common_password;
SELECT weakness('correct horse battery staple');
-- It needs no right on the table, and sees what was committed or done here.
CREATE ROLE regress_auth_form;
SELECT auth_grant('regress_auth_form', 'client');
INSERT INTO auth_common_password VALUES ('three blind mice');
SET ROLE regress_auth_form;
SELECT auth_get_password_weakness('three blind mice');
SELECT refused('TABLE auth_common_password');
RESET ROLE;
DROP OWNED BY regress_auth_form;
DROP ROLE regress_auth_form;
DELETE FROM auth_common_password;

-- Words of the context.
SET auth.password_context_words = 'Acme, "Big Shop", flügel';
SHOW auth.password_context_words;
SELECT password, weakness(password) FROM (VALUES ('acmeacme'), ('ACME2026'), ('acme123'), ('!acmeAcme!'), ('emcaemca1'), ('acme and more'), ('acme2026!'),
    ('big shop'), ('bigshop1'), ('Big Shop!'), ('bigg shop'), ('FLÜGEL!1'), ('legülf12'), ('flugel!!'), ('flxxel!!')) v (password);
SET auth.password_context_words = '';
SELECT weakness('acmeacme');
SET auth.password_context_words = 'acme,';
SET auth.password_context_words = '"acme';
RESET auth.password_context_words;

-- Similar to the identifier: the whole, what stands before the
-- sign of an address, a part of four letters or more, each from its end, too, and
-- nearly.
SELECT password, weakness(password, 'Some.Name@Example.com') FROM (VALUES ('some.name@example.com'), ('SOME.NAME'), ('examplexample'), ('example1'),
    ('moc.elpmaxe@eman.emos'), ('1elpmaxe'), ('exam.ple'), ('some.name@example.org'), ('some name at example'), ('namename'), ('name1name'),
    ('name4711'), ('comcomcom'), ('a good password')) v (password);
SELECT weakness('a good password', NULL), weakness('a good password', ''), weakness('kittykit', 'kit'), weakness('kitkitxy', 'kit'), weakness('kitkita1b2', 'kit');
SELECT weakness(repeat('ab', 400) || 'abcd', repeat('ab', 400)), weakness(repeat('ab', 400) || 'abc', repeat('ab', 400));

-- For every key of the user.
SELECT user_id FROM auth_create_user('email', 'first.person', 'a good password', user_id => 'y2');
SELECT provider_id FROM auth_create_key('y2', 'username', 'second', NULL);
SELECT refused('SELECT auth_create_key(''y2'', ''phone'', ''third.person'', ''third_person'')');
SELECT refused('SELECT auth_update_key_password(''email'', ''first.person'', ''person.first'')');
SELECT refused('SELECT auth_update_key_password(''email'', ''first.person'', ''first.persons'')');
SELECT provider_id FROM auth_update_key_password('email', 'first.person', 'second12345');
SELECT refused('SELECT auth_update_user_password(''y2'', ''second123'')');
SELECT refused('SELECT auth_update_user_password(''y2'', ''firstperson'')');
SELECT user_id FROM auth_update_user_password('y2', 'another good one');
-- Old passwords are taken, whatever they are.
SELECT user_id FROM auth_import_key('y2', 'email', 'password', '$argon2id$v=19$m=256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw');
SELECT user_id FROM auth_use_key('email', 'password', 'password');
SELECT needs_rehash FROM auth_key, auth_describe_password_hash(hashed_password) WHERE provider_user_id = 'password';
-- One look into the list is for all of the keys.
BEGIN;
SELECT idx_scan AS scans FROM pg_stat_xact_user_tables WHERE relname = 'auth_common_password' \gset
SELECT count(auth_create_key('y2', 'name ' || n, 'name ' || n)) FROM generate_series(1, 3) n;
SELECT count(auth_update_user_password('y2', 'one more good one'));
SELECT idx_scan - :scans AS scans FROM pg_stat_xact_user_tables WHERE relname = 'auth_common_password';
ROLLBACK;
SELECT auth_delete_user('y2');
DROP FUNCTION weakness;

-- A user of more keys than anybody can wait for: the last one is the similar
-- one, but the call ends when it is told to.
SELECT user_id FROM auth_create_user(user_id => 'hydra');
INSERT INTO auth_key (provider_id, provider_user_id, user_id)
SELECT 'head ' || to_char(i, 'FM00000'), CASE i WHEN 10000 THEN 'the last head' ELSE repeat('abcd-efgh.', 250) || i END, 'hydra'
FROM generate_series(1, 10000) i;
SET statement_timeout = '100ms';
SELECT auth_update_user_password('hydra', 'the last head');
RESET statement_timeout;
SELECT auth_delete_user('hydra');
