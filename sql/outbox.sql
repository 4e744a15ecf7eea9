-- The outbox: messages for a worker outside.
SELECT user_id FROM auth_create_user(user_id => 'ada');

-- What is delivered goes to the outbox and not to the caller, who may have
-- the id.
SELECT token, purpose, address, data, token_id FROM auth_create_token('invitation', NULL, 'ada@example.com', '1d', data => '{"team": 1}', deliver => true) \gset
\if :{?token}
\echo seen
\endif
SELECT count(*) FROM auth_outbox WHERE token_id = :'token_id';
SELECT id, token AS given, auth_session_id(t.token) = :'token_id' AS same, purpose, user_id, address, expires_at - created_at AS lifetime, data, attempts
    FROM auth_take_outbox() t \gset
\echo :same :purpose :address :lifetime :data :attempts
-- Until it is finished it is there, and nobody else gets it.
SELECT attempts, next_attempt_at - attempted_at AS lease, reason FROM auth_get_outbox(false);
SELECT count(*) FROM auth_take_outbox();
SELECT auth_finish_message(:id), auth_finish_message(:id) AS again;
SELECT count(*) FROM auth_outbox;
SELECT purpose, address FROM auth_use_token('invitation', :'given');
SELECT token IS NULL AS hidden FROM auth_create_code('visit', 'ada', 'ada@example.com', deliver => true);
SELECT token AS code, user_id FROM auth_take_outbox() \gset
SELECT user_id FROM auth_use_code('visit', :'code', 'ada');

-- It goes with the transaction, and so does the lease.
BEGIN;
SELECT count(auth_create_token('visit', 'ada', 'ada@example.com', deliver => true));
ROLLBACK;
SELECT count(*) FROM auth_take_outbox();
SELECT count(auth_create_token('visit', 'ada', 'ada@example.com', deliver => true));
BEGIN;
SELECT address, attempts FROM auth_take_outbox();
SELECT address, attempts FROM auth_take_outbox();
ROLLBACK;
SELECT address, attempts FROM auth_take_outbox();
SELECT address, attempts FROM auth_take_outbox();
DELETE FROM auth_outbox;

-- The oldest first, exactly so many at a time; what is dead is not among them.
CREATE FUNCTION write(name text, purpose text DEFAULT 'visit', lifetime interval DEFAULT '1 hour') RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT count(auth_create_token(purpose, NULL, name || '@example.com', lifetime, deliver => true))
$$;
-- Time passes: all that waits is due.
CREATE FUNCTION later() RETURNS void LANGUAGE sql VOLATILE AS $$
    UPDATE auth_outbox SET next_attempt_at = clock_timestamp() WHERE next_attempt_at > clock_timestamp()
$$;
SELECT sum(write(n::text, lifetime => CASE n WHEN 3 THEN '1ms' ELSE '1h' END::interval)) FROM generate_series(1, 9) n;
SELECT count(auth_create_token('visit', NULL, n || '@example.com')) AS replaced FROM generate_series(1, 2) n;
DELETE FROM auth_token WHERE address = '5@example.com';
SELECT pg_sleep(0.01);
SELECT address FROM auth_take_outbox(3);
SELECT address, attempts, next_attempt_at IS NOT NULL AS next, failed_at IS NOT NULL AS failed, reason FROM auth_get_outbox() ORDER BY id;
SELECT address FROM auth_take_outbox(3);
DELETE FROM auth_outbox;

-- Nothing is lost by a caller who leaves away what was handed out.
SELECT write('mail'), write('phone', 'sms'), write('other');
SELECT address FROM auth_take_outbox(lease => '1 ms') WHERE purpose = 'sms';
SELECT pg_sleep(0.01);
SELECT address FROM auth_take_outbox(lease => '1 ms') LIMIT 1;
SELECT pg_sleep(0.01);
SELECT address, attempts FROM auth_take_outbox() ORDER BY id;
SELECT later();
-- A worker chooses purposes.
SELECT address FROM auth_take_outbox(1, '{sms,fax}');
SELECT address FROM auth_take_outbox(1, '{sms,fax}');
SELECT address FROM auth_take_outbox(10, '{}');
SELECT address FROM auth_take_outbox(1, '{visit}');
SELECT address FROM auth_take_outbox(10, '{visit,sms}');
DELETE FROM auth_outbox;

