# EXECUTE is the only gate: nothing for PUBLIC, the whole API without a right
# on any table, row security on or forced.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('rights', keys => 1);

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE app LOGIN;
CREATE ROLE nobody LOGIN;
CREATE ROLE identity LOGIN;
CREATE ROLE client LOGIN;
CREATE ROLE service LOGIN;
CREATE ROLE admin LOGIN;
CREATE DATABASE rights;
SQL
$node->safe_psql('rights', <<'SQL');
GRANT CREATE ON SCHEMA public TO app;
CREATE EXTENSION auth;
GRANT EXECUTE ON FUNCTION auth_setup() TO app;
SQL
as_role($node, 'rights', 'app', <<'SQL');
SELECT auth_setup();
ALTER TABLE auth_user ADD name text;
ALTER TABLE auth_session ADD agent text;
SQL

my $members = <<'SQL';
FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid
AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'auth'
SQL

answers($node, 'rights', "SELECT count(*) > 25 $members",
	't', 'the functions of the extension are found');
answers(
	$node, 'rights',
	"SELECT p.oid::regprocedure $members"
	  . " WHERE has_function_privilege('nobody', p.oid, 'EXECUTE')",
	'', 'PUBLIC may execute none of them');
answers(
	$node, 'rights',
	"SELECT p.oid::regprocedure $members WHERE p.prosecdef",
	'', 'none of them is SECURITY DEFINER');
answers(
	$node, 'rights', <<'SQL',
SELECT t.typname FROM pg_type t JOIN pg_depend d ON d.objid = t.oid
AND d.classid = 'pg_type'::regclass AND d.deptype = 'e'
WHERE has_type_privilege('nobody', t.oid, 'USAGE')
SQL
	'', 'nor has PUBLIC any right on the types');
