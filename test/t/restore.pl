# Ways of moving users that carry rows and not all that belongs to them: logical
# replication, data alone, an owner without rights, a single schema or table.
# docs/backup.md and docs/scaling.md tell these steps.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $directory = PostgreSQL::Test::Utils::tempdir();
my $old = new_node('old', init => { allows_streaming => 'logical' });
my $new = new_node('new', init => { allows_streaming => 'logical' });

# The roles, and a database that the extension is in.
sub prepare
{
	my ($node, $database, $sql) = @_;

	$node->safe_psql('postgres', <<"SQL");
DO \$\$ BEGIN CREATE ROLE app LOGIN; EXCEPTION WHEN duplicate_object THEN END \$\$;
CREATE DATABASE $database OWNER app TEMPLATE template0;
SQL
	$node->safe_psql($database, $sql) if $sql;
	return;
}

my $install = <<'SQL';
CREATE SCHEMA accounts AUTHORIZATION app;
CREATE EXTENSION auth SCHEMA accounts;
GRANT EXECUTE ON FUNCTION accounts.auth_setup() TO app;
SQL
my $path = 'SET search_path = accounts; ';

prepare($old, 'app', $install);
as_role($old, 'app', 'app', 'SELECT accounts.auth_setup()');
$old->safe_psql('app', $path . <<'SQL');
SELECT auth_create_user('email', 'ann@example.com', 'correct horse', user_id => 'ann');
SELECT auth_create_user('email', 'bob@example.com', 'correct horse', user_id => 'bob');
SELECT auth_sign_in('email', 'ann@example.com', 'correct horse') FROM generate_series(1, 5);
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at) VALUES
    (auth_session_id('session of ann'), 'ann', now() + '1 day', now() + '2 days'),
    (auth_session_id('session of bob'), 'bob', now() + '1 day', now() + '2 days'),
    (auth_session_id('stolen session of ann'), 'ann', now() + '1 day', now() + '2 days');
CREATE TABLE public.stolen AS SELECT refresh_token FROM auth_create_refresh_token(auth_session_id('stolen session of ann'));
CREATE TABLE public.code AS SELECT token FROM auth_create_code('visit', 'ann');
SELECT auth_request_password_reset('email', 'bob@example.com');
SQL

sub query
{
	my ($node, $database, $sql) = @_;

	return $node->safe_psql($database, $path . $sql);
}

# What must work wherever the users have been moved to.
sub works
{
	my ($node, $database, $name) = @_;

	is(query($node, $database, 'SELECT auth_setup()'), '', "$name: auth_setup()");
	is(query($node, $database, "SELECT finding FROM auth_check() WHERE severity = 'error'"),
		'', '... auth_check() finds nothing wrong');
	is(query($node, $database, "SELECT status FROM auth_sign_in('email', 'ann\@example.com', 'correct horse')"),
		'ok', '... a user signs in');
	is(query($node, $database, "SELECT status FROM auth_sign_in('email', 'ann\@example.com', 'wrong horse')"),
		'refused', '... with no other password');
	is(query($node, $database, "SELECT user_id FROM auth_validate_session('session of bob')"),
		'bob', '... a session lives');
	is(query($node, $database, "SELECT max(id) = (array_agg(id ORDER BY created_at DESC))[1] FROM auth_event"),
		't', '... new events are the newest');
	return;
}

sub file_of
{
	my ($name, @options) = @_;
	my $file = "$directory/$name.dump";

	command_ok([ 'pg_dump', @options, '-f', $file, '-d', $old->connstr('app') ], "pg_dump @options");
	return $file;
}

sub restored
{
	my ($database, $file, @options) = @_;

	return command_ok([ 'pg_restore', '--exit-on-error', @options, '-d', $new->connstr($database), $file ],
		"pg_restore @options");
}

#
# A cut-over by logical replication
#

is(query($old, 'app', <<'SQL'), '', 'every table has a primary key, as such tools demand');
SELECT relname FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'accounts'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND indisprimary)
SQL
prepare($new, 'app');
command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-o', File::Spec->devnull,
		'-f', file_of('schema', '--schema-only'), '-d', $new->connstr('app') ], 'the schema');
query($old, 'app', 'CREATE PUBLICATION auth FOR TABLE ' . join(', ',
	qw(auth_layout auth_user auth_key auth_session auth_refresh_token auth_token auth_totp auth_outbox auth_event auth_common_password)));
$new->safe_psql('app', "CREATE SUBSCRIPTION auth CONNECTION" . quote_literal($old->connstr('app')) . ' PUBLICATION auth');
$new->wait_for_subscription_sync($old, 'auth', 'app') if $new->can('wait_for_subscription_sync');
$new->poll_query_until('app', "SELECT count(*) = 0 FROM pg_subscription_rel WHERE srsubstate NOT IN ('r', 's')")
  or die 'the tables were not copied';
