-- What cascade.sh measures: the deletion of users, against the same tables with
-- the same indexes and foreign keys ON DELETE CASCADE, and nothing else.
SET client_min_messages = warning;

CREATE SCHEMA plain;
SELECT format('CREATE TABLE plain.%1$s (LIKE public.%1$s INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS INCLUDING INDEXES)'
        ' WITH (fillfactor = %2$s)', t, coalesce(substring(array_to_string(c.reloptions, ',') FROM 'fillfactor=(\d+)'), '100'))
FROM unnest(ARRAY['auth_user', 'auth_key', 'auth_session', 'auth_refresh_token', 'auth_token', 'auth_outbox', 'auth_event']) t
JOIN pg_class c ON c.oid = format('public.%I', t)::regclass \gexec
SELECT format('ALTER TABLE plain.%I ADD FOREIGN KEY (user_id) REFERENCES plain.auth_user ON DELETE CASCADE',
    c.conrelid::regclass)
FROM pg_constraint c WHERE c.confrelid = 'public.auth_user'::regclass AND c.contype = 'f' \gexec

-- In the schema that a variant is measured in.
CREATE FUNCTION schema_of(which text)
    RETURNS text
    LANGUAGE sql
AS $$SELECT CASE which WHEN 'auth' THEN 'public' ELSE 'plain' END$$;

CREATE PROCEDURE add_users(which text, prefix text, users integer, sessions integer)
    LANGUAGE plpgsql
AS $$
DECLARE
    place text := schema_of(which);
BEGIN
    EXECUTE format('INSERT INTO %I.auth_user (id) SELECT $1 || i FROM generate_series(0, $2) i', place)
        USING prefix, users;
    EXECUTE format('INSERT INTO %I.auth_key (provider_id, provider_user_id, user_id)'
        ' SELECT ''email'', $1 || i, $1 || i FROM generate_series(0, $2) i', place)
        USING prefix, users;
    EXECUTE format('INSERT INTO %I.auth_session (id, user_id, active_expires_at, idle_expires_at)'
        ' SELECT gen_random_uuid(), $1 || i, ''infinity'', ''infinity'''
        ' FROM generate_series(0, $2) i, generate_series(1, $3) s', place)
        USING prefix, users, sessions;
END
$$;

-- Those who were there before, so that the tables are not empty.
CALL add_users('auth', 'there', 20000, 5);
CALL add_users('plain', 'there', 20000, 5);
VACUUM (ANALYZE);

CREATE PROCEDURE delete_user(which text, user_id text)
    LANGUAGE plpgsql
AS $$
BEGIN
    IF which = 'auth' THEN
        PERFORM auth_delete_user(user_id);
        RETURN;
    END IF;
    DELETE FROM plain.auth_user u WHERE u.id = user_id;
    IF which = 'plain, with an event' THEN
        INSERT INTO plain.auth_event (created_at, kind, user_id) VALUES (clock_timestamp(), 'user_deleted', user_id);
    END IF;
END
$$;

CREATE PROCEDURE delete_at_once(which text)
    LANGUAGE plpgsql
AS $$
BEGIN
    CASE which
        WHEN 'auth' THEN
            DELETE FROM public.auth_user WHERE id LIKE 'gone%';
        WHEN 'plain' THEN
            DELETE FROM plain.auth_user WHERE id LIKE 'gone%';
        WHEN 'plain, with an event' THEN
            WITH gone AS (DELETE FROM plain.auth_user WHERE id LIKE 'gone%' RETURNING id)
            INSERT INTO plain.auth_event (created_at, kind, user_id)
                SELECT clock_timestamp(), 'user_deleted', id FROM gone;
    END CASE;
END
$$;

-- A round: the deletion of so many users, one at a time with a COMMIT each, or
-- all by one statement.  What a connection does once is done before.
CREATE PROCEDURE measure(which text, round integer, users integer, at_once boolean)
    LANGUAGE plpgsql
AS $$
DECLARE
    start timestamptz;
    rest bigint;
BEGIN
    CALL delete_user(which, 'gone0');
    COMMIT;
    start := clock_timestamp();
    IF at_once THEN
        CALL delete_at_once(which);
        COMMIT;
    ELSE
        FOR i IN 1..users LOOP
            CALL delete_user(which, 'gone' || i);
            COMMIT;
        END LOOP;
    END IF;
    INSERT INTO result VALUES (which, measure.round, extract(epoch FROM clock_timestamp() - start) * 1e6 / users);
    EXECUTE format('SELECT count(*) FROM %I.auth_session WHERE user_id LIKE ''gone%%''', schema_of(which)) INTO rest;
    ASSERT rest = 0;
END
$$;
