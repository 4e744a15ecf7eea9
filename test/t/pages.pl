# Every block of SQL in every page: it is run, in the order of the page, and
# answers as the page says.  How a page says what is to be run: Page.pm.
#
# Values are bound as a reader would do it: random words of an answer that the
# page shows stand for those of the server from then on; a column of an answer is
# a variable of psql, and so is 'THE TOKEN' or a $1 that the block explains.
#
# Arguments are pages that are to be looked at in the place of all.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use IPC::Run;
use Page;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = "$FindBin::RealBin/../..";
my $mark = 'the block has ended';
my $node = new_node('pages', conf => <<'CONF');
timezone = 'UTC'
auth.password_memory = 19456
auth.password_iterations = 2
CONF

# Sessions of psql by role and database; variables of psql; what stands for what
my (%sessions, %values, %bound);
my $blocks = 0;

# The superuser of the examples has this name, whoever runs the tests.
$node->safe_psql('postgres', <<'SQL');
DO $$
BEGIN
    CREATE ROLE postgres SUPERUSER LOGIN;
EXCEPTION WHEN duplicate_object THEN
END $$
SQL
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');

#
# The server
#

sub close_sessions
{
	foreach my $session (values %sessions)
	{
		$session->{in} .= "\\q\n";
		$session->{psql}->finish;
	}
	%sessions = ();
	return;
}

# Those that the file of ALTER SYSTEM has.  Nobody tells when all processes have
# read it again.
sub forget_settings
{
	return unless $node->safe_psql('postgres',
		q{SELECT count(*) FROM pg_file_settings WHERE sourcefile ~ 'auto\.conf$'});
	$node->safe_psql('postgres', 'ALTER SYSTEM RESET ALL');
	$node->restart;
	return;
}

# Nothing of what a page has made is left.  Hosts of the examples are this one.
sub clean_server
{
	close_sessions();
	%values = ();
	%bound = map { $_ => $node->host . ' port=' . $node->port } qw(shard0 shard1);
	$node->safe_psql('postgres', <<"SQL");
SELECT format('DROP DATABASE %I WITH (FORCE)', datname)
    FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' \\gexec
SELECT format('DROP OWNED BY %1\$I; DROP ROLE %1\$I', rolname)
    FROM pg_roles WHERE rolname !~ '^pg_' AND rolname NOT IN ('postgres', '$superuser') \\gexec
SQL
	forget_settings();
	return;
}

sub empty_database
{
	clean_server();
	$node->safe_psql('postgres', 'CREATE DATABASE app');
	return;
}

