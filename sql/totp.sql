-- Authenticator apps: enrolled, confirmed, used, and taken away again.
\getenv abs_srcdir PG_ABS_SRCDIR
\set key_helper :abs_srcdir '/test/key_file.psql'
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
-- A session with a token that is known, by these methods, so long ago.
CREATE FUNCTION begin_session(user_id text, token text, methods integer DEFAULT 1, ago interval DEFAULT '0') RETURNS void LANGUAGE sql AS $$
    INSERT INTO auth_session (id, user_id, created_at, active_expires_at, idle_expires_at, methods)
    VALUES (auth_session_id(token), user_id, now() - ago, now() - ago + '1 day', now() - ago + '15 days', methods)
$$;
CREATE FUNCTION events(name text) RETURNS TABLE (kind text, reason text, session boolean, client_address inet, count bigint) LANGUAGE sql VOLATILE AS $$
    SELECT kind, reason, session_id IS NOT NULL, client_address, count FROM auth_event
    WHERE user_id = name AND id > (SELECT max(id) FROM auth_event WHERE kind = 'mark') ORDER BY id
$$;
CREATE FUNCTION mark() RETURNS void LANGUAGE sql VOLATILE AS $$INSERT INTO auth_event (created_at, kind) VALUES (now(), 'mark')$$;
SELECT user_id FROM auth_create_user('email', 'ida@example.com', 'correct horse battery', user_id => 'ida');
SELECT user_id FROM auth_create_user('email', 'oto@example.com', 'battery of oto', user_id => 'oto');
SELECT begin_session('ida', 'laptop'), begin_session('ida', 'phone'), begin_session('ida', 'old', 1, '1 hour'), begin_session('oto', 'oto');

-- Without an issuer or a key there is none, whoever asks.
SELECT refused($$SELECT auth_create_totp('nobody')$$);
SET auth.totp_issuer = 'ACME: Co';
SET auth.totp_issuer = 'ACME & Co';
SELECT split_part(refused($$SELECT auth_create_totp('laptop')$$), E'\n', 1);
SELECT split_part(refused($$SELECT auth_import_totp('ida', '12345678901234567890')$$), E'\n', 1);
SELECT count(*) FROM auth_totp;
\set key_file regress_auth.keys
\i :key_helper
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
SET auth.totp_issuer = 'ACME & Co';

-- Refused: who is nobody, whose session is not fresh, and what is no app.
SELECT status, factor_id, secret, uri FROM auth_create_totp('nobody');
SELECT status, factor_id, secret, uri FROM auth_create_totp(NULL);
SELECT status, factor_id, secret, uri FROM auth_create_totp('old');
SELECT refused(format($$SELECT auth_create_totp('laptop', algorithm => %L)$$, word)) FROM unnest('{NULL,MD5,sha1,SHA-256,"",SHA1\0}'::text[]) word;
SELECT digits, split_part(refused(format($$SELECT auth_create_totp('laptop', digits => %L)$$, digits)), E'\n', 1) AS answer FROM unnest('{NULL,5,9,0,-1,2147483647}'::int[]) digits;
SELECT split_part(refused(format($$SELECT auth_create_totp('laptop', name => %L)$$, name)), E'\n', 1) FROM (VALUES (''), (repeat('x', 1025))) v (name);
SELECT count(*) FROM auth_totp;

-- A secret, and a URI for a QR code, which are seen once.
SELECT * FROM auth_create_totp('laptop') \gset replaced_
SELECT status, retry_after, length(secret) AS letters, factor_id IS NOT NULL AS id,
    uri = 'otpauth://totp/ACME%20%26%20Co:ida%40example.com?secret=' || secret || '&issuer=ACME%20%26%20Co&algorithm=SHA256&digits=6&period=30' AS uri
FROM auth_create_totp('laptop', 'my phone', 'SHA256') \gset
\echo :status :retry_after :letters :id :uri
SELECT status, factor_id, secret FROM auth_create_totp('laptop', 'my phone', 'SHA256') \gset
SELECT a.algorithm, a.digits, a.status, length(a.secret) AS letters, substr(uri, position('&algorithm' IN uri)) AS uri FROM (
    SELECT w.algorithm, w.digits, t.* FROM (VALUES ('SHA1', 6), ('SHA256', 7), ('SHA512', 8)) w (algorithm, digits), auth_create_totp('oto', NULL, w.algorithm, w.digits) t) a;
