# What drivers make of the answers: psycopg 3, node-postgres and JDBC read SELECT *
# of every function, with all defaults, as the catalog lists them.  A value that a
# driver has no word for, as psycopg for an infinite time, stops it when the
# transaction is perhaps committed already.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my %found = find_clients(qw(node python java));
my $drivers = "$FindBin::RealBin/../driver";
my $node = new_node('drivers', keys => 1, conf => <<'CONF');
listen_addresses = '127.0.0.1'
auth.throttle_max_failures = 3
CONF

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE ROLE web;
CREATE FUNCTION today() RETURNS date STABLE LANGUAGE sql AS 'SELECT current_date';
SELECT auth_create_user('email', 'ada@example.com', 'correct horse battery', user_id => 'ada');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    VALUES (auth_session_id('session'), 'ada', now() + interval '1 day', now() + interval '1 day'),
        (auth_session_id('id.secret'), 'ada', now() + interval '1 day', now() + interval '1 day');
SELECT auth_import_totp((auth_create_user(user_id => 'fay')).user_id, '1234567890', 'phone');
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
    VALUES (auth_session_id('fay'), 'fay', now() + interval '1 day', now() + interval '1 day', 9);
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at)
    SELECT auth_session_id(purpose), purpose, 'ada', 'email', 'ada@example.com', now() + interval '1 day'
    FROM unnest('{sign_in,password_reset,email_change,email_verification,visit,second_factor}'::text[]) purpose;
INSERT INTO auth_token (id, purpose, provider_id, address, expires_at)
    VALUES (auth_session_id('sign_up'), 'sign_up', 'email', 'new@example.com', now() + interval '1 day');
SELECT auth_request_magic_link('email', 'ada@example.com');
CREATE TABLE old_user (id text, email text);
INSERT INTO old_user VALUES ('old', 'old@example.com');
SELECT auth_sign_in('email', 'stopped@example.com', 'wrong horse ' || i) FROM generate_series(1, 3) i;
SQL

# The arguments that have no default, and those that a function needs besides
my %values = (
	'auth_request_email_verification.address' => q{'ada@example.com'},
	'auth_use_key.password' => q{'correct horse battery'}, 'auth_create_code.user_id' => q{'ada'},
	'auth_get_key_throttle.provider_user_id' => q{'stopped@example.com'},
	user_id => q{'ada'}, provider_id => q{'email'}, provider_user_id => q{'ada@example.com'},
	password => q{'correct horse battery'}, old_password => q{'correct horse battery'}, new_password => q{'brand new battery'},
	user_attributes => q{'{}'}, session_attributes => q{'{}'}, token => q{'session'}, session_id => q{auth_session_id('session')},
	purpose => q{'visit'}, address => q{'ada@example.org'}, older_than => q{'1 day'}, role => q{'web'}, privilege => q{'client'},
	hashed_password => q{'$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'},
	new_provider_id => q{'email'}, new_provider_user_id => q{'ada@example.org'}, version => q{'3'}, users => q{'old_user'},
	level => '0', period => q{'1 hour'}, name => q{'name'}, function => q{'today()'},
	'auth_use_token.token' => q{'visit'}, 'auth_verify_email.token' => q{'email_verification'},
	'auth_reset_password.token' => q{'password_reset'}, 'auth_sign_in_with_token.token' => q{'sign_in'},
	'auth_change_email.token' => q{'email_change'}, 'auth_sign_up.token' => q{'sign_up'}, 'auth_sign_up_with_code.code' => q{'12345678'},
	'auth_complete_sign_in.challenge' => q{'second_factor'}, 'auth_complete_sign_in.totp' => q{'123456'},
	'auth_reauthenticate.password' => q{'correct horse battery'},
	'auth_adopt_session.token' => q{'id.secret'}, 'auth_verify_own_email_with_code.code' => q{'12345678'},
	'auth_create_own_key.provider_id' => q{'github'}, 'auth_delete_own_user.password' => q{'correct horse battery'},
	client_address => q{'192.0.2.1'}, secret => q{'1234567890'}, factor_id => 'gen_random_uuid()', code => q{'123456'},
	(map { ("$_.token" => q{'fay'}) } qw(auth_get_own_factors auth_rename_own_factor auth_delete_own_factor)),
	(map { ("$_.user_id" => q{'fay'}) } qw(auth_get_user_factors auth_delete_user_factor auth_delete_user_factors)),
	(map { ("$_.provider_user_id" => q{'new@example.com'}) } qw(auth_create_key auth_import_key auth_request_sign_up auth_sign_up_with_code)));

