# A hot standby reads and validates, renews nothing, refuses every function
# that writes, sees what was revoked, and renews after its promotion.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', init => { allows_streaming => 1 });

$primary->backup('base');

my $standby = PostgreSQL::Test::Cluster->new('standby');

$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

# Nothing at all is there yet: what a standby says then.
$primary->safe_psql('postgres', 'CREATE EXTENSION auth');
$primary->wait_for_catchup($standby);
refused($standby, 'postgres', "SELECT auth_get_session('active')",
	'UA012', 'the tables are missing on the standby');
refused($standby, 'postgres', 'SELECT auth_setup()',
	'25006', 'auth_setup() cannot make them there');

# One backend of the standby lives through all that follows.
my $old = $standby->background_psql('postgres', on_error_stop => 0);

$old->query_safe('SELECT 1');
$primary->safe_psql('postgres', <<'SQL');
SELECT auth_setup();
ALTER TABLE auth_user ADD name text;
ALTER TABLE auth_session ADD agent text;
SELECT auth_create_user('email', 'ann', 'passphrase1', '{"name": "Ann"}', 'ann');
SELECT auth_create_key('ann', 'github', '1');
SELECT auth_create_user('email', 'bob', 'passphrase2', '{"name": "Bob"}', 'bob');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
SELECT auth_session_id(token), 'ann', now() + active, now() + idle
FROM (VALUES ('active', '1 hour'::interval, '2 hours'::interval),
    ('idle', '-1 hour', '2 hours'), ('idle later', '-1 hour', '2 hours'),
    ('dead', '-2 hours', '-1 hour'), ('revoked', '1 hour', '2 hours'),
    ('revoked in transaction', '1 hour', '2 hours')) v(token, active, idle);
SELECT auth_create_user('email', 'cat', 'passphrase1', user_id => 'cat');
UPDATE auth_user SET second_factor_at = now() WHERE id = 'cat';
INSERT INTO auth_token (id, purpose, user_id, expires_at)
SELECT auth_session_id(t), p, 'cat', 'infinity'
FROM (VALUES (repeat('A', 24), 'recovery'), (repeat('B', 24), 'recovery'), ('device', 'device')) v(t, p);
CREATE ROLE web;
SELECT auth_grant('web', 'client');
CREATE TABLE note AS SELECT id AS owner_id FROM auth_user;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note USING (owner_id = auth_user_id());
GRANT SELECT ON note TO web;
SQL
$primary->wait_for_catchup($standby);

my $rows = 'SELECT s, s.xmin, s.ctid FROM auth_session s ORDER BY id';
my $before = $primary->safe_psql('postgres', $rows);

#
# Functions that read
#

