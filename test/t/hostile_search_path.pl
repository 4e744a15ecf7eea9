# Hostile operators, functions, tables and types in front of the search path
# and among the temporary objects (CVE-2018-1058), while every function of
# ours runs, called by a role that has EXECUTE and nothing else.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('path',
	conf => <<'CONF');
auth.throttle_delay = 0
auth.client_session_attributes = 'agent'
auth.client_user_attributes = 'name, tags'
CONF

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE app LOGIN;
CREATE ROLE client LOGIN;
CREATE ROLE bystander LOGIN;
SQL

# The whole API, with a log table in public that hostile objects write to.
# Each step is one statement that must succeed and what it prints.
sub api
{
	my ($s) = @_;

	return (
		[ "SELECT $s.auth_generate_user_id(1) ~ '^.\$'", 't' ],
		[
			"SELECT user_id FROM $s.auth_create_user('email', 'a',"
			  . " 'passphrase1', '{\"name\": \"A\", \"tags\": [\"x\"]}', 'u1')",
			'u1'
		],
		[
			"SELECT user_attributes ->> 'name' FROM $s.auth_get_user('u1')", 'A'
		],
		[
			"SELECT user_id FROM $s.auth_get_user_by_provider_id('email', 'a')",
			'u1'
		],
		[
			"SELECT user_attributes ->> 'name' FROM"
			  . " $s.auth_update_user_attributes('u1', '{\"name\": \"B\"}')",
			'B'
		],
		[
			"SELECT user_id FROM"
			  . " $s.auth_update_user_provider_id('u1', 'email', 'b')",
			'u1'
		],
		[ "SELECT purpose FROM $s.auth_take_outbox(), $s.auth_finish_message(id)", 'email_changed' ],
		[
			"SELECT user_id FROM"
			  . " $s.auth_update_user_password('u1', 'passphrase2')",
			'u1'
		],
		[
			"SELECT provider_user_id FROM"
			  . " $s.auth_create_key('u1', 'phone', '1', 'passphrase3')",
			'1'
		],
		[ "SELECT user_id FROM $s.auth_get_key('phone', '1')", 'u1' ],
		[ "SELECT count(*) FROM $s.auth_get_user_keys('u1')", '2' ],
		[
			"SELECT password_defined FROM"
			  . " $s.auth_update_key_password('phone', '1', 'passphrase4')",
			't'
		],
		[
			"SELECT provider_user_id FROM"
			  . " $s.auth_update_key_identifier('phone', '1', 'phone', '2')",
			'2'
		],
		[
			"SELECT user_id FROM $s.auth_use_key('phone', '2', 'passphrase4')",
			'u1'
		],
		[
			"SELECT user_id, disabled_at IS NOT NULL, disabled_reason FROM"
			  . " $s.auth_disable_user('u1', '2999-01-01', 'x')",
			'u1|t|x'
		],
		[
			"SELECT user_id, disabled_at FROM $s.auth_enable_user('u1')",
			'u1|'
		],
		[ "SELECT $s.auth_delete_key('phone', '2')", '' ],
		[
			"SELECT status, user_id FROM $s.auth_sign_in('email', 'b',"
			  . " 'wrong', '10.0.0.1', '{}')",
			'refused|'
		],
		[
			"SELECT failures FROM $s.auth_get_key_throttle('email', 'b')", '1'
		],
		[
			"SELECT failures FROM $s.auth_get_client_throttle('10.0.0.1')",
			'1'
		],
		[ "SELECT $s.auth_reset_key_throttle('email', 'b')", '' ],
		[ "SELECT $s.auth_reset_client_throttle('10.0.0.1')", '' ],
		[
			"SELECT status, user_id FROM $s.auth_sign_in('email', 'b',"
			  . " 'passphrase2', '10.0.0.1', '{\"agent\": \"x\"}')",
			'ok|u1'
		],
		[
			"SELECT token AS token FROM"
			  . " $s.auth_sign_in('email', 'b', 'passphrase2') \\gset",
			undef
		],
		[
			"SELECT status FROM $s.auth_change_password(:'token',"
			  . " 'passphrase2', 'passphrase5', '::1')",
			'ok'
		],
		[ "SELECT token AS token FROM $s.auth_reauthenticate(:'token', 'passphrase5', client_address => '::1') \\gset", undef ],
		[ "SELECT current FROM $s.auth_get_own_sessions(:'token')", 't' ],
		[ "SELECT provider_user_id FROM $s.auth_get_own_keys(:'token')", 'b' ],
		[ "SELECT status FROM $s.auth_create_own_key(:'token', 'github', '1')", 'ok' ],
		[ "SELECT status FROM $s.auth_delete_own_key(:'token', 'github', '1')", 'ok' ],
		[ "SELECT status FROM $s.auth_delete_own_key(:'token', 'email', 'b')", 'last_key' ],
		[ "SELECT status FROM $s.auth_request_own_email_change(:'token', 'bb', '::1')", 'ok' ],
		[ "SELECT purpose FROM $s.auth_take_outbox(), $s.auth_finish_message(id)", 'email_change' ],
		[ "SELECT status FROM $s.auth_request_own_email_verification(:'token', code => true)", 'ok' ],
		[ "SELECT token AS code FROM $s.auth_take_outbox(), $s.auth_finish_message(id) \\gset", undef ],
		[ "SELECT status FROM $s.auth_verify_own_email_with_code(:'token', :'code')", 'ok' ],
		[ "SELECT status FROM $s.auth_update_own_attributes(:'token', '{}')", 'ok' ],
		[ "SELECT $s.auth_end_own_session(:'token', $s.auth_session_id('none'))", 'f' ],
		[ "SELECT $s.auth_end_other_sessions(:'token')", '0' ],
		[ "SELECT status FROM $s.auth_create_recovery_codes(:'token')", 'refused' ],
		[ "SELECT $s.auth_forget_own_devices(:'token')", '0' ],
		[
			"SELECT status FROM $s.auth_change_user_password('u1', 'wrong',"
			  . " 'passphrase6')",
			'refused'
		],
		[
			"SELECT status FROM $s.auth_change_user_password('u1',"
			  . " 'passphrase5', 'passphrase6')",
			'ok'
		],
		[ "SELECT purpose FROM $s.auth_take_outbox(), $s.auth_finish_message(id)", 'password_changed' ],
		[ "SELECT status FROM $s.auth_request_sign_up('email', 'd')", 'ok' ],
		[ "SELECT token AS one FROM $s.auth_take_outbox(), $s.auth_finish_message(id) \\gset", undef ],
		[
			"SELECT user_id AS new FROM"
			  . " $s.auth_sign_up(:'one', 'passphrase7') \\gset",
			undef
		],
		[ "SELECT $s.auth_delete_user(:'new')", '' ],
		[ "SELECT status FROM $s.auth_request_sign_up('email', 'c', code => true)", 'ok' ],
		[ "SELECT token AS one FROM $s.auth_take_outbox(), $s.auth_finish_message(id) \\gset", undef ],
		[
			"SELECT user_id AS new FROM"
			  . " $s.auth_sign_up_with_code('email', 'c', :'one', 'passphrase7') \\gset",
			undef
		],
		[ "SELECT $s.auth_delete_user(:'new')", '' ],
		[
			"SELECT kind, reason FROM $s.auth_get_events('u1', NULL, 1)",
			'password_changed|changed'
		],
		[ "SELECT count(*) FROM $s.auth_get_events(NULL, NULL, 3)", '3' ],
		[ "SELECT $s.auth_delete_events('1 day')", '0' ],
		[ "SELECT $s.auth_invalidate_user_sessions('u1')", '0' ],
		[
			"SELECT token AS token, session_id AS id FROM"
			  . " $s.auth_create_session('u1', '{\"agent\": \"x\"}') \\gset",
			undef
		],
		[ "SELECT $s.auth_session_id(:'token') = :'id'::uuid", 't' ],
		[ "SELECT state FROM $s.auth_get_session(:'token')", 'active' ],
		[ "SELECT state FROM $s.auth_validate_session(:'token')", 'active' ],
		[ "SELECT CASE WHEN $s.auth_set_session(:'token') THEN $s.auth_user_id() END", 'u1' ],
		[ "SELECT CASE WHEN $s.auth_set_session(:'token') THEN $s.auth_require(0, '1 day') END", 't' ],
		[ "SELECT count(*) FROM $s.auth_get_user_sessions('u1')", '1' ],
		[
			"SELECT session_attributes ->> 'agent' FROM"
			  . " $s.auth_update_session_attributes(:'id', '{\"agent\": \"y\"}')",
			'y'
		],

		# tokens, codes and messages
		[
			"SELECT token AS one FROM"
			  . " $s.auth_create_token('visit', 'u1') \\gset",
			undef
		],
		[ "SELECT user_id FROM $s.auth_use_token('visit', :'one')", 'u1' ],
		[
			"SELECT token AS code FROM"
			  . " $s.auth_create_code('visit', 'u1') \\gset",
			undef
		],
		[ "SELECT user_id FROM $s.auth_use_code('visit', 'x', 'u1')", '' ],
		[ "SELECT user_id FROM $s.auth_use_code('visit', :'code', 'u1')", 'u1' ],
		[
			"SELECT status FROM"
			  . " $s.auth_request_email_verification('u1', 'b')",
			'ok'
		],
		[
			"SELECT id AS message FROM $s.auth_take_outbox(1, '{email_verification}',"
			  . " '1 min') \\gset",
			undef
		],
		[ "SELECT $s.auth_fail_message(:message, 'no', '0', false) IS NULL", 'f' ],
		[ "SELECT attempts, reason FROM $s.auth_get_outbox()", '1|no' ],
		[ "SELECT token AS one FROM $s.auth_take_outbox() \\gset", undef ],
		[ "SELECT $s.auth_finish_message(:message)", 't' ],
		[
			"SELECT status FROM $s.auth_verify_email(:'one')",
			'ok'
		],
		[
			"SELECT user_id FROM $s.auth_update_user_attributes('u1', '{\"name\": \"v\"}')",
			'u1'
		],
		[ "SELECT status FROM $s.auth_request_magic_link('email', 'b')", 'ok' ],
		[ "SELECT token AS one FROM $s.auth_take_outbox() \\gset", undef ],
		[ "SELECT status FROM $s.auth_sign_in_with_token(:'one')", 'ok' ],
		[ "SELECT status FROM $s.auth_request_password_reset('email', 'b')", 'ok' ],
		[ "SELECT token AS one FROM $s.auth_take_outbox() \\gset", undef ],
		[ "SELECT status FROM $s.auth_reset_password(:'one', 'passphrase8')", 'ok' ],
		[ "SELECT purpose FROM $s.auth_take_outbox(), $s.auth_finish_message(id)", 'password_changed' ],
		[
			"SELECT status FROM"
			  . " $s.auth_request_email_change('u1', 'bb')",
			'ok'
		],
		[ "SELECT token AS one FROM $s.auth_take_outbox() \\gset", undef ],
		[ "SELECT status FROM $s.auth_change_email(:'one')", 'ok' ],
		[ "SELECT purpose FROM $s.auth_take_outbox()", 'email_changed' ],
		[ "SELECT $s.auth_delete_dead_tokens()", '0' ],
		[ "SELECT $s.auth_delete_dead_outbox()", '3' ],

		# these have ended the session
		[
			"SELECT token AS token, session_id AS id FROM"
			  . " $s.auth_create_session('u1') \\gset",
			undef
		],

		# an idle session, which is renewed
		[
			"SELECT token AS idle FROM"
			  . " $s.auth_create_session('u1', '{}', '1 microsecond') \\gset",
			undef
		],
		[ "SELECT fresh FROM $s.auth_validate_session(:'idle')", 't' ],
		[ "SELECT $s.auth_sign_out(:'idle')", 't' ],
		[ "SELECT count(*) FROM $s.auth_adopt_session('id.secret')", '0' ],
		[
			"SELECT $s.auth_invalidate_user_sessions('u1', :'id')", '0'
		],

		# refresh tokens: rotated, repeated, replayed, revoked
		[
			"SELECT refresh_token AS r0 FROM"
			  . " $s.auth_create_refresh_token(:'id', '1 day', '2 days') \\gset",
			undef
		],
		[
			"SELECT refresh_token AS r1 FROM $s.auth_rotate_refresh_token(:'r0') \\gset",
			undef
		],
		[
			"SELECT status FROM $s.auth_rotate_refresh_token(:'r0', '10.0.0.1')",
			'ok'
		],
		[ "SELECT status FROM $s.auth_rotate_refresh_token(:'r1')", 'ok' ],
		[
			"SELECT status FROM $s.auth_rotate_refresh_token(:'r0', '10.0.0.1')",
			'reused'
		],
		[
			"SELECT session_id AS id FROM $s.auth_create_session('u1') \\gset",
			undef
		],
		[
			"SELECT refresh_token AS r0 FROM"
			  . " $s.auth_create_refresh_token(:'id') \\gset",
			undef
		],
		[ "SELECT $s.auth_revoke_refresh_token(:'r0')", 't' ],
		[ "SELECT $s.auth_revoke_user_refresh_tokens('u1')", '0' ],
		[ "SELECT $s.auth_delete_dead_refresh_tokens()", '0' ],
		[
			"SELECT session_id AS id FROM $s.auth_create_session('u1') \\gset",
			undef
		],
		[ "SELECT $s.auth_delete_dead_user_sessions('u1')", '0' ],
		[ "SELECT $s.auth_delete_dead_sessions()", '0' ],
		[ "SELECT $s.auth_invalidate_session(:'id')", '' ],
		[ "SELECT $s.auth_delete_user('u1')", '' ],
		[
			"SELECT pg_catalog.sum(count) FROM $s.auth_import_lucia('3',"
			  . " 'old.person', 'old.account', 'old.session', 'old.password',"
			  . " 'name', 'token')",
			'4'
		],
		[ "SELECT $s.auth_delete_user('old')", '' ]);
}

