-- Recovery codes: for whoever has lost the other second factors.
SET timezone = 'UTC';
CREATE FUNCTION begin_session(user_id text, token text, ago interval DEFAULT '0', methods integer DEFAULT 9) RETURNS void LANGUAGE sql AS $$
    INSERT INTO auth_session (id, user_id, created_at, active_expires_at, idle_expires_at, methods)
    VALUES (auth_session_id(token), user_id, now() - ago, now() - ago + '1 day', now() - ago + '15 days', methods)
$$;
CREATE FUNCTION codes(name text) RETURNS bigint LANGUAGE sql VOLATILE AS $$SELECT count(*) FROM auth_token WHERE user_id = name AND purpose = 'recovery'$$;
SELECT user_id FROM auth_create_user('email', 'rob@example.com', user_id => 'rob');
SELECT user_id FROM auth_create_user(user_id => 'roy');
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

-- Trouble: a row that is kept away is no code that nobody has; a read-only transaction.
CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER suppress BEFORE INSERT ON auth_token FOR EACH ROW EXECUTE FUNCTION suppress();
SELECT refused('SELECT auth_create_recovery_codes(''rob'')');
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
DROP FUNCTION begin_session, codes;
DELETE FROM auth_token;
