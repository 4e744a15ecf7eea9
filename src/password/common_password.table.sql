CREATE TABLE IF NOT EXISTS auth_common_password (
    password text COLLATE "C" PRIMARY KEY
);

COMMENT ON TABLE auth_common_password IS 'passwords that are not accepted, beside the list in the library';
COMMENT ON COLUMN auth_common_password.password IS 'in normal form NFKC and in lower case';
