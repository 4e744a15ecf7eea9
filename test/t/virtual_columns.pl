# Attributes that are generated but not stored, which PostgreSQL has since 18:
# shown as to_jsonb() shows them, never written, on every way to a row.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('virtual');

plan skip_all => 'columns that are generated and not stored came with PostgreSQL 18'
  if $node->pg_version < 18;

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE service LOGIN;
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_grant('service', 'service');
ALTER TABLE auth_user ADD name text, ADD born int,
    ADD greeting text GENERATED ALWAYS AS ('hello ' || name) VIRTUAL,
    ADD age int GENERATED ALWAYS AS (2026 - born) VIRTUAL,
    ADD known boolean GENERATED ALWAYS AS (name IS NOT NULL),
    ADD tags text[] GENERATED ALWAYS AS (ARRAY[name, 'x"y']) VIRTUAL;
ALTER TABLE auth_session ADD agent text,
    ADD short text GENERATED ALWAYS AS (left(agent, 3)) VIRTUAL;
SQL

sub answers_as_service
{
	my ($sql, $expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return answers($node, 'postgres', $sql, $expected, $name,
		role => 'service');
}

my $ann =
  '{"age": 36, "born": 1990, "name": "Ann", "tags": ["Ann", "x\"y"], "known": true, "greeting": "hello Ann"}';

answers_as_service(
	q{SELECT user_attributes FROM auth_create_user('email', 'ann', 'password of ann',
		'{"name": "Ann", "born": 1990}', 'ann')},
	$ann,
	'of a user who is made');
answers_as_service("SELECT user_attributes FROM auth_get_user('ann')", $ann,
	'... and read');
answers_as_service(
	"SELECT user_attributes FROM auth_get_user_by_provider_id('email', 'ann')",
	$ann, '... by a key');
answers($node, 'postgres', <<'SQL', 't', '... as to_jsonb() shows them');
SELECT (auth_get_user('ann')).user_attributes = to_jsonb(u) - '{id,created_at,disabled_at,disabled_until,disabled_reason}'::text[]
FROM auth_user u
SQL
answers_as_service(
	q{SELECT user_attributes->'age', user_attributes->'greeting'
		FROM auth_update_user_attributes('ann', '{"born": 2000, "name": null}')},
	'26|null',
	'an update shows what follows from it');
answers_as_service(
	q{SELECT user_attributes->'age', user_attributes->'greeting'
		FROM auth_update_user_attributes('ann', '{"born": 1990, "name": "Ann"}')},
	'36|"hello Ann"',
	'... and so does the next');

foreach my $value ('"x"', 'null')
{
	refused(
		$node,
		'postgres',
		qq{SELECT auth_update_user_attributes('ann', '{"greeting": $value}')},
		'UA008',
		"$value is not written to one",
		role => 'service');
	refused(
		$node, 'postgres',
		qq{SELECT auth_create_user(user_attributes => '{"greeting": $value}')},
		'UA008', '... nor made with it',
		role => 'service');
}

# Sessions, with the user beside them
answers_as_service(
	q{SELECT token AS token, session_attributes, user_attributes = (auth_get_user('ann')).user_attributes AS same
		FROM auth_create_session('ann', '{"agent": "Firefox"}') \gset
	\echo :session_attributes :same
	SELECT session_attributes, user_attributes->'greeting' FROM auth_validate_session(:'token');
	SELECT session_attributes, user_attributes->'greeting' FROM auth_get_session(:'token');
	SELECT session_attributes FROM auth_update_session_attributes(auth_session_id(:'token'), '{"agent": "Safari"}');
	SELECT session_attributes FROM auth_get_user_sessions('ann')},
	join("\n",
		'{"agent": "Firefox", "short": "Fir"} t',
		('{"agent": "Firefox", "short": "Fir"}|"hello Ann"') x 2,
		('{"agent": "Safari", "short": "Saf"}') x 2),
	'sessions show theirs, and those of the user');

# One by name, one whose expression changes, and one that fails
{
	my $psql = $node->background_psql('postgres', on_error_stop => 0);
	my $get = "SELECT user_attributes FROM auth_get_user('ann')";

	$psql->query_safe("SET auth.user_attributes = 'greeting'");
	is($psql->query_safe($get), '{"greeting": "hello Ann"}', 'one of them');
	$node->safe_psql('postgres',
		q{ALTER TABLE auth_user ALTER greeting SET EXPRESSION AS ('bye ' || name)});
	is($psql->query_safe($get),
		'{"greeting": "bye Ann"}', '... with an expression that was changed');
	$node->safe_psql('postgres',
		q{ALTER TABLE auth_user ALTER greeting SET EXPRESSION AS ((1 / (born - 1990))::text)});
	$psql->query("\\set VERBOSITY sqlstate\n$get");
	like($psql->{stderr}, qr/ERROR:  22012/, '... and one that fails');
	$psql->{stderr} = '';
	$psql->quit;
	answers($node, 'postgres',
		"SET auth.user_attributes = 'age'; $get",
		'{"age": 36}', '... which is computed only where it is shown');
	$node->safe_psql('postgres',
		q{ALTER TABLE auth_user ALTER greeting SET EXPRESSION AS ('hello ' || name)});
}

# Memory that is given back: the smallest thing that can be lost takes 16 bytes.
{
	my $growth = $node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION contexts() RETURNS bigint LANGUAGE sql AS
    'SELECT sum(used_bytes)::bigint FROM pg_backend_memory_contexts';
SELECT token AS token FROM auth_create_session('ann') \gset
SELECT max(bytes) - min(bytes)
FROM (SELECT CASE WHEN i % 5000 = 0 THEN contexts() END AS bytes
    FROM generate_series(1, 20000) i,
    LATERAL auth_validate_session(:'token' || left(i::text, 0)) s
    WHERE s.user_id = 'ann' OFFSET 0) x
SQL
	cmp_ok($growth, '<', 15_000 * 16,
		'validations keep no memory while a statement runs');
}

$node->stop;
done_testing();