# What a hostile role puts in front: operators for the types in our
# statements, functions that our statements name, types, and relations under
# the names of our tables.  Each records who ran it.
my $hostile = <<'SQL';
CREATE SCHEMA hostile;
GRANT ALL ON SCHEMA hostile TO PUBLIC;
CREATE TABLE hostile.ran (who text, what text);
GRANT ALL ON hostile.ran TO PUBLIC;
SET search_path = hostile, pg_catalog;
DO $do$
DECLARE
    pair text[];
    op text;
    what text;
BEGIN
    FOREACH pair SLICE 1 IN ARRAY ARRAY[
        ['text', 'text'], ['uuid', 'uuid'], ['int4', 'int8'],
        ['int8', 'int4'], ['timestamptz', 'timestamptz'], ['tid', 'tid'],
        ['bool', 'bool'], ['oid', 'oid'], ['oid', 'regclass'],
        ['oid', 'regtype'], ['name', 'text'], ['text', 'name'],
        ['jsonb', 'jsonb'], ['char', 'char'], ['inet', 'inet'],
        ['timestamptz', 'interval'], ['int4', 'int4']] LOOP
        FOREACH op IN ARRAY ARRAY['=', '<>', '<', '>', '<=', '>='] LOOP
            what := format('%s %s %s', pair[1], op, pair[2]);
            EXECUTE format($f$ CREATE FUNCTION %I(%s, %s) RETURNS bool
                LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO hostile.ran VALUES (current_user, %L);
                RETURN true; END $$ $f$, what, pair[1], pair[2], what);
            EXECUTE format('CREATE OPERATOR %s (LEFTARG = %s, RIGHTARG = %s,'
                ' FUNCTION = %I)', op, pair[1], pair[2], what);
        END LOOP;
    END LOOP;
    FOREACH what IN ARRAY ARRAY['now() RETURNS timestamptz',
        'length(text) RETURNS int', 'lower(text) RETURNS text',
        'to_jsonb(text) RETURNS jsonb',
        'auth_generate_user_id() RETURNS text',
        'auth_generate_user_id(int) RETURNS text',
        'string_agg(text, text) RETURNS text',
        'gen_random_uuid() RETURNS uuid',
        'auth_event_kept() RETURNS int',
        'min(timestamptz) RETURNS timestamptz',
        'clock_timestamp() RETURNS timestamptz'] LOOP
        EXECUTE format($f$ CREATE FUNCTION %s LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO hostile.ran VALUES (current_user, %L);
            RETURN NULL; END $$ $f$, what, what);
    END LOOP;
