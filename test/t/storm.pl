# A short storm (test/storm): clients in all isolation levels, changes of the
# tables beside them, backends and the server killed, and then every
# acknowledgement, page and index looked at.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('storm', conf => "autovacuum = on\n");
my ($output, $errors);
my @story;

local $ENV{PGHOST} = $node->host;
local $ENV{PGPORT} = $node->port;

my $passed = IPC::Run::run(
	[
		"$FindBin::RealBin/../storm/storm",
		'--verbose', '--seconds', 20, '--log', $node->logfile
	],
	'>', \$output,
	'2>', \$errors);

# Each line of the storm is a test; the others tell what led to it.  The story of
# a user is in the name of the last test, and so among the last lines of all.
foreach my $line (split /\n/, $output)
{
	if ($line =~ /^(not )?ok - (.*)/)
	{
		ok(!$1, $2);
	}
	else
	{
		push @story, $1 if $line =~ /^# ((?:events|deeds) of .*)/;
		note($line) if $passed;
		diag($line) if !$passed;
	}
}
ok($passed, join('; ', 'the storm is weathered', @story)) or diag($errors);

$node->stop;
done_testing();
