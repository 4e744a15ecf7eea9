-- One-time tokens and codes.
SELECT coalesce(max(id), 0) AS start FROM auth_event \gset
SELECT user_id FROM auth_create_user(user_id => 'ada');
SELECT user_id FROM auth_create_user(user_id => 'grace');

-- A token is of 32 letters; its id is its hash.
SELECT t.token ~ '^[a-z0-9]{32}$' AS ours, t.token_id = auth_session_id(t.token) AS its_id, t.token, purpose, address,
    expires_at - created_at AS lifetime
    FROM auth_create_token('invitation', NULL, 'ada@example.com', '7d') t \gset first_
\echo :first_ours :first_its_id :first_purpose :first_address :first_lifetime
SELECT count(*) AS stored FROM auth_token t WHERE t::text LIKE '%' || :'first_token' || '%';

-- It is used once, for its purpose and nothing else.
SELECT token FROM auth_create_token('invitation', 'ada', 'ada@example.com', data => '{"team": 1}') \gset
SELECT * FROM auth_use_token('password_reset', :'token');
SELECT * FROM auth_use_token('Invitation', :'token');
SELECT * FROM auth_use_token('', :'token');
SELECT * FROM auth_use_token('invitation', left(:'token', 31));
SELECT * FROM auth_use_token('invitation', :'token' || 'a');
SELECT * FROM auth_use_token('invitation', upper(:'token'));
SELECT * FROM auth_use_token('invitation', '');
SELECT * FROM auth_use_token('invitation', repeat('x', 1000000));
SELECT count(*) FROM auth_validate_session(:'token');
SELECT token, purpose, user_id, address, data, expires_at - created_at AS lifetime FROM auth_use_token('invitation', :'token');
SELECT * FROM auth_use_token('invitation', :'token');
-- A session is no token.
SELECT token AS session FROM auth_create_session('ada') \gset
SELECT * FROM auth_use_token('invitation', :'session');

-- What expired is none.
SELECT token FROM auth_create_token('visit', 'ada', lifetime => '10ms') \gset
SELECT pg_sleep(0.02);
SELECT * FROM auth_use_token('visit', :'token');
SET auth.token_lifetime = '2h';
SELECT expires_at - created_at AS lifetime FROM auth_create_token('visit', 'ada');
RESET auth.token_lifetime;

-- A newer one replaces the older, of its purpose and user or address.
SELECT token AS one FROM auth_create_token('visit', 'ada', 'one@example.com') \gset
SELECT token AS other_purpose FROM auth_create_token('call', 'ada', 'one@example.com') \gset
SELECT token AS other_user FROM auth_create_token('visit', 'grace', 'one@example.com') \gset
SELECT token AS no_user FROM auth_create_token('visit', address => 'ada') \gset
SELECT token AS two FROM auth_create_token('visit', 'ada', 'two@example.com', data => '{"n": 2}') \gset
SELECT token AS three FROM auth_create_token('visit', 'ada', replace => false) \gset
SELECT token AS four FROM auth_create_token('visit', 'ada', replace => false) \gset
SELECT token AS nobody FROM auth_create_token('visit') \gset
SELECT token AS nobody_else FROM auth_create_token('visit') \gset
SELECT t.n, u.purpose, u.user_id, u.address, u.data
    FROM (VALUES (1, 'visit', :'one'), (2, 'visit', :'two'), (3, 'visit', :'three'), (4, 'visit', :'four'), (5, 'call', :'other_purpose'),
        (6, 'visit', :'other_user'), (7, 'visit', :'no_user'), (8, 'visit', :'nobody'), (9, 'visit', :'nobody_else')) t (n, purpose, token),
        auth_use_token(t.purpose, t.token) u ORDER BY t.n;

-- Who rolls back has not used it.
SELECT token FROM auth_create_token('visit', 'ada') \gset
BEGIN;
SELECT user_id FROM auth_use_token('visit', :'token');
SELECT user_id FROM auth_use_token('visit', :'token');
ROLLBACK;
SELECT user_id FROM auth_use_token('visit', :'token');

-- Codes: digits, or letters that are not mistaken for others.
SELECT token ~ '^[0-9]{8}$' AS digits, expires_at - created_at AS lifetime, token_id <> auth_session_id(token) AS other_id
    FROM auth_create_code('visit', 'ada');