# What is known from an answer alone is made beside the call.
my %before = (
	(map { ($_ => [ 'auth_take_outbox() made', id => 'made.id' ]) } qw(auth_finish_message auth_fail_message)),
	auth_require => [ q{auth_set_session('session') made}, level => 'CASE WHEN made THEN 0 END' ],
	(map { ($_ => [ q{auth_get_user_factors('fay') made}, factor_id => 'made.factor_id' ]) }
	  qw(auth_rename_own_factor auth_delete_own_factor auth_delete_user_factor)),
	auth_use_code => [ q{auth_create_code('visit', 'ada') made}, code => 'made.token', user_id => q{'ada'} ],
	(map { ($_ => [ q{auth_create_refresh_token(auth_session_id('session')) made}, refresh_token => 'made.refresh_token' ]) }
	  qw(auth_rotate_refresh_token auth_revoke_refresh_token)));

# SELECT * of a function of so many arguments without a default
sub call
{
	my ($function, $mandatory, @names) = @_;
	my ($made, %arguments) = @{ $before{$function} // [] };

	foreach my $name (@names)
	{
		my $is_mandatory = $mandatory-- > 0;
		my $value = $values{"$function.$name"} // ($is_mandatory ? $values{$name} : undef);

		fail("there is a value for $name of $function")
		  if $is_mandatory && !defined($arguments{$name} // $value);
		$arguments{$name} //= $value if defined $value;
	}

	return 'SELECT answer.* FROM '
	  . ($made ? "$made, LATERAL " : '')
	  . "$function(" . join(', ', map { "$_ => $arguments{$_}" } sort keys %arguments) . ') answer';
}

my @functions = map { [ split /\|/ ] } split /\n/, $node->safe_psql('postgres', <<'SQL');
SELECT proname, pronargs - pronargdefaults, array_to_string(proargnames[1:pronargs], '|')
    FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'auth'
    WHERE d.deptype = 'e' AND prorettype NOT IN ('trigger'::regtype, 'index_am_handler'::regtype, 'internal'::regtype)
    ORDER BY proname COLLATE "C"
SQL
my $calls = join '', map { "$_->[0]\t" . call(@$_) . "\n" } @functions;

cmp_ok(scalar @functions, '>', 60, 'functions were found');
my $url = '127.0.0.1:' . $node->port . '/postgres';
my $user = $node->safe_psql('postgres', 'SELECT current_user');
my %commands = (
	python => [ "$drivers/read.py", "postgresql://$user\@$url" ],
	node => [ "$drivers/read.js", "postgresql://$user\@$url" ],
	java => [ '-cp', '/usr/share/java/postgresql.jar', "$drivers/Read.java", "jdbc:postgresql://$url?user=$user" ]);
foreach my $language (sort keys %found)
{
	my ($out, $err);

	IPC::Run::run([ $found{$language}, @{ $commands{$language} } ], '<', \$calls, '>', \$out, '2>', \$err,
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	is($err, '', "$language: the program has nothing to say");
	my %answers = map { split /\t/ } split /\n/, $out;
	foreach my $function (map { $_->[0] } @functions)
	{
		like($answers{$function} // 'nothing', qr/^[1-9]\d* rows$/, "$language: $function");
	}
}

# The types of the client packages say which columns may be NULL by what their
# comments say.  With another status than ok, all but this one and the time may.
my %types = map { split /\|/ } split /\n/, $node->safe_psql('postgres', <<'SQL');
SELECT proname, prorettype::regtype FROM pg_proc JOIN pg_type ON pg_type.oid = prorettype
    WHERE proname LIKE 'auth\_%' AND typtype = 'c'
SQL
my $nulls = join '', map {
	my $answers = call(@$_) =~ s/^SELECT answer\.\*/SELECT to_jsonb(answer) AS answer/r;
	<<"SQL" } grep { $types{ $_->[0] } } @functions;
BEGIN;
SELECT DISTINCT '$_->[0]', key FROM ($answers) answers, jsonb_each(answer)
    JOIN pg_attribute ON attrelid = '$types{$_->[0]}'::regclass AND attname = key
    WHERE value = 'null' AND coalesce(answer ->> 'status', 'ok') = 'ok' AND key <> 'retry_after'
        AND coalesce(col_description(attrelid, attnum), '') !~ 'NULL';
ROLLBACK;
SQL
is($node->safe_psql('postgres', $nulls), '', 'the comments of columns that are NULL say so');

$node->stop;
done_testing();
