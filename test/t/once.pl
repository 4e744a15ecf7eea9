# The queries of sql/once.sql sent by a client, with everything done in parallel
# and everything compiled: the rows are those that a constant gives.  PL/pgSQL,
# which runs them there, reads rows by a cursor, for which nothing is done in
# parallel.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('once');
my $sql = "$FindBin::RealBin/../../sql";
my ($battery) = slurp_file("$sql/once.sql") =~ /^(.*?)^-- Where the call/ms;

$node->safe_psql('postgres', slurp_file("$sql/setup.sql") =~ s/^\\.*$//mgr);
$node->safe_psql('postgres', $battery);
$node->safe_psql('postgres', 'ANALYZE');

my $setting = $node->safe_psql('postgres',
	q{SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')});
my %settings = (
	parallel => "-c $setting=on -c parallel_setup_cost=0 -c parallel_tuple_cost=0"
	  . ' -c min_parallel_table_scan_size=0 -c min_parallel_index_scan_size=0',
	compiled => '-c jit=on -c jit_above_cost=0');

# What a client reads that sends statements, each made of a query of the battery:
# the lines of each, in order.
sub rows_of
{
	my ($settings, @statements) = @_;
	my $cells = join(', ', map { "format($_)" } @statements);
	my ($rows, $errors);

	local $ENV{PGOPTIONS} = $settings;
	$node->psql('postgres', <<SQL, stdout => \$rows, stderr => \$errors);
\\set ON_ERROR_ROLLBACK on
BEGIN;
SELECT auth_set_session('una') \\g /dev/null
SELECT format('SELECT %L', 'query ' || number), $cells FROM battery ORDER BY number \\gexec
SQL
	# A server may have been built without XML.
	unlike($errors, qr/ERROR:  (?!unsupported XML)/, 'no query is refused');
	return map { join("\n", sort split /\n/, $_) } split /^query \d+$/m, $rows, -1;
}

sub same_rows
{
	my ($name, $expected, @found) = @_;
	my @different = grep { $found[$_] ne $expected->[$_] } 1 .. $#found;

	is(scalar @found, scalar @$expected, "$name: every query was run");
	is("@different", '', "$name: the rows are those of the constant");
	return;
}

my @constant = rows_of('', q{'%s', with_constant(query)});

foreach my $name (sort keys %settings)
{
	same_rows($name, \@constant, rows_of($settings{$name}, q{'%s', with_call(query)}));
	same_rows(
		"$name, by generic plans",
		\@constant,
		rows_of(
			"$settings{$name} -c plan_cache_mode=force_generic_plan",
			q{'PREPARE tried AS %s', with_call(query)},
			q{'EXECUTE tried'},
			q{'DEALLOCATE tried'}));
}

# That it was so
my @plans = rows_of($settings{parallel}, q{'EXPLAIN ANALYZE %s', with_call(query)});
my @parallel = grep { /Workers Launched: [1-9]/ } @plans;
cmp_ok(scalar @parallel, '>=', @plans / 2, 'most queries were run in parallel');
SKIP:
{
	skip('the server was built without JIT', 1)
	  if $node->safe_psql('postgres', 'SELECT pg_jit_available()') eq 'f';
	@plans = rows_of($settings{compiled}, q{'EXPLAIN ANALYZE %s', with_call(query)});
	cmp_ok(scalar(grep { /^JIT:/m } @plans), '>=', @plans / 2, 'most queries were compiled');
}

$node->stop;
done_testing();
