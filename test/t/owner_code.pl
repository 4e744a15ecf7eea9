# What the owner of the tables has attached to them never runs as the caller:
# whatever it leaves behind for the time after the call is refused or gone, at
# whichever place it is attached, for a superuser and for an admin who call.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('owner_code');

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE app LOGIN;
CREATE ROLE ops LOGIN;
CREATE SCHEMA app AUTHORIZATION app;
GRANT CREATE ON SCHEMA public TO app;
GRANT TEMP ON DATABASE postgres TO app;
CREATE EXTENSION auth;
GRANT EXECUTE ON FUNCTION auth_setup() TO app;
SELECT auth_grant('ops', 'admin');
SELECT auth_grant('app', 'service');
SQL

# Code of the owner's tells whom it runs as, where everybody may write.
as_role($node, 'postgres', 'app', <<'SQL');
SELECT auth_setup();
GRANT USAGE ON SCHEMA app TO PUBLIC;
CREATE TABLE app.ran (who text);
CREATE TABLE app.payload (sql text, swallow boolean);
CREATE TABLE app.trap (a int);
GRANT ALL ON app.ran, app.payload, app.trap TO PUBLIC;
CREATE FUNCTION app.note() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO app.ran VALUES (current_user);
    RETURN 'x';
END $$;
CREATE FUNCTION app.fire() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.note();
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fire AFTER INSERT ON app.trap
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.fire();
CREATE FUNCTION app.run() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    p app.payload;
BEGIN
    SELECT * INTO p FROM app.payload;
    IF p.swallow THEN
        BEGIN
            EXECUTE p.sql;
        EXCEPTION WHEN insufficient_privilege THEN
            NULL;
        END;
    ELSE
        EXECUTE p.sql;
    END IF;
    RETURN 'x';