answers(
	$node, 'rights', <<'SQL',
SELECT r, c.relname FROM unnest('{nobody,identity,client,service,admin}'::name[]) r,
    pg_class c
WHERE c.relname LIKE 'auth\_%' AND c.relkind = 'r'
AND has_any_column_privilege(r, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
SQL
	'', 'nor on the tables');

# All functions that are callable, and who may call them.
my %calls = (
	auth_delete_dead_sessions => '()',
	auth_delete_dead_user_sessions => q{('u')},
	auth_generate_user_id => '()',
	auth_setup => '()',
	auth_create_user => q{('email', 'x' || clock_timestamp())},
	auth_get_user => q{('u')},
	auth_get_user_by_provider_id => q{('email', 'a')},
	auth_update_user_attributes => q{('u', '{"name": "n"}')},
	auth_update_user_provider_id => q{('u', 'email', 'a')},
	auth_update_user_password => q{('u', 'passphrase1')},
	auth_delete_user => q{('none')},
	auth_disable_user => q{((auth_create_user()).user_id)},
	auth_enable_user => q{('u')},
	auth_create_key => q{('u', 'phone', '1' || clock_timestamp())},
	auth_get_key => q{('email', 'a')},
	auth_get_user_keys => q{('u')},
	auth_update_key_password => q{('email', 'a', 'passphrase1')},
	auth_update_key_identifier => q{('email', 'a', 'email', 'a')},
	auth_delete_key => q{('none', 'none')},
	auth_use_key => q{('email', 'a', 'passphrase1')},
	auth_import_key =>
	  q{('u', 'import', '1' || clock_timestamp(), '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')},
	auth_import_lucia => q{('2', 'old_user')},
	auth_verify_password_hash =>
	  q{('$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'x')},
	auth_calibrate => '(1)',
	auth_check => '()',
	auth_get_password_weakness => q{('x')},
	auth_get_password_load => '()',
	auth_describe_password_hash => q{('x')},
	auth_get_password_audit => '()',
	auth_create_session => q{('u', '{"agent": "x"}')},
	auth_create_refresh_token => q{(auth_session_id('token'))},
	auth_rotate_refresh_token => q{(repeat('f', 48), '10.0.0.1')},
	auth_revoke_refresh_token => q{(repeat('f', 48))},
	auth_revoke_user_refresh_tokens => q{('u')},
	auth_delete_dead_refresh_tokens => '()',
	auth_get_session => q{('token')},
	auth_validate_session => q{('token')},
	auth_adopt_session => q{('id.secret')},
	auth_sign_out => q{('none')},
	auth_session_id => q{('token')},
	auth_get_user_sessions => q{('u')},
	auth_update_session_attributes =>
	  q{((auth_session_id('token')), '{"agent": "y"}')},
	auth_invalidate_session => q{('00000000-0000-0000-0000-000000000000')},
	auth_invalidate_all_sessions => '()',
	auth_invalidate_user_sessions => q{('none')},
	auth_sign_in => q{('email', 'a', 'passphrase1')},
	auth_complete_sign_in => q{('x', '123456')},
	auth_request_sign_up => q{('email', 'y' || clock_timestamp())},
	auth_sign_up => q{('no token', 'passphrase1')},
	auth_sign_up_with_code => q{('email', 'y', '12345678')},
	auth_change_password => q{('token', 'passphrase1', 'passphrase1')},
	auth_change_user_password => q{('u', 'passphrase1', 'passphrase1')},
	auth_create_totp => q{('token')},
	auth_confirm_totp => q{('token', '00000000-0000-0000-0000-000000000000', '123456')},
	auth_get_own_factors => q{('token')},
	auth_rename_own_factor => q{('token', '00000000-0000-0000-0000-000000000000', 'x')},
	auth_delete_own_factor => q{('token', '00000000-0000-0000-0000-000000000000')},
	auth_get_user_factors => q{('u')},
	auth_delete_user_factor => q{('u', auth_import_totp('u', '1234567890'))},
	auth_delete_user_factors => q{('u')},
	auth_import_totp => q{((auth_create_user()).user_id, '1234567890')},
	auth_delete_dead_factors => '()',
	auth_create_own_key => q{('token', 'phone', '2' || clock_timestamp())},
	auth_delete_own_key => q{('token', 'none', 'none')},
	auth_delete_own_user => q{('none')},
	auth_end_other_sessions => q{('token')},
	auth_create_recovery_codes => q{('token')},
	auth_forget_own_devices => q{('token')},
	auth_end_own_session => q{('token', '00000000-0000-0000-0000-000000000000')},
	auth_get_own_keys => q{('token')},
	auth_get_own_sessions => q{('token')},
	auth_reauthenticate => q{('token', 'passphrase1')},
	auth_request_own_email_change => q{('token', 'x@example.com')},
	auth_request_own_email_verification => q{('token')},
	auth_update_own_attributes => q{('token', '{}')},
	auth_verify_own_email_with_code => q{('token', '12345678')},
	auth_get_key_throttle => q{('email', 'a')},
	auth_get_client_throttle => q{('10.0.0.1')},
	auth_reset_key_throttle => q{('email', 'a')},
	auth_reset_client_throttle => q{('10.0.0.1')},
	auth_change_email => q{('x')},
	auth_create_code => q{('visit', 'u')},
	auth_create_token => q{('visit', 'u')},
	auth_delete_dead_outbox => '()',
	auth_reseal => '()',
	auth_fail_message => '(1)',
	auth_finish_message => '(1)',
	auth_get_outbox => '()',
	auth_delete_dead_tokens => '()',
	auth_request_email_change => q{('u', 'x@example.com')},
	auth_request_email_verification => q{('u', 'a')},
	auth_fold_email => q{('x')},
	auth_request_magic_link => q{('email', 'x')},
	auth_request_password_reset => q{('email', 'x')},
	auth_reset_password => q{('x', 'passphrase4')},
	auth_sign_in_with_token => q{('x')},
	auth_take_outbox => '()',
	auth_use_code => q{('visit', '12345678', 'u')},
	auth_use_token => q{('visit', 'x')},
	auth_verify_email => q{('x')},
	auth_get_events => '()',
	auth_delete_events => q{('1 day')},
	auth_erase_user => q{('nobody')},
	auth_export_user => q{('u')},
	auth_set_session => q{('token')},
	auth_clear_session => '()',
	auth_set_session_from_request => '()',
	auth_user_id => '()',
	auth_user_uuid => '()',
	auth_current_session_id => '()',
	auth_assurance_level => '()',
	auth_authenticated_at => '()',
	auth_has_level => '(1)',
	auth_is_fresh => q{('1 hour')},
	auth_require => q{(0)},
	auth_user_attribute => q{('name')},
	auth_user_attribute_text => q{('name')},
	auth_evaluate_once => q{('start_over()')},
	auth_grant => q{('nobody', 'client')},);

my %identity = map { $_ => 1 }
  qw(auth_user_id auth_user_uuid auth_current_session_id auth_assurance_level auth_authenticated_at
  auth_has_level auth_is_fresh auth_require auth_user_attribute auth_user_attribute_text);
my %client = map { $_ => 1 }
  keys %identity,
  qw(auth_set_session auth_clear_session auth_set_session_from_request
  auth_get_password_weakness auth_get_session auth_validate_session auth_sign_out
  auth_adopt_session
  auth_session_id auth_sign_in auth_complete_sign_in auth_sign_up auth_sign_up_with_code
  auth_request_sign_up auth_change_password auth_reauthenticate
  auth_get_own_sessions auth_end_own_session auth_end_other_sessions
  auth_create_recovery_codes auth_forget_own_devices
  auth_get_own_keys auth_delete_own_key auth_request_own_email_change
  auth_create_totp auth_confirm_totp auth_get_own_factors auth_rename_own_factor auth_delete_own_factor
  auth_request_own_email_verification auth_verify_own_email_with_code
  auth_update_own_attributes auth_delete_own_user
  auth_change_email auth_request_magic_link auth_request_password_reset
  auth_reset_password auth_sign_in_with_token auth_verify_email
  auth_revoke_refresh_token auth_rotate_refresh_token);
my %admin = map { $_ => 1 }
  qw(auth_evaluate_once auth_calibrate auth_check auth_setup auth_grant auth_delete_dead_outbox
  auth_fail_message auth_finish_message auth_get_outbox auth_reseal
  auth_delete_dead_sessions auth_delete_dead_tokens auth_take_outbox
  auth_delete_dead_refresh_tokens auth_delete_dead_factors auth_invalidate_all_sessions
  auth_get_password_audit auth_get_password_load auth_import_lucia
  auth_get_events auth_delete_events auth_get_key_throttle
  auth_erase_user auth_export_user
  auth_get_client_throttle auth_reset_key_throttle
  auth_reset_client_throttle);

answers(
	$node, 'rights',
	"SELECT string_agg(p.proname, ' ' ORDER BY p.proname) $members"
	  . " WHERE p.prorettype NOT IN ('trigger'::regtype::oid, 'index_am_handler'::regtype::oid,"
	  . " 'internal'::regtype::oid)",
	join(' ', sort keys %calls),
	'every function of the extension is called below');

# A session whose token is known, which must not be on the way of its deletion
$node->safe_psql('rights', <<'SQL');
SELECT auth_create_user('email', 'a', 'passphrase1', '{}', 'u');
CREATE VIEW old_user AS SELECT 'i' || clock_timestamp() AS id;
GRANT SELECT ON old_user TO PUBLIC;
CREATE FUNCTION start_over() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
    DELETE FROM auth_session;
    TRUNCATE auth_throttle;
    DELETE FROM auth_key WHERE provider_id <> 'email';
    INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    VALUES (auth_session_id('token'), 'u', now() - interval '1 hour',
        now() + interval '1 hour');
    DELETE FROM auth_refresh_token;
    INSERT INTO auth_refresh_token (id, user_id, session_id, token_hash, expires_at)
    VALUES (auth_session_id(repeat('f', 24)), 'u', auth_session_id('token'),
        auth_session_id(repeat('f', 48)), now() + interval '1 hour') $$;
SQL

# What the role can call, once the rights were granted.
sub check_role
{
	my ($role, $may, $what) = @_;
	my ($script, $stdout, %answer, @wrong) = ('', '');

	foreach my $function (sort keys %calls)
	{
		$script .= <<"SQL";
SELECT start_over() \\g /dev/null
SELECT $function$calls{$function} \\g /dev/null
\\if :ERROR
\\echo $function: :LAST_ERROR_SQLSTATE :LAST_ERROR_MESSAGE
\\else
\\echo $function: works
\\endif
SQL
	}
	$node->psql(
		'rights', $script,
		stdout => \$stdout,
		on_error_stop => 0,
		extra_params => [ '-U', $role ]);
	%answer = $stdout =~ /^(\w+): (.*)$/mg;
	foreach my $function (sort keys %calls)
	{
		my $got = $answer{$function} // 'no answer';
		my $expected =
		  $may->($function)
		  ? qr/^works$/
		  : qr/^42501 permission denied for function/;

		# auth_setup() is for the owner of the tables
		$expected = qr/^42501 must be owner of table auth_user/
		  if $function eq 'auth_setup' && $may->($function) && $role ne 'app';
		# nobody is signed in, and the function is a superuser's
		$expected = qr/^UA014 /
		  if $function eq 'auth_require' && $may->($function);
		$expected = qr/^42501 must be owner of function start_over/
		  if $function eq 'auth_evaluate_once' && $may->($function);
		push @wrong, "$function: $got" unless $got =~ $expected;
	}
	is(join("\n", @wrong), '', $what);
}

check_role('nobody', sub { 0 }, 'a role without rights can call nothing');
foreach my $role (qw(identity client service admin))
{
	answers(
		$node, 'rights',
		"SELECT auth_grant('$role', '$role')",
		'', "auth_grant() for $role");
}

my %sets = (
	identity => sub { $identity{ $_[0] } },
	client => sub { $client{ $_[0] } },
	service => sub { !$admin{ $_[0] } },
	admin => sub { 1 });

foreach my $security (
	'DISABLE ROW LEVEL SECURITY',
	'ENABLE ROW LEVEL SECURITY',
	'FORCE ROW LEVEL SECURITY')
{
	# without a policy, nobody whom it applies to sees or writes a row
	as_role($node, 'rights', 'app',
		join '', map { "ALTER TABLE auth_$_ $security;" } qw(user key session refresh_token token outbox event throttle layout));
	foreach my $role (sort keys %sets)
	{
		check_role($role, $sets{$role},
			"$role can call its functions and no others, $security");
	}
	check_role('app', sub { $_[0] =~ /^auth_(setup|fold_email|generate_user_id)$/ },
		"the owner of the tables calls what auth_setup() gives it, $security");
}

# control: row security does hide the rows from the owner itself
answers($node, 'rights', 'SELECT count(*) FROM auth_user',
	'0', 'forced row security is in force', role => 'app');
answers($node, 'rights', 'SELECT count(*) > 0 FROM auth_user', 't',
	'... and there is a row');

# Policies that refer to the caller must not be met by our own statements.
as_role($node, 'rights', 'app', <<'SQL');
CREATE POLICY own ON auth_user USING (id = current_setting('app.user', true))
    WITH CHECK (false);
CREATE POLICY none ON auth_session AS RESTRICTIVE USING (false);
CREATE POLICY none ON auth_token USING (false);
CREATE POLICY none ON auth_outbox USING (false);
SQL
check_role('service', $sets{service}, 'policies do not break the functions');
$node->safe_psql('rights',
	"CREATE ROLE worker LOGIN; SELECT auth_grant('worker', 'worker')");
check_role('worker', sub { $_[0] =~ /^auth_(take_outbox|get_outbox|finish_message|fail_message)$/ },
	'a worker can take messages, say what became of them, and do nothing else');

# A right that is taken back, and a role that is somebody else's.
$node->safe_psql('rights',
	'REVOKE EXECUTE ON FUNCTION auth_use_key(text, text, text) FROM service');
refused($node, 'rights', "SELECT auth_use_key('email', 'a', 'passphrase1')",
	'42501', 'a right that was taken back', role => 'service');
refused(
	$node, 'rights', "SELECT auth_grant('service', 'service')",
	'42501', 'a service cannot pass rights on',
	role => 'service');
answers(
	$node, 'rights',
	"SELECT auth_grant('nobody', 'client');",
	'', 'an admin can',
	role => 'admin');
answers(
	$node, 'rights',
	"SELECT string_agg(p.proname, ' ' ORDER BY p.proname) $members"
	  . " WHERE has_function_privilege('nobody', p.oid, 'EXECUTE')",
	join(' ', sort keys %client),
	'... and gives these functions and no others');

$node->stop;
done_testing();
