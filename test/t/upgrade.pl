# Updates from each version that was released: with data that the version has
# written, ALTER EXTENSION ... UPDATE and auth_setup() lead to what a new
# installation has, and nothing is lost.
#
# test/old has the install script, the statements that made the tables, and
# the data.  Functions of a version are there to be replaced, and not called:
# their body is a library of stubs, as the present one does not have all of
# them any more, and CREATE FUNCTION looks.

use strict;
use warnings;

use Cwd qw(abs_path);
use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = "$FindBin::RealBin/../old";

# The statements of docs/deployment.md
my ($at_once) = slurp_file("$FindBin::RealBin/../../docs/deployment.md") =~
  /^-- the functions, the tables, and the rights on what is new\n(.*?)^```$/ms;

my $node = new_node('upgrade');
my $extension = $node->config_data('--sharedir') . '/extension';
my $dumps = PostgreSQL::Test::Utils::tempdir();
my @made;

# The library of stubs.
sub build_stubs
{
	my ($script) = @_;
	my $directory = abs_path(PostgreSQL::Test::Utils::tempdir());
	my %symbols = map { $_ => 1 } $script =~ /AS 'MODULE_PATHNAME', '(\w+)'/g;

	append_to_file("$directory/stub.c", <<"C");
#include "postgres.h"
#include "fmgr.h"
PG_MODULE_MAGIC;
@{[map { "PG_FUNCTION_INFO_V1($_);\nDatum $_(PG_FUNCTION_ARGS) { PG_RETURN_NULL(); }\n" } sort keys %symbols]}
C
	system_or_bail('cc', '-fPIC', '-shared',
		'-I' . $node->config_data('--includedir-server'),
		'-o', "$directory/stub.so", "$directory/stub.c");
	return "$directory/stub.so";
}

# A version's install script, with its functions in the library of stubs.
sub provide
{
	my ($version) = @_;
	my $script = slurp_file("$old/auth--$version.sql");
	my $stubs = build_stubs($script);
	my $path = "$extension/auth--$version.sql";

	$script =~ s/'MODULE_PATHNAME'/'$stubs'/g;
	push @made, $path;
	append_to_file($path, $script);
	return;
}

END { unlink @made; }

# All that belongs to the extension, and what is said of it.
my $members = <<'SQL';
SELECT d.classid::regclass, pg_describe_object(d.classid, d.objid, 0),
    obj_description(d.objid, d.classid::regclass::name),
    replace(pg_get_functiondef(p.oid), E'\n', ' '),
    (SELECT count(*) FROM aclexplode(coalesce(p.proacl, t.typacl, 
            acldefault(CASE WHEN p.oid IS NULL THEN 'T' ELSE 'f' END::"char", 10)))
        WHERE grantee = 0),
    (SELECT string_agg(format('%s %s: %s', a.attname, a.atttypid::regtype, col_description(a.attrelid, a.attnum)), ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0)
FROM pg_depend d
LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'auth')
ORDER BY 1, 2
SQL

# The tables, but for the order of columns and what an application has added.
my $tables = <<'SQL';
WITH ours AS (SELECT oid, relname, reloptions, relam FROM pg_class
    WHERE relkind = 'r' AND relname ~ '^auth_' AND relnamespace = 'public'::regnamespace)
SELECT relname::text, 'options', reloptions::text, (SELECT amname FROM pg_am WHERE pg_am.oid = relam),
    obj_description(oid, 'pg_class') FROM ours
UNION ALL
SELECT relname, attname::text, format_type(atttypid, atttypmod), concat_ws(' ', attnotnull, attidentity, attgenerated,
        (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum)),
    col_description(attrelid, attnum)
FROM ours, pg_attribute WHERE attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
AND attname NOT IN ('name', 'born', 'device')
UNION ALL
SELECT relname, conname, contype::text, pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint')
FROM ours, pg_constraint c WHERE conrelid = ours.oid AND contype <> 'n'
UNION ALL
SELECT relname, tgname, tgenabled::text, pg_get_triggerdef(t.oid), obj_description(t.oid, 'pg_trigger')
FROM ours, pg_trigger t WHERE tgrelid = ours.oid AND NOT tgisinternal
UNION ALL
SELECT relname, indexrelid::regclass::text, indisvalid::text, pg_get_indexdef(indexrelid),
    obj_description(indexrelid, 'pg_class')
FROM ours, pg_index WHERE indrelid = ours.oid
ORDER BY 1, 2
SQL

# Rows that are to stay; those of auth_throttle were counts, which begin anew.
my $rows = join(
	' UNION ALL ',
	map { "SELECT '$_', count(*) FROM auth_$_" }
	  qw(common_password event key outbox refresh_token session token user))
  . ' ORDER BY 1';

my $rights = <<'SQL';
SELECT r.rolname, p.oid::regprocedure FROM pg_proc p, pg_roles r
WHERE p.proname ~ '^auth_' AND r.rolname IN ('old_client', 'old_service') AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
ORDER BY 1, 2
SQL

# The same by the names of functions, those of the present.
my $named_rights = <<'SQL';
SELECT r.rolname, a.is_grantable, CASE p.proname WHEN 'auth_check_password' THEN 'auth_get_password_weakness'
    ELSE regexp_replace(p.proname, '_address_throttle', '_client_throttle') END COLLATE "C"
FROM pg_proc p, aclexplode(p.proacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE p.proname ~ '^auth_' AND r.rolname ~ '^old_'
ORDER BY 1, 2, 3
SQL

# Nothing is said of the lines that are alike.
sub same
{
	my ($database, $query, $expected, $name) = @_;
	my %new = map { $_ => 1 } split(/\n/, $expected);
	my %old = map { $_ => 1 } split(/\n/, $node->safe_psql($database, $query));

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return is_deeply(
		[ sort grep { !$new{$_} } keys %old ],
		[ sort grep { !$old{$_} } keys %new ],
		$name);
}

$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', 'CREATE EXTENSION auth; SELECT auth_setup()');
my $fresh_members = $node->safe_psql('fresh', $members);
my $fresh_tables = $node->safe_psql('fresh', $tables);
my $version = $node->safe_psql('fresh',
	"SELECT extversion FROM pg_extension WHERE extname = 'auth'");

foreach my $from (map { m{/auth--(.*)\.sql$} } glob("$old/auth--*.sql"))
{
	my $database = "from_$from";

	provide($from);
	$node->safe_psql('postgres', <<SQL);
CREATE DATABASE "$database";
CREATE ROLE old_client;
CREATE ROLE old_service;
CREATE ROLE old_admin;
CREATE ROLE old_helper;
SQL
	$node->safe_psql($database, "CREATE EXTENSION auth VERSION '$from'");
	$node->safe_psql($database, slurp_file("$old/$_--$from.sql"))
	  foreach qw(tables data);
	$node->safe_psql($database, "UPDATE auth_$_ SET expires_at = '2099-01-01' WHERE purpose = 'email_verification'")
	  foreach qw(token outbox);
	$node->safe_psql($database, <<'SQL');
CREATE TABLE cart (session_id uuid REFERENCES auth_session ON UPDATE CASCADE ON DELETE CASCADE);
INSERT INTO cart SELECT id FROM auth_session;
CREATE TABLE visit (session_id uuid REFERENCES auth_session ON DELETE CASCADE);
SQL
	my $rows_before = $node->safe_psql($database, $rows);
	$node->safe_psql($database, <<'SQL');
INSERT INTO auth_token (id, purpose, user_id, created_at, expires_at)
SELECT gen_random_uuid(), purpose, 'ada', now(), '2099-01-01' FROM unnest(ARRAY['device', 'recovery', 'second_factor']) purpose;
GRANT EXECUTE ON FUNCTION auth_reset_address_throttle(inet), auth_sign_out(text), auth_create_user(text, text, text, jsonb, text)
    TO old_admin WITH GRANT OPTION;
SET ROLE old_admin;
GRANT EXECUTE ON FUNCTION auth_reset_address_throttle(inet), auth_sign_out(text) TO old_helper;
SQL
	my $rights_before = $node->safe_psql($database, $named_rights);

	refused(
		$node, $database,
		"ALTER EXTENSION auth UPDATE; SELECT auth_get_user('ada')",
		'UA012', "$from: updated, and not set up");
	$node->safe_psql($database, 'INSERT INTO visit SELECT id FROM auth_session LIMIT 1');
	refused($node, $database, 'SELECT auth_setup()', '23503',
		"$from: a foreign key that does not follow is named",
		message => 'visit_session_id_fkey');
	$node->safe_psql($database, <<'SQL');
TRUNCATE visit;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE DELETE ON auth_token FOR EACH ROW EXECUTE FUNCTION keep();
SQL
	refused($node, $database, 'SELECT auth_setup()', '09000',
		"$from: a trigger that keeps what would be a device",
		message => 'auth_token');
	$node->safe_psql($database, 'DROP FUNCTION keep() CASCADE');
	$node->safe_psql($database, 'SELECT auth_setup()');
	answers($node, $database, <<'SQL', '0', "$from: ids are UUIDs of version 8");
SELECT count(*) FROM (
    SELECT id FROM auth_session UNION ALL SELECT unnest(ARRAY[id, session_id, token_hash]) FROM auth_refresh_token
    UNION ALL SELECT id FROM auth_token UNION ALL SELECT token_id FROM auth_outbox UNION ALL SELECT session_id FROM cart) i
WHERE id::text !~ '^.{14}8.{4}[89ab]'
SQL
	answers($node, $database,
		'SELECT count(*) - (SELECT count(*) FROM auth_session) FROM cart',
		'0', "$from: ... which foreign keys have followed");
	is( $node->safe_psql(
			$database, "SELECT extversion FROM pg_extension WHERE extname = 'auth'"),
		$version,
		"$from: the version");
	same($database, $members, $fresh_members,
		"$from: members as in a new installation");
	same($database, $tables, $fresh_tables,
		"$from: tables as in a new installation");
	is($node->safe_psql($database, $rows), $rows_before,
		"$from: all rows, but for tokens of purposes that second factors have");
	is($node->safe_psql($database, $named_rights),
		$rights_before, "$from: the rights that were granted, also on functions that were made anew");
	like($rights_before, qr/^old_client\|f\|auth_sign_in$/m, "$from: ... such as this one");
	answers($node, $database,
		"SET ROLE old_client; SELECT status FROM auth_sign_in('email', 'ada\@example.com', 'correct horse')",
		'ok', "$from: ... by which a user signs in");
	answers($node, $database, "SELECT count(*) FROM pg_class WHERE relname = 'auth_right'",
		'0', "$from: nothing is left of the update");
	$node->command_ok([ 'pg_dump', '-f', "$dumps/$from", $node->connstr($database) ],
		"$from: a dump of what was updated");
	$node->safe_psql('postgres', 'CREATE DATABASE restored');
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dumps/$from", $node->connstr('restored') ],
		"$from: ... is restored");
	is($node->safe_psql('restored', $named_rights), $rights_before, "$from: ... with the same rights");
	$node->safe_psql('postgres', 'DROP DATABASE restored');
	$node->safe_psql($_,
		"SELECT auth_grant('old_client', 'client'), auth_grant('old_service', 'service')")
	  foreach $database, 'fresh';
	same($database, $rights, $node->safe_psql('fresh', $rights),
		"$from: those of what is new, granted again");

	answers($node, $database,
		"SELECT user_id, user_attributes FROM auth_get_user('ada')",
		'ada|{"born": "1815-12-10", "name": "Ada"}', "$from: a user");
	answers($node, $database,
		"SELECT user_id, state, session_attributes FROM auth_get_session('the session of ada')",
		'ada|active|{"device": "phone"}', "$from: a session");
	answers($node, $database,
		"SELECT aal, amr, authenticated_at = created_at FROM auth_get_session('the session of ada')",
		'0|{}|t', "$from: ... of which is not known how its user was authenticated");
	answers($node, $database,
		"SELECT user_id, state, fresh FROM auth_validate_session('an idle session of ada')",
		'ada|active|t', "$from: an idle session is renewed");
	answers($node, $database,
		"SELECT status FROM auth_rotate_refresh_token(repeat('f', 24) || repeat('1', 24))",
		'ok', "$from: a refresh token is rotated");
	answers($node, $database,
		"SELECT status FROM auth_rotate_refresh_token(repeat('f', 24) || repeat('0', 24))",
		'reused', "$from: ... and a spent one ends the family");
	answers($node, $database,
		"SELECT status, user_id FROM auth_sign_in('email', 'ada\@example.com', 'correct horse')",
		'ok|ada', "$from: a user signs in");
	answers($node, $database,
		"SELECT status FROM auth_sign_in('email', 'ada\@example.com', 'wrong')",
		'refused', "$from: ... with no other password");
	answers($node, $database,
		"SELECT user_id FROM auth_get_key('email', 'ben\@example.com')",
		'ben', "$from: a name that is folded since is found");
	answers($node, $database,
		"SELECT purpose, user_id, token IS NOT NULL, attempts FROM auth_take_outbox()",
		'email_verification|ada|t|1', "$from: a message that waits is handed out");
	answers($node, $database,
		"SELECT address IS NULL, user_id FROM auth_use_token('invitation', 'an invitation')",
		't|', "$from: a token is used");
	answers($node, $database,
		"SELECT count(*), count(verified_at) FROM auth_key",
		'5|0', "$from: of no key is known that it was proven");
	answers($node, $database,
		"SELECT status FROM auth_reset_password('a reset for ada', 'another horse')",
		'ok', "$from: a password is reset");
	answers($node, $database, "SELECT auth_delete_user('ada')", '',
		"$from: a user is deleted");
	answers($node, $database,
		"SELECT count(*) FROM auth_session WHERE user_id = 'ada'",
		'0', "$from: ... with its sessions");
	$node->safe_psql($database, <<'SQL');
INSERT INTO auth_token (id, purpose, user_id, expires_at) VALUES (gen_random_uuid(), 'device', 'ben', '2099-01-01');
DROP INDEX auth_token_user_id_idx;
SELECT auth_setup();
SQL
	same($database, $tables, $fresh_tables, "$from: set up once more");
	answers($node, $database, "SELECT count(*) FROM auth_token WHERE purpose = 'device'",
		'1', "$from: ... which takes no device that was remembered since");

	# Whoever may create in the schema, as the owner of the tables must, has made
	# a table of the name that the script uses.
	$node->safe_psql('postgres', 'CREATE DATABASE prepared; CREATE ROLE attacker');
	$node->safe_psql('prepared', <<SQL);
CREATE EXTENSION auth VERSION '$from';
GRANT EXECUTE ON FUNCTION auth_check_password(text, text) TO old_client;
GRANT CREATE ON SCHEMA public TO attacker;
SET ROLE attacker;
CREATE TABLE auth_right (proname name, grantee oid, is_grantable boolean);
CREATE FUNCTION rise() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN ALTER ROLE attacker SUPERUSER; RETURN NULL; END';
CREATE TRIGGER rise BEFORE UPDATE ON auth_right EXECUTE FUNCTION rise();
SQL
	$node->safe_psql('prepared', 'ALTER EXTENSION auth UPDATE');
	answers($node, 'prepared',
		"SELECT rolsuper, to_regclass('public.auth_right') IS NOT NULL FROM pg_roles WHERE rolname = 'attacker'",
		'f|t', "$from: an update runs nothing of a table that was prepared for it, and leaves it alone");
	answers($node, 'prepared',
		"SELECT has_function_privilege('old_client', 'auth_get_password_weakness(text, text)', 'EXECUTE')",
		't', "$from: ... and rights follow all the same");
	$node->safe_psql('postgres', 'DROP DATABASE prepared; DROP ROLE attacker');

	$node->safe_psql('postgres', 'CREATE DATABASE at_once; CREATE ROLE web');
	$node->safe_psql('at_once', $_)
	  foreach "CREATE EXTENSION auth VERSION '$from'",
	  map { slurp_file("$old/$_--$from.sql") } qw(tables data);
	$node->safe_psql('at_once', $at_once);
	same('at_once', $tables, $fresh_tables, "$from: in one transaction");
	$node->safe_psql('postgres', 'DROP DATABASE at_once; DROP ROLE web');
}

$node->stop;
done_testing();
