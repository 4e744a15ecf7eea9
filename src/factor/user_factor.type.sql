CREATE TYPE auth_factor_object AS (
    factor_id uuid,
    kind text,
    name text,
    created_at timestamptz,
    last_used_at timestamptz,
    remaining bigint,
    refused_until timestamptz
);

COMMENT ON TYPE auth_factor_object IS 'a second factor as functions return it';
COMMENT ON COLUMN auth_factor_object.factor_id IS 'what names it; NULL: recovery codes';
COMMENT ON COLUMN auth_factor_object.kind IS 'totp or recovery_codes';
COMMENT ON COLUMN auth_factor_object.name IS 'what its user calls it; NULL: nothing';
COMMENT ON COLUMN auth_factor_object.created_at IS 'when it was created';
COMMENT ON COLUMN auth_factor_object.last_used_at IS 'when it was used last; NULL: not known, of recovery codes';
COMMENT ON COLUMN auth_factor_object.remaining IS 'how many recovery codes have not been used; NULL: it is an app';
COMMENT ON COLUMN auth_factor_object.refused_until IS 'until then its codes are refused, as the server''s clock was ahead when one was used; NULL: they are not';