-- What fails comes back, each time later, and not for ever.
SET auth.outbox_retry_delay = '10 s';
SET auth.outbox_max_retry_delay = '1 min';
SET auth.outbox_attempts = 6;
SELECT write('slow');
CREATE FUNCTION attempt(n integer, OUT attempt integer, OUT delay text) LANGUAGE plpgsql AS $$
DECLARE
    message bigint;
    start timestamptz;
    again timestamptz;
BEGIN
    PERFORM later();
    SELECT id, attempts INTO message, attempt FROM auth_take_outbox();
    start := clock_timestamp();
    again := auth_fail_message(message, '451 later');
    delay := CASE WHEN again IS NULL THEN 'given up'
        ELSE (SELECT format('%s to %s s', most * 3 / 4, most) FROM unnest('{10,20,40,60}'::integer[]) most
            WHERE again - start >= most * interval '750 ms' AND again - clock_timestamp() <= most * interval '1 s') END;
END;
$$;
SELECT attempt.* FROM generate_series(1, 6) n, attempt(n);
SELECT count(*) FROM auth_take_outbox();
SELECT address, attempts, attempted_at IS NOT NULL AS attempted, next_attempt_at, failed_at IS NOT NULL AS failed, reason FROM auth_get_outbox(true);
SELECT count(*) FROM auth_get_outbox(false);
-- Its secret is gone, and it is kept for a while.
SELECT count(*) AS secrets FROM auth_outbox WHERE secret IS NOT NULL;
SELECT later();
SELECT count(*) FROM auth_take_outbox();
SELECT auth_delete_dead_outbox();
SET auth.outbox_retention = 0;
SELECT auth_delete_dead_outbox();
RESET auth.outbox_retention;
-- Nor beyond the token's end, nor when the worker says that it is of no use.
SELECT write('short', lifetime => '7 s'), write('gone'), write('busy'), write('slow');
SELECT m.address, f > clock_timestamp() + CASE m.address WHEN 'busy@example.com' THEN '29 min' ELSE '1 s' END::interval AS again
    FROM auth_take_outbox() m, auth_fail_message(m.id, NULL, CASE m.address WHEN 'busy@example.com' THEN '30 min'::interval END, m.address = 'gone@example.com') f;
SELECT address, reason FROM auth_get_outbox(true) ORDER BY id;
SELECT auth_fail_message(id) AS dead FROM auth_get_outbox(true);
-- Who dies with it each time says nothing.
UPDATE auth_outbox SET attempts = 6;
SELECT later();
SELECT count(*) FROM auth_take_outbox();
SELECT address, attempts, reason FROM auth_get_outbox(true) ORDER BY id;
DELETE FROM auth_outbox;
RESET auth.outbox_attempts;

-- Others to the same address wait behind those to other addresses.
SELECT write('slow', 'a'), write('slow', 'b'), write('slow', 'c'), write('quick', 'd');
SELECT address, purpose FROM auth_take_outbox(1);
SELECT count(auth_fail_message(id)) FROM auth_get_outbox() WHERE attempts = 1;
SELECT address, purpose FROM auth_take_outbox(1);
SELECT count(*) FROM auth_take_outbox();
SELECT address, purpose, attempts FROM auth_get_outbox() ORDER BY id;
-- ... for no longer than one that has failed once.
SELECT max(next_attempt_at) < clock_timestamp() + interval '10 s' AS soon FROM auth_outbox WHERE attempts = 0;
DELETE FROM auth_outbox;

