-- Throttling: attempts are counted past the transaction.
SELECT user_id FROM auth_create_user('email', 'ada', 'correct horse', user_id => 'ada');
CREATE FUNCTION attempt(name text, password text, address inet DEFAULT NULL) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT concat_ws(' ', status, CASE WHEN retry_after > '0' THEN 'for ' || (ceil(extract(epoch FROM retry_after) / 60) * 60)::integer || ' s'
        WHEN status = 'throttled' THEN 'for good' END)
    FROM auth_sign_in('email', name, password, client_address => address)
$$;

SET auth.throttle_delay = '10min';

-- Five failures; then it takes time, of the right password too.
SELECT attempt('ada', 'wrong') FROM generate_series(1, 6);
SELECT attempt('ada', 'correct horse');
SELECT failures, retry_at - failed_at AS delay FROM auth_get_key_throttle('email', 'ada');
-- The raising function as well; what is throttled is not counted.
SELECT refused('SELECT auth_use_key(''email'', ''ada'', ''correct horse'')');
SELECT failures FROM auth_get_key_throttle('email', 'ada');
-- A key that does not exist is throttled like one that does.
SELECT attempt('nobody else', 'wrong') FROM generate_series(1, 6);
-- An administrator lifts it.
SELECT auth_reset_key_throttle('email', 'ada');
SELECT * FROM auth_get_key_throttle('email', 'ada');
SELECT attempt('ada', 'correct horse');

-- Delays double, and have an end.
SET auth.throttle_delay = 0;
SELECT attempt('ada', 'wrong') FROM generate_series(1, 7);
SET auth.throttle_delay = '10min';
SET auth.throttle_max_delay = '1d';
SELECT attempt('ada', 'wrong');
SELECT failures, retry_at - failed_at AS delay FROM auth_get_key_throttle('email', 'ada');
SET auth.throttle_max_delay = '30min';
SELECT failures, retry_at - failed_at AS delay FROM auth_get_key_throttle('email', 'ada');
SET auth.throttle_max_delay = 0;
SELECT attempt('ada', 'wrong');
RESET auth.throttle_max_delay;
-- After the delay an attempt is looked at; a good one starts anew.
SET auth.throttle_delay = '1ms';
SELECT pg_sleep(0.02);
SELECT attempt('ada', 'correct horse');
SELECT failures FROM auth_get_key_throttle('email', 'ada');
SET auth.throttle_delay = 0;

-- A rollback forgets nothing.
BEGIN;
SELECT attempt('ada', 'wrong');
ROLLBACK;
BEGIN;
SAVEPOINT s;
SELECT attempt('ada', 'wrong');
ROLLBACK TO s;
COMMIT;
SELECT refused('SELECT auth_use_key(''email'', ''ada'', ''wrong'')');
BEGIN READ ONLY;
SELECT refused('SELECT auth_use_key(''email'', ''ada'', ''wrong'')');
ROLLBACK;
SELECT failures FROM auth_get_key_throttle('email', 'ada');
SELECT kind, reason FROM auth_get_events('ada', max_rows => 3);
SELECT auth_reset_key_throttle('email', 'ada');

-- After so many in a row no time will do.
SET auth.throttle_max_failures = 7;
SELECT attempt('ada', 'wrong') FROM generate_series(1, 8);
SELECT attempt('ada', 'correct horse');
SELECT failures, throttled, retry_at FROM auth_get_key_throttle('email', 'ada');
SELECT kind, user_id FROM auth_get_events('ada', max_rows => 1);
SELECT kind, failures FROM auth_get_events('ada', max_rows => 2) e, auth_get_key_throttle('email', 'ada') WHERE kind = 'key_stopped';
-- Sessions that live go on.
SELECT token AS t FROM auth_create_session('ada') \gset
SELECT user_id FROM auth_validate_session(:'t');
-- A new password lifts it, of the key or of the user.
SELECT user_id FROM auth_update_key_password('email', 'ada', 'other horse');
SELECT attempt('ada', 'other horse');
SELECT attempt('ada', 'wrong') FROM generate_series(1, 8);
SELECT user_id FROM auth_update_user_password('ada', 'correct horse');
SELECT attempt('ada', 'correct horse');
-- The last one that is allowed may be right.
SELECT attempt('ada', 'wrong') FROM generate_series(1, 6);
SELECT attempt('ada', 'correct horse');
SELECT attempt('ada', 'correct horse');

