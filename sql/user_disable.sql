-- Users who are kept out, for good or for a while.
CREATE FUNCTION of(name text) RETURNS TABLE (disabled boolean, until text, reason text, signs_in text, uses_key text, new_session text) LANGUAGE sql AS $$
    SELECT u.disabled_at IS NOT NULL, u.disabled_until::text, u.disabled_reason,
        (auth_sign_in('email', name, 'correct horse')).status,
        refused(format('SELECT auth_use_key(''email'', %L, ''correct horse'')', name)),
        refused(format('SELECT auth_create_session(%L)', name))
    FROM auth_get_user(name) u
$$;
SELECT user_id, disabled_at, disabled_until, disabled_reason FROM auth_create_user('email', 'ada', 'correct horse', user_id => 'ada');
SELECT token AS t FROM auth_create_session('ada') \gset
SELECT max(id) AS since FROM auth_event \gset
SELECT refresh_token AS r FROM auth_create_refresh_token(auth_session_id(:'t')) \gset

-- For good, with what is read and with what is not.
SELECT user_id, disabled_at <= clock_timestamp() AS since, disabled_until, disabled_reason FROM auth_disable_user('ada');
SELECT * FROM of('ada');
SELECT (SELECT count(*) FROM auth_validate_session(:'t')) AS validated, (SELECT count(*) FROM auth_session) AS sessions,
    (SELECT count(*) FROM auth_refresh_token) AS refresh_tokens, (auth_rotate_refresh_token(:'r')).status AS rotated;
SELECT user_id, disabled_at, disabled_until, disabled_reason FROM auth_enable_user('ada');
SELECT * FROM of('ada');
SELECT count(*) AS came_back FROM auth_validate_session(:'t');

-- For a while: all ends at once, and nobody has to do anything for what comes after it.
SELECT token AS t FROM auth_create_session('ada') \gset
SELECT token AS link FROM auth_create_token('sign_in', 'ada') \gset
SELECT disabled_at AS since, disabled_until, disabled_reason FROM auth_disable_user('ada', '2999-01-01 00:00 UTC', 'spam') \gset d_
SELECT :'d_disabled_until' AS disabled_until, :'d_disabled_reason' AS disabled_reason;
SELECT * FROM of('ada');
SELECT count(*) FROM auth_validate_session(:'t');
SELECT status FROM auth_sign_in_with_token(:'link');
SELECT disabled_at = :'d_since' AS still, disabled_until, disabled_reason FROM auth_disable_user('ada', '2999-01-02 00:00 UTC', 'more spam');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES (auth_session_id('by hand'), 'ada', 'infinity', 'infinity');
SELECT count(*) FROM auth_validate_session('by hand');
ALTER TABLE auth_user DISABLE TRIGGER auth_user_disabled;
UPDATE auth_user SET disabled_until = clock_timestamp() - interval '1 us';
ALTER TABLE auth_user ENABLE TRIGGER auth_user_disabled;
SELECT * FROM of('ada');
SELECT user_id FROM auth_validate_session('by hand');
SELECT status FROM auth_sign_in_with_token(:'link');
-- Again, after it was over: since now, and what was made meanwhile ends.
SELECT disabled_at > :'d_since' AS anew, disabled_until, disabled_reason FROM auth_disable_user('ada', 'infinity');
SELECT * FROM of('ada');
SELECT count(*) FROM auth_session;
SELECT kind, reason, count FROM auth_event WHERE kind ~ '^user_(dis|en)abled$' AND user_id = 'ada' AND id > :since ORDER BY id;

-- By hand.  An end that was over before is not the end of what is set now.
CREATE FUNCTION by_hand(assignments text) RETURNS TABLE (disabled boolean, until timestamptz, reason text, sessions bigint, recorded text) LANGUAGE plpgsql AS $$
DECLARE
    last bigint := (SELECT max(id) FROM auth_event);
BEGIN
    INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES (auth_session_id('by hand'), 'ada', 'infinity', 'infinity')
        ON CONFLICT DO NOTHING;
    EXECUTE 'UPDATE auth_user SET ' || assignments;
    RETURN QUERY SELECT u.disabled_at IS NOT NULL, a.disabled_until, u.disabled_reason, (SELECT count(*) FROM auth_session),
        (SELECT string_agg(concat_ws(' ', kind, e.reason, count), ', ' ORDER BY e.id) FROM auth_event e WHERE e.id > last)
        FROM auth_user a, auth_get_user(a.id) u;