END $do$;
CREATE DOMAIN text AS pg_catalog.text CHECK (false);
CREATE DOMAIN timestamptz AS pg_catalog.timestamptz CHECK (false);
CREATE DOMAIN uuid AS pg_catalog.uuid CHECK (false);
CREATE DOMAIN jsonb AS pg_catalog.jsonb CHECK (false);
CREATE VIEW auth_user AS SELECT 1 / 0 AS id;
CREATE VIEW auth_key AS SELECT 1 / 0 AS provider_id;
CREATE VIEW auth_session AS SELECT 1 / 0 AS id;
CREATE VIEW auth_refresh_token AS SELECT 1 / 0 AS id;
CREATE VIEW auth_ended AS SELECT 1 / 0 AS id;
CREATE VIEW auth_layout AS SELECT 1 / 0 AS only_row;
CREATE VIEW auth_event AS SELECT 1 / 0 AS id;
CREATE VIEW auth_throttle AS SELECT 1 / 0 AS place;
CREATE VIEW auth_token AS SELECT 1 / 0 AS id;
CREATE VIEW auth_outbox AS SELECT 1 / 0 AS id;
SQL

# The same among the temporary objects of the caller: relations and types are
# what is looked for there.  Rows that land in them would be found.
my $temporary = <<'SQL';
CREATE TEMP TABLE auth_user (id text PRIMARY KEY DEFAULT 'temp',
    created_at timestamptz DEFAULT now(), disabled_at timestamptz,
    name text, tags text[]);
