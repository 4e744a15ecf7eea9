# The cascade from a user to its keys and sessions (CVE-2026-6637 was such a
# trigger of contrib/refint): long and awkward names, deep cascades in both
# directions, bulk deletes, disabled triggers.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('cascade');

# what is left of users whose ids begin like this
sub left
{
	my ($prefix, $expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return answers(
		$node, 'cascade', <<"SQL", $expected, $name);
SELECT (SELECT count(*) FROM auth_user WHERE id LIKE '$prefix%'),
    (SELECT count(*) FROM auth_key WHERE user_id LIKE '$prefix%'),
    (SELECT count(*) FROM auth_session WHERE user_id LIKE '$prefix%')
SQL
}

# users with two keys and three sessions each
sub make_users
{
	my ($prefix, $count) = @_;

	$node->safe_psql('cascade', <<"SQL");
SELECT count(auth_create_user('email', '$prefix' || i, NULL, '{}', '$prefix' || i))
FROM generate_series(1, $count) i;
SELECT count(auth_create_key('$prefix' || i, 'phone', '$prefix' || i))
FROM generate_series(1, $count) i;
SELECT count(auth_create_session('$prefix' || i))
FROM generate_series(1, $count) i, generate_series(1, 3);
SQL
}

$node->safe_psql('postgres', 'CREATE DATABASE cascade');
$node->safe_psql('cascade', 'CREATE EXTENSION auth; SELECT auth_setup()');

#
# Bulk deletes
#

make_users('bulk', 3000);
left('bulk', '3000|6000|9000', 'thousands of users with keys and sessions');
answers(
	$node, 'cascade',
	"WITH gone AS (DELETE FROM auth_user WHERE id LIKE 'bulk%' RETURNING id)"
	  . " SELECT count(*) FROM gone",
	'3000', 'one DELETE of thousands of users');
left('bulk', '0|0|0', '... takes their keys and sessions along');

make_users('each', 500);
$node->safe_psql('cascade',
	"SELECT count(auth_delete_user('each' || i)) FROM generate_series(1, 500) i"
);
left('each', '0|0|0', 'auth_delete_user() for many users in one statement');

#
# Deep cascades: from an application's tables to users and on to sessions,
# to tables below those, and round in a circle.
#

$node->safe_psql('cascade', <<'SQL');
CREATE TABLE level1 (id int PRIMARY KEY);
DO $$
BEGIN
    FOR i IN 2..20 LOOP
        EXECUTE format('CREATE TABLE level%s (id int PRIMARY KEY'
            ' REFERENCES level%s ON DELETE CASCADE)', i, i - 1);
    END LOOP;
END $$;
ALTER TABLE auth_user ADD level int REFERENCES level20 ON DELETE CASCADE,
    ADD invited_by text REFERENCES auth_user ON DELETE CASCADE;
CREATE TABLE device (session_id uuid PRIMARY KEY
    REFERENCES auth_session ON DELETE CASCADE);
CREATE TABLE login (device uuid REFERENCES device ON DELETE CASCADE);
CREATE FUNCTION remove_friends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM auth_user WHERE id = 'friend-of-' || OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER remove_friends BEFORE DELETE ON auth_user
    FOR EACH ROW EXECUTE FUNCTION remove_friends();
SQL
make_users('deep', 10);
$node->safe_psql('cascade', <<'SQL');
INSERT INTO level1 VALUES (1);
DO $$
BEGIN
    FOR i IN 2..20 LOOP
        EXECUTE format('INSERT INTO level%s VALUES (1)', i);
    END LOOP;
END $$;
UPDATE auth_user SET level = 1 WHERE id LIKE 'deep%';
INSERT INTO device SELECT id FROM auth_session WHERE user_id LIKE 'deep%';
INSERT INTO login SELECT session_id FROM device;
DELETE FROM level1;
SQL
left('deep', '0|0|0', 'a deletion 20 tables away reaches the users');
answers(
	$node, 'cascade',
	'SELECT (SELECT count(*) FROM device), (SELECT count(*) FROM login)',
	'0|0', '... and the tables below their sessions');

make_users('chain', 300);
$node->safe_psql('cascade', <<'SQL');
UPDATE auth_user SET invited_by = 'chain' || (substr(id, 6)::int - 1)
WHERE id LIKE 'chain%' AND id <> 'chain1';
UPDATE auth_user SET invited_by = 'chain300' WHERE id = 'chain1';
SELECT auth_delete_user('chain150');
SQL
left('chain', '0|0|0', 'a circle of 300 users goes as a whole');

make_users('friend-of-own', 1);
make_users('own', 1);
$node->safe_psql('cascade', "SELECT auth_delete_user('own1')");
left('own', '0|0|0', 'a trigger that deletes another user: the user');
left('friend-of-', '0|0|0', '... and the other');

#
# A refusal leaves everything as it was
#

$node->safe_psql('cascade', <<'SQL');
CREATE TABLE invoice (user_id text REFERENCES auth_user);
CREATE TABLE proof (session_id uuid REFERENCES auth_session);
SQL
make_users('kept', 3);
$node->safe_psql('cascade', "INSERT INTO invoice VALUES ('kept2')");
refused($node, 'cascade', "SELECT auth_delete_user('kept2')", '23503',
	'another table refuses the deletion of the user');
refused($node, 'cascade', "DELETE FROM auth_user WHERE id LIKE 'kept%'",
	'23503', '... in a DELETE, too');
left('kept', '3|6|9', '... and nothing at all is gone');
$node->safe_psql('cascade', <<'SQL');
DELETE FROM invoice;
INSERT INTO proof SELECT id FROM auth_session WHERE user_id = 'kept3' LIMIT 1;
SQL
refused($node, 'cascade', "DELETE FROM auth_user WHERE id = 'kept3'", '23503',
	'another table refuses the deletion of a session');
$node->safe_psql('cascade', "SELECT auth_delete_user('kept3')");
answers($node, 'cascade', <<'SQL', 't|0', '... and disables it instead, with no session that lives');
SELECT disabled_at IS NOT NULL, (SELECT count(*) FROM auth_session WHERE user_id = 'kept3' AND expires_at > now())
FROM auth_user WHERE id = 'kept3'
SQL
left('kept', '3|6|9', '... and nothing at all is gone');
$node->safe_psql('cascade', 'DROP TABLE proof, invoice');

#
# Disabled triggers
#

foreach my $table (qw(auth_user auth_key auth_session))
{
	make_users('user', 2);
	$node->safe_psql('cascade', <<"SQL");
ALTER TABLE $table DISABLE TRIGGER USER;
SELECT auth_delete_user('user1');
DELETE FROM auth_user WHERE id = 'user2';
SQL
	left('user', '0|0|0',
		"the foreign keys cascade without the triggers of $table");
	$node->safe_psql('cascade', "ALTER TABLE $table ENABLE TRIGGER USER");
}

# Without foreign keys the trigger alone does it.
make_users('bare', 2);
$node->safe_psql('cascade', <<'SQL');
ALTER TABLE device DROP CONSTRAINT device_session_id_fkey;
ALTER TABLE auth_key DROP CONSTRAINT auth_key_user_id_fkey;
ALTER TABLE auth_session DROP CONSTRAINT auth_session_user_id_fkey;
SELECT auth_delete_user('bare1');
DELETE FROM auth_user WHERE id = 'bare2';
ALTER TABLE auth_key ADD FOREIGN KEY (user_id) REFERENCES auth_user
    ON DELETE CASCADE;
ALTER TABLE auth_session ADD FOREIGN KEY (user_id) REFERENCES auth_user
    ON DELETE CASCADE;
SQL
left('bare', '0|0|0', 'the trigger cascades without the foreign keys');

# Foreign keys that are there, but are not going to cascade.
my $session_key = "ALTER TABLE auth_session DROP CONSTRAINT auth_session_user_id_fkey;"
  . " ALTER TABLE auth_session ADD FOREIGN KEY (user_id) REFERENCES auth_user";

foreach my $case (
	[ 'is of another kind' => $session_key, "$session_key ON DELETE CASCADE" ],
	[
		'is of another column' =>
		  "ALTER TABLE auth_session DROP CONSTRAINT auth_session_user_id_fkey;"
		  . ' ALTER TABLE auth_session ADD helper text REFERENCES auth_user ON DELETE CASCADE',
		'ALTER TABLE auth_session DROP COLUMN helper;'
		  . ' ALTER TABLE auth_session ADD FOREIGN KEY (user_id) REFERENCES auth_user ON DELETE CASCADE'
	],
	[
		'is disabled' => q{DO $$ BEGIN EXECUTE (
    SELECT format('ALTER TABLE auth_user DISABLE TRIGGER %I', t.tgname)
    FROM pg_trigger t JOIN pg_constraint c ON c.oid = t.tgconstraint
    WHERE c.conname = 'auth_session_user_id_fkey' AND t.tgfoid = '"RI_FKey_cascade_del"'::regproc); END $$},
		'ALTER TABLE auth_user ENABLE TRIGGER ALL'
	],
	[
		'does not fire on a replica' =>
		  'ALTER TABLE auth_user ENABLE ALWAYS TRIGGER "Auth_user_deleted"; SET session_replication_role = replica',
		'ALTER TABLE auth_user ENABLE TRIGGER "Auth_user_deleted"'
	])
{
	my ($name, $before, $after) = @$case;

	make_users('other', 2);
	$node->safe_psql('cascade',
		"$before; SELECT auth_delete_user('other1'); DELETE FROM auth_user WHERE id = 'other2'");
	$node->safe_psql('cascade', $after);
	left('other', '0|0|0', "the trigger cascades where a foreign key $name");
}

# All triggers, those of foreign keys as well: a superuser's own doing.  The
# rows are left, and no function of ours takes them for alive.
make_users('all', 1);
$node->safe_psql('cascade',
	"INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)"
	  . " VALUES (auth_session_id('orphan'), 'all1', 'infinity', 'infinity')");
$node->safe_psql('cascade', <<'SQL');
ALTER TABLE auth_user DISABLE TRIGGER ALL;
DELETE FROM auth_user WHERE id = 'all1';
ALTER TABLE auth_user ENABLE TRIGGER ALL;
SQL
left('all', '0|2|4', 'with all triggers disabled the rows stay');
answers($node, 'cascade', "SELECT * FROM auth_get_session('orphan')",
	'', '... but a session without its user is none');
answers($node, 'cascade', "SELECT * FROM auth_validate_session('orphan')",
	'', '... when it is validated, too');
refused($node, 'cascade', "SELECT auth_use_key('phone', 'all1')",
	'UA001', '... and a key without its user signs nobody in');
refused($node, 'cascade', "SELECT auth_get_user_sessions('all1')",
	'UA001', '... and there is no list of its sessions');
answers($node, 'cascade', "SELECT auth_invalidate_user_sessions('all1')",
	'4', '... and they can be cleared away');
$node->safe_psql('cascade', "DELETE FROM auth_key WHERE user_id = 'all1'");

# A replica role skips triggers in the same way.
make_users('replica', 1);
$node->safe_psql('cascade', <<'SQL');
SET session_replication_role = replica;
DELETE FROM auth_user WHERE id = 'replica1';
RESET session_replication_role;
DELETE FROM auth_key WHERE user_id = 'replica1';
DELETE FROM auth_session WHERE user_id = 'replica1';
SQL

# The trigger's function serves its own trigger and no other.
refused($node, 'cascade', 'SELECT auth_user_deleted()',
	'39P01|0A000', 'the trigger function is called as a function');
refused(
	$node, 'cascade', <<'SQL',
CREATE TABLE victim (id text);
CREATE TRIGGER misplaced AFTER DELETE ON victim
    FOR EACH ROW EXECUTE FUNCTION auth_user_deleted();
INSERT INTO victim VALUES ('kept1');
DELETE FROM victim;
SQL
	'39P01', 'the trigger function on another table');
refused(
	$node, 'cascade', <<'SQL',
CREATE TRIGGER early BEFORE DELETE ON auth_user
    FOR EACH ROW EXECUTE FUNCTION auth_user_deleted();
DELETE FROM auth_user WHERE id = 'kept1';
SQL
	'39P01', 'the trigger function before the deletion');
$node->safe_psql('cascade', 'DROP TRIGGER early ON auth_user');
left('kept1', '1|2|3', '... and nothing is gone');

#
# Names of 63 bytes with quotes, dollars and blanks, as attributes and as
# everything that the cascade passes
#

my $long = q{"'$$; DROP TABLE auth_user;-- } . ('ä' x 16) . '\\';
is(length($long), 63, 'a name of 63 bytes');
my $name = quote_identifier($long);
my $json = $long =~ s/(["\\])/\\$1/gr;
my $value = quote_literal(qq({"$json": "it's $json"}));

$node->safe_psql('cascade', <<"SQL");
CREATE SCHEMA $name;
CREATE DOMAIN $name.$name AS text CHECK (VALUE LIKE 'it''s%');
ALTER TABLE auth_user ADD $name $name.$name;
ALTER TABLE auth_session ADD $name text;
CREATE TABLE $name ($name uuid CONSTRAINT $name REFERENCES auth_session
    ON DELETE CASCADE, u text REFERENCES auth_user ON DELETE CASCADE);
CREATE INDEX ON auth_user ($name);
SQL
answers(
	$node, 'cascade', <<"SQL",
SELECT user_attributes ->> ${\ quote_literal($long)}
FROM auth_create_user('email', 'long', NULL, $value, 'long1');
SELECT user_attributes ->> ${\ quote_literal($long)}
FROM auth_update_user_attributes('long1', $value);
SELECT token, session_id AS id FROM auth_create_session('long1', $value) \\gset
SELECT session_attributes ->> ${\ quote_literal($long)}
FROM auth_update_session_attributes(:'id', $value);
SELECT user_attributes ->> ${\ quote_literal($long)}
FROM auth_validate_session(:'token');
INSERT INTO $name VALUES (:'id', 'long1');
SELECT auth_delete_user('long1');
SELECT count(*) FROM $name;
SQL
	join("\n", ("it's $long") x 4, '', '0'),
	'an awkward name of 63 bytes is written, read and cascaded over');
left('long', '0|0|0', '... and nothing of the user is left');

# The tables themselves may be renamed constraints and indexes.
make_users('renamed', 1);
$node->safe_psql('cascade', <<"SQL");
ALTER TABLE auth_user RENAME CONSTRAINT auth_user_pkey TO "pk ""user""";
ALTER TABLE auth_key RENAME CONSTRAINT auth_key_pkey TO "pk 'key'";
ALTER TABLE auth_session RENAME CONSTRAINT auth_session_pkey TO "pk 'session'";
ALTER TABLE auth_session RENAME CONSTRAINT auth_session_user_id_fkey TO $name;
ALTER INDEX auth_session_user_id_idx RENAME TO "idx \$1";
SQL
refused($node, 'cascade', "SELECT auth_create_user('email', 'renamed1')",
	'UA003', 'a duplicate key by a renamed constraint');
refused(
	$node, 'cascade',
	"SELECT auth_create_user(user_id => 'renamed1')",
	'UA006', 'a duplicate user by a renamed constraint');
$node->safe_psql('cascade', "SELECT auth_delete_user('renamed1')");
left('renamed', '0|0|0', 'the cascade with renamed constraints and indexes');

$node->stop;
done_testing();