my %reads = (
	auth_fold_email => [ "auth_fold_email('Ann\@Example.com')", 'ann@example.com' ],
	auth_generate_user_id => [ "length(auth_generate_user_id())", '15' ],
	auth_fold_email => [ "auth_fold_email('Ann\@EXAMPLE.com')", 'ann@example.com' ],
	auth_session_id => [ "auth_session_id('active') IS NOT NULL", 't' ],
	auth_export_user => [ "auth_export_user('ann') #>> '{user,name}'", 'Ann' ],
	auth_get_user => [ "(auth_get_user('ann')).user_attributes", '{"name": "Ann"}' ],
	auth_get_user_by_provider_id =>
	  [ "(auth_get_user_by_provider_id('github', '1')).user_id", 'ann' ],
	auth_get_key => [ "(auth_get_key('email', 'bob')).user_id", 'bob' ],
	auth_get_own_factors => [ "count(*) FROM auth_get_own_factors('active')", '0' ],
	auth_get_user_factors => [ "kind, remaining FROM auth_get_user_factors('cat')", 'recovery_codes|2' ],
	auth_get_user_keys =>
	  [ "count(*) FROM auth_get_user_keys('ann')", '2' ],
	auth_use_key =>
	  [ "(auth_use_key('email', 'ann', 'passphrase1')).user_id", 'ann' ],
	auth_verify_password_hash => [
		q{auth_verify_password_hash('$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U')},
		't'
	],
	auth_calibrate => [ "count(*) FROM auth_calibrate(1)", '0' ],
	auth_check => [ "DISTINCT kind FROM auth_check() WHERE kind = 'hash'", 'hash' ],
	auth_get_password_weakness => [ "auth_get_password_weakness('password')", 'common' ],
	auth_get_password_load =>
	  [ "running FROM auth_get_password_load()", '0' ],
	auth_describe_password_hash =>
	  [ "(auth_describe_password_hash('x')).strength", 'unknown' ],
	auth_get_password_audit =>
	  [ "format, strength FROM auth_get_password_audit()", 'argon2id|weak' ],
	auth_get_events =>
	  [ "kind FROM auth_get_events('ann', NULL, 1)", 'key_created' ],
	auth_get_outbox => [ 'count(*) FROM auth_get_outbox()', '0' ],
	auth_get_key_throttle =>
	  [ "* FROM auth_get_key_throttle('email', 'ann')", '0||f|' ],
	auth_get_client_throttle =>
	  [ "* FROM auth_get_client_throttle('10.0.0.1')", '0||f|' ],
	auth_get_session =>
	  [ "state, fresh, user_attributes FROM auth_get_session('active')",
		'active|f|{"name": "Ann"}' ],
	auth_validate_session =>
	  [ "state, fresh, session_attributes FROM auth_validate_session('active')",
		'active|f|{"agent": null}' ],
	auth_set_session => [ "auth_set_session('active')", 't' ],
	auth_clear_session => [ 'auth_clear_session()', '' ],
	auth_set_session_from_request => [ 'auth_set_session_from_request()', 'f' ],
	auth_require => [ "CASE WHEN auth_set_session('active') THEN auth_require(0) END", 't' ],
	auth_is_fresh => [ "auth_is_fresh('1 day')", 'f' ],
	auth_has_level => [ 'auth_has_level(0)', 'f' ],
	auth_assurance_level => [ 'auth_assurance_level()', '0' ],
	auth_user_id => [ "CASE WHEN auth_set_session('active') THEN auth_user_id() END", 'ann' ],
	auth_current_session_id =>
	  [ "CASE WHEN auth_set_session('idle') THEN auth_current_session_id() END = auth_session_id('idle')", 't' ],
	auth_authenticated_at =>
	  [ "CASE WHEN auth_set_session('active') THEN auth_authenticated_at() END IS NOT NULL", 't' ],
	auth_user_uuid => [ 'auth_user_uuid()', '' ],
	auth_user_attribute =>
	  [ "CASE WHEN auth_set_session('active') THEN auth_user_attribute('name') END", '"Ann"' ],
	auth_user_attribute_text =>
	  [ "CASE WHEN auth_set_session('active') THEN auth_user_attribute_text('name') END", 'Ann' ],
	auth_get_own_sessions =>
	  [ "count(*), bool_or(current) FROM auth_get_own_sessions('active')", '5|t' ],
	auth_get_own_keys =>
	  [ "provider_user_id FROM auth_get_own_keys('active') WHERE provider_id = 'email'", 'ann' ],
	auth_get_user_sessions =>
	  [ "count(*) FROM auth_get_user_sessions('ann')", '5' ],);

foreach my $function (sort keys %reads)
{
	my ($call, $expected) = @{ $reads{$function} };

	answers($standby, 'postgres', "SELECT $call", $expected,
		"$function on the standby");
	is($old->query_safe("SELECT $call"),
		$expected, "$function in a backend from before the setup");
}
refused($standby, 'postgres', "SELECT auth_use_key('email', 'ann', 'wrong')",
	'UA004', 'a wrong password is wrong there, too');
refused($standby, 'postgres', "SELECT auth_get_user('nobody')",
	'UA001', 'an unknown user is unknown there, too');
