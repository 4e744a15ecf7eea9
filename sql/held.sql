-- What cannot be deleted is dead: with foreign keys of the application's in the
-- way, everything that is to end ends, and a warning names what is left.
SELECT user_id FROM auth_create_user('email', 'held@example.com', 'correct horse', user_id => 'held');
CREATE TABLE cart (session_id uuid REFERENCES auth_session);
CREATE FUNCTION session(held boolean DEFAULT true, OUT token text) LANGUAGE plpgsql AS $$
DECLARE session_id uuid;
BEGIN
    SELECT s.token, s.session_id INTO token, session_id FROM auth_create_session('held') s;
    INSERT INTO cart SELECT session_id WHERE held;
END
$$;
CREATE FUNCTION lives(token text) RETURNS boolean LANGUAGE sql AS
    $$SELECT EXISTS (SELECT FROM auth_get_session(token)) OR EXISTS (SELECT FROM auth_validate_session(token))$$;

-- Signing out, once.
SELECT session() AS t \gset
SELECT auth_sign_out(:'t');
SELECT lives(:'t'), auth_sign_out(:'t') AS again;
SELECT session() AS t \gset
SELECT auth_invalidate_session(auth_session_id(:'t'));
SELECT lives(:'t');

-- All sessions of the user: those that nothing holds end as well.
SELECT session() AS t, session(false) AS u \gset
SELECT auth_invalidate_user_sessions('held');
SELECT lives(:'t') AS t, lives(:'u') AS u;

-- A new password, with the session that is kept.
SELECT session() AS t, session() AS u \gset
SELECT user_id FROM auth_update_user_password('held', 'battery staple', auth_session_id(:'u'));
SELECT lives(:'t') AS t, lives(:'u') AS u;
SELECT status FROM auth_sign_in('email', 'held@example.com', 'battery staple');

-- What has ended does not come back, by a refresh token or a renewal.
SELECT session() AS t \gset
SELECT refresh_token AS r FROM auth_create_refresh_token(auth_session_id(:'t')) \gset
CREATE TABLE family (id uuid REFERENCES auth_refresh_token);
INSERT INTO family SELECT id FROM auth_refresh_token;
SELECT auth_sign_out(:'t');
SELECT lives(:'t'), (SELECT status FROM auth_rotate_refresh_token(:'r')) AS rotation;
SELECT session() AS t \gset
SELECT refresh_token AS r FROM auth_create_refresh_token(auth_session_id(:'t')) \gset
INSERT INTO family SELECT id FROM auth_refresh_token WHERE ends_at = 'infinity';
SELECT auth_revoke_refresh_token(:'r');
SELECT lives(:'t'), auth_revoke_refresh_token(:'r') AS again;
SELECT session() AS t \gset
SELECT refresh_token AS r FROM auth_create_refresh_token(auth_session_id(:'t')) \gset
INSERT INTO family SELECT id FROM auth_refresh_token WHERE ends_at = 'infinity';
SELECT auth_revoke_user_refresh_tokens('held');
SELECT lives(:'t'), (SELECT status FROM auth_rotate_refresh_token(:'r')) AS rotation, auth_revoke_user_refresh_tokens('held') AS again;

-- Disabling, by whatever statement.
SELECT session() AS t \gset
UPDATE auth_user SET disabled_at = now() WHERE id = 'held';
UPDATE auth_user SET disabled_at = NULL WHERE id = 'held';
SELECT lives(:'t');

-- The purge takes what it can, however many are held, in batches and again.
SELECT count(session(n % 10 = 0)) FROM generate_series(1, 200) n;
UPDATE auth_session SET expires_at = now() - interval '1 s', idle_expires_at = now() - interval '1 s';
SELECT count(*) - (SELECT count(*) FROM cart) AS loose FROM auth_session \gset
SELECT auth_delete_dead_sessions(50) AS removed;
SELECT auth_delete_dead_sessions() + 50 = :loose AS others;
SELECT auth_delete_dead_sessions() AS removed;
SELECT count(*) = (SELECT count(*) FROM cart) AS held FROM auth_session;
SELECT auth_delete_dead_user_sessions('held') > 20 AS ended;

-- The user: its sessions cannot go, and so it is disabled.
SELECT session() AS t \gset
SELECT auth_delete_user('held');
SELECT disabled_at IS NOT NULL AS disabled FROM auth_user WHERE id = 'held';
SELECT lives(:'t'), status FROM auth_sign_in('email', 'held@example.com', 'battery staple');
SELECT auth_delete_user('held');
TRUNCATE cart;
DROP TABLE family;
SELECT auth_delete_user('held');
SELECT count(*) FROM auth_user WHERE id = 'held';

-- A foreign key to the user itself is the application's word.
SELECT user_id FROM auth_create_user(user_id => 'held');
CREATE TABLE account (user_id text REFERENCES auth_user);
INSERT INTO account VALUES ('held');
SELECT auth_delete_user('held');
SELECT disabled_at IS NULL AS enabled FROM auth_user WHERE id = 'held';
DROP TABLE account;

-- Foreign keys that let rows go do not stay in the way; a trigger that keeps
-- rows, and one further down, do.
DROP TABLE cart;
CREATE TABLE cart (session_id uuid PRIMARY KEY REFERENCES auth_session ON DELETE CASCADE);
SELECT session() AS t \gset
SELECT auth_sign_out(:'t'), count(*) FROM cart;
CREATE TABLE item (cart uuid REFERENCES cart);
SELECT session() AS t \gset
INSERT INTO item SELECT session_id FROM cart;
SELECT auth_sign_out(:'t');
SELECT lives(:'t');
DROP TABLE item;
CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep_row BEFORE DELETE ON auth_session FOR EACH ROW EXECUTE FUNCTION keep_row();
SELECT session() AS t \gset
SELECT auth_sign_out(:'t');
SELECT lives(:'t');
DROP TRIGGER keep_row ON auth_session;

-- Other errors are those of a deletion.
CREATE FUNCTION refuse_row() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'not now' USING ERRCODE = 'P9999'; END$$;
CREATE TRIGGER refuse_row BEFORE DELETE ON auth_session FOR EACH ROW EXECUTE FUNCTION refuse_row();
SELECT session() AS t \gset
SELECT auth_sign_out(:'t');
SELECT lives(:'t');
DROP TRIGGER refuse_row ON auth_session;

-- A trigger may say what foreign keys say, and name none, or what is none.
CREATE FUNCTION hold_row() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE foreign_key_violation; END$$;
CREATE TRIGGER hold_row BEFORE DELETE ON auth_session FOR EACH ROW EXECUTE FUNCTION hold_row();
SELECT session() AS t \gset
SELECT auth_delete_user('held');
SELECT lives(:'t'), disabled_at IS NOT NULL AS disabled FROM auth_user WHERE id = 'held';
UPDATE auth_user SET disabled_at = NULL;
CREATE OR REPLACE FUNCTION hold_row() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
    RAISE foreign_key_violation USING SCHEMA = 'public', TABLE = 'auth_session', CONSTRAINT = repeat('x', 100);
END$$;
SELECT session() AS t \gset
SELECT auth_delete_user('held');
SELECT lives(:'t'), disabled_at IS NOT NULL AS disabled FROM auth_user WHERE id = 'held';
UPDATE auth_user SET disabled_at = NULL;
DROP TRIGGER hold_row ON auth_session;

SELECT auth_delete_user('held');
DROP TABLE cart;
DROP FUNCTION session(boolean), lives(text), keep_row(), hold_row(), refuse_row();
