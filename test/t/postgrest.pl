# PostgREST: the statements that it sends for a request, as its source has them
# (src/PostgREST/Query), are sent here, as there is no package of it.  One
# connection has all requests, as one of its pool might.  The function that runs
# before each of them is that of docs/identity.md.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use Page;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $comment = '-- Who sends no session that lives is asked to sign in.';
my ($before_request) = grep { index($_, $comment) == 0 }
  map { $_->{text} } page_blocks(slurp_file("$FindBin::RealBin/../../docs/identity.md"));
my $node = new_node('postgrest');

$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE ROLE web NOLOGIN;
SELECT auth_grant('web', 'client');
CREATE ROLE reports NOLOGIN;
CREATE ROLE authenticator LOGIN NOINHERIT IN ROLE web, reports;
SELECT auth_create_user(NULL, NULL, user_id => name) FROM unnest('{ada,bob}'::text[]) name;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    SELECT auth_session_id('topSecret of ' || id), id, now() - interval '1 minute', now() + interval '1 day' FROM auth_user;
CREATE SCHEMA api;
CREATE TABLE api.note (owner_id text DEFAULT auth_user_id(), body text);
INSERT INTO api.note SELECT id, 'by ' || id FROM auth_user;
ALTER TABLE api.note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON api.note USING (owner_id = auth_user_id());
GRANT USAGE ON SCHEMA api TO web, reports;
GRANT SELECT, INSERT ON api.note TO web, reports;
$before_request
SQL

my $connection = $node->background_psql('postgres', on_error_stop => 0,
	extra_params => [ '-U', 'authenticator', '-v', 'VERBOSITY=verbose' ]);

# The statements of one request by method; others are as PostgREST has them.
my %access = (GET => 'READ ONLY', HEAD => 'READ ONLY', POST => 'READ WRITE');

sub statements
{
	my ($method, $query, %request) = @_;
	my %settings = (
		'request.method' => $method,
		'request.path' => $request{path} // '/note',
		'request.headers' => $request{headers} // '{"host":"localhost:3000","accept":"*/*"}',
		'request.cookies' => $request{cookies} // '{}',
		'request.jwt.claims' => $request{claims} // '{"role":"web"}');
	my @settings = (
		search_path => '"api", "public"',
		role => $request{role} // 'web',
		map { $_ => $settings{$_} } sort keys %settings);
	my @calls;

	while (my ($name, $value) = splice @settings, 0, 2)
	{
		push @calls, "set_config('$name', " . quote_literal($value) . ', true)';
	}
	return join ";\n",
	  "BEGIN ISOLATION LEVEL READ COMMITTED $access{$method}",
	  'SELECT ' . join(', ', @calls) . ' \g /dev/null' . "\n" . 'SELECT public.before_request() \g /dev/null' . "\n$query",
	  "COMMIT;\n";
}

# What a request is answered, or its SQLSTATE.
sub request
{
	my @request = @_;
	my $answer = $connection->query(statements(@request));
	my $error = $connection->{stderr};

	$connection->{stderr} = '';
	return $error =~ /ERROR:  (\w+)/ ? $1 : $answer;
}

my $read = q{WITH source AS (SELECT note.* FROM api.note) SELECT coalesce(json_agg(body), '[]') FROM source};

sub insert
{
	my ($json) = @_;

	return "WITH source AS (INSERT INTO api.note SELECT (r).* FROM (SELECT json_populate_record(NULL::api.note, '$json') r) p RETURNING note.*) "
	  . q{SELECT json_agg(body) FROM source};
}

my $adas = '{"session":"topSecret of ada","theme":"dark"}';

is(request('GET', $read, cookies => $adas), '["by ada"]', 'a cookie');
is(request('GET', $read), 'PT401', 'no cookie');
is(request('GET', $read, headers => '{"x-session":"topSecret of bob"}'), '["by bob"]', 'a header');
is(request('GET', $read, headers => '{"x-session":"topSecret of bob"}', cookies => $adas), '["by bob"]', 'a header and a cookie');
is(request('GET', $read, headers => '{"x-session":"none"}', cookies => $adas), 'PT401', 'a header that will not do');
is(request('GET', $read, headers => '{"x-session":null}', cookies => $adas), 'PT401', '... that is no string');
is(request('HEAD', $read, cookies => $adas), '["by ada"]', 'HEAD');
is(request('GET', $read, cookies => '{"session":"topSecret of eve"}'), 'PT401', 'a token of nothing');
is(request('GET', $read, headers => '{"authorization":"Bearer topSecret of ada"}'), 'PT401', 'the header that is for a JWT');
is(request('GET', $read, claims => '{"role":"web","sub":"ada","user_id":"ada"}'), 'PT401', 'claims are nobody');
is(request('GET', $read, claims => '{"role":"web","sub":"ada"}', cookies => '{"session":"topSecret of bob"}'), '["by bob"]', '... and no cookie');
is(request('POST', 'SELECT auth_user_id() IS NULL', path => '/rpc/sign_in'), 't', 'where one signs in nobody needs to be anybody');

#
# Renewal, and what else is written
#

my $renewed = q{SELECT bool_or(active_expires_at > now()) FROM auth_session WHERE user_id = 'ada'};

is($node->safe_psql('postgres', $renewed), 'f', 'GET renews no session');
is(request('GET', 'SELECT auth_sign_out(\'topSecret of ada\')', cookies => $adas), '25006', '... and writes nothing');
is(request('POST', insert('{"owner_id":"bob","body":"forged"}'), cookies => $adas), '42501', 'a row of another user');
is($node->safe_psql('postgres', $renewed), 'f', '... whose request leaves nothing behind');
is(request('POST', insert('{"owner_id":"ada","body":"another"}'), cookies => $adas), '["another"]', 'a row of one\'s own');
is($node->safe_psql('postgres', $renewed), 't', 'POST renews the session');
is(request('GET', $read, cookies => $adas), '["by ada", "another"]', '... and all rows are seen');

#
# What is no JSON, and who has no right
#

foreach my $garbage ('', '{', '[]', 'null', '"topSecret of ada"', '{"session":["topSecret of ada"]}', '{"session":null}',
	'{"session":"topSecret of ada"', '{"session":"topSecret of ada","session":"topSecret of bob"}', '{"session":"topSecret of ada\u0000"}', "{\"session\":\"\x{01}\"}")
{
	is(request('GET', $read, cookies => $garbage), 'PT401', "cookies that are no JSON of one token: $garbage");
	is(request('GET', $read, headers => $garbage =~ s/session/x-session/gr, cookies => '{}'), 'PT401', '... and headers');
}
is(request('GET', $read, role => 'reports', cookies => $adas), '42501', 'a role without rights on the functions');

# The last request has left nobody.
is($connection->query('SELECT auth_user_id() IS NULL AND current_user = \'authenticator\''), '', 'authenticator has no right to ask');
like($connection->{stderr}, qr/ERROR:  42501/, '... and is told so');
$connection->{stderr} = '';
$connection->quit;

unlike(slurp_file($node->logfile) =~ s/^.*STATEMENT: .*\n(?:\t.*\n)*//mgr, qr/topSecret/, 'no message has a token');

$node->stop;
done_testing();