answers($standby, 'postgres', "SELECT * FROM auth_validate_session('dead')",
	'', 'a dead session is dead there, too');
foreach my $function (qw(auth_get_session auth_validate_session))
{
	answers($standby, 'postgres', "SELECT state, fresh FROM $function('idle')",
		'idle|f', "$function: an idle session is idle and is not renewed");
}

#
# Who acts there, for row security
#

my $who = 'SELECT auth_user_id(), string_agg(owner_id, \',\') FROM note';

$old->query_safe('BEGIN; SET LOCAL ROLE web');
foreach my $token ('active', 'idle')
{
	is($old->query_safe("SELECT auth_set_session('$token')"), 't', "who acts: the session \"$token\" is set");
	is($old->query_safe($who), 'ann|ann', '... and its user sees their own');
}
is($old->query_safe("SELECT auth_set_session('dead')"), 'f', 'who acts: a dead session is refused');
is($old->query_safe($who), '|', '... and nobody sees anything');
$old->query_safe('COMMIT');

#
# Functions that write
#

my %writes = (
	auth_setup => '()',
	auth_evaluate_once => q{('auth_user_id()')},
	auth_grant => q{('pg_monitor', 'client')},
	auth_create_user => q{('email', 'new', 'passphrase3')},
	auth_update_user_attributes => q{('ann', '{"name": "A"}')},
	auth_update_user_provider_id => q{('ann', 'email', 'x')},
	auth_update_user_password => q{('ann', 'passphrase3')},
	auth_delete_user => q{('ann')},
	auth_disable_user => q{('ann')},
	auth_enable_user => q{('ann')},
	auth_erase_user => q{('ann')},
	auth_create_key => q{('ann', 'phone', '1')},
	auth_import_key => q{('ann', 'phone', '1', 'x')},
	auth_import_lucia => q{('2', 'pg_class')},
	auth_update_key_password => q{('email', 'ann', 'passphrase3')},
	auth_update_key_identifier => q{('email', 'ann', 'email', 'x')},
	auth_delete_key => q{('email', 'ann')},
	auth_create_session => q{('ann')},
	auth_create_refresh_token => q{(auth_session_id('active'))},
	auth_rotate_refresh_token => q{('x')},
	auth_revoke_refresh_token => q{('x')},
	auth_revoke_user_refresh_tokens => q{('ann')},
	auth_delete_dead_refresh_tokens => '()',
	auth_update_session_attributes =>
	  q{((auth_session_id('active')), '{"agent": "x"}')},
	auth_invalidate_session => q{((auth_session_id('active')))},
	auth_invalidate_all_sessions => '()',
	auth_invalidate_user_sessions => q{('ann')},
	auth_sign_out => q{('active')},
	auth_adopt_session => q{('id.secret')},
	auth_delete_dead_user_sessions => q{('ann')},
	auth_delete_dead_sessions => '()',
	auth_delete_events => q{('1 day')},
	auth_sign_in => q{('email', 'ann', 'passphrase1')},
	auth_complete_sign_in => q{('x', '123456')},
	auth_request_sign_up => q{('email', 'new')},
	auth_sign_up => q{('x', 'passphrase3')},
	auth_sign_up_with_code => q{('email', 'new', 'x')},
	auth_change_password => q{('active', 'passphrase1', 'passphrase3')},
	auth_change_user_password => q{('ann', 'passphrase1', 'passphrase3')},
	auth_reauthenticate => q{('active', 'passphrase1')},
	auth_end_own_session => q{('active', auth_session_id('idle'))},
	auth_end_other_sessions => q{('active')},
	auth_create_recovery_codes => q{('active')},
	auth_forget_own_devices => q{('active')},
	auth_create_totp => q{('active')},
	auth_confirm_totp => q{('active', gen_random_uuid(), '123456')},
	auth_rename_own_factor => q{('active', gen_random_uuid(), 'x')},
	auth_delete_own_factor => q{('active', gen_random_uuid())},
	auth_delete_user_factor => q{('ann', gen_random_uuid())},
	auth_delete_user_factors => q{('ann')},
	auth_import_totp => q{('ann', '1234567890')},
	auth_delete_dead_factors => '()',
	auth_create_own_key => q{('active', 'phone', '1')},
	auth_delete_own_key => q{('active', 'github', '1')},
	auth_update_own_attributes => q{('active', '{}')},
	auth_delete_own_user => q{('active')},
	auth_request_own_email_change => q{('active', 'x@example.com')},
	auth_request_own_email_verification => q{('active')},
	auth_verify_own_email_with_code => q{('active', 'x')},
	auth_change_email => q{('x')},
	auth_create_code => q{('visit', 'ann')},
	auth_create_token => q{('visit', 'ann')},
	auth_delete_dead_outbox => '()',
	auth_reseal => '()',
	auth_fail_message => '(1)',
	auth_finish_message => '(1)',
	auth_delete_dead_tokens => '()',
	auth_request_email_change => q{('ann', 'x@example.com')},
	auth_request_email_verification => q{('ann', 'x@example.com')},
	auth_request_magic_link => q{('email', 'x')},
	auth_request_password_reset => q{('email', 'x')},
	auth_reset_password => q{('x', 'passphrase4')},
	auth_sign_in_with_token => q{('x')},
	auth_take_outbox => '()',
	auth_use_code => q{('visit', '12345678', 'ann')},
	auth_use_token => q{('visit', 'x')},
	auth_verify_email => q{('x')},
	auth_reset_key_throttle => q{('email', 'ann')},
	auth_reset_client_throttle => q{('10.0.0.1')},);

