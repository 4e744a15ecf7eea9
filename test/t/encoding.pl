# Databases of other encodings than UTF8: bytes that are no UTF-8 in SQL_ASCII,
# where nothing checks them, and letters outside of ASCII in LATIN1.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('encoding');

# What is no UTF-8: a byte that never occurs, a lone first byte, a lone
# continuation, a surrogate, an overlong slash, beyond the last plane, and
# lengths at which a decoder that trusts first bytes reads past the end.
my @invalid = (
	'ff', 'c3', 'a4', 'eda080', 'c0af', 'f4908080', 'f0', 'e28280e2', 'fc',
	'61c3', 'f09f98', 'c3c3c3', '80808080', '41' x 63 . 'f0', 'e4' x 100);

foreach my $encoding (qw(SQL_ASCII LATIN1))
{
	$node->safe_psql('postgres', "CREATE DATABASE \L$encoding\E"
		  . " ENCODING $encoding LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
	$node->safe_psql(lc $encoding, <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
ALTER TABLE auth_user ADD note text;
ALTER TABLE auth_session ADD agent text;

-- Bytes as text, and back: the encoding of the client has no say.
CREATE FUNCTION bytes(hex text) RETURNS text LANGUAGE sql AS $$
    SELECT convert_from(decode(hex, 'hex'), getdatabaseencoding())
$$;
CREATE FUNCTION hex(string text) RETURNS text LANGUAGE sql AS $$
    SELECT encode(convert_to(string, getdatabaseencoding()), 'hex')
$$;

-- All that can be done with a text, as a name and as a secret.
CREATE FUNCTION use(hex text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    given text := bytes(hex);
    secret text := repeat('long ', 20) || given;
    wrong int := 0;
    token text;
BEGIN
    ASSERT (auth_create_user(given, given, secret,
        jsonb_build_object('note', given), given)).user_id = given;
    ASSERT (auth_get_user(given)).user_attributes ->> 'note' = given;
    ASSERT (auth_use_key(given, given, secret)).user_id = given;
    BEGIN
        PERFORM auth_use_key(given, given, left(secret, length(secret) - 1));
    EXCEPTION WHEN SQLSTATE 'UA004' THEN
        wrong := wrong + 1;
    END;
    BEGIN
        PERFORM auth_use_key(given, given || 'x', secret);
    EXCEPTION WHEN SQLSTATE 'UA002' THEN
        wrong := wrong + 1;
    END;
    BEGIN
        PERFORM auth_get_user(repeat(given, 100));
    EXCEPTION WHEN SQLSTATE 'UA001' THEN
        wrong := wrong + 1;
    END;
    BEGIN
        PERFORM auth_update_user_attributes(given,
            jsonb_build_object(repeat(given, 100), 1));
    EXCEPTION WHEN SQLSTATE 'UA008' THEN
        wrong := wrong + 1;
    END;
    ASSERT wrong = 4;
    token := (auth_create_session(given,
        jsonb_build_object('agent', given))).token;
    ASSERT (SELECT user_id = given AND session_attributes ->> 'agent' = given
        FROM auth_validate_session(token));
    INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    VALUES (auth_session_id(secret), given, 'infinity', 'infinity');
    ASSERT (SELECT user_id = given FROM auth_validate_session(secret));
    ASSERT auth_sign_out(secret);
    PERFORM auth_delete_user(given);
    ASSERT NOT EXISTS (SELECT FROM auth_validate_session(token));
    RETURN hex(given);
END $$;
SQL
}

foreach my $hex (@invalid)
{
	my $name = length $hex > 20 ? substr($hex, 0, 20) . '...' : $hex;

	foreach my $database (qw(sql_ascii latin1))
	{
		answers($node, $database, "SELECT use('$hex')", $hex,
			"$database: bytes $name");
	}
}

# Characters of a password are counted as the database counts them, and none
# of them is normalised.
foreach my $case (
	[ 'sql_ascii', 'c3a4' x 3 . '61', 'c3a4' x 4 ],
	[ 'latin1', 'e4' x 7, '61' . 'e4' x 7 ])
{
	my ($database, $short, $long) = @$case;

	refused(
		$node,
		$database,
		"SELECT auth_create_user('email', 'short', bytes('$short'))",
		'UA011',
		"$database: a password of 7 characters");
	answers(
		$node,
		$database,
		"SELECT user_id FROM auth_create_user('email', 'long', bytes('$long'), '{}', 'long')",
		'long',
		"$database: one of 8");
}
# A letter that NFKC replaces, as one byte and as UTF-8
foreach my $case (
	[ 'latin1', 'aa', 'the feminine ordinal' ],
	[ 'sql_ascii', 'aa', 'the byte of it' ],
	[ 'sql_ascii', 'c2aa', 'its UTF-8' ])
{
	my ($database, $letter, $what) = @$case;

	answers(
		$node, $database, <<"SQL",
SELECT user_id FROM auth_create_user('email', '$letter', bytes('6162' || repeat('$letter', 8)), '{}', '$letter');
SELECT user_id FROM auth_use_key('email', '$letter', bytes('6162' || repeat('$letter', 8)));
SQL
		"$letter\n$letter",
		"$database: a password of $what");
	refused($node, $database,
		"SELECT auth_use_key('email', '$letter', 'ab' || repeat('a', 8))",
		'UA004', '... is not that of its normal form');
}

# In UTF8 the server refuses such bytes before a function of ours is called.
refused(
	$node, 'postgres', "SELECT convert_from('\\xff', 'UTF8')",
	'22021', 'UTF8: no text has such bytes');

$node->stop;
done_testing();
