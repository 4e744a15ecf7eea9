-- What purge.sh measures: the removal of dead sessions, between living ones,
-- against one DELETE and against the same batches by a bare DELETE.
SET client_min_messages = warning;

INSERT INTO auth_user (id) SELECT 'u' || i FROM generate_series(1, 10000) i;

-- As many living sessions as dead ones.
CREATE PROCEDURE fill(dead integer)
    LANGUAGE plpgsql
AS $$
BEGIN
    TRUNCATE auth_session;
    INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
        SELECT gen_random_uuid(), 'u' || (i % 10000 + 1),
            now() + CASE i % 2 WHEN 0 THEN interval '1 day' ELSE interval '-10 days' END,
            now() + CASE i % 2 WHEN 0 THEN interval '14 days' ELSE interval '-1 day' END
        FROM generate_series(1, 2 * dead) i;
END
$$;

CREATE PROCEDURE measure(which text, round integer, dead integer)
    LANGUAGE plpgsql
AS $$
DECLARE
    start timestamptz := clock_timestamp();
    removed bigint;
    total bigint := 0;
BEGIN
    LOOP
        CASE which
            WHEN 'auth_delete_dead_sessions' THEN
                removed := auth_delete_dead_sessions();
            WHEN 'DELETE in batches' THEN
                DELETE FROM auth_session WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM auth_session WHERE idle_expires_at < clock_timestamp()
                    LIMIT 10000 FOR UPDATE SKIP LOCKED));
                GET DIAGNOSTICS removed = ROW_COUNT;
            WHEN 'one DELETE' THEN
                DELETE FROM auth_session WHERE idle_expires_at < now();
                GET DIAGNOSTICS removed = ROW_COUNT;
        END CASE;
        COMMIT;
        total := total + removed;
        EXIT WHEN removed < 10000 OR which = 'one DELETE';
    END LOOP;
    INSERT INTO result VALUES (which, measure.round, extract(epoch FROM clock_timestamp() - start) * 1e6 / dead);
    ASSERT total = dead, format('%s removed %s of %s', which, total, dead);
END
$$;