foreach my $function (sort keys %writes)
{
	refused(
		$standby, 'postgres', "SELECT $function$writes{$function}", '25006',
		"$function is refused clearly",
		message => "cannot execute $function\\(\\) in a read-only transaction");
}
answers(
	$standby, 'postgres', <<'SQL',
SELECT string_agg(p.proname, ' ' ORDER BY p.proname)
FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid
AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'auth'
WHERE p.prorettype NOT IN ('trigger'::regtype, 'index_am_handler'::regtype, 'internal'::regtype)
SQL
	join(' ', sort keys %reads, keys %writes),
	'these are all functions of the extension');
is($primary->safe_psql('postgres', $rows),
	$before, 'nothing was written anywhere');

#
# What happens on the primary
#

$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
is( $old->query_safe(
		"SELECT state FROM auth_validate_session('revoked in transaction')"),
	'active',
	'a session in a long transaction of the standby');
is($old->query_safe("SET LOCAL ROLE web; SELECT auth_set_session('revoked in transaction')"),
	't', '... whose user acts');
$primary->safe_psql('postgres', <<'SQL');
SELECT auth_sign_out('revoked');
SELECT auth_invalidate_session(auth_session_id('revoked in transaction'));
SELECT fresh FROM auth_validate_session('idle later');
SELECT auth_update_user_password('bob', 'passphrase4');
SELECT auth_import_key('bob', 'import', 'bob',
    '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW');
SQL
$primary->wait_for_catchup($standby);
answers($standby, 'postgres',
	"SELECT user_id FROM auth_use_key('import', 'bob', 'U*U')",
	'bob', 'a hash that would be replaced on the primary is good here');
answers($standby, 'postgres',
	"SELECT left(hashed_password, 6) FROM auth_key"
	  . " WHERE provider_id = 'import'",
	'$2a$05', '... and stays');
is( $old->query_safe(
		"SELECT state FROM auth_validate_session('revoked in transaction')"),
	'',
	'... is revoked in that transaction after replay');
is($old->query_safe("$who; SELECT auth_set_session('revoked in transaction'); $who; RESET ROLE"),
	"ann|ann\nf\n|", '... where its user acts until it is set again');
is( $old->query_safe(
		"SELECT count(*) FROM auth_session"
		  . " WHERE id = auth_session_id('revoked in transaction')"),
	'1',
	'... whose own snapshot still has it');