CREATE TEMP TABLE auth_key (provider_id text, provider_user_id text,
    user_id text, hashed_password text, created_at timestamptz,
    password_changed_at timestamptz, verified_at timestamptz);
CREATE TEMP TABLE auth_session (id uuid, user_id text,
    created_at timestamptz, active_expires_at timestamptz,
    idle_expires_at timestamptz, expires_at timestamptz,
    active_period interval, idle_period interval, family_id uuid,
    methods integer, authenticated_at timestamptz, agent text);
CREATE TEMP TABLE auth_ended (id uuid, mark uuid, user_id text,
    ended_at timestamptz);
CREATE TEMP TABLE auth_refresh_token (id uuid, user_id text, session_id uuid,
    token_hash uuid, sibling_hashes uuid[], spent_hash uuid,
    rotated_at timestamptz, created_at timestamptz, expires_at timestamptz,
    ends_at timestamptz, lifetime interval);
CREATE TEMP TABLE auth_layout (only_row bool, layout int);
INSERT INTO pg_temp.auth_layout VALUES (true, 7);
CREATE TEMP TABLE auth_event (id bigint GENERATED ALWAYS AS IDENTITY,
    created_at timestamptz, kind text, reason text, user_id text,
    provider_id text, provider_user_id text, session_id uuid, client_address inet,
    count bigint, role text);