-- Where the user has signed in from, others cannot use up its attempts.
SELECT attempt('ada', 'correct horse', '192.0.2.1');
SELECT attempt('ada', 'wrong', '203.0.113.5') FROM generate_series(1, 8);
SELECT attempt('ada', 'correct horse', '203.0.113.5');
SELECT attempt('ada', 'correct horse');
SELECT attempt('ada', 'correct horse', '192.0.2.1');
-- That does not lift what stopped the key elsewhere, and has a limit, too.
SELECT attempt('ada', 'correct horse', '203.0.113.5');
SELECT attempt('ada', 'wrong', '192.0.2.1') FROM generate_series(1, 8);
SELECT attempt('ada', 'correct horse', '192.0.2.1');
SELECT auth_reset_key_throttle('email', 'ada');
SELECT attempt('ada', 'correct horse', '192.0.2.1');
RESET auth.throttle_max_failures;
SET auth.throttle_delay = '10min';

-- Addresses: any key, any reason; one is forgotten after a while.
SET auth.throttle_address_failures = 3;
SELECT attempt(name, 'wrong', '198.51.100.1') FROM unnest('{a,b,c,d}'::text[]) name;
SELECT attempt('ada', 'correct horse', '198.51.100.1');
SELECT failures, retry_at - failed_at AS delay FROM auth_get_client_throttle('198.51.100.1');
SELECT failures FROM auth_get_key_throttle('email', 'd');
SELECT attempt('ada', 'correct horse', '198.51.100.2');
SELECT failures FROM auth_get_client_throttle('198.51.100.2');
-- One whose own sign-in is good guesses on at no better rate.
SELECT attempt(name, CASE name WHEN 'ada' THEN 'correct horse' ELSE 'wrong' END, '198.51.100.3') FROM unnest('{a,ada,b,ada,c,ada}'::text[]) name;
-- A good sign-in does not make others wait anew.
SET auth.throttle_delay = '100ms';
SELECT pg_sleep(0.3);
SELECT attempt('ada', 'correct horse', '198.51.100.1') FROM generate_series(1, 3);
SET auth.throttle_delay = '10min';
-- An IPv4 address in IPv6 clothing is itself; a mask is of no account.
SELECT attempt('ada', 'correct horse', '::ffff:198.51.100.1');
SELECT attempt('ada', 'correct horse', '198.51.100.1/24');
SELECT attempt('ada', 'correct horse', '::ffff:c633:6401/96');
-- An IPv6 network of 64 bits is one client.
SELECT attempt(name, 'wrong', ('2001:db8:0:1::' || name)::inet) FROM unnest('{a,b,c}'::text[]) name;
SELECT attempt('ada', 'correct horse', '2001:db8:0:1:ffff::');
SELECT attempt('ada', 'correct horse', '2001:db8:0:2::');
SELECT failures FROM auth_get_client_throttle('2001:db8:0:1::/64');
SELECT auth_reset_client_throttle('2001:db8:0:1::77');
SELECT attempt('ada', 'correct horse', '2001:db8:0:1:ffff::');
-- A user is known at all addresses of such a network.
SET auth.throttle_delay = 0;
SET auth.throttle_max_failures = 2;
SELECT attempt('ada', 'wrong') FROM generate_series(1, 2);
SELECT attempt('ada', 'correct horse', '2001:db8:0:1:8000::9');
SELECT attempt('ada', 'correct horse', '2001:db8:0:3::');
SELECT auth_reset_key_throttle('email', 'ada');
RESET auth.throttle_max_failures;
SET auth.throttle_address_forget = '5s';
SELECT attempt(name, 'wrong', '198.51.100.4') FROM unnest('{a,b,c}'::text[]) name;
SELECT pg_sleep(5.1);
SELECT failures FROM auth_get_client_throttle('198.51.100.4');
RESET auth.throttle_address_forget;
RESET auth.throttle_address_failures;
SET auth.throttle_delay = '10min';