-- One that waits takes the place of the one before, and is not asked for.
SELECT user_id, count(*), bool_or(confirmed_at IS NOT NULL) AS confirmed FROM auth_totp GROUP BY user_id ORDER BY 1;
SELECT count(*) FROM auth_get_own_factors('laptop');
SELECT second_factor_at FROM auth_user WHERE id = 'ida';
-- ... nor has it a name, and it goes by being replaced.
SELECT status FROM auth_rename_own_factor('laptop', :'factor_id', 'none');
SELECT status, new_token FROM auth_delete_own_factor('laptop', :'factor_id');
SELECT split_part(refused(format('SELECT auth_delete_user_factor(%L, %L)', 'ida', :'factor_id')), ' ', 1);
-- The row has no secret that can be read.
SELECT key_id, length(secret) AS bytes, name, algorithm, digits, period, last_step FROM auth_totp WHERE user_id = 'ida';
SELECT count(*) FROM auth_totp WHERE position(convert_to(:'secret', 'UTF8') IN secret) > 0;

-- What does not confirm it: one answer, and the reason in the record.
SELECT mark();
SELECT n, status, retry_after, new_token, recovery_codes FROM (VALUES
    (1, 'laptop', :'factor_id'::uuid, '000000'), (2, 'laptop', :'factor_id', ''), (3, 'laptop', :'factor_id', '12345'), (4, 'laptop', :'factor_id', '1234567'),
    (5, 'laptop', :'factor_id', 'abcdef'), (6, 'laptop', :'factor_id', repeat('1', 100000)), (7, 'laptop', :'factor_id', totp_code(:'secret', 5)),
    (8, 'laptop', :'replaced_factor_id', totp_code(:'secret')), (9, 'laptop', gen_random_uuid(), totp_code(:'secret')), (10, 'oto', :'factor_id', totp_code(:'secret')),
    (11, 'nobody', :'factor_id', totp_code(:'secret')), (12, NULL, :'factor_id', totp_code(:'secret'))
    ) v (n, token, factor_id, code), auth_confirm_totp(v.token, v.factor_id, v.code, '192.0.2.7') ORDER BY n;
SELECT status FROM auth_confirm_totp('old', :'factor_id', totp_code(:'secret'));
SELECT refused(format($$SELECT auth_confirm_totp('laptop', %L, %L)$$, id, code)) FROM (VALUES (:'factor_id', NULL), (NULL, '123456')) v (id, code);
SELECT * FROM events('ida');
SELECT kind, reason FROM events('oto');
-- Too late, or made in the future.
UPDATE auth_totp SET created_at = now() - '16 minutes'::interval WHERE user_id = 'ida';
SELECT status FROM auth_confirm_totp('laptop', :'factor_id', totp_code(:'secret'));
UPDATE auth_totp SET created_at = now() + '1 hour'::interval WHERE user_id = 'ida';
SELECT status FROM auth_confirm_totp('laptop', :'factor_id', totp_code(:'secret'));
UPDATE auth_totp SET created_at = now() WHERE user_id = 'ida';

-- Confirmed: the other sessions end, this one has a new token and level 2, and there are recovery codes.
SELECT aal, amr FROM auth_get_session('laptop');
SELECT refresh_token AS refresh FROM auth_create_refresh_token(auth_session_id('phone')) \gset
SELECT mark();
SELECT totp_code(:'secret') AS code \gset
SELECT status, retry_after, new_token, array_length(recovery_codes, 1) AS codes, recovery_codes[1] AS recovery_code FROM auth_confirm_totp('laptop', :'factor_id', overlay(:'code' PLACING ' ' FROM 4 FOR 0), '192.0.2.7') \gset
\echo :status :retry_after :codes
SELECT aal, amr, authenticated_at > created_at AS anew FROM auth_get_session(:'new_token');
SELECT t, user_id FROM unnest('{laptop,phone,old}'::text[]) t, auth_get_session(t);
SELECT status FROM auth_rotate_refresh_token(:'refresh');
SELECT * FROM events('ida') ORDER BY kind, reason;
SELECT factor_id = :'factor_id' AS id, kind, name, last_used_at >= created_at AS used, remaining, refused_until FROM auth_get_own_factors(:'new_token');
SELECT factor_id = :'factor_id' AS id, kind, name, remaining FROM auth_get_user_factors('ida');
SELECT count(*) FROM auth_get_own_factors('laptop');
SELECT refused($$SELECT * FROM auth_get_user_factors('none')$$);
SELECT second_factor_at IS NOT NULL AS asked FROM auth_user WHERE id = 'ida';
-- It is confirmed once, by a code that is no other proof.
SELECT status FROM auth_reauthenticate(:'new_token', totp => :'code');
SELECT status FROM auth_confirm_totp(:'new_token', :'factor_id', totp_code(:'secret', 1));