END $$;
CREATE FUNCTION app.run_constant(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT app.run()';
CREATE FUNCTION app.run_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.run();
    RETURN NEW;
END $$;
SQL

my @roles = ('postgres', 'ops');
my $create = "SELECT count(auth_create_user(user_attributes => '{}'))";

sub set_payload
{
	my ($sql, $swallow) = @_;

	$node->safe_psql('postgres',
		    'DELETE FROM app.payload; DELETE FROM app.ran; INSERT INTO app.payload VALUES ('
		  . quote_literal($sql) . ", $swallow)");
	return;
}

sub ran_as_nobody_else
{
	my ($name) = @_;

	is( $node->safe_psql('postgres',
			"SELECT string_agg(DISTINCT who, ',') FROM app.ran WHERE who <> 'app'"),
		'', $name);
	return;
}

# What the server refuses in an operation that is restricted, also where the
# owner hides the refusal.
my %refused = (
	"DECLARE c CURSOR WITH HOLD FOR SELECT app.note()" => 'WITH HOLD',
	"DO 'BEGIN EXECUTE ''DECLARE c CURSOR WITH HOLD FOR SELECT app.note()''; END'" => 'WITH HOLD',
	"INSERT INTO app.trap VALUES (1)" => 'deferred trigger',
	"CREATE TEMP TABLE t (a int)" => 'temporary table',
	"CREATE TEMP TABLE t ON COMMIT DROP AS SELECT app.note()" => 'temporary table',
	"CREATE TEMP VIEW v AS SELECT app.note()" => 'temporary table',
	"CREATE TYPE pg_temp.t AS (a int)" => 'temporary table',
	"LISTEN c" => 'LISTEN',
	"UNLISTEN *" => 'UNLISTEN',
	"PREPARE p AS SELECT app.note()" => 'PREPARE',
	"DEALLOCATE ALL" => 'DEALLOCATE',
	"DISCARD PLANS" => 'DISCARD',
	"DISCARD TEMP" => 'DISCARD',
	"SET ROLE app" => 'role',
	"SET SESSION AUTHORIZATION app" => 'session_authorization',
	"RESET SESSION AUTHORIZATION" => 'session_authorization',
	"SET session_replication_role = replica" => 'session_replication_role',
	"CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION app.run_trigger()" => 'event trigger',
	"CREATE CAST (text AS json) WITH FUNCTION app.run_constant(text)" => 'must be owner');

as_role($node, 'postgres', 'app',
	'CREATE TRIGGER run BEFORE INSERT ON auth_user FOR EACH ROW EXECUTE FUNCTION app.run_trigger()');
foreach my $role (@roles)
{
	foreach my $sql (sort keys %refused)
	{
		set_payload($sql, 'false');
		refused($node, 'postgres', $create, '42501', "$role, a trigger: $sql",
			message => $refused{$sql}, role => $role);
		set_payload($sql, 'true');
		answers($node, 'postgres', $create, '1', '... whose refusal is hidden', role => $role);
		ran_as_nobody_else('... leaves nothing');
	}
}

# Settings end with the call, local ones and those of the application as well.
my %settings = (
	"SET app.x = 'theirs'" => 'app.x',
	"SET LOCAL app.x = 'theirs'" => 'app.x',
	"SELECT set_config('search_path', 'app', true)" => 'search_path',
	"SET search_path = app" => 'search_path',
	"RESET search_path" => 'search_path',
	"SET statement_timeout = '1h'" => 'statement_timeout',
	"SET LOCAL row_security = off" => 'row_security');
foreach my $role (@roles, 'app')
{
	foreach my $sql (sort keys %settings)
	{
		my $name = $settings{$sql};

		set_payload($sql, 'false');
		my $before = $name eq 'row_security' ? 'on' : $name eq 'search_path' ? 'pg_catalog' : '5s';
		answers($node, 'postgres', <<SQL, "$before\n1\n$before\n$before", "$role, a trigger: $sql", role => $role);
\\o /dev/null
SELECT set_config('$name', '$before', false);
\\o
BEGIN;
SELECT current_setting('$name');
SELECT pg_catalog.count(public.auth_create_user());
SELECT current_setting('$name');
COMMIT;
SELECT current_setting('$name');
SQL
	}
}

# Whatever is attached, at every place that runs code of the owner's.
my $hold = "DECLARE c CURSOR WITH HOLD FOR SELECT app.note()";
as_role($node, 'postgres', 'app', <<'SQL');
DROP TRIGGER run ON auth_user;
CREATE DOMAIN app.checked AS text CHECK (app.run_constant(VALUE) IS NOT NULL);
CREATE TYPE app.letter AS ENUM ('a');
CREATE FUNCTION app.letter_json(app.letter) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.run();
    RETURN '1';
END $$;
CREATE CAST (app.letter AS json) WITH FUNCTION app.letter_json(app.letter);
SQL
my @places = (
	[ 'a default', 'ALTER TABLE auth_user ADD a text DEFAULT app.run()', $create ],
	[ 'a check', 'ALTER TABLE auth_user ADD a text DEFAULT 1, ADD CHECK (app.run_constant(a) IS NOT NULL)', $create ],
	[ 'a domain', 'ALTER TABLE auth_user ADD a app.checked', q{SELECT auth_create_user(user_attributes => '{"a": "x"}')} ],
	[ 'a cast to json', "ALTER TABLE auth_user ADD a app.letter DEFAULT 'a'", $create ],
	[ 'a generated column', 'ALTER TABLE auth_user ADD a text GENERATED ALWAYS AS (app.run_constant(id)) STORED', $create ],
	[ 'an expression index', 'ALTER TABLE auth_user ADD a text DEFAULT 1; CREATE INDEX i ON auth_user (app.run_constant(a))', $create ],
	[ 'a partial index', 'ALTER TABLE auth_user ADD a text DEFAULT 1; CREATE INDEX i ON auth_user (a) WHERE app.run_constant(a) IS NOT NULL', $create ],
	[ 'an AFTER trigger', 'ALTER TABLE auth_user ADD a text; CREATE TRIGGER t AFTER INSERT ON auth_user FOR EACH ROW EXECUTE FUNCTION app.run_trigger()', $create ],
	[ 'a statement trigger', 'ALTER TABLE auth_user ADD a text; CREATE TRIGGER t AFTER INSERT ON auth_user EXECUTE FUNCTION app.run_trigger()', $create ],
	[ 'a rule', 'ALTER TABLE auth_user ADD a text; CREATE RULE t AS ON INSERT TO auth_user DO ALSO SELECT app.run()', $create ],
	[ 'a trigger on a table that a deletion reaches',
		'ALTER TABLE auth_user ADD a text; CREATE TABLE app.item (user_id text REFERENCES auth_user ON DELETE CASCADE);'
		  . " INSERT INTO auth_user (id) VALUES ('deleted'); INSERT INTO app.item VALUES ('deleted');"
		  . ' CREATE TRIGGER t BEFORE DELETE ON app.item FOR EACH ROW EXECUTE FUNCTION app.run_trigger()',
		"SELECT auth_delete_user('deleted')" ]);
foreach my $place (@places)
{
	my ($name, $attach, $call) = @$place;

	set_payload('SELECT 1', 'false');
	as_role($node, 'postgres', 'app', $attach);
	foreach my $role (@roles)
	{
		set_payload($hold, 'false');
		refused($node, 'postgres', $call, '42501', "$role, $name: a cursor WITH HOLD",
			message => 'WITH HOLD', role => $role);
		set_payload('INSERT INTO app.trap VALUES (1)', 'false');
		refused($node, 'postgres', $call, '42501', "$role, $name: a deferred trigger",
			message => 'deferred trigger', role => $role);
		ran_as_nobody_else('... leave nothing');
	}
	set_payload('SELECT 1', 'false');
	as_role($node, 'postgres', 'app', <<'SQL');
ALTER TABLE auth_user DROP a CASCADE;
DROP TRIGGER IF EXISTS t ON auth_user;
DROP RULE IF EXISTS t ON auth_user;
DROP TABLE IF EXISTS app.item;
DELETE FROM auth_user;
SQL
}

# Constraints that are checked at the commit: the server tells those of its own
# from triggers of the owner's no more than anybody else could, so that whose
# code might run as somebody else is told how to go on.
as_role($node, 'postgres', 'app', <<'SQL');
CREATE TABLE app.company (id int PRIMARY KEY);
ALTER TABLE auth_user ADD company int REFERENCES app.company DEFERRABLE INITIALLY DEFERRED;
GRANT ALL ON app.company TO ops;
SQL
my $late = <<'SQL';
BEGIN;
SELECT count(auth_create_user(user_id => 'late', user_attributes => '{"company": 1}'));
INSERT INTO app.company VALUES (1);
SELECT count(*) FROM (SELECT auth_delete_user('late')) AS d;
DELETE FROM app.company;
COMMIT;
SQL
my ($stdout, $stderr);
$node->psql('postgres', $late, stdout => \$stdout, stderr => \$stderr,
	extra_params => [ '-U', 'ops', '-v', 'VERBOSITY=verbose', '-v', 'ON_ERROR_STOP=1' ]);
like($stderr,
	qr/ERROR:  42501: .*deferred trigger.*HINT:  .*runs restricted, unless the owner has the rights of the caller/s,
	'a deferred foreign key: another role is told why');
answers($node, 'postgres', $late, "1\n1", '... the owner has it checked at the commit', role => 'app');
$node->safe_psql('postgres', 'GRANT ops TO app; CREATE ROLE gate LOGIN; GRANT ops TO gate');
answers($node, 'postgres', $late, "1\n1",
	'... and so has a role whose rights the owner has', role => 'ops');
refused($node, 'postgres', "SET ROLE ops; $late", '42501',
	'... but not where it was set by a role whose rights the owner has not',
	message => 'deferred trigger', role => 'gate');
as_role($node, 'postgres', 'app', <<'SQL');
CREATE FUNCTION app.sign_up() RETURNS bigint LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS 'SELECT pg_catalog.count(auth_create_user())';
SQL
answers($node, 'postgres', 'SELECT app.sign_up()', '1',
	'... while a function of the owner may be called by everybody', role => 'gate');
$node->safe_psql('postgres', 'REVOKE ops FROM app; DELETE FROM auth_user');

# What the owner lets its own trigger or the caller defer.
as_role($node, 'postgres', 'app', <<'SQL');
ALTER TABLE auth_user DROP company;
CREATE CONSTRAINT TRIGGER fire AFTER INSERT ON auth_user
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION app.fire();
CREATE TRIGGER run BEFORE INSERT ON auth_user FOR EACH ROW EXECUTE FUNCTION app.run_trigger();
SQL
set_payload('SELECT 1', 'false');
answers($node, 'postgres', $create, '1', 'a constraint trigger that is immediate is fired');
ran_as_nobody_else('... as the owner');
refused($node, 'postgres', "BEGIN; SET CONSTRAINTS ALL DEFERRED; $create; COMMIT", '42501',
	'a constraint trigger that the caller has deferred', message => 'deferred trigger');
set_payload('SET CONSTRAINTS ALL DEFERRED', 'false');
refused($node, 'postgres', "BEGIN; $create; COMMIT", '42501',
	'a constraint trigger that the owner defers', message => 'deferred trigger');
ran_as_nobody_else('... does not run at the commit');

# An exclusion constraint runs a function of the owner's when it is checked.
set_payload('SELECT app.note()', 'false');
as_role($node, 'postgres', 'app', <<'SQL');
DROP TRIGGER run ON auth_user;
DROP TRIGGER fire ON auth_user;
DELETE FROM auth_user;
ALTER TABLE auth_user ADD CONSTRAINT e
    EXCLUDE (app.run_constant(id) WITH =) DEFERRABLE INITIALLY DEFERRED;
INSERT INTO auth_user (id) VALUES ('first');
SQL
refused($node, 'postgres', $create, '42501', 'a deferred exclusion constraint',
	message => 'deferred trigger');
ran_as_nobody_else('... is not checked as the caller');
as_role($node, 'postgres', 'app', 'ALTER TABLE auth_user DROP CONSTRAINT e');

# Control: what is caught above does happen without us.
$node->safe_psql('postgres', 'DELETE FROM app.ran; INSERT INTO app.trap VALUES (1)');
is($node->safe_psql('postgres', 'SELECT who FROM app.ran'),
	'postgres', 'control: a deferred trigger of a plain table runs as who writes');

# What the extension itself needs is not refused.
$node->safe_psql('postgres', <<'SQL');
DELETE FROM auth_user;
SELECT auth_create_user('email', 'ann@example.com', 'password of ann', user_id => 'ann');
SQL
answers($node, 'postgres', <<'SQL', "ok\nok\n1\n1\nt", 'a life', role => 'ops');
SELECT status FROM auth_sign_in('email', 'ann@example.com', 'password of ann');
SELECT status FROM auth_request_password_reset('email', 'ann@example.com');
SELECT count(*) FROM auth_take_outbox(10);
SELECT count(*) FROM auth_get_user_sessions('ann');
SELECT auth_delete_user('ann') IS NOT NULL;
SQL

$node->stop;
done_testing();
