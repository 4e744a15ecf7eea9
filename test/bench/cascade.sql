-- What cascade.sh measures: the deletion of users, against the same tables with
-- the same indexes and foreign keys ON DELETE CASCADE, and nothing else.
SET client_min_messages = warning;

CREATE SCHEMA plain;
SELECT format('CREATE TABLE plain.%1$s (LIKE public.%1$s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)'
        ' WITH (fillfactor = %2$s)', t, coalesce(substring(array_to_string(c.reloptions, ',') FROM 'fillfactor=(\d+)'), '100'))
FROM unnest(ARRAY['auth_user', 'auth_key', 'auth_session', 'auth_refresh_token', 'auth_token', 'auth_outbox']) t
JOIN pg_class c ON c.oid = format('public.%I', t)::regclass \gexec
SELECT format('ALTER TABLE plain.%I ADD FOREIGN KEY (user_id) REFERENCES plain.auth_user ON DELETE CASCADE',
    c.conrelid::regclass)
FROM pg_constraint c WHERE c.confrelid = 'public.auth_user'::regclass AND c.contype = 'f' \gexec

-- Users who were there before, so that the tables are not empty.
CREATE PROCEDURE add_users(prefix text, users integer, sessions integer)
    LANGUAGE plpgsql
AS $$
DECLARE
    place text;
BEGIN
    FOREACH place IN ARRAY ARRAY['public', 'plain'] LOOP
        EXECUTE format('INSERT INTO %I.auth_user (id) SELECT $1 || i FROM generate_series(1, $2) i', place)
            USING prefix, users;
        EXECUTE format('INSERT INTO %I.auth_key (provider_id, provider_user_id, user_id)'
            ' SELECT ''email'', $1 || i, $1 || i FROM generate_series(1, $2) i', place)
            USING prefix, users;
        EXECUTE format('INSERT INTO %I.auth_session (id, user_id, active_expires_at, idle_expires_at)'
            ' SELECT gen_random_uuid(), $1 || i, ''infinity'', ''infinity'''
            ' FROM generate_series(1, $2) i, generate_series(1, $3) s', place)
            USING prefix, users, sessions;
    END LOOP;
END
$$;
CALL add_users('there', 20000, 5);
VACUUM (ANALYZE);

-- A round: the deletion of so many users with so many sessions each, one at a
-- time with a COMMIT each, or all by one statement.
CREATE PROCEDURE measure(which text, round integer, users integer, sessions integer, at_once boolean)
    LANGUAGE plpgsql
AS $$
DECLARE
    start timestamptz;
BEGIN
    start := clock_timestamp();
    IF at_once THEN
        IF which = 'auth' THEN
            DELETE FROM public.auth_user WHERE id LIKE 'gone%';
        ELSE
            DELETE FROM plain.auth_user WHERE id LIKE 'gone%';
        END IF;
        COMMIT;
    ELSE
        FOR i IN 1..users LOOP
            IF which = 'auth' THEN
                PERFORM auth_delete_user('gone' || i);
            ELSE
                DELETE FROM plain.auth_user WHERE id = 'gone' || i;
            END IF;
            COMMIT;
        END LOOP;
    END IF;
    INSERT INTO result VALUES (which, measure.round, extract(epoch FROM clock_timestamp() - start) * 1e6 / users);
    ASSERT NOT EXISTS (SELECT FROM public.auth_session WHERE user_id LIKE 'gone%') OR which <> 'auth';
    ASSERT NOT EXISTS (SELECT FROM plain.auth_session WHERE user_id LIKE 'gone%') OR which = 'auth';
END
$$;