CREATE TEMP TABLE auth_throttle (place boolean);
CREATE TEMP TABLE auth_token (id uuid, purpose text,
    user_id text, provider_id text, address text, slot uuid UNIQUE,
    code_hash uuid, created_at timestamptz, expires_at timestamptz, data jsonb);
CREATE TEMP TABLE auth_totp (id uuid, user_id text, name text, algorithm text,
    digits smallint, period smallint, key_id text, secret bytea,
    last_step bigint, created_at timestamptz, confirmed_at timestamptz,
    last_used_at timestamptz);
CREATE TEMP TABLE auth_outbox (id bigint GENERATED ALWAYS AS IDENTITY,
    created_at timestamptz, expires_at timestamptz, purpose text, user_id text,
    provider_id text, address text, token_id uuid, key_id text, secret bytea,
    data jsonb);
CREATE TEMP TABLE journal (entry text);
CREATE FUNCTION pg_temp.captured() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hostile.ran VALUES (current_user, 'trigger on ' || tg_relid::regclass);
    RETURN NEW;
END $$;
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_user
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_key
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_session
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_refresh_token
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_ended
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_event
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_throttle
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_token
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_totp
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.auth_outbox
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
CREATE TRIGGER captured BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.journal
    FOR EACH ROW EXECUTE FUNCTION pg_temp.captured();
