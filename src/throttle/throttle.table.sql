-- A table without rows: the counts are in the pages of an index on it.  In
-- layout 1 they were rows.
CREATE TABLE IF NOT EXISTS auth_throttle (
    place boolean PRIMARY KEY
) USING heap;

DROP TRIGGER IF EXISTS auth_throttle_kept ON auth_throttle;

DELETE FROM auth_throttle;

ALTER TABLE auth_throttle
    DROP COLUMN IF EXISTS digest,
    DROP COLUMN IF EXISTS failed_at,
    DROP COLUMN IF EXISTS failures,
    DROP COLUMN IF EXISTS carry,
    ADD COLUMN IF NOT EXISTS place boolean PRIMARY KEY,
    SET LOGGED;

CREATE INDEX IF NOT EXISTS auth_throttle_count_idx
    ON auth_throttle USING auth_count (place auth_count_ops);

COMMENT ON TABLE auth_throttle IS 'has no rows: carries the index in which failed attempts are counted, past transactions';
COMMENT ON COLUMN auth_throttle.place IS 'nothing; an index is on a column';
COMMENT ON INDEX auth_throttle_count_idx IS 'the counts themselves, not an index to anything: do not drop it; the option "places" and REINDEX change its size and begin anew';