-- Changing a password is an attempt on the user.
SELECT token AS t FROM auth_create_session('ada') \gset
SELECT (auth_change_password(:'t', 'wrong', 'brand new horse')).status FROM generate_series(1, 6);
SELECT status, retry_after > '0' AS wait FROM auth_change_password(:'t', 'correct horse', 'brand new horse');
SELECT attempt('ada', 'correct horse');
SELECT auth_reset_key_throttle('email', 'ada');
SELECT (auth_change_password(:'t', 'wrong', 'brand new horse')).status;
SET auth.throttle_max_failures = 2;
SELECT (auth_change_password(:'t', 'wrong', 'brand new horse')).status;
SELECT (auth_change_password(:'t', 'correct horse', 'brand new horse')).status;
RESET auth.throttle_max_failures;
SELECT kind, reason FROM auth_get_events('ada', max_rows => 2);
SELECT user_id FROM auth_update_user_password('ada', 'other horse');
SELECT token AS t FROM auth_create_session('ada') \gset
SELECT status FROM auth_change_password(:'t', 'other horse', 'brand new horse');
-- Others cannot use that up either where the user has signed in from, and the
-- new password lets go of the user and its keys everywhere.
SET auth.throttle_max_failures = 2;
SELECT attempt('ada', 'brand new horse', '192.0.2.1');
SELECT attempt('ada', 'wrong') FROM generate_series(1, 3);
SELECT (auth_change_password(:'t', 'wrong', 'newer horse')).status FROM generate_series(1, 3);
SELECT status FROM auth_change_password(:'t', 'brand new horse', 'newer horse', '203.0.113.5');
SELECT status FROM auth_change_password(:'t', 'brand new horse', 'newer horse', '192.0.2.1');
SELECT status FROM auth_change_password(:'t', 'newer horse', 'brand new horse');
SELECT attempt('ada', 'brand new horse');

-- A password that has not changed lets go of nothing, whatever failed.
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not here''; END';
CREATE FUNCTION each_fails(token text, reset text) RETURNS SETOF text LANGUAGE sql VOLATILE AS $$
    SELECT concat_ws(', ', refused(call), (SELECT failures FROM auth_get_key_throttle('email', 'ada') WHERE call IS NOT NULL))
    FROM unnest(ARRAY['auth_update_key_password(''email'', ''ada'', ''newer horse'')', 'auth_update_user_password(''ada'', ''newer horse'')',
        format('auth_change_password(%L, ''brand new horse'', ''newer horse'')', token), format('auth_reset_password(%L, ''newer horse'')', reset)]) name,
        LATERAL concat('SELECT ', name) call
$$;
SELECT attempt('ada', 'wrong') FROM generate_series(1, 3);
SELECT token AS r FROM auth_create_token('password_reset', 'ada') \gset
SELECT count(auth_create_session('ada'));
CREATE TRIGGER fail BEFORE DELETE ON auth_session FOR EACH ROW EXECUTE FUNCTION fail();
SELECT each_fails(:'t', :'r');
DROP TRIGGER fail ON auth_session;
CREATE TRIGGER fail BEFORE INSERT ON auth_event FOR EACH ROW WHEN (NEW.kind = 'password_changed') EXECUTE FUNCTION fail();
SELECT each_fails(:'t', :'r');
DROP TRIGGER fail ON auth_event;
SELECT attempt('ada', 'brand new horse');
SELECT status FROM auth_reset_password(:'r', 'brand new horse');
SELECT attempt('ada', 'brand new horse');
DROP FUNCTION fail, each_fails;
RESET auth.throttle_max_failures;


-- Identifiers that look alike when joined are counted apart.
SET auth.client_providers = 'email, a:b';
SELECT (auth_sign_in('a:b', 'c', 'wrong')).status;
RESET auth.client_providers;
SELECT failures FROM auth_get_key_throttle('a:b', 'c'), generate_series(1, 1);
SELECT failures FROM auth_get_key_throttle('a', 'b:c');