SELECT bool_and(token ~ '^[A-HJKMNP-Z2-9]{32}$') AS letters, count(DISTINCT letter) AS kinds
    FROM (SELECT token FROM generate_series(1, 40) n, auth_create_code('visit', 'ada', NULL, length => 32 + 0 * n, letters => true)) c,
        regexp_split_to_table(token, '') letter;
SELECT token AS code FROM auth_create_code('visit', 'ada', 'ada@example.com', data => '{"n": 1}') \gset
-- A code is no token, and a token no code.
SELECT token FROM auth_create_token('visit', 'ada') \gset
SELECT * FROM auth_use_token('visit', :'code');
SELECT * FROM auth_use_code('visit', :'token', 'ada');
INSERT INTO auth_token (id, purpose, code_hash, expires_at) VALUES (auth_session_id('x'), 'visit', auth_session_id('y'), 'infinity');
SELECT * FROM auth_use_token('visit', 'x');
DELETE FROM auth_token WHERE id = auth_session_id('x');
-- Whose it is and what for matters; the address it was sent to does not.
SELECT * FROM auth_use_code('visit', :'code', 'grace');
SELECT * FROM auth_use_code('visit', :'code', address => 'ada');
SELECT * FROM auth_use_code('call', :'code', 'ada');
SELECT token, purpose, user_id, address, data FROM auth_use_code('visit', :'code', 'ada', 'another@example.com');
SELECT * FROM auth_use_code('visit', :'code', 'ada');
SELECT count(*) FROM auth_use_token('visit', :'token');
-- Of an address, for who has no user yet.
SELECT token AS code FROM auth_create_code('sign_up', address => 'new@example.com', letters => true) \gset
SELECT * FROM auth_use_code('sign_up', :'code', address => 'other@example.com');
SELECT user_id, address FROM auth_use_code('sign_up', '  ' || lower(left(:'code', 4)) || '-' || right(:'code', 4), address => 'new@example.com');
-- A newer one replaces the older.
SELECT token AS old FROM auth_create_code('visit', 'ada', length => 9) \gset
SELECT token AS code FROM auth_create_code('visit', 'ada') \gset
SELECT * FROM auth_use_code('visit', :'old', 'ada');
SELECT user_id FROM auth_use_code('visit', :'code', 'ada');

