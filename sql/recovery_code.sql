-- Recovery codes: for whoever has lost the other second factors.
SET auth.password_memory = '7MB';
SET auth.password_iterations = 1;
SET auth.throttle_delay = 0;
SET timezone = 'UTC';
CREATE FUNCTION begin_session(user_id text, token text, ago interval DEFAULT '0', methods integer DEFAULT 9) RETURNS void LANGUAGE sql AS $$
    INSERT INTO auth_session (id, user_id, created_at, active_expires_at, idle_expires_at, methods)
    VALUES (auth_session_id(token), user_id, now() - ago, now() - ago + '1 day', now() - ago + '15 days', methods)
$$;
CREATE FUNCTION codes(name text) RETURNS bigint LANGUAGE sql VOLATILE AS $$SELECT count(*) FROM auth_token WHERE user_id = name AND purpose = 'recovery'$$;
-- The second step of a sign-in, by a code.
CREATE FUNCTION sign_in(name text, code text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT status || coalesce(' ' || amr::text, '') FROM auth_complete_sign_in((auth_sign_in('email', name || '@example.com', 'correct horse')).challenge, recovery_code => code)
$$;
SELECT count(auth_create_user('email', n || '@example.com', 'correct horse', user_id => n)) FROM unnest('{rob,roy}'::text[]) n;
SELECT max(id) AS start FROM auth_event \gset
SELECT begin_session('rob', 'rob'), begin_session('rob', 'rob old', '1 hour'), begin_session('roy', 'roy');

-- They are for users who have another one.
SELECT * FROM auth_create_recovery_codes('rob');
UPDATE auth_user SET second_factor_at = now() WHERE id IN ('rob', 'roy');
SELECT * FROM auth_create_recovery_codes('rob old');
SELECT * FROM auth_create_recovery_codes('nobody');
SELECT * FROM auth_create_recovery_codes(NULL);
SELECT codes('rob');

-- Ten that differ, of letters that are not mistaken for others, once.
SELECT status, recovery_codes AS first FROM auth_create_recovery_codes('rob') \gset
SELECT :'status' AS status, count(DISTINCT code), bool_and(code ~ '^([A-HJKMNP-Z2-9]{6}-){3}[A-HJKMNP-Z2-9]{6}$') AS shown FROM unnest(:'first'::text[]) code;
-- A row has nothing but the hash of a code's letters, and no end.
SELECT count(*), bool_and(id = auth_session_id(replace(code, '-', ''))) AS ids, array_agg(DISTINCT expires_at) AS ends, bool_and(created_at <= clock_timestamp()) AS made,
    count(provider_id) + count(address) + count(slot) + count(code_hash) + count(data) AS others
FROM auth_token t JOIN unnest(:'first'::text[]) code ON t.id = auth_session_id(replace(code, '-', '')) WHERE purpose = 'recovery' AND user_id = 'rob';
SELECT count(*) FILTER (WHERE t::text LIKE '%' || left(code, 6) || '%') AS letters FROM auth_token t, unnest(:'first'::text[]) code;

-- A new set takes the place of the one before, and of nobody else's; rolled back it does not.
SELECT count(*) FROM auth_create_recovery_codes('roy');
BEGIN;
SELECT count(*) FROM auth_create_recovery_codes('rob');
SELECT count(*) FROM auth_token WHERE id IN (SELECT auth_session_id(replace(code, '-', '')) FROM unnest(:'first'::text[]) code);
ROLLBACK;
SELECT count(*) FROM auth_token WHERE id IN (SELECT auth_session_id(replace(code, '-', '')) FROM unnest(:'first'::text[]) code);
SELECT recovery_codes AS second FROM auth_create_recovery_codes('rob') \gset
SELECT count(*) FROM auth_token WHERE id IN (SELECT auth_session_id(replace(code, '-', '')) FROM unnest(:'first'::text[]) code);
SELECT count(*) FROM auth_token WHERE id IN (SELECT auth_session_id(replace(code, '-', '')) FROM unnest(:'second'::text[]) code);
SELECT codes('rob'), codes('roy');

-- Nothing that ends tokens by their time, by a newer one or by the password ends them.
SELECT auth_delete_dead_tokens();
SELECT count(*) FROM auth_create_token('visit', 'rob');
SELECT count(auth_update_key_password('email', 'rob@example.com', 'correct horse'));
SELECT codes('rob');

-- A code is no other token, in any spelling.
SELECT begin_session('rob', 'rob');
SELECT (:'second'::text[])[1] AS code \gset
SELECT status FROM unnest(ARRAY[:'code', replace(:'code', '-', ''), lower(:'code')]) c, auth_sign_in_with_token(c);
SELECT status FROM unnest(ARRAY[:'code', replace(:'code', '-', '')]) c, auth_reset_password(c, 'correct battery');
SELECT count(s) FROM unnest(ARRAY[:'code', replace(:'code', '-', '')]) c, auth_validate_session(c) s;
SELECT purpose, auth_use_token(purpose, replace(:'code', '-', '')) FROM unnest('{visit,sign_in,Recovery}'::text[]) purpose;
SELECT codes('rob');

-- On record as one set, without a letter of it.
SELECT kind, reason, user_id, count FROM auth_event WHERE id > :start AND kind !~ 'session|password|refused' ORDER BY id;
SELECT count(*) AS secrets FROM auth_event e, unnest(:'first'::text[] || :'second'::text[]) code WHERE e::text LIKE '%' || left(code, 6) || '%';

-- Each is good once, as it was shown or as it is typed.
SELECT recovery_codes AS third FROM auth_create_recovery_codes('rob') \gset
SELECT recovery_codes AS of_roy FROM auth_create_recovery_codes('roy') \gset
SELECT n, sign_in('rob', code) AS first, sign_in('rob', code) AS again, codes('rob') AS left_over FROM (VALUES
    (1, (:'third'::text[])[1]), (2, lower((:'third'::text[])[2])), (3, replace((:'third'::text[])[3], '-', '')),
    (4, ' ' || replace((:'third'::text[])[4], '-', ' - ') || ' '), (5, initcap(replace((:'third'::text[])[5], '-', ' ')))) v (n, code);
SELECT remaining FROM auth_get_user_factors('rob');
-- Who has no app is not asked for one.
SELECT factors FROM auth_sign_in('email', 'rob@example.com', 'correct horse');
-- No other: a used one, one of the set before, nonsense, half of one, two in one, somebody else's, another token.
SELECT (:'third'::text[])[6] AS code, (:'of_roy'::text[])[1] AS other \gset
SELECT token AS visit FROM auth_create_token('visit', 'rob') \gset
INSERT INTO auth_token (id, purpose, user_id, expires_at) SELECT auth_session_id(repeat(letter, 24)), purpose, 'rob', now() + period FROM (VALUES
    ('A', 'device', interval '1 day'), ('B', 'second_factor', '1 day'), ('C', 'visit', '1 day'), ('D', 'recovery', '-1 s')) v (letter, purpose, period);
SELECT n, sign_in('rob', code) FROM (VALUES (1, (:'third'::text[])[1]), (2, (:'second'::text[])[1]), (3, ''), (4, 'none'), (5, left(:'code', -1)), (6, :'code' || :'code'),
    (7, :'code' || 'X'), (8, :'other'), (9, :'visit'), (10, repeat('A', 24)), (11, repeat('B', 24)), (12, repeat('C', 24)), (13, repeat('D', 24)), (14, repeat('-', 1000000)),
    (15, translate(:'code', 'ABCDEFGHJKMNPQRSTUVWXYZ23456789', 'BCDEFGHJKMNPQRSTUVWXYZ23456789A'))) v (n, code);
SELECT codes('rob'), sign_in('roy', :'other'), codes('roy');
DELETE FROM auth_token WHERE id = auth_session_id(repeat('D', 24));
-- A use that is rolled back is none.
BEGIN;
SELECT sign_in('rob', :'code');
ROLLBACK;
-- Nor does a clock that was ahead when it was made take it away; an id that is given to another user does.
UPDATE auth_token SET created_at = now() + interval '1 year' WHERE user_id = 'rob' AND purpose = 'recovery';
BEGIN;
SELECT sign_in('rob', :'code');
ROLLBACK;
UPDATE auth_token SET created_at = now() - interval '1 year' WHERE user_id = 'rob' AND purpose = 'recovery';
SELECT sign_in('rob', :'code'), count(*) AS factors FROM auth_get_user_factors('rob');
UPDATE auth_token SET created_at = now() WHERE user_id = 'rob' AND purpose = 'recovery';
SELECT sign_in('rob', :'code');
-- Nor do codes end of a user who was made while the clock was ahead, when that time has come.
BEGIN;
UPDATE auth_user SET created_at = now() + interval '1 day' WHERE id = 'rob';
SELECT recovery_codes[1] AS of_today FROM auth_create_recovery_codes('rob') \gset
UPDATE auth_user SET created_at = created_at - interval '2 days' WHERE id = 'rob';
UPDATE auth_token SET created_at = created_at - interval '2 days' WHERE user_id = 'rob' AND purpose = 'recovery';
SELECT auth_delete_dead_tokens() > 0 AS purged;
SELECT codes('rob'), sign_in('rob', :'of_today');
ROLLBACK;
-- Whoever has written to the table takes codes away, and gives none to others.
BEGIN;
UPDATE auth_token SET user_id = 'roy' WHERE id = auth_session_id(replace((:'third'::text[])[7], '-', ''));
UPDATE auth_token SET code_hash = id WHERE id = auth_session_id(replace((:'third'::text[])[8], '-', ''));
UPDATE auth_token SET purpose = 'recovery ' WHERE id = auth_session_id(replace((:'third'::text[])[9], '-', ''));
SELECT n, sign_in('rob', (:'third'::text[])[n]) FROM generate_series(7, 9) n;
ROLLBACK;
SELECT kind, user_id, count(*) FROM auth_event WHERE id > :start AND kind ~ 'recovery' GROUP BY 1, 2 ORDER BY 2;
SELECT count(*) AS secrets FROM auth_event e, unnest(:'third'::text[] || :'of_roy'::text[]) code WHERE e::text ILIKE '%' || left(code, 6) || '%';

-- Trouble: a row that is kept away is no code that nobody has; a read-only transaction.
CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER suppress BEFORE INSERT ON auth_token FOR EACH ROW EXECUTE FUNCTION suppress();
SELECT refused('SELECT auth_create_recovery_codes(''rob'')');
DROP TRIGGER suppress ON auth_token;
-- ... nor is a set that stays a set that has ended.
CREATE TRIGGER suppress BEFORE DELETE ON auth_token FOR EACH ROW EXECUTE FUNCTION suppress();
SELECT refused('SELECT ' || call) FROM unnest(ARRAY['auth_create_recovery_codes(''rob'')', 'auth_delete_user_factors(''rob'')']) call;
DROP FUNCTION suppress CASCADE;
SELECT codes('rob');
BEGIN READ ONLY;
SELECT refused('SELECT auth_create_recovery_codes(''rob'')');
ROLLBACK;
-- A session that has ended, of a user who is disabled.
SELECT user_id FROM auth_disable_user('rob');
SELECT status FROM auth_create_recovery_codes('rob');
SELECT codes('rob');

-- They go with the user.
SELECT auth_delete_user('rob');
SELECT codes('rob'), codes('roy');
SELECT auth_delete_user('roy');
SELECT codes('roy');
DROP FUNCTION begin_session, sign_in, codes;
DELETE FROM auth_token;