-- Names are the user's own.
SELECT status, retry_after FROM auth_rename_own_factor(:'new_token', :'factor_id', 'old phone');
SELECT status FROM auth_rename_own_factor('oto', :'factor_id', 'mine'), LATERAL (SELECT) x;
SELECT status FROM auth_rename_own_factor('nobody', :'factor_id', 'mine');
SELECT status FROM auth_rename_own_factor(:'new_token', gen_random_uuid(), 'mine');
SELECT refused(format($$SELECT auth_rename_own_factor('oto', %L, %L)$$, id, name)) FROM (VALUES (NULL, 'x'), (:'factor_id', '')) v (id, name);
SELECT name FROM auth_get_own_factors(:'new_token') WHERE kind = 'totp';
SELECT status FROM auth_rename_own_factor(:'new_token', :'factor_id', NULL);
SELECT name FROM auth_get_own_factors(:'new_token') WHERE kind = 'totp';

-- A session of less than level 2 neither adds nor deletes one.
SELECT begin_session('ida', 'thief');
SELECT status FROM auth_create_totp('thief');
SELECT status FROM auth_delete_own_factor('thief', :'factor_id');
SELECT status, new_token FROM auth_delete_own_factor('oto', :'factor_id');

-- A second one: no other recovery codes, and it is asked for since the first one.
SELECT second_factor_at AS since FROM auth_user WHERE id = 'ida' \gset
SELECT new_token AS t FROM (SELECT :'new_token' AS new_token) x \gset
SELECT factor_id, secret FROM auth_create_totp(:'t', 'spare', 'SHA512', 8) \gset second_
SELECT status, new_token, recovery_codes FROM auth_confirm_totp(:'t', :'second_factor_id', totp_code(:'second_secret', digits => 8)) \gset second_
\echo :second_status :second_recovery_codes
SELECT second_factor_at = :'since' AS since_the_first FROM auth_user WHERE id = 'ida';
SELECT count(*) FROM auth_get_session('thief');
SELECT kind, name, remaining FROM auth_get_own_factors(:'second_new_token');

-- Deleted by its user: of two, the session stays at level 2.
SELECT mark();
SELECT status, retry_after, new_token FROM auth_delete_own_factor(:'second_new_token', :'second_factor_id') \gset
\echo :status :retry_after
SELECT count(*) FROM auth_get_session(:'second_new_token');
SELECT aal, amr FROM auth_get_session(:'new_token');
SELECT status, new_token FROM auth_delete_own_factor(:'new_token', :'second_factor_id');
SELECT * FROM events('ida');
-- The last one: the level drops at once, none is asked for any more, and the recovery codes are gone; whatever of that the session has proven counts no more.
UPDATE auth_session SET methods = methods | 64 | 128 WHERE id = auth_session_id(:'new_token');
SELECT aal, amr, authenticated_at AS proven_at FROM auth_get_session(:'new_token') \gset
\echo :aal :amr
SELECT begin_session('ida', 'other', 9);
SELECT mark();
SELECT status, new_token FROM auth_delete_own_factor(:'new_token', :'factor_id') \gset
\echo :status
SELECT aal, amr, authenticated_at = :'proven_at' AS not_proven_anew FROM auth_get_session(:'new_token');
SELECT count(*) FROM auth_get_session('other');
SELECT second_factor_at FROM auth_user WHERE id = 'ida';
SELECT count(*) FROM auth_get_own_factors(:'new_token');
SELECT count(*) FROM auth_totp WHERE user_id = 'ida';
SELECT count(*) FROM auth_token WHERE user_id = 'ida';
SELECT * FROM events('ida');