-- A wrong code counts, whatever becomes of the transaction; after five of them
-- the right one is of no use.
CREATE FUNCTION wrong(code text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT translate(code, '0123456789', '1234567890')$$;
SELECT token AS code FROM auth_create_code('visit', 'ada') \gset
BEGIN;
SELECT count(*) FROM auth_use_code('visit', wrong(:'code'), 'ada');
SAVEPOINT s;
SELECT count(*) FROM generate_series(1, 3) n, auth_use_code('visit', wrong(:'code') || left(n::text, 0), 'ada');
ROLLBACK TO s;
ROLLBACK;
-- A right one that is rolled back does not count.
BEGIN;
SELECT count(*) FROM auth_use_code('visit', :'code', 'ada');
ROLLBACK;
SELECT count(*) FROM auth_use_code('visit', wrong(:'code'), 'ada');
SELECT count(*) FROM auth_use_code('visit', :'code', 'ada');
-- The setting says how many; a new code has all of them again.
SELECT token AS code FROM auth_create_code('visit', 'ada') \gset
SET auth.token_code_attempts = 2;
SELECT count(*) FROM auth_use_code('visit', wrong(:'code'), 'ada');
SELECT user_id FROM auth_use_code('visit', :'code', 'ada');
RESET auth.token_code_attempts;
-- Also one that was made in the same transaction.
BEGIN;
SELECT token AS code FROM auth_create_code('visit', 'ada') \gset
SELECT count(*) FROM auth_use_code('visit', wrong(:'code'), 'ada');
SELECT user_id FROM auth_use_code('visit', :'code', 'ada');
COMMIT;
SELECT token AS code FROM auth_create_code('visit', 'ada', lifetime => '10ms') \gset
SELECT pg_sleep(0.02);
SELECT * FROM auth_use_code('visit', :'code', 'ada');
-- Nor does one outlive the setting, if that was longer when it was made.
SELECT token AS code FROM auth_create_code('visit', 'ada') \gset
SET auth.token_code_lifetime = 1;
SELECT pg_sleep(1.02);
SELECT * FROM auth_use_code('visit', :'code', 'ada');
RESET auth.token_code_lifetime;

-- On record.
SELECT kind, reason, user_id, count(*) FROM auth_event WHERE kind LIKE 'token%' AND id > :start GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT count(*) AS secrets FROM auth_event e WHERE e::text LIKE '%' || :'token' || '%' OR e::text LIKE '%' || :'code' || '%';

-- A password change ends what gives access to the user, and not the rest.
CREATE FUNCTION purposes(name text) RETURNS text LANGUAGE sql STABLE AS $$SELECT string_agg(purpose, ' ' ORDER BY purpose) FROM auth_token WHERE user_id = name$$;
SELECT count(auth_create_key('ada', 'email', 'ada@example.com', 'correct horse'));
DELETE FROM auth_token;
SELECT count(auth_create_token(p, u)) FROM unnest('{email_change,email_verification,password_reset,sign_in,visit}'::text[]) p, unnest('{ada,grace}'::text[]) u;
INSERT INTO auth_token (id, purpose, user_id, expires_at) SELECT gen_random_uuid(), p, u, 'infinity' FROM unnest('{device,recovery,second_factor}'::text[]) p, unnest('{ada,grace}'::text[]) u;
SELECT count(auth_update_user_password('ada', 'battery staple'));
SELECT purposes('ada'), purposes('grace');
SELECT count(auth_create_token('password_reset', 'ada'));
SELECT count(auth_update_key_password('email', 'ada@example.com', 'correct horse'));
SELECT purposes('ada');
SELECT count(auth_create_token('password_reset', 'ada'));
SELECT status FROM auth_change_user_password('ada', 'correct horse', 'battery staple');
SELECT purposes('ada');
-- Deleting the user ends all.
SELECT auth_delete_user('grace');
SELECT purposes('grace'), count(*) FROM auth_token;

-- Removal of what is dead.
SELECT count(auth_create_token('gone', 'ada', lifetime => '1ms', replace => false)) FROM generate_series(1, 5);
SELECT pg_sleep(0.01);
SELECT auth_delete_dead_tokens(2);
SELECT auth_delete_dead_tokens();
SELECT auth_delete_dead_tokens();
SELECT purposes('ada');

-- Arguments.
SELECT refused('SELECT auth_create_token(NULL)');
SELECT refused('SELECT auth_create_token('''')');
SELECT refused('SELECT auth_create_token(repeat(''x'', 1025))');
SELECT refused('SELECT auth_create_token(''visit'', ''nobody'')');
SELECT refused('SELECT auth_create_token(''visit'', ''ada'', '''')');
SELECT refused('SELECT auth_create_token(''visit'', ''ada'', lifetime => ''0'')');
SELECT refused('SELECT auth_create_token(''visit'', ''ada'', lifetime => ''-1 day'')');
SELECT refused('SELECT auth_create_token(''visit'', ''ada'', lifetime => ''20000 years'')');
SELECT refused('SELECT auth_create_token(''visit'', ''ada'', replace => NULL)');
SELECT refused('SELECT auth_create_token(''visit'', ''ada'', data => ''[1]'')');
-- Those of second factors are neither made nor used by back ends.
SELECT refused(f) FROM unnest('{device,recovery,second_factor}'::text[]) p,
    unnest(ARRAY[format('SELECT auth_create_token(%L, ''ada'')', p), format('SELECT auth_create_code(%L, ''ada'')', p),
        format('SELECT * FROM auth_use_token(%L, ''x'')', p), format('SELECT * FROM auth_use_code(%L, ''x'', ''ada'')', p)]) f;
SELECT purpose FROM auth_create_token('Device', 'ada');
SELECT refused('SELECT auth_create_code(''visit'')');
SELECT refused('SELECT auth_create_code(''visit'', ''nobody'')');
SELECT refused('SELECT auth_create_code(''visit'', ''ada'', length => 5)');
SELECT refused('SELECT auth_create_code(''visit'', ''ada'', length => 33)');
SELECT refused('SELECT auth_create_code(''visit'', ''ada'', length => NULL)');
SELECT refused('SELECT auth_create_code(''visit'', ''ada'', letters => NULL)');
SELECT refused('SELECT auth_create_code(''visit'', ''ada'', lifetime => ''10 min 1 s'')');
SELECT refused('SELECT auth_use_token(NULL, ''x'')');
SELECT count(*) FROM auth_use_token('visit', NULL);
SELECT refused('SELECT auth_use_code(''visit'', ''x'')');
SELECT refused('SELECT auth_use_code(''visit'', NULL, ''ada'')');
SELECT refused('SELECT auth_use_code(NULL, ''x'', ''ada'')');
SELECT refused('SELECT auth_delete_dead_tokens(0)');
SELECT refused('SELECT auth_delete_dead_tokens(NULL)');
BEGIN READ ONLY;
SELECT refused('SELECT auth_create_token(''visit'', ''ada'')');
SELECT refused('SELECT auth_create_code(''visit'', ''ada'')');
SELECT refused('SELECT auth_use_token(''visit'', ''x'')');
SELECT refused('SELECT auth_use_code(''visit'', ''x'', ''ada'')');
ROLLBACK;

-- Trouble with the table
CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER suppress BEFORE INSERT ON auth_token FOR EACH ROW EXECUTE FUNCTION suppress();
SELECT refused('SELECT auth_create_token(''visit'', ''ada'')');
DROP FUNCTION suppress CASCADE;
-- An application's own column and index
ALTER TABLE auth_token ADD note text DEFAULT 'x';
SELECT token AS code FROM auth_create_code('visit', 'ada') \gset
SELECT count(*) FROM auth_use_code('visit', wrong(:'code'), 'ada');
SELECT note FROM auth_token WHERE code_hash IS NOT NULL;
SELECT user_id FROM auth_use_code('visit', :'code', 'ada');
ALTER TABLE auth_token DROP note;

-- A token whose user is gone is of no use, nor to who is given its id later;
-- a time of creation in the future tells nothing.
SELECT token AS orphan FROM auth_create_token('visit', 'ada', 'gone@example.com', deliver => false) \gset
SELECT token FROM auth_create_token('letter', 'ada', 'gone@example.com', deliver => true) \g /dev/null
ALTER TABLE auth_user DISABLE TRIGGER "Auth_user_deleted";
DELETE FROM auth_user WHERE id = 'ada';
ALTER TABLE auth_user ENABLE TRIGGER "Auth_user_deleted";
SELECT count(*) FROM auth_use_token('visit', :'orphan');
SELECT user_id FROM auth_create_user(user_id => 'ada');
SELECT count(*) FROM auth_use_token('visit', :'orphan');
SELECT count(*) FROM auth_take_outbox();
UPDATE auth_user SET created_at = now() + interval '1 h' WHERE id = 'ada';
SELECT count(*) FROM auth_use_token('visit', :'orphan');
UPDATE auth_user SET created_at = now() - interval '1 h' WHERE id = 'ada';

-- The newest counts even when it has expired, and is removed after the others.
DELETE FROM auth_token;
SELECT token AS older FROM auth_create_token('visit', 'ada', lifetime => '1 day') \gset
SELECT token AS newer FROM auth_create_token('visit', 'ada') \gset
UPDATE auth_token SET expires_at = now() - interval '1 s' WHERE id = auth_session_id(:'newer');
SELECT count(*) FROM auth_use_token('visit', :'newer');
SELECT count(*) FROM auth_use_token('visit', :'older');
SELECT auth_delete_dead_tokens(1);
SELECT count(*) FROM auth_use_token('visit', :'older');
SELECT auth_delete_dead_tokens(1);
SELECT count(*) FROM auth_token WHERE purpose = 'visit';
-- Of a code, too.
SELECT token AS older FROM auth_create_code('visit', 'ada') \gset
SELECT token AS newer FROM auth_create_code('visit', 'ada') \gset
UPDATE auth_token SET expires_at = now() - interval '1 s' WHERE created_at = (SELECT max(created_at) FROM auth_token);
SELECT count(*) FROM auth_use_code('visit', :'newer', 'ada');
SELECT count(*) FROM auth_use_code('visit', :'older', 'ada');
SELECT auth_delete_dead_tokens(1);
SELECT auth_delete_dead_tokens(1);
SELECT count(*) FROM auth_token WHERE purpose = 'visit';

DROP FUNCTION wrong, purposes;
SELECT auth_delete_user('ada');
DELETE FROM auth_token;