END $$;
SELECT v.assignments, b.* FROM (VALUES (1, 'disabled_reason = ''known'''), (2, 'disabled_at = NULL'), (3, 'disabled_at = NULL'),
    (4, 'disabled_at = now()'), (5, 'disabled_until = ''2999-01-01'''), (6, 'disabled_at = now() + interval ''1 us'''),
    (7, 'disabled_until = ''2001-01-01'', disabled_reason = NULL'), (8, 'disabled_until = ''2001-01-02'''), (9, 'disabled_at = now()'),
    (10, 'disabled_until = ''infinity'''), (11, 'disabled_until = ''-infinity'''), (12, 'disabled_at = ''infinity'', disabled_until = ''2999-01-01'''),
    (13, 'disabled_at = NULL'), (14, 'disabled_at = ''2000-01-01'', disabled_until = ''2001-01-01'''), (15, 'disabled_at = ''-infinity'''),
    (16, 'disabled_at = NULL, disabled_reason = NULL')) v (n, assignments), LATERAL by_hand(v.assignments) b ORDER BY n;

-- What the caller says is looked at.
SELECT refused('SELECT auth_disable_user(NULL)');
SELECT refused('SELECT auth_disable_user(''nobody'')');
SELECT refused('SELECT auth_enable_user(NULL)');
SELECT refused('SELECT auth_enable_user(''nobody'')');
SELECT refused('SELECT auth_disable_user(''ada'', now())');
SELECT refused('SELECT auth_disable_user(''ada'', ''-infinity'')');
SELECT refused('SELECT auth_disable_user(''ada'', reason => '''')');
SELECT refused('SELECT auth_disable_user(''ada'', reason => repeat(''x'', 1025))');
SELECT user_id, disabled_at FROM auth_get_user('ada');
SELECT user_id, length(disabled_reason) FROM auth_disable_user('ada', NULL, repeat('x', 1024));
BEGIN READ ONLY;
SELECT auth_enable_user('ada');
ROLLBACK;

-- In the caller's transaction.
BEGIN;
SELECT disabled_at FROM auth_enable_user('ada');
SELECT refused('SELECT auth_create_session(''ada'')');
ROLLBACK;
SELECT refused('SELECT auth_create_session(''ada'')');

-- Whoever could not be deleted stays disabled, also if that was for a while.
CREATE TABLE held (user_id text, session_id uuid REFERENCES auth_session);
SELECT user_id, disabled_at FROM auth_enable_user('ada');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES (auth_session_id('held'), 'ada', 'infinity', 'infinity');
INSERT INTO held VALUES ('ada', auth_session_id('held'));
SELECT disabled_until IS NOT NULL AS for_a_while FROM auth_disable_user('ada', '2999-01-01', 'spam');
SELECT auth_delete_user('ada');
SELECT disabled_at IS NOT NULL AS disabled, disabled_until, disabled_reason FROM auth_get_user('ada');
DROP TABLE held;

-- A trigger of the application's that keeps the row as it is.
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER zz_keep BEFORE UPDATE ON auth_user FOR EACH ROW EXECUTE FUNCTION keep();
SELECT refused('SELECT auth_enable_user(''ada'')');
DROP TRIGGER zz_keep ON auth_user;
DROP FUNCTION keep;

-- Columns of another type, or none; and the trigger on another table, with such columns.
BEGIN;
DROP TRIGGER auth_user_disabled ON auth_user;
ALTER TABLE auth_user ALTER disabled_until TYPE date;
SELECT auth_get_user('ada');
ROLLBACK;
BEGIN;
DROP TRIGGER auth_user_disabled ON auth_user;
ALTER TABLE auth_user ALTER disabled_reason TYPE integer USING 1;
SELECT auth_validate_session('by hand');
ROLLBACK;
BEGIN;
ALTER TABLE auth_user DROP disabled_until CASCADE;
SELECT auth_disable_user('ada');
ROLLBACK;
BEGIN;
DROP TRIGGER auth_user_disabled ON auth_user;
ALTER TABLE auth_user ALTER disabled_at TYPE bigint USING 1, ALTER disabled_until TYPE text USING 'x', ALTER disabled_reason TYPE bigint USING 1;
CREATE TRIGGER auth_user_disabled AFTER UPDATE ON auth_user FOR EACH ROW EXECUTE FUNCTION auth_user_disabled();
UPDATE auth_user SET disabled_at = 2, disabled_until = NULL, disabled_reason = NULL;
ROLLBACK;
CREATE TABLE stranger (id text, disabled_at integer, disabled_until text, disabled_reason bigint);
INSERT INTO stranger VALUES ('ada');
CREATE TRIGGER stranger AFTER UPDATE ON stranger FOR EACH ROW EXECUTE FUNCTION auth_user_disabled();
SELECT refused('UPDATE stranger SET disabled_at = 1');
DROP TABLE stranger;
SELECT disabled_at IS NOT NULL AS disabled FROM auth_get_user('ada');

DROP FUNCTION of, by_hand;
TRUNCATE auth_user CASCADE;