-- Imported, with a secret of another system; used from now on, and sessions stay.
SELECT begin_session('oto', 'kept');
SELECT mark();
SELECT auth_import_totp('oto', '12345678901234567890123456789012', 'imported', 'SHA256', 6, 120) AS imported \gset
SELECT factor_id = :'imported' AS id, kind, name, last_used_at FROM auth_get_user_factors('oto');
SELECT algorithm, digits, period, last_step, confirmed_at IS NOT NULL AS confirmed FROM auth_totp WHERE id = :'imported';
SELECT second_factor_at IS NOT NULL AS asked FROM auth_user WHERE id = 'oto';
SELECT count(*) FROM auth_get_session('kept');
SELECT * FROM events('oto');
SELECT split_part(refused(format('SELECT auth_import_totp(%L, %L, %L, %L, %s, %s)', a[1], a[2], a[3], a[4], a[5], a[6])), E'\n', 1) FROM (VALUES
    ('{none,12345678901234567890,x,SHA1,6,30}'::text[]), ('{oto,NULL,x,SHA1,6,30}'), ('{oto,123456789,x,SHA1,6,30}'), (ARRAY['oto', repeat('x', 65), 'x', 'SHA1', '6', '30']),
    ('{NULL,12345678901234567890,x,SHA1,6,30}'), ('{oto,12345678901234567890,"",SHA1,6,30}'), ('{oto,12345678901234567890,x,SHA3,6,30}'), ('{oto,12345678901234567890,x,SHA1,4,30}'),
    ('{oto,12345678901234567890,x,SHA1,6,14}'), ('{oto,12345678901234567890,x,SHA1,6,121}'), ('{oto,12345678901234567890,x,SHA1,6,-2147483648}')) v (a);

-- Ten at most, whichever way they come; one that waits is not one of them, and does not become the eleventh.
SELECT begin_session('oto', 'full', 9);
SELECT factor_id AS waiting, secret FROM auth_create_totp('full', algorithm => 'SHA256') \gset
SELECT count(auth_import_totp('oto', '1234567890')) FROM generate_series(1, 9);
SELECT refused($$SELECT auth_import_totp('oto', '1234567890')$$);
SELECT refused($$SELECT auth_create_totp('full')$$);
SELECT refused(format('SELECT auth_confirm_totp(%L, %L, %L)', 'full', :'waiting', totp_code(:'secret')));
SELECT status FROM auth_create_totp('nobody');
SELECT begin_session('oto', 'low');
SELECT status FROM auth_create_totp('low');
SELECT count(*) FROM auth_get_user_factors('oto');

-- Deleted by whoever is trusted with ids: all sessions end.
SELECT mark();
SELECT auth_delete_user_factor('oto', (SELECT factor_id FROM auth_get_user_factors('oto') WHERE factor_id <> :'imported' LIMIT 1));
SELECT count(*) FROM auth_get_user_sessions('oto');
SELECT count(*) FROM auth_get_user_factors('oto');
SELECT kind, reason, count FROM events('oto');
SELECT refused(format('SELECT auth_delete_user_factor(%L, %L)', u, f)) FROM (VALUES ('none', gen_random_uuid()), ('oto', gen_random_uuid()), ('ida', :'imported'), ('oto', NULL), (NULL, gen_random_uuid())) v (u, f);
SELECT count(auth_delete_user_factor('oto', factor_id)) FROM auth_get_user_factors('oto') WHERE factor_id <> :'imported';
SELECT second_factor_at IS NOT NULL AS asked FROM auth_user WHERE id = 'oto';
SELECT auth_delete_user_factor('oto', :'imported');
SELECT second_factor_at IS NOT NULL AS asked FROM auth_user WHERE id = 'oto';

-- Those that wait too long are removed, and no others.
SELECT auth_import_totp('ida', '1234567890') IS NOT NULL AS imported;
INSERT INTO auth_totp (user_id, key_id, secret, created_at) VALUES ('oto', 'k', 's', now() - '14 minutes'::interval), ('oto', 'k', 's', now() - '16 minutes'::interval), ('oto', 'k', 's', now() - '1 day'::interval);
UPDATE auth_totp SET created_at = now() - '1 year'::interval WHERE user_id = 'ida';
SELECT auth_delete_dead_factors(1), auth_delete_dead_factors(), auth_delete_dead_factors();
SELECT refused('SELECT auth_delete_dead_factors(0)');
SELECT user_id FROM auth_totp ORDER BY 1;
DELETE FROM auth_totp;
SELECT auth_user.id FROM auth_user WHERE second_factor_at IS NOT NULL;
UPDATE auth_user SET second_factor_at = NULL;

