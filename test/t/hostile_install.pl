# Objects that another role prepares under our names, before CREATE EXTENSION
# and before auth_setup(): nothing of it is ever adopted.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('install');

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE attacker LOGIN;
CREATE ROLE app LOGIN;
SQL

my $databases = 0;

# A database where the attacker may create objects in the schema, as PUBLIC
# could before version 15.
sub new_database
{
	my ($schema) = @_;
	my $database = 'd' . ++$databases;
	my $name = quote_identifier($schema // 'public');

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, <<"SQL");
CREATE SCHEMA IF NOT EXISTS $name;
GRANT ALL ON SCHEMA $name TO attacker, app;
SQL
	return $database;
}

sub drop_database
{
	my ($database) = @_;

	$node->safe_psql('postgres', "DROP DATABASE $database");
}

sub install
{
	my ($database, $schema) = @_;
	my $name = quote_identifier($schema // 'public');

	$node->safe_psql($database, <<"SQL");
CREATE EXTENSION auth SCHEMA $name;
GRANT EXECUTE ON FUNCTION $name.auth_setup() TO app;
SQL
}

# Who owns the relations that have the names of our tables.
my $owners = <<'SQL';
SELECT string_agg(DISTINCT relowner::regrole::text, ',')
FROM pg_class
WHERE relname IN ('auth_layout', 'auth_user', 'auth_key', 'auth_session',
    'auth_refresh_token', 'auth_ended', 'auth_token', 'auth_totp', 'auth_outbox', 'auth_event', 'auth_throttle', 'auth_common_password')
SQL

#
# Before CREATE EXTENSION (CVE-2022-2625): the script creates and never
# replaces, so that an object in the way is an error.
#

my %functions = (
	'auth_setup()' => '',
	'auth_generate_user_id(integer)' => '',
	'auth_create_user(text, text, text, jsonb, text, boolean)' => '',
	'auth_get_user(text)' => '',
	'auth_validate_session(text)' => '',
	'auth_use_key(text, text, text)' => '',
	'auth_grant(regrole, text)' => '',
	'auth_sign_in(text, text, text, inet, jsonb, interval, interval, interval, text)' => '',
	'auth_reset_key_throttle(text, text)' => '',
	'auth_event_kept()' => 'trigger',
	'auth_user_deleted()' => 'trigger',
	'auth_users_deleted()' => 'trigger');

foreach my $signature (sort keys %functions)
{
	my $database = new_database();
	my $returns = $functions{$signature} || 'integer';
	my $body =
	  $returns eq 'trigger' ? 'BEGIN RETURN NULL; END' : 'BEGIN RETURN 0; END';

	as_role($node, $database, 'attacker',
		"CREATE FUNCTION $signature RETURNS $returns LANGUAGE plpgsql AS '$body'"
	);
	refused($node, $database, 'CREATE EXTENSION auth',
		'42723', "prepared function $signature stops CREATE EXTENSION");
	drop_database($database);
}

foreach my $type (
	'CREATE TYPE auth_user_object AS (user_id text)',
	'CREATE TYPE auth_key_object AS ENUM ()',
	'CREATE DOMAIN auth_session_object AS text',
	'CREATE TYPE auth_event_object AS (id bigint)',
	'CREATE TABLE auth_sign_in_result (status text)',
	'CREATE TABLE auth_user_object (user_id text)',
	'CREATE VIEW auth_session_object AS SELECT 1 AS token')
{
	my $database = new_database();

	as_role($node, $database, 'attacker', $type);
	refused($node, $database, 'CREATE EXTENSION auth',
		'42...', "prepared type stops CREATE EXTENSION: $type");
	drop_database($database);
}

# An overload that is not in the script's way, and that a call without
# arguments might rather take: auth_setup() works around it or fails.
{
	my $database = new_database();

	as_role($node, $database, 'attacker', <<'SQL');
CREATE FUNCTION auth_generate_user_id() RETURNS text
LANGUAGE plpgsql AS $$ BEGIN RETURN 'hijacked-by-' || current_user; END $$;
SQL
	install($database);
	my $result = $node->psql($database, 'SELECT auth_setup()',
		extra_params => [ '-U', 'app' ]);
	answers(
		$node, $database,
		<<'SQL', $result == 0 ? '1|0' : '0|0',
SELECT count(*) FILTER (WHERE NOT d.refobjid = 'auth_generate_user_id()'::regprocedure),
    count(*) FILTER (WHERE d.refobjid = 'auth_generate_user_id()'::regprocedure)
FROM pg_depend d JOIN pg_attrdef a ON d.objid = a.oid
WHERE a.adrelid = to_regclass('auth_user') AND d.refclassid = 'pg_proc'::regclass
AND d.classid = 'pg_attrdef'::regclass AND a.adnum = 1
SQL
		'the default of auth_user.id is not an overload of another role');
	drop_database($database);
}

#
# Before auth_setup(): whoever runs it, no prepared relation is adopted.
#

my @shapes = (
	[ 'table', 'CREATE TABLE %s (id text)' ],
	[ 'view', 'CREATE VIEW %s AS SELECT 1 AS id' ],
	[ 'materialized view', 'CREATE MATERIALIZED VIEW %s AS SELECT 1 AS id' ],
	[ 'sequence', 'CREATE SEQUENCE %s' ],
	[ 'composite type', 'CREATE TYPE %s AS (id text)' ],
	[ 'enum', 'CREATE TYPE %s AS ENUM ()' ],
	[ 'partitioned table',
		'CREATE TABLE %s (id text) PARTITION BY LIST (id)' ]);

{
	my $database = new_database();

	install($database);
	foreach my $name (qw(auth_layout auth_user auth_key auth_session auth_refresh_token auth_ended auth_event
		auth_token auth_totp auth_outbox auth_throttle auth_common_password))
	{
		foreach my $shape (@shapes)
		{
			my ($kind, $create) = @$shape;

			as_role($node, $database, 'attacker', sprintf($create, $name));
			foreach my $caller ('app', undef)
			{
				refused(
					$node,
					$database,
					'SELECT auth_setup()',
					'42...',
					"prepared $kind $name stops auth_setup() of "
					  . ($caller // 'a superuser'),
					role => $caller);
			}
			answers(
				$node,
				$database,
				"SELECT count(*) FROM pg_class WHERE relkind = 'r'"
				  . " AND relname LIKE 'auth\\_%' AND relname <> '$name'",
				'0',
				"... and no table is left behind");
			my $drop =
			  $create =~ /^CREATE ((?:MATERIALIZED VIEW|\w+))/
			  ? "DROP $1 $name"
			  : die;
			as_role($node, $database, 'attacker', $drop);
		}
	}
	as_role($node, $database, 'app', 'SELECT auth_setup()');
	answers($node, $database, $owners, 'app',
		'with nothing in the way auth_setup() works');
	drop_database($database);
}

# A complete forged set, with the layout's row, owned by the attacker.
my $forged = <<'SQL';
CREATE TABLE auth_layout (only_row boolean PRIMARY KEY DEFAULT true,
    layout integer NOT NULL, secret uuid DEFAULT gen_random_uuid());
INSERT INTO auth_layout (layout) VALUES (1);
CREATE TABLE auth_user (id text PRIMARY KEY, created_at timestamptz
    NOT NULL DEFAULT now(), disabled_at timestamptz);
CREATE TABLE auth_key (provider_id text, provider_user_id text,
    user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    hashed_password text, created_at timestamptz DEFAULT now(),
    password_changed_at timestamptz, verified_at timestamptz,
    PRIMARY KEY (provider_id, provider_user_id));
CREATE TABLE auth_session (id uuid PRIMARY KEY,
    user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    active_expires_at timestamptz NOT NULL,
    idle_expires_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL DEFAULT 'infinity',
    active_period interval, idle_period interval);
CREATE TABLE auth_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at timestamptz NOT NULL, kind text NOT NULL, reason text,
    user_id text, provider_id text, provider_user_id text, session_id uuid,
    client_address inet, count bigint, role text NOT NULL DEFAULT session_user);
CREATE TABLE auth_throttle (place boolean PRIMARY KEY);
CREATE FUNCTION own_deleted() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER "Auth_user_deleted" AFTER DELETE ON auth_user
    FOR EACH ROW EXECUTE FUNCTION own_deleted();
SQL

foreach my $schema (undef, AWKWARD)
{
	my $database = new_database($schema);
	my $name = quote_identifier($schema // 'public');

	install($database, $schema);
	as_role($node, $database, 'attacker', "SET search_path = $name; $forged");
	foreach my $caller ('app', undef)
	{
		my $who = $caller // 'a superuser';

		refused($node, $database, "SELECT $name.auth_setup()",
			'42P07', "forged tables stop auth_setup() of $who",
			role => $caller);
	}
	answers($node, $database, $owners, 'attacker',
		'the forged tables are as they were');
	refused(
		$node,
		$database,
		"SELECT $name.auth_create_user('email', 'a', 'passphrase1')",
		'UA012',
		'no function works on forged tables');
	refused($node, $database,
		"SELECT * FROM $name.auth_validate_session('token')",
		'UA012', 'no session is read from forged tables');
	drop_database($database);
}

# The trigger that marks auth_user cannot be made without EXECUTE.
{
	my $database = new_database();

	install($database);
	as_role($node, $database, 'attacker', $forged);
	refused(
		$node,
		$database,
		'CREATE TRIGGER mark AFTER DELETE ON auth_user'
		  . ' FOR EACH ROW EXECUTE FUNCTION auth_user_deleted()',
		'42501',
		'the mark of auth_user cannot be forged',
		role => 'attacker');
	drop_database($database);
}

# Index names that are taken: the indexes would be missing afterwards.
foreach my $prepared (
	'CREATE TABLE auth_key_user_id_idx (a integer)',
	'CREATE TABLE other (a integer); CREATE INDEX auth_session_user_id_idx ON other (a)',
	'CREATE SEQUENCE auth_session_user_id_idx',
	'CREATE TABLE auth_event_user_id_idx (a integer)',
	'CREATE VIEW auth_event_client_address_idx AS SELECT 1 AS a',
	'CREATE TYPE auth_event_created_at_idx AS (a integer)')
{
	foreach my $caller ('app', undef)
	{
		my $database = new_database();
		my $who = $caller // 'a superuser';
		my ($stdout, $stderr);

		install($database);
		as_role($node, $database, 'attacker', $prepared);
		$node->psql(
			$database, 'SELECT auth_setup()',
			stdout => \$stdout,
			stderr => \$stderr,
			extra_params => [ '-U', $caller // $ENV{PGUSER} // 'postgres' ]);
		answers(
			$node,
			$database,
			<<'SQL',
SELECT count(*) FROM pg_class t JOIN pg_index i ON i.indrelid = t.oid
WHERE t.relname IN ('auth_key', 'auth_session', 'auth_event')
AND NOT i.indisprimary
SQL
			$stderr =~ /ERROR/ ? '0' : '5',
			"taken index name, auth_setup() of $who: all indexes or an error: "
			  . $prepared);
		drop_database($database);
	}
}

# Names of primary keys and constraints that are taken are worked around, and
# collisions still have their own answers.
{
	my $database = new_database();

	install($database);
	as_role($node, $database, 'attacker', <<'SQL');
CREATE TABLE auth_user_pkey (a integer);
CREATE TABLE auth_key_pkey (a integer);
CREATE SEQUENCE auth_session_pkey;
SQL
	as_role($node, $database, 'app', 'SELECT auth_setup()');
	$node->safe_psql($database,
		"SELECT auth_create_user('email', 'a', 'passphrase1', '{}', 'u1')");
	refused($node, $database,
		"SELECT auth_create_user('email', 'a', 'passphrase1')",
		'UA003', 'a duplicate key is known under another constraint name');
	refused($node, $database,
		"SELECT auth_create_user('email', 'b', 'passphrase1', '{}', 'u1')",
		'UA006', 'a duplicate user is known under another constraint name');
	drop_database($database);
}

#
# auth_setup() and auth_grant() run statements as the owner of the functions,
# a superuser.  Whoever may create in the schema, as the owner of the tables
# must, could lay operators in their way that fit better than the server's.
#

my $operators = <<'SQL';
CREATE TABLE public.ran (who text, what text);
GRANT ALL ON public.ran TO PUBLIC;
DO $do$
DECLARE
    types text[] := ARRAY['oid', 'regclass', 'regtype', 'regproc',
        'regprocedure', 'regrole', 'name', 'text', 'varchar', '"char"',
        'uuid', 'boolean', 'smallint', 'integer', 'bigint', 'timestamptz',
        'tid', 'inet', 'interval', 'jsonb'];
    a text;
    b text;
    op text;
BEGIN
    FOREACH a IN ARRAY types LOOP
        FOREACH b IN ARRAY types LOOP
            EXECUTE format($f$
                CREATE FUNCTION %1$s.evil(%2$s, %3$s) RETURNS boolean
                LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO public.ran VALUES (current_user, '%2$s %3$s');
                    RETURN true;
                END $$ $f$, :'schema', a, b);
            FOREACH op IN ARRAY ARRAY['=', '<>', '<', '>', '<=', '>='] LOOP
                EXECUTE format('CREATE OPERATOR %s.%s (LEFTARG = %s,'
                    ' RIGHTARG = %s, FUNCTION = %s.evil)',
                    :'schema', op, a, b, :'schema');
            END LOOP;
        END LOOP;
    END LOOP;
END $do$;
SQL

foreach my $schema ('public', AWKWARD)
{
	my $database = new_database($schema);
	my $name = quote_identifier($schema);
	my $hostile = $operators;

	$hostile =~ s/:'schema'/quote_literal($name)/ge;
	install($database, $schema);
	$node->safe_psql($database, 'GRANT CREATE ON SCHEMA public TO attacker');
	as_role($node, $database, 'attacker', $hostile);

	# positive control: the operators do run when they are found
	$node->safe_psql($database,
		"SET search_path = $name; SELECT 1::oid = 'pg_class'::regclass");
	answers($node, $database, 'DELETE FROM ran RETURNING what',
		'oid regclass', 'a hostile operator is found and recorded');

	as_role($node, $database, 'app', "SELECT $name.auth_setup()");
	foreach my $privilege (qw(client service admin))
	{
		$node->safe_psql($database,
			"SELECT $name.auth_grant('app', '$privilege')");
	}
	as_role($node, $database, 'app', <<"SQL");
SELECT $name.auth_create_user('email', 'a', 'passphrase1', '{}', 'u1');
SELECT $name.auth_use_key('email', 'a', 'passphrase1');
SELECT $name.auth_create_key('u1', 'phone', '1');
SELECT $name.auth_get_user_keys('u1');
SELECT $name.auth_update_user_provider_id('u1', 'phone', '2');
SELECT $name.auth_update_key_identifier('phone', '2', 'phone', '3');
SELECT $name.auth_update_user_password('u1', 'passphrase2');
SELECT $name.auth_update_key_password('email', 'a', 'passphrase3');
SELECT (s).token AS token, (s).session_id AS id
  FROM (SELECT $name.auth_create_session('u1') AS s OFFSET 0) x \\gset
SELECT $name.auth_validate_session(:'token');
SELECT $name.auth_get_user_sessions('u1');
SELECT $name.auth_update_session_attributes(:'id', '{}');
SELECT $name.auth_invalidate_user_sessions('u1', :'id');
SELECT $name.auth_delete_dead_user_sessions('u1');
SELECT $name.auth_delete_dead_sessions();
SELECT $name.auth_sign_out(:'token');
SELECT $name.auth_request_sign_up('email', 'b', '10.0.0.1');
SELECT (m).token AS token FROM (SELECT $name.auth_take_outbox() AS m OFFSET 0) x \\gset
SELECT $name.auth_sign_up(:'token', 'passphrase1', client_address => '10.0.0.1');
SELECT $name.auth_sign_up(:'token', 'passphrase2', client_address => '10.0.0.1');
SELECT $name.auth_sign_up_with_code('email', 'b', '12345678');
SELECT $name.auth_sign_in('email', 'a', 'wrong', client_address => '10.0.0.1');
SELECT (s).token AS token FROM (SELECT
  $name.auth_sign_in('email', 'a', 'passphrase3', client_address => '::1') AS s OFFSET 0) x \\gset
SELECT $name.auth_sign_in('email', 'b', 'wrong', client_address => '10.0.0.1');
SELECT $name.auth_sign_in('email', 'b', 'passphrase1', client_address => '10.0.0.1');
SELECT $name.auth_get_key_throttle('email', 'b');
SELECT $name.auth_get_client_throttle('10.0.0.1');
SELECT $name.auth_reset_key_throttle('email', 'b');
SELECT $name.auth_reset_client_throttle('10.0.0.1');
SELECT $name.auth_change_password(:'token', 'wrong', 'passphrase4', '10.0.0.1');
SELECT $name.auth_change_password(:'token', 'passphrase3', 'passphrase4', '10.0.0.1');
SELECT (s).token AS token FROM (SELECT
  $name.auth_reauthenticate(:'token', 'passphrase4', client_address => '::1') AS s OFFSET 0) x \\gset
SELECT $name.auth_complete_sign_in('none', '123456', client_address => '10.0.0.1');
SELECT $name.auth_get_own_sessions(:'token');
SELECT $name.auth_get_own_keys(:'token');
SELECT $name.auth_create_own_key(:'token', 'github', '1');
SELECT $name.auth_delete_own_key(:'token', 'github', '1');
SELECT $name.auth_request_own_email_verification(:'token', '10.0.0.1', code => true);
SELECT $name.auth_verify_own_email_with_code(:'token', '12345678');
SELECT $name.auth_request_own_email_change(:'token', 'c', '10.0.0.1');
SELECT $name.auth_update_own_attributes(:'token', '{}');
SELECT $name.auth_end_own_session(:'token', :'id');
SELECT $name.auth_end_other_sessions(:'token');
SELECT $name.auth_change_user_password('u1', 'passphrase4', 'passphrase5');
SELECT count(*) FROM $name.auth_get_events();
SELECT count(*) FROM $name.auth_get_events('u1');
SELECT $name.auth_delete_events('1 day');
SELECT $name.auth_delete_key('phone', '3');
SELECT $name.auth_disable_user('u1', 'infinity', 'x');
SELECT $name.auth_enable_user('u1');
SELECT $name.auth_delete_user('u1');
SQL
	answers($node, $database,
		"SELECT DISTINCT who || ' ran ' || what FROM ran ORDER BY 1",
		'', "no operator of another role runs, as anybody (schema $schema)");
	drop_database($database);
}

# The layout: a newer one is refused, an older one is brought along.
{
	my $database = new_database();

	install($database);
	as_role($node, $database, 'app', 'SELECT auth_setup()');
	as_role($node, $database, 'app', 'UPDATE auth_layout SET layout = 3');
	refused($node, $database, 'SELECT auth_setup()', 'UA012',
		'a newer layout is refused', message => 'newer');

	# somebody who may run auth_setup() and does not own the tables
	as_role($node, $database, 'app', 'UPDATE auth_layout SET layout = 0');
	$node->safe_psql($database,
		'GRANT EXECUTE ON FUNCTION auth_setup() TO attacker');
	refused(
		$node, $database, 'SELECT auth_setup()',
		'42501', 'auth_setup() on tables of another role is refused',
		role => 'attacker');
	as_role($node, $database, 'app', 'SELECT auth_setup()');
	answers($node, $database, 'SELECT layout FROM auth_layout',
		'2', 'the older layout was brought up to date');
	drop_database($database);
}

$node->stop;
done_testing();
