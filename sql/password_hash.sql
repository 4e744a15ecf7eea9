-- Password hashes of other systems: import, verification, replacement, audit.
CREATE TABLE vector (number int GENERATED ALWAYS AS IDENTITY, password text, stored text);
INSERT INTO vector (password, stored) VALUES
    ('123456', 's2:6SHyaUmqIW1qfeB1:5bdcbc839ef743532fe75deae8e6ab18cccdd1e4510a77bdd86c1556cbdad6b6dcf4d31f4f16f55299c5c0e68c8f18ac8ed4bbca67599d881709b94adf2a720a'),
    ('123456', '6SHyaUmqIW1qfeB1:adb08f62260ae7ecfed421f7a66241cd17d86ee06f71f8c1ebe90a8e220b27fb026b769c1a12d7ef5f467007d16b3b6e3fde6aebd2217b4a373890448117fd71'),
    (E'p\u00e4ssw\u00f6rd \u2460\ufb01', 's2:abcdefghij012345:c02ac2ddecea368a1e5d12ebf2f48fb5d80f3888bd9ffe3bcb1f5e56299cb89e0e2862c961f9cbd32329e8ecdab31bb7c1ef589c3aff6d2b972566be0cf6d64e'),
    (E'p\u00e4ssw\u00f6rd \u2460\ufb01', 'AbCdEfGhIjKlMnOp:325c1f7cafb67ce786e89ca38f12ce395d5dff10d223daf9b31b4f427ade9d83f98f40b52dde18cf20af2c6b8a9fa7cb3b70112b68a4f63ccc1dad038b7df3eb'),
    ('hunter2', '00112233445566778899aabbccddeeff:ead8671eb81bd0af570262be529eedf9e342044627f78164c5c97022e23de3248cf32515790cbc3a8704aeaed3b6335c498c5ac2989516d65d02e0619bf3e55c'),
    (E'p\u00e4ssw\u00f6rd \u2460\ufb01', '$2b$04$abcdefghijklmnopqrstuuE4Sfua3bTm2/DeGZL.esUtkF9U8lCVW'),
    ('U*U', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'),
    ('password', '$argon2id$v=19$m=256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    ('password', '$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$9L/MH4448351WV2y4GgtHn+8xB7/fous'),
    ('pleaseletmein', '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw'),
    ('password', 'pbkdf2_sha256$4096$salt$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o='),
    ('password', '$pbkdf2-sha256$4096$c2FsdA$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o'),
    ('password', '$pbkdf2-sha512$4096$c2FsdA$0Zexsz2wFD4BixLz0dFHnmzevcyXxcD4f2kC4HL0V7UUPzBgJkGz1VzTNZiMs2uEN2Bg7NUy4Dm3QqI5Q0ry1Q'),
    ('Hello world!', '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'),
    ('Hello world!', '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1'),
    ('hello', '$y$j9T$p6OI0WN7.rSfZBOijjRdR.$xUOA2MTcB48ac.9Oc5fz8cxwLv1mMqabnn333iOzSA6'),
    ('test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'),
    ('test', '$scrypt$ln=16384,r=8,p=1$2npRo7P03Mt8keSoMbyD/tKFWyUzjiQf2svUaNDSrhA=$MiCzNcIplSMqSBrm4HckjYqYhaVPPjTARTzwB1cVNYE='),
    ('test', '$pbkdf2-sha256$i=100000,l=32$1jP+5Zxpxgtee/iPxGgOz0RfE9/KJuDElP1ley4VxXc$QJxzfvdbHYBpydCbHoFg3GJEqMFULwskiuqiJctoYpI'),
    ('test', '$pbkdf2-sha512$i=100000,l=32$bdHBpn7OWOivJMVJypy2UqR0UnaD5prQXRZevj/05YU$+wArTfv1a+bNGO1iZrmEdVjhA+lL11wF4/IxpgYfPwc'),
    ('test', '$pbkdf2-sha512$100000$bdHBpn7OWOivJMVJypy2UqR0UnaD5prQXRZevj/05YU$+wArTfv1a+bNGO1iZrmEdVjhA+lL11wF4/IxpgYfPwc'),
    ('password', 'argon2$argon2id$v=19$m=1024,t=2,p=8$c29tZXNhbHRzb21lc2FsdA$nVzh67mYLsEZKI1Zb1dooQ'),
    ('password', 'bcrypt$$2b$04$LGL/5UMdg37HYM1.tUVp9uSyfXHK/ARr8.4R88s/xaf918R.iHPjy'),
    (E'l\u00e8tmein', 'bcrypt_sha256$$2b$04$ZfQ03bOo62EwP4ygZl5YpupC.iGxbjZ1x9VHDWv1r04nfC7/P0f0O'),
    (E'l\u00e8tmein', 'scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw=='),
    (E'l\u00e8tmein', 'scrypt:32768:8:1$DeuwR_TBecJAeYkijCLuLw$72a23e0c385f12222482c723a3a0da812b51213a1f12708c3cdd1572112ffc41fa378c1bdbe80527c84722d6c352876bd13bfe28edb39ba186f916565f555030'),
    ('password', 'pbkdf2:sha256:1000$AnPb6gbCU2sHlnK9$afcef1c6ff9a6c92ba57184f3ecbf3f366e2de3d526844a4e8ff33fc63b94635'),
    ('password', 'pbkdf2:sha512:1000$hI4Uwpy9TwPPkHDt$12d485b7a07ee80c2f271b74f43c2e33bf4d0f2528ed738246a7d8d3390a21e096d01f4b650b8a358303bf66d41c9fecae29d024c679ce5e31ede08354310730'),
    (E'l\u00e8tmein', '$wp$2y$04$MZTDPbwQcfN2sfivRmMxPe0FWNGrKg/deRplmEiLzhZmJOBIPco6W'),
    ('user1password', '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==');
SELECT format, parameters, strength, needs_rehash,
    auth_verify_password_hash(stored, password) AS good, auth_verify_password_hash(stored, password || '!') AS wrong
FROM vector, auth_describe_password_hash(stored) ORDER BY number;

-- Two of Lucia's formats are of the normal form only.
SELECT auth_verify_password_hash(stored, normalize(password, NFKC)) FROM vector WHERE password ~ 'ssw' ORDER BY number;
SELECT auth_verify_password_hash('s2:AbCdEfGhIjKlMnOp:ab994505c348d24a9255357c36d5f67965503d94ff1fb9e5f75514d1e1860d9ea723e198e9b325ba6827ba88617aa58c875e0672e043e6c76539874831772d0e', E'p\u00e4ssw\u00f6rd \u2460\ufb01') AS raw;
-- Another algorithm is out of date at whatever cost.
SELECT * FROM auth_describe_password_hash('$argon2i$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$9L/MH4448351WV2y4GgtHn+8xB7/fous');
SELECT * FROM auth_describe_password_hash('$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$9L/MH4448351WV2y4GgtHn+8xB7/fous');

SELECT user_id FROM auth_create_user(user_id => 'h');
SELECT provider_user_id, password_defined FROM vector, auth_import_key('h', 'import', number::text, stored) ORDER BY number;
SELECT * FROM auth_get_password_audit();
SELECT refused(format('SELECT auth_use_key(''import'', %L, %L)', number, password || '!')) FROM vector GROUP BY 1;
-- Wrong passwords replace nothing, nor does a read-only transaction.
SELECT count(*) FROM vector JOIN auth_key ON provider_user_id = number::text AND hashed_password = stored;
BEGIN READ ONLY;
SELECT count(user_id) FROM vector, auth_use_key('import', number::text, password);
COMMIT;
SELECT count(*) FROM vector JOIN auth_key ON provider_user_id = number::text AND hashed_password = stored;

-- A good sign-in replaces each; sessions and the time of the change stay.
SELECT token AS t FROM auth_create_session('h') \gset
UPDATE auth_key SET password_changed_at = '2020-01-01 00:00:00+00';
SELECT count(user_id) FROM vector, auth_use_key('import', number::text, password);
SELECT * FROM auth_get_password_audit();
SELECT count(*) FROM auth_key WHERE hashed_password ~ '^\$argon2id\$v=19\$m=19456,t=2,p=1\$' AND password_changed_at = '2020-01-01 00:00:00+00';
SELECT state FROM auth_get_session(:'t');
SELECT count(user_id) FROM vector, auth_use_key('import', number::text, password);
-- Afterwards it is left alone, and the normal form is what was hashed.
CREATE TEMP TABLE before AS SELECT provider_user_id, hashed_password FROM auth_key;
SELECT count(user_id) FROM vector, auth_use_key('import', number::text, normalize(password, NFKC));
SELECT count(*) FROM auth_key JOIN before USING (provider_user_id, hashed_password);

-- Stronger hashes stay; the cost of either kind below the settings does not.
SET auth.password_memory = '16MB';
SELECT user_id FROM auth_use_key('import', '1', '123456');
SELECT count(*) FROM auth_key JOIN before USING (provider_user_id, hashed_password);
SET auth.password_iterations = 3;
SELECT user_id FROM auth_use_key('import', '1', '123456');
SELECT provider_user_id, left(hashed_password, 30) AS hash FROM auth_key WHERE hashed_password NOT IN (SELECT hashed_password FROM before);
SELECT strength, needs_rehash, parameters FROM auth_describe_password_hash((SELECT hashed_password FROM auth_key WHERE provider_user_id = '1'));
RESET auth.password_memory;
SELECT user_id FROM auth_use_key('import', '1', '123456');
SELECT provider_user_id, left(hashed_password, 30) AS hash FROM auth_key WHERE hashed_password NOT IN (SELECT hashed_password FROM before);
RESET auth.password_iterations;
-- Settings below the floor make weak hashes.
SET auth.password_memory = '8MB';
SELECT user_id FROM auth_create_key('h', 'email', 'weak', 'passphrase');
SELECT strength, needs_rehash FROM auth_describe_password_hash((SELECT hashed_password FROM auth_key WHERE provider_user_id = 'weak'));
RESET auth.password_memory;

-- The transaction of the sign-in decides.
UPDATE auth_key SET hashed_password = stored FROM vector WHERE provider_user_id = '7' AND number = 7;
BEGIN;
SELECT user_id FROM auth_use_key('import', '7', 'U*U');
SELECT left(hashed_password, 10) FROM auth_key WHERE provider_user_id = '7';
ROLLBACK;
SELECT left(hashed_password, 10) FROM auth_key WHERE provider_user_id = '7';
-- A disabled user's stays.
UPDATE auth_user SET disabled_at = now();
SELECT refused('SELECT auth_use_key(''import'', ''7'', ''U*U'')');
SELECT left(hashed_password, 10) FROM auth_key WHERE provider_user_id = '7';
UPDATE auth_user SET disabled_at = NULL;

-- What bcrypt cuts off might be mistyped: such a hash stays, too.
UPDATE auth_key SET hashed_password = '$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i' WHERE provider_user_id = '7';
SELECT user_id FROM auth_use_key('import', '7', repeat('x', 80));
SELECT refused(format('SELECT auth_use_key(''import'', ''7'', %L)', repeat('x', 71)));
SELECT left(hashed_password, 10) FROM auth_key WHERE provider_user_id = '7';
SELECT user_id FROM auth_use_key('import', '7', repeat('x', 72));
SELECT left(hashed_password, 10) FROM auth_key WHERE provider_user_id = '7';

-- A password that is too short for a new one, and one too long for any.
SELECT user_id FROM auth_import_key('h', 'import', 'short', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW');
SELECT refused(format('SELECT auth_use_key(''import'', ''short'', %L)', repeat('x', 1025)));
SELECT user_id FROM auth_use_key('import', 'short', 'U*U');
SELECT left(hashed_password, 10) FROM auth_key WHERE provider_user_id = 'short';

-- The empty password is nobody's, though others have stored hashes of it.
CREATE TABLE empty (number int GENERATED ALWAYS AS IDENTITY, stored text);
INSERT INTO empty (stored) VALUES
    ('s2:abcdefghij012345:5a4dcca7d27a537de1e46049b749c312ca9deb3673a061384fda59cc93b8d8499d106438e4b10f509fcba5315fc7d54681263f794a3a2688649c648e4e93ad37'),
    ('$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.'),
    ('$wp$2y$04$5hKQHEOZgQAOwCgtvpoSiuMY9KaCB3IETB4joY4iEZ.K9xVColE5C'),
    ('$6$saltstring$kyGrqt6gmjAdtFLPrflEFifSYLCWWq1pyx95SvqinLDy2UHmj0sTF0MSLMwxPFZc3tu5kQckI8fks0zOPda3n1');
SELECT d.format, auth_verify_password_hash(stored, '') AS opens, (auth_import_key('h', 'email', number::text, stored)).password_defined
    FROM empty, auth_describe_password_hash(stored) d ORDER BY number;
SELECT refused(format('SELECT auth_use_key(''email'', %L, '''')', number)) AS use_key, status, token
    FROM empty, auth_sign_in('email', number::text, '') ORDER BY number;
SELECT count(*) FROM empty JOIN auth_key ON provider_id = 'email' AND provider_user_id = number::text AND hashed_password = stored;
-- Nor is it the password of a key that has none.
SELECT user_id FROM auth_create_key('h', 'email', 'none');
SELECT status, token FROM auth_sign_in('email', 'none', '');
SELECT refused('SELECT auth_use_key(''email'', ''none'', '''')');
-- Nor is it what is asked for before a change, or what can be set.
SELECT user_id FROM auth_create_user('email', 'alone', user_id => 'alone');
UPDATE auth_key SET hashed_password = stored FROM empty WHERE provider_user_id = 'alone' AND number = 1;
SELECT token AS t FROM auth_create_session('alone') \gset
SELECT status FROM auth_change_password(:'t', '', 'correct horse battery');
SELECT refused('SELECT auth_update_user_password(''alone'', '''')');
DELETE FROM auth_key WHERE provider_id = 'email' AND provider_user_id <> 'weak';
DROP TABLE empty;

-- Refused at import.
SELECT stored, refused(format('SELECT auth_import_key(''h'', ''import'', ''bad'', %L)', stored)) AS import,
    d.format, d.parameters, d.strength, d.needs_rehash
FROM (VALUES (''), ('password'), ('5f4dcc3b5aa765d61d8327deb882cf99'), ('$2b$04$short'), ('$2x$04$abcdefghijklmnopqrstuuE4Sfua3bTm2/DeGZL.esUtkF9U8lCVW'),
    ('$2b$31$abcdefghijklmnopqrstuuE4Sfua3bTm2/DeGZL.esUtkF9U8lCVW'), ('$scrypt$ln=30,r=8,p=1$U29kaXVt$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o'),
    ('$scrypt$ln=014,r=8,p=1$U29kaXVt$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o'), ('pbkdf2_sha256$4000000000$salt$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o='),
    ('$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw'),
    ('$argon2id$v=19$m=1048576,t=32,p=1$c29tZXNhbHRzb21lc2FsdA$' || repeat('A', 43)), ('$argon2i$v=19$m=1048576,t=4,p=4$c29tZXNhbHRzb21lc2FsdA$' || repeat('A', 43)),
    ('$pepper$k=1$argon2id$v=19$m=125001,t=32,p=1$c29tZXNhbHRzb21lc2FsdA$' || repeat('A', 43)),
    ('$2b$17$abcdefghijklmnopqrstuuE4Sfua3bTm2/DeGZL.esUtkF9U8lCVW'), ('$scrypt$ln=17,r=8,p=9$U29kaXVt$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o'),
    ('$pbkdf2-sha256$1000000000$MQ$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o'), ('$5$rounds=999999999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8'),
    ('$6$rounds=999999999$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1'),
    ('$y$jjT$p6OI0WN7.rSfZBOijjRdR.$xUOA2MTcB48ac.9Oc5fz8cxwLv1mMqabnn333iOzSA6'), ('$P$S12345678xUOA2MTcB48ac.9Oc5fz8/')) v(stored),
    auth_describe_password_hash(stored) d;
SELECT refused(format('SELECT auth_import_key(''h'', ''import'', ''bad'', %L)', repeat('$2b$04$', 100000)));
SELECT refused('SELECT auth_import_key(''nobody'', ''import'', ''1'', ''$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.'')');
SELECT refused('SELECT auth_import_key(''h'', ''import'', ''1'', ''$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.'')');
SELECT refused('SELECT auth_import_key(''h'', ''import'', ''x'', NULL)');
SELECT refused('SELECT auth_import_key(''h'', ''import'', '''', ''$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.'')');
SELECT refused('SELECT auth_import_key(NULL, ''import'', ''x'', ''x'')');
SELECT refused('SELECT auth_verify_password_hash(''$2b$04$short'', ''password'')');
SELECT refused('SELECT auth_verify_password_hash(''$argon2id$v=19$m=1048576,t=32,p=1$c29tZXNhbHRzb21lc2FsdA$'' || repeat(''A'', 43), ''password'')');
-- Ten times the cost of the settings is borne, too.
SET auth.password_memory = '1GB';
SELECT strength FROM auth_describe_password_hash('$argon2id$v=19$m=1048576,t=20,p=1$c29tZXNhbHRzb21lc2FsdA$' || repeat('A', 43));
SELECT strength FROM auth_describe_password_hash('$argon2id$v=19$m=1048576,t=21,p=1$c29tZXNhbHRzb21lc2FsdA$' || repeat('A', 43));
SELECT strength FROM auth_describe_password_hash('$2b$18$abcdefghijklmnopqrstuuE4Sfua3bTm2/DeGZL.esUtkF9U8lCVW');
RESET auth.password_memory;
SELECT strength FROM auth_describe_password_hash('$2b$18$abcdefghijklmnopqrstuuE4Sfua3bTm2/DeGZL.esUtkF9U8lCVW');
SELECT refused('SELECT auth_verify_password_hash(NULL, ''password'')');
SELECT refused('SELECT auth_verify_password_hash(''x'', NULL)');
SELECT refused('SELECT auth_describe_password_hash(NULL)');

-- Stored by hand, what cannot be verified is counted as such.
UPDATE auth_key SET hashed_password = 'x' WHERE provider_user_id IN ('1', '2');
UPDATE auth_key SET hashed_password = '$2b$31$abcdefghijklmnopqrstuuE4Sfua3bTm2/DeGZL.esUtkF9U8lCVW' WHERE provider_user_id = '3';
UPDATE auth_key SET hashed_password = NULL WHERE provider_user_id = '4';
SELECT * FROM auth_get_password_audit();
-- More rows than are held at a time.
INSERT INTO auth_key (provider_id, provider_user_id, user_id, hashed_password)
    SELECT 'many', n, 'h', '$2a$10$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.' FROM generate_series(1, 2500) n;
SELECT * FROM auth_get_password_audit() WHERE format = 'bcrypt';

TRUNCATE auth_user CASCADE;
SELECT * FROM auth_get_password_audit();
DROP TABLE vector, before;
