# Default privileges: nobody but its owner gets a right on what is made, by an
# install, by auth_setup() or by an update; and what is granted later stays.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('default');
my $directory = PostgreSQL::Test::Utils::tempdir();

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE anon LOGIN;
CREATE ROLE "an ""on" LOGIN;
CREATE ROLE app LOGIN;
CREATE ROLE web LOGIN;
SQL

# Who has rights on functions, types, tables and sequences, but for their
# owners.
my $grants = <<'SQL';
SELECT format('%s %s: %s', i.type, i.identity, string_agg(DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, ', '))
FROM (SELECT 'pg_proc'::regclass AS class, oid, proacl AS acl, proowner AS owner FROM pg_proc WHERE proname ~ '^_?(auth|added)_'
    UNION ALL SELECT 'pg_type', oid, typacl, typowner FROM pg_type WHERE typname ~ '^_?(auth|added)_'
    UNION ALL SELECT 'pg_class', oid, relacl, relowner FROM pg_class WHERE relname ~ '^(auth|added)_') o,
    aclexplode(acl) a, pg_identify_object(class, o.oid, 0) i
WHERE a.grantee <> owner GROUP BY i.type, i.identity ORDER BY i.type, i.identity
SQL
# How many of ours two roles may use, by whichever right
my $rights = <<'SQL';
SELECT count(*) FILTER (WHERE has_function_privilege(r, p.oid, 'EXECUTE')) FROM pg_proc p, unnest('{anon,"an \"on"}'::name[]) r WHERE proname ~ '^auth_';
SELECT count(*) FILTER (WHERE has_type_privilege(r, t.oid, 'USAGE')) FROM pg_type t, unnest('{anon,"an \"on"}'::name[]) r WHERE typname ~ '^auth_.*_(object|result)$';
SELECT count(*) FILTER (WHERE has_table_privilege(r, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR has_any_column_privilege(r, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')) FROM pg_class c, unnest('{anon,"an \"on"}'::name[]) r WHERE relname ~ '^auth_' AND relkind = 'r';
SELECT count(*) FILTER (WHERE has_sequence_privilege(r, c.oid, 'USAGE, SELECT, UPDATE')) FROM pg_class c, unnest('{anon,"an \"on"}'::name[]) r WHERE relname ~ '^auth_' AND relkind = 'S';
SQL

# Each way to say it: for those who make things, anywhere or in the schema.
sub defaults
{
	my ($schema) = @_;
	my $sql = '';

	foreach my $who ('', 'FOR ROLE app')
	{
		foreach my $kind (qw(TABLES SEQUENCES FUNCTIONS ROUTINES TYPES))
		{
			$sql .= "ALTER DEFAULT PRIVILEGES $who IN SCHEMA $schema GRANT ALL ON $kind TO anon WITH GRANT OPTION;";
			$sql .= "ALTER DEFAULT PRIVILEGES $who GRANT ALL ON $kind TO \"an \"\"on\", PUBLIC;";
		}
		$sql .= "ALTER DEFAULT PRIVILEGES $who GRANT ALL ON SCHEMAS TO anon, PUBLIC;";
	}
	return $sql;
}

my $number = 0;

sub new_database
{
	my ($schema, $sql) = @_;
	my $database = 'default_' . ++$number;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, <<"SQL");
CREATE SCHEMA IF NOT EXISTS $schema;
GRANT USAGE ON SCHEMA $schema TO PUBLIC;
GRANT CREATE ON SCHEMA $schema TO app;
$sql
SQL
	return $database;
}

# The example: a host's defaults for anon, set up before the extension came.
my $host = new_database('public', <<'SQL');
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon;
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'a@b.c', 'correct horse battery', '{}', 'u');
SQL
foreach my $statement (
	q{SELECT token FROM auth_create_session('u')},
	'SELECT hashed_password FROM auth_key',
	q{SELECT auth_grant('anon', 'admin')})
{
	refused($node, $host, $statement, '42501', "anon: $statement", role => 'anon');
}
answers($node, $host, $grants, '', 'nobody has a right but the owner');

foreach my $schema ('public', quote_identifier(AWKWARD))
{
	my $database = new_database($schema, defaults($schema));

	$node->safe_psql($database, "SET search_path = $schema; CREATE EXTENSION auth; GRANT EXECUTE ON FUNCTION auth_setup() TO app");
	as_role($node, $database, 'app', "SELECT $schema.auth_setup()");
	unlike($node->safe_psql($database, $grants), qr/anon|an "on|PUBLIC/,
		"no rights by default, in $schema");
	answers($node, $database, $rights, "0\n0\n0\n0", '... of any kind');
	as_role($node, $database, 'app', "SELECT $schema.auth_generate_user_id()");

	# control: what others make does get them
	$node->safe_psql($database, "CREATE FUNCTION $schema.added_one() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
		  . "CREATE TYPE $schema.added_type AS (a integer)");
	as_role($node, $database, 'app', "CREATE TABLE $schema.added_table (id integer GENERATED ALWAYS AS IDENTITY)");
	my @added = split /\n/, $node->safe_psql($database, $grants);
	is(scalar(grep { /added_/ && /anon/ && /an ""on/ && /PUBLIC/ } @added), 4,
		'control: a function, a type, a table and a sequence of others have them')
	  or diag(join "\n", @added);
}

# What is granted later stays when auth_setup() makes something again.
$node->safe_psql($host, <<'SQL');
GRANT SELECT ON auth_user TO anon;
GRANT USAGE ON SEQUENCE auth_event_id_seq TO anon;
SELECT auth_grant('anon', 'client');
DROP TABLE auth_common_password, auth_outbox;
SELECT auth_setup();
SELECT auth_setup();
SQL
my $granted = $node->safe_psql($host, $grants);
like($granted, qr/^table public.auth_user: anon$/m, 'a granted table stays granted');
like($granted, qr/^sequence public.auth_event_id_seq: anon$/m, 'so does a sequence');
like($granted, qr/^function public.auth_sign_in\(.*: anon$/m, 'and a function');
unlike($granted, qr/auth_common_password|auth_outbox(?!_object)/, 'tables that were made again are the owner\'s');

# In one transaction with the install, too.
my $once = new_database('public', defaults('public') . <<'SQL');
BEGIN;
CREATE EXTENSION auth;
SELECT auth_setup();
GRANT SELECT (id) ON auth_user TO anon;
GRANT SELECT ON auth_session TO web;
SELECT auth_grant('web', 'client');
SELECT auth_setup();
COMMIT;
SQL
like($node->safe_psql($once, $grants), qr/^table public.auth_session: web$/m,
	'a grant in the transaction of the install stays');

#
# An update: what the script adds is the owner's, what it replaces keeps its
# grants.  The function that revokes does not stay and cannot be called else.
#

my $version = $node->safe_psql('postgres',
	q{SELECT default_version FROM pg_available_extensions WHERE name = 'auth'});
my $script = $node->config_data('--sharedir') . "/extension/auth--$version--next.sql";
my $epilogue = slurp_file("$FindBin::RealBin/../../src/epilogue.sql");
END { unlink $script if defined $script }

append_to_file($script, <<"SQL");
CREATE FUNCTION added_one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE added_two(a text) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE added_three(integer) (SFUNC = int4pl, STYPE = integer);
CREATE TYPE added_type AS (a integer);
CREATE DOMAIN added_domain AS text;
CREATE TABLE added_table (id integer);
CREATE VIEW added_view AS SELECT 1 AS one;
CREATE SEQUENCE added_sequence;
CREATE OR REPLACE FUNCTION auth_session_id(token text) RETURNS uuid LANGUAGE c
    IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'auth_session_id';
$epilogue
SQL

foreach my $update (
	'ALTER EXTENSION auth UPDATE TO next',
	'BEGIN; SAVEPOINT a; ALTER EXTENSION auth UPDATE TO next; RELEASE a; COMMIT')
{
	my $database = new_database('public', defaults('public') . 'CREATE EXTENSION auth; SELECT auth_setup();');

	$node->safe_psql($database, "SELECT auth_grant('web', 'client'); GRANT USAGE ON TYPE auth_key_object TO anon");
	my $before = $node->safe_psql($database, $grants);
	$node->safe_psql($database, $update);
	my $after = $node->safe_psql($database, $grants);

	# Since 17 the types of tables and of arrays are members, too.
	answers($node, $database, "SELECT count(*) FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass"
		  . " AND pg_describe_object(classid, objid, 0) ~ ' added_[a-z(]+'"
		  . " AND NOT EXISTS (SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid = objid"
		  . " AND classid = 'pg_type'::regclass AND (t.typelem <> 0 OR c.relkind <> 'c'))",
		'8', 'the update has added eight objects')
	  or diag($node->safe_psql($database, "SELECT pg_describe_object(classid, objid, 0) FROM pg_depend WHERE deptype = 'e'"));
	is($after, $before, "nobody has a right on what is new, and what was granted stays: $update");
	like($after, qr/^function public.auth_session_id\(.*: web$/m, '... on what was replaced, too');
	answers($node, $database, q{SELECT count(*) FROM pg_proc WHERE proname = 'auth_revoke_defaults'},
		'0', '... and the function has gone');
}
$node->safe_psql($once, (split /;\n/, $epilogue)[0] =~ s/^--.*\n//mgr =~ s/MODULE_PATHNAME/\$libdir\/auth/r);
refused($node, $once, 'SELECT auth_revoke_defaults()', '55000',
	'no one revokes outside of a script');
$node->safe_psql($once, 'DROP FUNCTION auth_revoke_defaults()');
$node->safe_psql($once, "CREATE FUNCTION auth_restore_rights() RETURNS void LANGUAGE c AS '\$libdir/auth', 'auth_restore_rights'");
refused($node, $once, 'SELECT auth_restore_rights()', '55000', '... nor restores');
$node->safe_psql($once, 'DROP FUNCTION auth_restore_rights()');

#
# Dump and restore: the rights are those of the source.
#

my $source = new_database('public', defaults('public') . <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_grant('web', 'client');
GRANT EXECUTE ON FUNCTION auth_get_user(text) TO anon WITH GRANT OPTION;
GRANT USAGE ON TYPE auth_user_object TO anon;
GRANT SELECT ON auth_user TO anon, PUBLIC;
GRANT SELECT (user_id) ON auth_key TO web;
GRANT USAGE ON SEQUENCE auth_event_id_seq TO web;
SQL
my $columns = "SELECT attname, attacl FROM pg_attribute WHERE attrelid = 'auth_key'::regclass AND attacl IS NOT NULL";
my $expected = $node->safe_psql($source, "$grants; $columns");
my $dump = "$directory/dump";

$node->command_ok([ 'pg_dump', '-f', "$dump.sql", '-d', $node->connstr($source) ], 'pg_dump');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dump.custom", '-d', $node->connstr($source) ], 'pg_dump -Fc');
my %restored = (plain => new_database('public', ''), parallel => new_database('public', ''));
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($restored{plain}), '-f', "$dump.sql" ], 'psql restores');
$node->command_ok([ 'pg_restore', '-j2', '-d', $node->connstr($restored{parallel}), "$dump.custom" ], 'pg_restore restores');
foreach my $how (sort keys %restored)
{
	answers($node, $restored{$how}, "$grants; $columns", $expected, "$how: the rights of the source, and no others");
	$node->safe_psql($restored{$how}, 'SELECT auth_setup()');
	answers($node, $restored{$how}, "$grants; $columns", $expected, '... and auth_setup() leaves them');
}

# Where there are defaults already, the restore's tables are ordinary tables
# that get them: docs/grant.md says so.  The extension is nobody's else.
my $hosted = new_database('public', defaults('public'));
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($hosted), '-f', "$dump.sql" ],
	'psql restores where there are defaults');
my $of_extension = sub { join "\n", grep { /^(?:function|type) / } split /\n/, shift };
my $got = $node->safe_psql($hosted, $grants);
is($of_extension->($got), $of_extension->($expected),
	'functions and types have the rights of the source');
like($got, qr/^table public.auth_key: .*anon/m,
	'tables have those of the database, as the page says');

$node->stop;
done_testing();
