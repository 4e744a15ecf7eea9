-- Places for counts, which are changed in place: rows are not added or
-- removed later, and their columns come first, in this order.
CREATE TABLE IF NOT EXISTS auth_throttle (
    digest uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    failed_at timestamptz NOT NULL DEFAULT '-infinity',
    failures integer NOT NULL DEFAULT 0,
    carry integer NOT NULL DEFAULT 0
) USING heap;

INSERT INTO auth_throttle
    SELECT FROM generate_series(1, 16384)
    WHERE NOT EXISTS (SELECT FROM auth_throttle);

CREATE OR REPLACE TRIGGER auth_throttle_kept
    BEFORE UPDATE OR DELETE ON auth_throttle
    FOR EACH STATEMENT
    EXECUTE FUNCTION auth_throttle_kept();

COMMENT ON TRIGGER auth_throttle_kept ON auth_throttle IS 'refuses changes by SQL, which would move rows from their places';
COMMENT ON TABLE auth_throttle IS 'failed attempts of keys and addresses, counted past transactions';
COMMENT ON COLUMN auth_throttle.digest IS 'keyed hash of the key or the address';
COMMENT ON COLUMN auth_throttle.failed_at IS 'when the last attempt failed';
COMMENT ON COLUMN auth_throttle.failures IS 'failed attempts; 0: the place is free';
COMMENT ON COLUMN auth_throttle.carry IS 'milliseconds of the time in which a failure of an address is forgotten';