GRANT ALL ON pg_temp.auth_user, pg_temp.auth_key, pg_temp.auth_session,
    pg_temp.auth_layout, pg_temp.auth_event, pg_temp.auth_throttle,
    pg_temp.auth_refresh_token, pg_temp.auth_ended, pg_temp.auth_token, pg_temp.auth_totp, pg_temp.auth_outbox, pg_temp.journal TO PUBLIC;
SQL

my $captured = <<'SQL';
SELECT (SELECT count(*) FROM pg_temp.auth_user)
    + (SELECT count(*) FROM pg_temp.auth_key)
    + (SELECT count(*) FROM pg_temp.auth_session)
    + (SELECT count(*) FROM pg_temp.auth_refresh_token)
    + (SELECT count(*) FROM pg_temp.auth_ended)
    + (SELECT count(*) FROM pg_temp.auth_event)
    + (SELECT count(*) FROM pg_temp.auth_throttle)
    + (SELECT count(*) FROM pg_temp.auth_token)
    + (SELECT count(*) FROM pg_temp.auth_totp)
    + (SELECT count(*) FROM pg_temp.auth_outbox)
    + (SELECT count(*) FROM pg_temp.journal)
SQL

my $number = 0;

sub prepare
{
	my ($schema) = @_;
	my $database = 'p' . ++$number;
	my $s = quote_identifier($schema);

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, <<"SQL");
CREATE SCHEMA IF NOT EXISTS $s;
GRANT USAGE, CREATE ON SCHEMA $s TO app;
GRANT TEMP ON DATABASE $database TO client;
CREATE EXTENSION auth SCHEMA $s;
GRANT EXECUTE ON FUNCTION $s.auth_setup() TO app;
SQL
	as_role($node, $database, 'app', <<"SQL");
SET search_path = $s;
SELECT auth_setup();
ALTER TABLE auth_user ADD name text CHECK (length(name) < 10), ADD tags text[];
ALTER TABLE auth_session ADD agent text;
CREATE TABLE journal (entry text);

-- An application's trigger that names things as they come.  This is safe for
-- what is in the extension's schema.  A name that is found nowhere but in
-- another schema would be looked for among the caller's temporary tables, as
-- in a SECURITY DEFINER function, and has to be qualified.
CREATE FUNCTION keep_journal() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
    INSERT INTO journal VALUES (tg_op || '' by '' || current_user);
    RETURN NULL;
END';
CREATE TRIGGER keep_journal AFTER INSERT OR UPDATE OR DELETE ON auth_user
    FOR EACH ROW EXECUTE FUNCTION keep_journal();
SQL
	return $database;
}

# The role that calls has USAGE and EXECUTE, and no right on any table.
sub let_client_in
{
	my ($database, $schema) = @_;
	my $s = quote_identifier($schema);

	$node->safe_psql($database, <<"SQL");
SELECT $s.auth_grant('client', 'service');
GRANT EXECUTE ON FUNCTION $s.auth_delete_dead_sessions(int),
    $s.auth_take_outbox, $s.auth_finish_message, $s.auth_fail_message, $s.auth_get_outbox,
    $s.auth_delete_dead_outbox, $s.auth_delete_dead_tokens,
    $s.auth_delete_dead_refresh_tokens(int),
    $s.auth_get_events, $s.auth_delete_events, $s.auth_get_key_throttle,
    $s.auth_get_client_throttle, $s.auth_reset_key_throttle,
    $s.auth_reset_client_throttle,
    $s.auth_import_lucia
    TO client;

-- What it imports, which it must be able to read.
CREATE SCHEMA old;
CREATE TABLE old.person AS SELECT 'old'::text AS id, 'Old'::text AS name;
CREATE TABLE old.account AS SELECT 'github'::text AS provider_id,
    '1'::text AS provider_user_id, 'old'::text AS user_id;
CREATE TABLE old.session AS SELECT 'old token'::text AS id,
    'old'::text AS user_id, timestamptz 'infinity' AS expires_at;
CREATE TABLE old.password AS SELECT 'old'::text AS user_id,
    'x'::text AS password_hash;
GRANT USAGE ON SCHEMA old TO client;
GRANT SELECT ON ALL TABLES IN SCHEMA old TO client;
SQL
}

