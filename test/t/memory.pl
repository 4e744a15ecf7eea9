# The memory of a backend does not grow over a million validations, in one
# statement or in many, with and without attributes.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('memory');

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'ann', 'passphrase1', '{}', 'ann');
SELECT auth_create_user('email', 'bob', 'passphrase1', '{}', 'bob');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id('token' || i), 'ann', 'infinity', 'infinity'
FROM generate_series(1, 100) i;

-- Bytes in the memory contexts of this backend, as the server accounts them,
-- and what the system has given to it beyond shared memory.
CREATE FUNCTION contexts() RETURNS bigint LANGUAGE sql AS
    'SELECT sum(used_bytes)::bigint FROM pg_backend_memory_contexts';
CREATE FUNCTION resident() RETURNS bigint LANGUAGE sql AS $$
    SELECT 1024 * substring(pg_read_file('/proc/self/status', 0, 10000)
        FROM 'RssAnon:\s+(\d+) kB')::bigint
$$;
SQL

my $has_proc = -r '/proc/self/status'
  && slurp_file('/proc/self/status') =~ /^RssAnon:/m;
note('there is no /proc here, only the server\'s own account is looked at')
  unless $has_proc;

# One statement: the calls of many rows.
sub statement
{
	my ($function, $count, $prefix) = @_;

	return "SELECT count(s.state) FROM generate_series(1, $count) i,"
	  . " LATERAL $function('$prefix' || i % 100 + 1) s";
}

# The smallest thing that can be lost takes 16 bytes and more, which makes 3
# megabytes in 200,000 calls; the bounds stay below that.

# What is in use after the calls: contexts while nothing runs, resident
# memory as it stays with the backend.
sub in_use
{
	my ($psql) = @_;

	return (
		$psql->query_safe('SELECT contexts()'),
		$has_proc ? $psql->query_safe('SELECT resident()') : 0);
}

# Run it with memory that is flat.  The system may give a page of two megabytes at
# a time: what is lost is lost again, and such a page is not given again.
sub is_flat
{
	my ($psql, $name, $contexts, $resident, $run) = @_;
	my @growth;

	in_use($psql);
	foreach my $attempt (1 .. 3)
	{
		my @before = in_use($psql);
		$run->();
		my @after = in_use($psql);
		@growth = map { $after[$_] - $before[$_] } 0 .. 1;
		last if $growth[1] < $resident;
	}
	cmp_ok($growth[0], '<', $contexts, "$name: memory contexts are flat");
	cmp_ok($growth[1], '<', $resident, "$name: resident memory is flat")
	  if $has_proc;
	return;
}

my $kilobyte = 1024;

# positive control: both accounts see a kilobyte a call of a leak
{
	my $psql = $node->background_psql('postgres');
	$psql->query_safe('SELECT contexts(), resident()') if $has_proc;
	my @before = in_use($psql);
	$psql->query_safe(
		'PREPARE leak' . $_ . ' AS SELECT ' . join ', ', ($_ .. $_ + 100))
	  foreach 1 .. 100;
	my @after = in_use($psql);
	cmp_ok($after[0] - $before[0],
		'>', 100 * $kilobyte, 'control: the contexts show what is kept');
	cmp_ok($after[1] - $before[1],
		'>', 100 * $kilobyte, 'control: resident memory does, too')
	  if $has_proc;
	$psql->quit;
}

