# PostGraphile 5: the server of docs/examples/postgraphile, over HTTP.  It needs Node
# 22 and the modules beside it, which "make test-postgraphile" gets by npm.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $example = "$FindBin::RealBin/../../docs/examples/postgraphile";
my $modern = 'process.exit(parseInt(process.versions.node) >= 22 ? 0 : 1)';
my ($program) = grep {
	eval { IPC::Run::run([ $_, '-e', $modern ], '>&', \my $output) }
} "$example/node_modules/.bin/node", 'node';

plan skip_all => 'PostGraphile is not there: "make test-postgraphile" gets it, and runs this'
  unless $program && -d "$example/node_modules/postgraphile";

my $node = new_node('postgraphile', conf => "log_statement = all\nlog_parameter_max_length = 0\n");

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE ROLE web NOLOGIN;
SELECT auth_grant('web', 'client');
CREATE ROLE graphql LOGIN NOINHERIT IN ROLE web;
SELECT auth_create_user(NULL, NULL, user_id => name) FROM unnest('{ada,bob}'::text[]) name;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at)
    SELECT auth_session_id('topSecret of ' || id), id, now() - interval '1 minute', 'infinity' FROM auth_user;
CREATE SCHEMA api;
CREATE TABLE api.note (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id text NOT NULL DEFAULT auth_user_id(), body text);
INSERT INTO api.note (owner_id, body) SELECT id, 'by ' || id FROM auth_user ORDER BY id;
ALTER TABLE api.note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON api.note USING (owner_id = auth_user_id());
GRANT USAGE ON SCHEMA api TO web;
GRANT SELECT, INSERT, UPDATE, DELETE ON api.note TO web;
SQL

my @environment = ('PGHOST=' . $node->host, 'PGPORT=' . $node->port, 'PGDATABASE=postgres', 'PGUSER=graphql', 'PORT=0');
my ($out, $err) = ('', '');
my $server = IPC::Run::start([ 'env', @environment, $program, "$example/server.js" ],
	'<', \my $in, '>', \$out, '2>', \$err, IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));

END
{
	my $status = $?;

	$server->kill_kill if $server;
	$? = $status;
}

$server->pump while $server->pumpable && $out !~ /listening on \S+\n/;
my ($url) = $out =~ /listening on (\S+)\n/ or BAIL_OUT("the server does not start: $err");

# The answers to requests, each a user, whose cookie it has, and a query, at once
sub ask
{
	my @lines = map { ($_->[0] ? "theme=dark; session=topSecret of $_->[0]" : '') . "\t$_->[1]\n" } @_;
	my $answers;

	IPC::Run::run([ $program, "$FindBin::RealBin/../driver/graphql.js", $url ],
		'<', \join('', @lines), '>', \$answers, IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	return split /\n/, $answers;
}

sub asked
{
	my ($user, $query, $expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is((ask([ $user, $query ]))[0], $expected, $name);
}

my $read = '{ allNotes { nodes { ownerId body } } }';

sub notes
{
	return '{"allNotes":{"nodes":[' . join(',', map { qq({"ownerId":"$_->[0]","body":"$_->[1]"}) } @_) . ']}}';
}

asked('ada', $read, notes([ 'ada', 'by ada' ]), 'a query');
asked('bob', $read, notes([ 'bob', 'by bob' ]), '... by another user');
asked('', $read, notes(), '... by nobody');
asked('eve', $read, notes(), '... by a token of nothing');
asked('ada', '{ a: noteByRowId(rowId: 1) { body } b: noteByRowId(rowId: 2) { body } }', '{"a":{"body":"by ada"},"b":null}', 'rows by key');
asked('ada', 'mutation { createNote(input: {note: {body: "new"}}) { note { ownerId } } }',
	'{"createNote":{"note":{"ownerId":"ada"}}}', 'a new row');
like((ask([ 'ada', 'mutation { createNote(input: {note: {ownerId: "bob", body: "forged"}}) { note { ownerId } } }' ]))[0],
	qr/^\["An error occurred/, 'a row of another user is refused');
asked('bob', 'mutation { updateNoteByRowId(input: {rowId: 2, notePatch: {body: "changed"}}) { note { body } } }',
	'{"updateNoteByRowId":{"note":{"body":"changed"}}}', 'a change of one\'s own');
unlike((ask([ 'bob', 'mutation { updateNoteByRowId(input: {rowId: 1, notePatch: {body: "stolen"}}) { note { body } } }' ]))[0],
	qr/stolen/, 'a change of what is another\'s');
is($node->safe_psql('postgres', 'SELECT string_agg(owner_id || \' \' || body, \',\' ORDER BY id) FROM api.note'),
	'ada by ada,bob changed,ada new', 'these are the rows');

# At the same time, on connections that are shared
my %own = (ada => notes([ 'ada', 'by ada' ], [ 'ada', 'new' ]), bob => notes([ 'bob', 'changed' ]), '' => notes());
my @users = map { (qw(ada bob), '')[ $_ % 3 ] } 1 .. 60;

is_deeply([ ask(map { [ $_, $read ] } @users) ], [ map { $own{$_} } @users ], 'sixty at a time: each has their own');

is($node->safe_psql('postgres', 'SELECT bool_and(active_expires_at > now()) FROM auth_session'), 't', 'sessions are renewed');
like(slurp_file($node->logfile), qr/SELECT auth_set_session\(\$1\)/, 'the statement is logged');
unlike(slurp_file($node->logfile), qr/topSecret of (?!' \|\|)/, '... without a token');

$server->signal('TERM');
IPC::Run::finish($server);
undef $server;
like($err, qr/row-level security policy/, 'the server tells of the row that was refused');
unlike($err, qr/topSecret/, '... and of no token');

$node->stop;
done_testing();