-- Guesses count past the transaction, as those at any of the user's codes, until that is lifted.
SELECT user_id FROM auth_create_user('email', 'gus@example.com', 'battery of gus', user_id => 'gus');
SELECT begin_session('gus', 'gus');
SELECT factor_id, secret FROM auth_create_totp('gus', algorithm => 'SHA256') \gset
SELECT mark();
SET auth.throttle_max_failures = 3;
BEGIN;
SELECT status FROM auth_confirm_totp('gus', :'factor_id', 'wrong');
ROLLBACK;
SELECT status FROM auth_confirm_totp('gus', :'factor_id', '000000');
SELECT status FROM auth_sign_in('email', 'gus@example.com', 'battery of gus');
SELECT status FROM auth_confirm_totp('gus', gen_random_uuid(), totp_code(:'secret'));
SELECT status, retry_after FROM auth_confirm_totp('gus', :'factor_id', totp_code(:'secret'));
SELECT kind, reason FROM events('gus');
SELECT auth_reset_key_throttle('email', 'gus@example.com');
SELECT status FROM generate_series(1, 2) i, auth_confirm_totp('gus', :'factor_id', 'wrong ' || i);
SELECT status, new_token FROM auth_confirm_totp('gus', :'factor_id', totp_code(:'secret')) \gset
\echo :status
-- A right one begins the count anew.
SELECT status FROM auth_reauthenticate(:'new_token', totp => 'wrong');
RESET auth.throttle_max_failures;
SELECT auth_delete_user('gus');

-- A session of which no method is known has an app alone, until its user gives the password, too; and then that alone is not enough.
SELECT user_id FROM auth_create_user('email', 'una@example.com', 'battery of una', user_id => 'una');
SELECT token FROM auth_create_session('una') \gset
SELECT factor_id, secret FROM auth_create_totp(:'token', algorithm => 'SHA256') \gset
SELECT new_token AS token FROM auth_confirm_totp(:'token', :'factor_id', totp_code(:'secret')) \gset
SELECT aal, amr FROM auth_get_session(:'token');
SELECT status FROM auth_delete_own_factor(:'token', :'factor_id');
SELECT status, token FROM auth_reauthenticate(:'token', 'battery of una') \gset
SELECT :'status' AS status, aal, amr FROM auth_get_session(:'token');
SELECT status FROM auth_reauthenticate(:'token', 'battery of una');
SELECT status FROM auth_delete_own_factor(:'token', :'factor_id');
SELECT auth_delete_user('una');