foreach my $schema ('public', AWKWARD)
{
	my $database = prepare($schema);
	my $s = quote_identifier($schema);

	let_client_in($database, $schema);
	$node->safe_psql($database, $hostile);

	# positive control: found by an unqualified query of the client's own
	as_role($node, $database, 'client',
		"SET search_path = hostile, pg_catalog; SELECT 'a'::pg_catalog.text = 'b'::pg_catalog.text"
	);
	answers($node, $database, 'DELETE FROM hostile.ran RETURNING who, what',
		'client|text = text', 'the hostile operator runs where it is found');

	foreach my $path (
		'hostile, pg_catalog',
		'pg_temp, hostile, pg_catalog',
		'pg_catalog, pg_temp, hostile',
		'', "hostile, $s")
	{
		my $psql = $node->background_psql($database,
			extra_params => [ '-U', 'client' ]);
		my $wrong = '';

		$psql->query_safe($temporary);
		foreach my $isolation ('READ COMMITTED', 'SERIALIZABLE')
		{
			$psql->query_safe(
				"SET default_transaction_isolation = '$isolation'");
			foreach my $step (api($s))
			{
				my ($call, $expected) = @$step;

				# operators and types of the query itself are the server's
				my $safe = $call;
				$safe =~ s/ = (?=:)/ OPERATOR(pg_catalog.=) /;
				$safe =~ s/::uuid/::pg_catalog.uuid/;
				$safe =~ s/ ~ / OPERATOR(pg_catalog.~) /;
				$safe =~ s/ ->> / OPERATOR(pg_catalog.->>) /;
				$safe =~ s/count\(/pg_catalog.count(/;
				my $got = $psql->query_safe(
					"SET search_path = "
					  . ($path eq '' ? "''" : $path)
					  . ";\n$safe"
					  . ($safe =~ /\\gset/ ? '' : ';'));
				next if !defined $expected || $got eq $expected;
				$wrong .= "$isolation: $call: $got\n";
			}
		}
		is($wrong, '',
			"all functions answer with search_path = $path, schema $schema");
		is($psql->query_safe("SET search_path = pg_catalog; $captured"),
			'0', '... and nothing lands in temporary tables');
		$psql->quit;
		answers(
			$node,
			$database,
			'SELECT DISTINCT who, what FROM hostile.ran ORDER BY 1, 2',
			'',
			'... and nothing hostile runs, as anybody');
		answers(
			$node,
			$database,
			"WITH gone AS (DELETE FROM $s.journal RETURNING entry)"
			  . ' SELECT entry, count(*) FROM gone GROUP BY 1 ORDER BY 1',
			"DELETE by app|8\nINSERT by app|8\nUPDATE by app|8",
			"... and the owner's trigger writes the owner's table, as the owner"
		);
	}

	# A mutation of the caller's state would be an attack, too.
	my $psql = $node->background_psql(
		$database,
		on_error_stop => 0,
		extra_params => [ '-U', 'client' ]);
	$psql->query_safe('SET search_path = hostile, public');
	foreach my $call ("$s.auth_create_user('email', 'z', 'passphrase1')",
		"$s.auth_get_user_keys((SELECT user_id FROM"
		  . " $s.auth_get_user_by_provider_id('email', 'z')))")
	{
		$psql->query_safe("SELECT $call");
		is( $psql->query_safe(
				"SELECT pg_catalog.current_setting('search_path'), current_user"
			),
			'hostile, public|client',
			'the search path and role are as before');
	}
	my $failing = "SELECT $s.auth_create_user('email', 'z', 'passphrase1')";
	$psql->query($failing);
	like($psql->{stderr}, qr/already exists/, 'a call that fails');
	$psql->{stderr} = '';
	is( $psql->query_safe(
			"SELECT pg_catalog.current_setting('search_path'), current_user"),
		'hostile, public|client',
		'... leaves the search path and role as before');
	$psql->quit;
}

# The caller's temporary table is not taken by auth_setup() either.
{
	$node->safe_psql('postgres', 'CREATE DATABASE fresh');
	$node->safe_psql('fresh', <<'SQL');
GRANT CREATE ON SCHEMA public TO app;
CREATE EXTENSION auth;
GRANT EXECUTE ON FUNCTION auth_setup() TO app;
SQL
	$node->safe_psql('fresh', $hostile);
	answers(
		$node, 'fresh',
		"$temporary SET search_path = pg_temp, hostile, pg_catalog;"
		  . " SELECT public.auth_setup();"
		  . " SET search_path = pg_catalog;"
		  . " SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"
		  . " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
		"\nauth_common_password auth_ended auth_event auth_key auth_layout auth_outbox auth_refresh_token auth_session auth_throttle auth_token auth_totp auth_user",
		'auth_setup() makes its tables beside temporary ones of their names',
		role => 'app');
	answers($node, 'fresh', 'SELECT DISTINCT who, what FROM hostile.ran',
		'', '... and runs nothing hostile');
}

# Settings of ours that a client sets before the library is loaded are only
# placeholders, and are dropped when it is.
{
	my $database = prepare('public');

	let_client_in($database, 'public');
	my @settings = (
		[ 'auth.session_active_period', '5 years' ],
		[ 'auth.session_idle_period', '5 years' ],
		[ 'auth.session_lifetime', '1' ],
		[ 'auth.password_min_length', '1' ],
		[ 'auth.password_memory', '8192' ],
		[ 'auth.password_iterations', '7' ],
		[ 'auth.throttle_address_failures', '1000' ],
		[ 'auth.throttle_address_forget', '1' ],
		[ 'auth.throttle_delay', '0' ],
		[ 'auth.throttle_failures', '100' ],
		[ 'auth.throttle_max_delay', '0' ],
		[ 'auth.throttle_max_failures', '99' ],
		[ 'auth.user_attributes', '' ],
		[ 'auth.session_attributes', '' ]);
	my $set = join '', map { "SET $_->[0] = '$_->[1]';\n" } @settings;

	answers(
		$node, $database,
		"$set SELECT user_id AS id FROM"
		  . " auth_create_user('email', 'a', 'passphrase1', '{\"name\": \"A\"}')"
		  . " \\gset\n"
		  . "SELECT s.idle_expires_at < now() + '16 days', expires_at,"
		  . " s.user_attributes ->> 'name', s.session_attributes"
		  . " FROM auth_create_session(:'id') s",
		't||A|{"agent": null}',
		'placeholders set before the library is loaded have no effect',
		role => 'client');
	answers(
		$node,
		$database,
		"SELECT hashed_password LIKE '\$argon2id\$v=19\$m=7168,t=1,p=1\$%'"
		  . " FROM auth_key",
		't',
		'... nor on the cost of a hash');
	refused(
		$node, $database,
		"$set SELECT auth_create_user('email', 'b', 'short')",
		'UA011', '... nor on the length of passwords',
		role => 'client');

	foreach my $setting (@settings)
	{
		my ($name, $value) = @$setting;

		refused(
			$node,
			$database,
			"SELECT auth_get_session('x'); SET $name = '$value'",
			'42501',
			"a client cannot set $name",
			role => 'client');
		refused(
			$node,
			$database,
			"SELECT auth_get_session('x');"
			  . " SELECT set_config('$name', '$value', true)",
			'42501',
			"... nor with set_config()",
			role => 'client');
		refused(
			$node,
			$database,
			"SELECT auth_get_session('x');"
			  . " ALTER ROLE client SET $name = '$value'",
			'42501',
			"... nor for its role",
			role => 'client');
	}

	# the same through the connection's options and the role's settings,
	# which a new connection applies before the library is loaded
	local $ENV{PGOPTIONS} = '-c auth.session_idle_period=157680000'
	  . ' -c auth.password_min_length=1';
	$node->psql($database,
		"ALTER ROLE client SET auth.session_active_period = '5 years'",
		extra_params => [ '-U', 'client' ]);
	answers(
		$node, $database,
		"SELECT s.idle_expires_at < now() + '16 days' FROM"
		  . " auth_get_user_by_provider_id('email', 'a') u,"
		  . " auth_create_session(u.user_id) s",
		't',
		'settings of the connection and the role have no effect either',
		role => 'client');
}

$node->stop;
done_testing();