-- What the worker says of it does not keep the secret, however that is quoted.
SELECT write('quoted');
SELECT id, token FROM auth_take_outbox() \gset
SELECT auth_fail_message(:id, E'550 rejected\r\n: https://app.example/#' || :'token' || ' (' || upper(left(:'token', 16)) || E'=\r\n' || substr(:'token', 17) || ')', '0') IS NOT NULL AS again;
SELECT reason FROM auth_get_outbox();
SELECT auth_fail_message(:id, 'part: ' || left(:'token', 12) || '.', '0') IS NOT NULL AS again;
SELECT reason FROM auth_get_outbox();
SELECT auth_fail_message(:id, repeat('é', 150), '0') IS NOT NULL AS again;
SELECT length(reason), octet_length(reason) <= 200 AS short FROM auth_get_outbox();
SELECT token_id IS NOT NULL FROM auth_create_code('entry', 'ada', 'ada@example.com', length => 8, deliver => true);
SELECT id, token FROM auth_take_outbox(1, '{entry}') \gset
SELECT auth_fail_message(:id, 'code ' || left(:'token', 4) || '-' || right(:'token', 4) || ', 300 s', '0') IS NOT NULL AS again;
SELECT reason FROM auth_get_outbox(max_rows => 1);
DELETE FROM auth_outbox;

-- A message of a time when the clock was wrong waits no longer than others.
SELECT write('future'), write('tried');
UPDATE auth_outbox SET created_at = created_at + interval '2 hours', expires_at = expires_at + interval '2 hours', next_attempt_at = created_at + interval '2 hours'
    WHERE address = 'future@example.com';
UPDATE auth_outbox SET attempts = 1, attempted_at = clock_timestamp() + interval '2 hours', next_attempt_at = clock_timestamp() + interval '3 hours'
    WHERE address = 'tried@example.com';
SELECT address FROM auth_take_outbox() ORDER BY id;
SELECT count(*) FROM auth_take_outbox();
DELETE FROM auth_outbox;
-- One that cannot be believed is not tried again at once either, until it is given up.
SELECT write('future');
UPDATE auth_outbox SET created_at = created_at + interval '2 hours', expires_at = expires_at + interval '2 hours', next_attempt_at = created_at + interval '2 hours',
    key_id = 'gone';
SET client_min_messages = error;
SELECT count(*) FROM auth_take_outbox();
SELECT count(*) FROM auth_take_outbox();
RESET client_min_messages;
SELECT attempts, failed_at, secret IS NOT NULL AS kept FROM auth_outbox;
DELETE FROM auth_outbox;

-- A user who is deleted gets no messages, and none is kept that failed.
SELECT count(auth_create_token('visit', 'ada', 'ada@example.com', deliver => true));
SELECT count(auth_create_token('invitation', 'ada', 'ada@example.com', deliver => true));
SELECT auth_fail_message(id, permanent => true) AS next FROM auth_take_outbox(1);
SELECT auth_delete_user('ada');
SELECT count(*) FROM auth_outbox;

-- Removal of what is dead: at once what nobody needs, later what has expired.
SELECT sum(write(n::text, lifetime => CASE n WHEN 3 THEN '1ms' ELSE '1h' END::interval)) FROM generate_series(1, 9) n;
SELECT count(auth_create_token('visit', NULL, n || '@example.com')) AS replaced FROM generate_series(1, 2) n;
SELECT pg_sleep(0.01);
SELECT auth_delete_dead_outbox(1);
SELECT auth_delete_dead_outbox();
SET auth.outbox_retention = 0;
SELECT auth_delete_dead_outbox();
RESET auth.outbox_retention;
SELECT count(*) FROM auth_take_outbox();
DELETE FROM auth_token;
DELETE FROM auth_outbox;

-- Whoever keeps a message from being leased gets none.
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
CREATE TRIGGER nothing BEFORE UPDATE ON auth_outbox FOR EACH ROW EXECUTE FUNCTION nothing();
SELECT write('kept');
SELECT refused('SELECT auth_take_outbox()');
SELECT refused('SELECT auth_fail_message(id) FROM auth_outbox');
DROP TRIGGER nothing ON auth_outbox;
DROP FUNCTION nothing;
DELETE FROM auth_outbox;