-- What the owner of the table has made of a row: nothing is believed that was not written by us.
SELECT begin_session('ida', 'ida', 9);
SELECT factor_id, secret FROM auth_create_totp('ida', algorithm => 'SHA256') \gset
CREATE FUNCTION tampered(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
    EXECUTE 'UPDATE auth_totp SET ' || change || ' WHERE user_id = ''ida''';
    SELECT status INTO answer FROM auth_totp t, auth_confirm_totp('ida', t.id, '123456') WHERE user_id = 'ida';
    RAISE EXCEPTION '%', answer;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
INSERT INTO auth_totp (id, user_id, key_id, secret) SELECT gen_random_uuid(), 'oto', key_id, secret FROM auth_totp;
SELECT n, tampered(change) FROM (VALUES (0, 'name = ''x'''), (1, 'secret = set_byte(secret, 0, get_byte(secret, 0) # 1)'), (2, 'secret = set_byte(secret, length(secret) - 1, get_byte(secret, length(secret) - 1) # 1)'),
    (3, 'secret = substr(secret, 2)'), (4, 'secret = ''x'''), (5, 'secret = '''''), (6, 'algorithm = ''SHA512'''), (7, 'algorithm = ''MD5'''), (8, 'digits = 7'), (9, 'digits = 0'), (10, 'digits = 32767'), (11, 'digits = -32768'),
    (12, 'period = 60'), (13, 'period = 0'), (14, 'period = 32767'), (15, 'period = -1'), (16, 'key_id = ''other'''), (17, 'key_id = '''''), (18, 'id = gen_random_uuid()'), (19, 'last_step = 9223372036854775807'), (20, 'last_step = -9223372036854775808'),
    (21, 'secret = (SELECT decode(repeat(''00'', 100000), ''hex''))')) v (n, change) ORDER BY n;
-- The ciphertext of another row and another user, too.
UPDATE auth_totp SET secret = o.secret FROM auth_totp o WHERE auth_totp.user_id = 'oto' AND o.user_id = 'ida';
SELECT begin_session('oto', 'oto2');
SELECT refused(format($$SELECT auth_confirm_totp('oto2', %L, '123456')$$, id)) FROM auth_totp WHERE user_id = 'oto';
-- The row itself, given to another user
DELETE FROM auth_totp WHERE user_id = 'oto';
BEGIN;
UPDATE auth_totp SET user_id = 'oto';
SELECT refused(format($$SELECT auth_confirm_totp('oto2', %L, %L)$$, id, totp_code(:'secret'))) FROM auth_totp;
ROLLBACK;
-- That the server's clock was ahead, shows.
SELECT status, new_token FROM auth_confirm_totp('ida', :'factor_id', totp_code(:'secret')) \gset
\echo :status
UPDATE auth_totp SET last_step = 9223372036854775807;
SELECT kind, refused_until FROM auth_get_user_factors('ida') WHERE kind = 'totp';
UPDATE auth_totp SET last_step = extract(epoch FROM now())::bigint / 30 + 120;
SELECT kind, refused_until - now() BETWEEN '59 minutes' AND '62 minutes' AS in_an_hour FROM auth_get_user_factors('ida') WHERE kind = 'totp';
UPDATE auth_totp SET last_step = -9223372036854775808;
SELECT kind, refused_until FROM auth_get_user_factors('ida') WHERE kind = 'totp';

-- A trigger of the application's that keeps a row, or does not let it be written.
CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON auth_totp FOR EACH ROW EXECUTE FUNCTION kept();
SELECT refused(format('SELECT auth_create_totp(%L)', :'new_token'));
SELECT refused(format('SELECT auth_delete_own_factor(%L, %L)', :'new_token', :'factor_id'));
SELECT refused($$SELECT auth_import_totp('ida', '1234567890')$$);
DROP TRIGGER kept ON auth_totp;
SELECT status FROM auth_create_totp(:'new_token');
CREATE TRIGGER kept BEFORE DELETE ON auth_totp FOR EACH ROW EXECUTE FUNCTION kept();
SELECT refused(format('SELECT auth_create_totp(%L)', :'new_token'));
DROP TRIGGER kept ON auth_totp;
CREATE TRIGGER kept BEFORE UPDATE ON auth_user FOR EACH ROW EXECUTE FUNCTION kept();
SELECT refused($$SELECT auth_import_totp('oto', '1234567890')$$);
SELECT refused(format('SELECT auth_delete_own_factor(%L, %L)', :'new_token', :'factor_id'));
SELECT refused($$SELECT auth_delete_user_factors('ida')$$);
DROP TRIGGER kept ON auth_user;
DROP FUNCTION kept;

-- Nothing of it outlives its user.
SELECT auth_delete_user('ida');
SELECT count(*) FROM auth_totp;

-- In a read-only transaction one can look.
SELECT begin_session('oto', 'reader');
BEGIN READ ONLY;
SELECT count(*) FROM auth_get_own_factors('reader');
SELECT count(*) FROM auth_get_user_factors('oto');
SELECT refused('SELECT ' || call) FROM unnest(ARRAY['auth_create_totp(''reader'')', 'auth_confirm_totp(''reader'', gen_random_uuid(), ''123456'')', 'auth_rename_own_factor(''reader'', gen_random_uuid(), ''x'')',
    'auth_delete_own_factor(''reader'', gen_random_uuid())', 'auth_delete_user_factor(''oto'', gen_random_uuid())', 'auth_import_totp(''oto'', ''1234567890'')', 'auth_delete_dead_factors()']) call;
ROLLBACK;

\set key_file ''
\i :key_helper
SET client_min_messages = warning;
TRUNCATE auth_user CASCADE;
DROP FUNCTION begin_session, events, mark, tampered;