is( $old->query_safe(
		"SELECT state FROM auth_get_user_sessions('ann') ORDER BY 1"),
	"active\nactive\nidle",
	'... and it is not among the sessions of the user');
$old->query_safe('ROLLBACK');
answers($standby, 'postgres', "SELECT * FROM auth_validate_session('revoked')",
	'', 'a revoked session is gone after replay');
answers($standby, 'postgres',
	"SELECT state FROM auth_validate_session('idle later')",
	'active', 'a renewal is seen after replay');
refused($standby, 'postgres', "SELECT auth_use_key('email', 'bob', 'passphrase2')",
	'UA004', 'the old password is wrong after replay');
answers($standby, 'postgres',
	"SELECT user_id FROM auth_use_key('email', 'bob', 'passphrase4')",
	'bob', '... and the new one right');
$primary->safe_psql('postgres',
	"ALTER TABLE auth_user ADD nick text DEFAULT 'none'");
$primary->wait_for_catchup($standby);
is($old->query_safe("SELECT user_attributes FROM auth_get_user('bob')"),
	'{"name": "Bob", "nick": "none"}',
	'a column added on the primary is seen in a backend that was there');
is( $primary->safe_psql(
		'postgres', <<'SQL'),
SELECT status FROM auth_complete_sign_in((auth_sign_in('email', 'cat', 'passphrase1')).challenge, recovery_code => repeat('a', 24));
SELECT status, device_token FROM auth_sign_in('email', 'cat', 'passphrase1', device_token => 'device') \gset
INSERT INTO note VALUES (:'device_token');
SELECT :'status'
SQL
	"ok\nok", 'a recovery code and the token of a device are used');
$primary->wait_for_catchup($standby);
answers($standby, 'postgres', "SELECT remaining FROM auth_get_user_factors('cat')",
	'1', '... which is known after replay');
$primary->safe_psql('postgres', "SELECT auth_delete_user('bob')");
$primary->wait_for_catchup($standby);
refused($standby, 'postgres', "SELECT auth_get_user_keys('bob')",
	'UA001', 'a deleted user is gone after replay');

#
# Promotion
#

$primary->stop;
$standby->promote;
$standby->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()')
  or die 'the standby was not promoted';
is( $old->query_safe(
		"SELECT state, fresh, active_expires_at > now()"
		  . " FROM auth_validate_session('idle')"),
	'active|t|t',
	'a backend from before the promotion renews an idle session after it');
answers($standby, 'postgres',
	"SELECT state, fresh FROM auth_validate_session('idle')",
	'active|f', '... once');
answers(
	$standby, 'postgres', <<'SQL',
SELECT user_id FROM auth_create_user('email', 'new', 'passphrase3', '{}', 'new');
SELECT token FROM auth_create_session('new') \gset
SELECT user_id FROM auth_validate_session(:'token');
SELECT auth_delete_user('new');
SELECT count(*) FROM auth_get_session(:'token');
SELECT auth_delete_dead_sessions();
SQL
	"new\nnew\n\n0\n1", 'users and sessions are written after the promotion');
answers(
	$standby, 'postgres', <<'SQL',
SELECT status FROM unnest('{a,b}'::text[]) letter,
    auth_complete_sign_in((auth_sign_in('email', 'cat', 'passphrase1')).challenge, recovery_code => repeat(letter, 24)) ORDER BY letter;
SELECT status FROM auth_sign_in('email', 'cat', 'passphrase1', device_token => 'device');
SELECT status FROM note, auth_sign_in('email', 'cat', 'passphrase1', device_token => owner_id) WHERE length(owner_id) = 32;
SQL
	"refused\nok\nsecond_factor\nok",
	'a recovery code, and the token of a device, that were used before the promotion are no good after it');
is($old->query_safe("SELECT auth_sign_out('idle')"),
	't', '... by the backend from before it, too');
$old->quit;

$standby->stop;
done_testing();