-- An IPv6 network of 48 bits counts as well, and may fail ten times as often.
SET auth.throttle_address_failures = 1;
SELECT count(*) FILTER (WHERE answer = 'refused') AS refused, count(*) FILTER (WHERE answer ~ 'throttled') AS throttled
FROM generate_series(1, 12) n, attempt('site ' || n, 'wrong', format('2001:db8:99:%s::1', n)::inet) answer;
SELECT failures, retry_at IS NULL AS free FROM auth_get_client_throttle('2001:db8:99:11::1');
SELECT attempt('ada', 'brand new horse', '2001:db8:99:12::1');
-- What is throttled for one part is counted for none.
SELECT failures FROM auth_get_key_throttle('email', 'site 11'), generate_series(1, 1);
SELECT failures FROM auth_get_client_throttle('2001:db8:98:1::1');
SELECT attempt('ada', 'brand new horse', '2001:db8:98:1::1');
SELECT auth_reset_client_throttle('2001:db8:99:ffff::1');
SELECT attempt('ada', 'brand new horse', '2001:db8:99:12::1');
-- Behind NAT64 it is the IPv4 address.
SELECT attempt('n1', 'wrong', '64:ff9b::203.0.113.64');
SELECT attempt('n2', 'wrong', '64:ff9b::203.0.113.65');
SELECT attempt('n2', 'wrong', '203.0.113.64');
SELECT attempt('n2', 'wrong', '64:ff9c::203.0.113.64');

-- Requests to sign up are counted by network, as others are; one for a key
-- that exists like one for another: or else that would tell.
SET auth.throttle_address_failures = 2;
CREATE FUNCTION ask(name text, address inet) RETURNS text LANGUAGE sql VOLATILE AS
    $$SELECT status FROM auth_request_sign_up('email', name, address)$$;
SELECT ask('s' || n, '198.51.100.77') FROM generate_series(1, 3) n;
SELECT count(*) AS created FROM auth_create_user('email', 's4', 'a good horse');
SELECT ask('s4', '198.51.100.78'), ask('s4', '198.51.100.78'), ask('s5', '198.51.100.78');
SELECT status FROM auth_request_password_reset('email', 's4', '198.51.100.78');
-- Signing in from there goes on, and an administrator lifts it.
SELECT attempt('s4', 'a good horse', '198.51.100.78');
SELECT auth_reset_client_throttle('198.51.100.78');
SELECT ask('s5', '198.51.100.78');
SELECT auth_delete_user(user_id) FROM auth_get_key('email', 's4');
DROP FUNCTION ask;
RESET auth.throttle_address_failures;

-- The counts are in an index, which is no use for anything else.
SELECT attempt('marked', 'wrong') FROM generate_series(1, 3);
CREATE FUNCTION marked() RETURNS integer LANGUAGE sql VOLATILE AS $$SELECT failures FROM auth_get_key_throttle('email', 'marked')$$;
INSERT INTO auth_throttle VALUES (true), (false);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT FROM auth_throttle ORDER BY place;
SELECT place FROM auth_throttle WHERE place;
RESET enable_seqscan;
UPDATE auth_throttle SET place = NOT place WHERE false;
DELETE FROM auth_throttle;
SELECT refused('CREATE INDEX ON auth_throttle USING auth_count (place)');
SELECT refused('CREATE UNIQUE INDEX ON auth_throttle USING auth_count (place auth_count_ops)');
SELECT refused('CREATE INDEX ON auth_throttle USING auth_count (place auth_count_ops, place auth_count_ops)');
SELECT refused('CREATE INDEX ON auth_throttle USING auth_count (place auth_count_ops) INCLUDE (place)');
SELECT refused('CREATE INDEX ON auth_throttle USING auth_count (place auth_count_ops DESC)');
SELECT refused('CREATE INDEX ON auth_throttle USING auth_count (place auth_count_ops) WITH (places = 0)');
SELECT refused('CREATE INDEX ON auth_throttle USING auth_count (place auth_count_ops) WITH (places = 67108865)');
SELECT refused('CREATE INDEX ON auth_throttle USING auth_count (place auth_count_ops) WITH (fillfactor = 50)');
SELECT refused('CREATE INDEX ON auth_throttle USING auth_count ((place::text) auth_count_ops)');
SELECT refused('CLUSTER auth_throttle USING auth_throttle_count_idx');
SELECT amvalidate(oid) FROM pg_opclass WHERE opcname = 'auth_count_ops';
-- Made elsewhere, it does nothing.
CREATE TABLE other (flag boolean);
INSERT INTO other VALUES (true);
CREATE INDEX other_idx ON other USING auth_count (flag auth_count_ops) WITH (places = 1);
INSERT INTO other VALUES (false), (NULL);
ANALYZE other;
SELECT count(*) FROM other WHERE flag;
DELETE FROM other;
VACUUM other;
DROP TABLE other;
CREATE TEMP TABLE other (flag boolean);
CREATE INDEX ON other USING auth_count (flag auth_count_ops) WITH (places = 1);
DROP TABLE other;