-- A constraint of the application's does not show the token.
ALTER TABLE auth_outbox ADD CONSTRAINT no_mail CHECK (address !~ 'example.org');
SELECT refused('SELECT auth_create_token(''visit'', NULL, ''ada@example.org'', deliver => true)');
ALTER TABLE auth_outbox DROP CONSTRAINT no_mail;

-- The worker's right, and no other
CREATE ROLE regress_auth_worker;
SELECT auth_grant('regress_auth_worker', 'worker');
SELECT p.proname FROM pg_proc p WHERE p.proname LIKE 'auth\_%' AND has_function_privilege('regress_auth_worker', p.oid, 'EXECUTE') ORDER BY 1;
SELECT count(auth_create_token('visit', NULL, 'ada@example.com', deliver => true));
SET ROLE regress_auth_worker;
SELECT id FROM auth_take_outbox() \gset
SELECT auth_fail_message(:id, retry_after => '0') IS NOT NULL AS again;
SELECT address, attempts FROM auth_get_outbox();
SELECT auth_finish_message(:id);
SELECT refused('TABLE auth_outbox');
RESET ROLE;
DROP OWNED BY regress_auth_worker;
DROP ROLE regress_auth_worker;

-- Arguments.
SELECT refused('SELECT auth_create_token(''visit'', deliver => true)');
SELECT refused('SELECT auth_create_token(''visit'', deliver => NULL)');
SELECT refused('SELECT auth_create_code(''visit'', address => ''x'', deliver => NULL)');
SELECT refused('SELECT auth_take_outbox(0)');
SELECT refused('SELECT auth_take_outbox(NULL)');
SELECT refused('SELECT auth_take_outbox(purposes => ''{a,NULL}'')');
SELECT refused('SELECT auth_take_outbox(lease => NULL)');
SELECT refused('SELECT auth_take_outbox(lease => ''0'')');
SELECT refused('SELECT auth_take_outbox(lease => ''-1 s'')');
SELECT refused('SELECT auth_take_outbox(lease => ''20000 years'')');
SELECT refused('SELECT auth_finish_message(NULL)');
SELECT auth_finish_message(-1), auth_fail_message(-1);
SELECT refused('SELECT auth_fail_message(NULL)');
SELECT refused('SELECT auth_fail_message(1, permanent => NULL)');
SELECT refused('SELECT auth_fail_message(1, retry_after => ''-1 s'')');
SELECT refused('SELECT auth_get_outbox(NULL, 0)');
SELECT refused('SELECT auth_delete_dead_outbox(0)');
BEGIN READ ONLY;
SELECT refused('SELECT auth_take_outbox()');
SELECT refused('SELECT auth_finish_message(1)');
SELECT refused('SELECT auth_fail_message(1)');
SELECT count(*) FROM auth_get_outbox();
ROLLBACK;

-- Ids that are there already, as rows that were replicated came without their sequence, stop no message.
SELECT write('there') + write('there-too') AS there;
SELECT setval('auth_outbox_id_seq', min(id), false) IS NOT NULL AS behind FROM auth_outbox WHERE address ~ '^there';
SELECT write('behind');
SELECT max(id) = (SELECT id FROM auth_outbox WHERE address ~ '^behind') AS highest FROM auth_outbox;
-- Nor does a trigger that lets no row be written look like it.
CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER suppress BEFORE INSERT ON auth_outbox FOR EACH ROW EXECUTE FUNCTION suppress();
SELECT refused('SELECT write(''suppressed'')');
DROP FUNCTION suppress CASCADE;
-- One that goes down is an error in the end.
ALTER TABLE auth_outbox ALTER id SET INCREMENT -1;
SELECT refused('SELECT write(''down'')');
ALTER TABLE auth_outbox ALTER id SET INCREMENT 1;

DROP FUNCTION write, later, attempt;
RESET auth.outbox_retry_delay;
RESET auth.outbox_max_retry_delay;
DELETE FROM auth_token;