sub prepared_database
{
	empty_database();
	as_role($node, 'app', 'postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE ROLE web LOGIN;
SELECT auth_grant('web', 'client');
SQL
	return;
}

# It lasts until the databases are made anew.
sub session
{
	my (%words) = @_;
	my $role = $words{as} // 'postgres';
	my $database = $words{in} // 'app';
	my $name = "$role $database";

	return $sessions{$name} if $sessions{$name};
	my $session = $sessions{$name} = { in => '', out => '' };
	$session->{psql} = IPC::Run::start(
		[ 'psql', '-Xq', '-P', 'footer=off', '-U', $role, '-d', $node->connstr($database) ],
		'<', \$session->{in},
		'>', \$session->{out},
		'2>&1',
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	return $session;
}

#
# A block
#

sub with_bound
{
	my ($text) = @_;

	return $text =~ s/([\w-]+)/$bound{$1} \/\/ $1/ger;
}

# The statements with values for all that stands for one.
sub with_values
{
	my ($sql) = @_;
	my %parameters = $sql =~ /(\$\d): the (\w+)/g;

	$sql =~ s/'THE (\w+)'/":'" . lc($1) . "'"/ge;
	$sql =~ s/\Q$_/:'$parameters{$_}'/g foreach keys %parameters;
	return with_bound($sql);
}

# All that psql prints for the block, errors among it.
sub answer_to
{
	my ($block) = @_;
	my $session = session(%{ $block->{words} });
	my $sets = join '', map { "\\set $_ '$values{$_}'\n" } sort keys %values;

	$session->{out} = '';
	$session->{in} .= $sets . with_values($block->{text}) . "\n\\r\n\\echo $mark\n";
	$session->{psql}->pump until $session->{out} =~ /^$mark\n/m;
	my $answer = $session->{out} =~ s/^$mark\n//mr;
	%values = (%values, answer_values($answer));
	return $answer;
}

# Those of the server, and those of psql itself
sub errors_in
{
	my ($answer) = @_;

	return join "\n", map { s/: +/: /r }
	  $answer =~ /^((?:ERROR|FATAL|PANIC|invalid command|no rows returned|more than one row|\\\w+:).*)$/mg;
}

sub check_answer
{
	my ($block, $printed, $name) = @_;
	my %words = %{ $block->{answer}{words} };
	my $shown = normal_answer($block->{answer}{text}, %words);
	my $given = normal_answer($printed, %words);

	bind_words(\%bound, $shown, $given);
	return is($given, with_bound($shown), $name) || diag("psql printed:\n$printed");
}

# Without an answer in the page nothing fails but the lines of which it says so.
sub run_block
{
	my ($block, $name) = @_;
	my $sql = $block->{text};
	my $answer = answer_to($block);

	like($sql, qr/(?:;|\\\w[^\n]*)(?:\s+|--[^\n]*)*$/, "$name is whole");
	return check_answer($block, $answer, $name) if $block->{answer};
	return is(errors_in($answer), join("\n", $sql =~ /-- (ERROR: .*)$/mg), $name);
}

sub prepare
{
	my ($block, $name) = @_;

	return is(errors_in(answer_to($block)), '', "$name: preparation");
}

# Another test looks up the block in this page, by its first line.
sub check_elsewhere
{
	my ($block, $name, $page) = @_;
	my $test = slurp_file("$FindBin::RealBin/$block->{words}{by}");
	my ($line) = $block->{text} =~ /^-- (.*)\n/;

	return ok(defined $line && $test =~ /\Q$page\E/ && $test =~ /\Q$line\E/,
		"$name is run by $block->{words}{by}");
}

# An extension of others is there, or make test has said that it cannot be had.
sub has_what_it_needs
{
	my ($block, $name) = @_;
	my $extension = $block->{words}{needs} // return 1;

	return 1
	  if $node->safe_psql('postgres',
		"SELECT count(*) FROM pg_available_extensions WHERE name = '$extension'");
  SKIP:
	{
		skip("$name: $extension could not be installed", 1)
		  if $ENV{"AUTH_WITHOUT_\U$extension"};
		fail("$name has $extension");
	}
	return 0;
}

my %run = (
	empty => \&empty_database,
	prepared => \&prepared_database,
	run => \&prepare,
	sql => sub { ++$blocks; return $_[0]->{words}{by} ? check_elsewhere(@_) : run_block(@_) });

#
# A page
#

sub lines_of
{
	return join ' ', map { $_->{line} } @_;
}

# Nothing is passed over: each block says what it is, and no SQL is in others.
sub check_marks
{
	my ($page, $text, @blocks) = @_;
	my @answers = grep { defined } map { $_->{answer} } @blocks;
	my @unknown = grep { $_->{kind} !~ /^(?:sql|sh|text|ini|js|py|run|empty|prepared)$/ } @blocks;
	my @words = grep { grep { !/^(?:as|in|by|needs|numbers|columns)$/ } keys %{ $_->{words} } } @blocks, @answers;
	my @hidden = grep {
		$_->{kind} =~ /^(?:sh|text|ini)$/
		  && $_->{text} =~ /^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|GRANT|REVOKE|BEGIN|SET) /m
	} @blocks;

	is(2 * (@blocks + @answers), (() = $text =~ /^ *```|^<!--|-->$/mg), "$page: blocks have their ends");
	is(lines_of(@unknown, @words), '', "$page: blocks say what they are, or are answers");
	is(lines_of(@hidden), '', "$page: SQL is called so");
	return;
}

sub check_page
{
	my ($page) = @_;
	my $text = slurp_file("$root/$page");
	my @blocks = page_blocks($text);

	check_marks($page, $text, @blocks);
	return unless grep { $_->{kind} eq 'sql' } @blocks;
	prepared_database();
	foreach my $block (grep { $run{ $_->{kind} } } @blocks)
	{
		my $name = "$page:$block->{line}";
		next unless has_what_it_needs($block, $name);
		eval { $run{ $block->{kind} }->($block, $name, $page); 1 } or return fail("$name: $@");
	}
	return;
}

my @pages = @ARGV ? @ARGV : page_files($root);
check_page($_) foreach @pages;
cmp_ok($blocks, '>', @ARGV ? 0 : 90, 'blocks of SQL were found');

clean_server();
$node->stop;
done_testing();