-- What counts outlive.
VACUUM (FREEZE, ANALYZE) auth_throttle;
ALTER INDEX auth_throttle_count_idx SET (places = 1000);
ALTER TABLE auth_throttle RENAME TO renamed;
ALTER TABLE renamed RENAME TO auth_throttle;
ALTER INDEX auth_throttle_count_idx RENAME TO other_name;
SELECT marked();
SELECT auth_setup();
ALTER INDEX other_name RENAME TO auth_throttle_count_idx;
SELECT marked();
BEGIN;
TRUNCATE auth_throttle;
SELECT marked();
SELECT attempt('marked', 'wrong');
SELECT marked();
ROLLBACK;
SELECT marked();
-- What they do not; the size is then that of the option.
SELECT pg_relation_size('auth_throttle_count_idx') / current_setting('block_size')::integer AS pages;
REINDEX INDEX auth_throttle_count_idx;
SELECT pg_relation_size('auth_throttle_count_idx') / current_setting('block_size')::integer AS pages, marked();
ALTER INDEX auth_throttle_count_idx RESET (places);
SELECT attempt('marked', 'wrong');
REINDEX INDEX CONCURRENTLY auth_throttle_count_idx;
SELECT pg_relation_size('auth_throttle_count_idx') / current_setting('block_size')::integer AS pages, marked();
SELECT attempt('marked', 'wrong');
TRUNCATE auth_throttle;
SELECT marked();
SELECT attempt('marked', 'wrong');
VACUUM FULL auth_throttle;
SELECT marked();
SELECT attempt('marked', 'wrong');
ALTER TABLE auth_throttle ALTER place TYPE boolean USING NOT place;
SELECT marked();
SELECT attempt('ada', 'brand new horse');

-- Without its index nothing works, until it is set up again.
BEGIN;
DROP INDEX auth_throttle_count_idx;
SELECT refused('SELECT auth_sign_in(''email'', ''ada'', ''brand new horse'')');
SELECT auth_setup();
SELECT attempt('ada', 'brand new horse');
ROLLBACK;
BEGIN;
ALTER TABLE auth_throttle SET UNLOGGED;
SELECT refused('SELECT auth_sign_in(''email'', ''ada'', ''brand new horse'')');
SELECT auth_setup();
SELECT attempt('ada', 'brand new horse');
ROLLBACK;
BEGIN;
DROP INDEX auth_throttle_count_idx;
CREATE INDEX auth_throttle_count_idx ON auth_throttle (place);
SELECT refused('SELECT auth_setup()');
ALTER INDEX auth_throttle_count_idx RENAME TO no_count_idx;
SELECT auth_setup();
SELECT attempt('ada', 'brand new horse');
ROLLBACK;
SELECT attempt('ada', 'brand new horse');
DROP FUNCTION marked;

RESET auth.throttle_delay;
DROP FUNCTION attempt;
SELECT auth_delete_user('ada');