query($old, 'app', <<'SQL');
SELECT auth_sign_in('email', 'ann@example.com', 'correct horse');
SELECT auth_sign_out('session of ann');
SELECT auth_rotate_refresh_token(refresh_token) FROM public.stolen;
SET auth.refresh_grace = 0;
BEGIN;
SELECT status FROM public.stolen, auth_rotate_refresh_token(refresh_token);
ROLLBACK;
SQL
is(query($old, 'app', 'SELECT count(*) FROM auth_ended'), '1', 'a replay has ended a family');

# Nobody writes any more.
$old->wait_for_catchup('auth');
$new->safe_psql('app', 'DROP SUBSCRIPTION auth');
restored('app', file_of('ended', '-Fc', '--data-only', '-t', 'accounts.auth_ended'));
works($new, 'app', 'cut over');
is(query($new, 'app', "SELECT count(*) FROM auth_validate_session('session of ann')"), '0', '... what was ended stays ended');
is(query($new, 'app', "SELECT count(*) FROM auth_session s JOIN auth_ended e ON e.id = s.family_id"), '1', '... by a replay, too');

#
# Data alone, into tables that a migration has made
#

$old->safe_psql('app', 'DROP PUBLICATION auth');
my $dump = file_of('all', '-Fc');

prepare($new, 'migrated', $install);
as_role($new, 'migrated', 'app', 'SELECT accounts.auth_setup()');
$new->safe_psql('migrated', 'CREATE TABLE stolen (refresh_token text); CREATE TABLE code (token text)');
command_fails_like(
	[ 'pg_restore', '--exit-on-error', '--single-transaction', '--data-only', '--disable-triggers', '-d', $new->connstr('migrated'), $dump ],
	qr/auth_layout_pkey/, 'the layout of both is one too many');
query($new, 'migrated', 'DELETE FROM auth_layout');
refused($new, 'migrated', "$path SELECT auth_get_user('ann')", 'UA012', 'nothing works meanwhile');
restored('migrated', $dump, '--data-only', '--disable-triggers');
works($new, 'migrated', 'data alone');
is(query($new, 'migrated', "SELECT count(*) FROM public.code, auth_use_code('visit', token, 'ann')"), '1', '... a code is good');

# Sessions of layout 1 did not name their families: by the layout's number in the
# dump auth_setup() tells them, and auth_check() finds what it has missed.
query($new, 'migrated', 'UPDATE auth_session SET family_id = NULL; UPDATE auth_layout SET layout = 1; SELECT auth_setup()');
is(query($new, 'migrated', 'SELECT count(*) FROM auth_session WHERE family_id IS NOT NULL'), '1', 'families of layout 1');

#
# By an owner who is no superuser
#

my $grants = <<'SQL';
GRANT EXECUTE ON FUNCTION accounts.auth_generate_user_id(integer), accounts.auth_event_kept(),
    accounts.auth_user_deleted(), accounts.auth_users_deleted(), accounts.auth_user_disabled() TO app;
SQL
prepare($new, 'hosted', $install . $grants);
restored('hosted', $dump, '--no-owner', '--no-acl', '--no-comments', '-n', 'accounts', '-U', 'app');
is(query($new, 'hosted', "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'accounts'"), 'app', 'the tables are the owner\'s');
works($new, 'hosted', 'restored by the owner');

# A new owner, who cannot execute what the tables use.
$new->safe_psql('hosted', 'CREATE ROLE heir; REASSIGN OWNED BY app TO heir; DROP OWNED BY app; GRANT CREATE, USAGE ON SCHEMA accounts TO heir');
$new->psql('hosted', "$path SELECT auth_create_user()", stderr => \my $stderr);
like($stderr, qr/permission denied for function auth_generate_user_id\nHINT:  SELECT auth_setup\(\) gives/, 'an heir is told what to do');
works($new, 'hosted', 'inherited');

#
# Parts of a dump
#

prepare($new, 'part');
restored('part', file_of('part', '-Fc', '-n', 'accounts', '-e', 'auth'));
works($new, 'part', 'a schema and the extension');
# The table alone: no sequence, no key, no trigger, no index.
query($new, 'part', 'DROP TABLE auth_event');
restored('part', $dump, '-t', 'auth_event');
is(query($new, 'part', "SELECT status FROM auth_sign_in('email', 'ann\@example.com', 'correct horse')"),
	'ok', 'a user signs in while the record is out of order');
works($new, 'part', 'a single table');
is(query($new, 'part', "SELECT count(*) FROM pg_index WHERE indrelid = 'auth_event'::regclass"), '4', '... its indexes are made');

$old->stop;
$new->stop;
done_testing();
