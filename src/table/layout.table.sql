-- The layout's number, in its only row.  It is written last.
CREATE TABLE IF NOT EXISTS auth_layout (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    layout integer NOT NULL,
    secret uuid NOT NULL DEFAULT gen_random_uuid(),
    mac_key bytea NOT NULL DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) CHECK (octet_length(mac_key) = 32)
);

-- Of 366 random bits in three UUIDs.
ALTER TABLE auth_layout ADD COLUMN IF NOT EXISTS mac_key bytea NOT NULL DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) CHECK (octet_length(mac_key) = 32);

COMMENT ON TABLE auth_layout IS 'the layout of the tables of the extension auth';
COMMENT ON COLUMN auth_layout.only_row IS 'true: there is one row';
COMMENT ON COLUMN auth_layout.layout IS 'the layout that auth_setup() brought the tables to';
COMMENT ON COLUMN auth_layout.secret IS 'key of the stored hashes of one-time codes, and of the places in auth_throttle, which clients thus cannot choose';
COMMENT ON COLUMN auth_layout.mac_key IS 'key of what clients are given to bring back unchanged';