sub check
{
	my ($what) = @_;
	my $psql = $node->background_psql('postgres');

	# one statement of a million calls, watched from inside as well: rows
	# that it has made are what its own contexts may hold
	is($psql->query_safe(statement('auth_validate_session', 10_000, 'token')),
		'10000', "$what: 10,000 validations");
	$psql->query_safe(statement('auth_get_session', 1000, 'token'));

	# the rows of generate_series() themselves, which are kept for a while
	$psql->query_safe('SELECT count(*) FROM generate_series(1, 1000000) i,'
		  . ' LATERAL length(i::text) n');
	is_flat(
		$psql,
		"$what, one statement",
		16 * $kilobyte,
		2048 * $kilobyte,
		sub {
			is( $psql->query_safe(statement('auth_validate_session', 1_000_000, 'token')),
				'1000000',
				"$what: a million in one statement");
		});

	# while it runs: measured by the statement itself, in its first calls and
	# in its last
	my $growth = $psql->query_safe(<<'SQL');
SELECT max(c) FILTER (WHERE i > 100000) - max(c) FILTER (WHERE i <= 50000)
FROM (SELECT i, CASE WHEN i % 25000 = 0 THEN contexts() END AS c
    FROM generate_series(1, 200000) i,
    LATERAL auth_validate_session('token' || i % 100 + 1) s
    WHERE s.user_id = 'ann' OFFSET 0) x
SQL
	cmp_ok($growth, '<', 16 * $kilobyte, "$what: flat while the statement runs");

	# many statements, each a simple query by itself, from PL/pgSQL with
	# transactions of their own
	$psql->query_safe(<<'SQL');
CREATE OR REPLACE PROCEDURE many(count int) LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    FOR i IN 1..count LOOP
        SELECT s.state INTO STRICT result
        FROM auth_validate_session('token' || i % 100 + 1) s;
        IF i % 100 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
END $$;
SQL
	$psql->query_safe('CALL many(10000)');
	is_flat($psql, "$what, many statements", 16 * $kilobyte, 2048 * $kilobyte,
		sub { $psql->query_safe('CALL many(300000)') });

	# sessions that are not there, which leave by another way
	$psql->query_safe(statement('auth_validate_session', 10_000, 'none'));
	is_flat(
		$psql,
		"$what, unknown tokens",
		16 * $kilobyte,
		2048 * $kilobyte,
		sub {
			is( $psql->query_safe(statement('auth_validate_session', 200_000, 'none')),
				'0',
				"$what: unknown tokens");
		});

	# a definition that changes again and again makes lists anew
	$psql->query_safe(<<'SQL');
CREATE OR REPLACE PROCEDURE changing(count int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..count LOOP
        EXECUTE format('ALTER TABLE auth_user SET (fillfactor = %s)', 50 + i % 50);
        PERFORM auth_validate_session('token1');
        COMMIT;
    END LOOP;
END $$;
SQL
	$psql->query_safe('CALL changing(300)');
	is_flat($psql, "$what, changed definitions", 64 * $kilobyte, 2048 * $kilobyte,
		sub { $psql->query_safe('CALL changing(1000)') });

	# writes with attributes, failures among them
	$psql->query_safe(<<'SQL');
CREATE OR REPLACE PROCEDURE writing(count int) LANGUAGE plpgsql AS $$
DECLARE
    new text;
BEGIN
    FOR i IN 1..count LOOP
        new := (auth_create_session('ann', '{}', '1 microsecond')).token;
        PERFORM auth_validate_session(new);
        PERFORM auth_sign_out(new);
        BEGIN
            PERFORM auth_use_key('email', 'nobody');
        EXCEPTION WHEN SQLSTATE 'UA002' THEN
        END;
        BEGIN
            PERFORM auth_create_session('nobody');
        EXCEPTION WHEN SQLSTATE 'UA001' THEN
        END;
        IF i % 100 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
END $$;
SQL
	$psql->query_safe('CALL writing(1000)');
	is_flat($psql, "$what, writes", 64 * $kilobyte, 2048 * $kilobyte,
		sub { $psql->query_safe('CALL writing(5000)') });
	# sign-ins: throttled ones, which cost no hash, and a few that do
	$psql->query_safe(SIGN_UP_TOKEN =~ s/CREATE/CREATE OR REPLACE/r . <<'SQL');
SET auth.throttle_max_failures = 1;
SET auth.throttle_address_failures = 1000000;
CREATE OR REPLACE PROCEDURE signing_in(throttled int, hashed int)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM auth_sign_in('email', 'stopped', 'wrong', '10.0.0.1', '{}');
    FOR i IN 1..throttled LOOP
        PERFORM auth_sign_in('email', 'stopped', 'wrong', '10.0.0.1', '{}');
        PERFORM auth_get_key_throttle('email', 'ann');
        PERFORM auth_reset_client_throttle('10.0.0.1');
        IF i % 100 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
    FOR i IN 1..hashed LOOP
        PERFORM auth_sign_in('email', 'x' || i, 'wrong', '10.0.0.1', '{}');
        PERFORM auth_sign_in('email', 'bob', 'passphrase1', '10.0.0.1', '{}');
        PERFORM auth_sign_up(sign_up_token('x' || i), 'passphrase1');
        PERFORM auth_sign_up(sign_up_token('ann'), 'passphrase1');
        DELETE FROM auth_key WHERE provider_user_id ~ '^x';
        PERFORM auth_change_user_password('bob', 'passphrase1', 'passphrase1');
        COMMIT;
    END LOOP;
END $$;
SQL
	$psql->query_safe('CALL signing_in(1000, 5)');
	is_flat($psql, "$what, sign-ins", 64 * $kilobyte, 2048 * $kilobyte,
		sub { $psql->query_safe('CALL signing_in(20000, 60)') });
	$psql->quit;
	return;
}

check('without attributes');
$node->safe_psql('postgres', <<'SQL');
CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TABLE auth_user ADD name text DEFAULT 'Ann', ADD tags text[] DEFAULT '{a,b}',
    ADD feeling mood DEFAULT 'ok', ADD settings jsonb DEFAULT '{"a": [1, 2, {"b": null}]}',
    ADD since timestamptz DEFAULT now(), ADD picture bytea DEFAULT '\xdeadbeef',
    ADD long text DEFAULT repeat('long ', 2000), ADD price numeric DEFAULT 12.50;
ALTER TABLE auth_session ADD ip inet DEFAULT '10.0.0.1', ADD agent varchar DEFAULT 'x',
    ADD flag boolean DEFAULT true, ADD device uuid DEFAULT gen_random_uuid();
SQL
check('with attributes');

$node->stop;
done_testing();
