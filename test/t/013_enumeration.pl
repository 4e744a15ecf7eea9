# Who guesses identifiers learns nothing from the time of a refusal: it costs
# one hash, whatever it is refused for.
#
# What is measured is the processor time of the backend, on which other processes
# have little influence.  The bounds are wide: with no hash or with two a call
# is far outside of them.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use List::Util qw(min);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'there is no /proc here to read processor time from'
  unless -r '/proc/self/stat';

my $node = new_node('enumeration', conf => <<'CONF');
auth.password_memory = 65536
auth.password_iterations = 2
CONF

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'ann', 'password of ann', user_id => 'ann');
SELECT auth_create_user('email', 'off', 'password of off', user_id => 'off');
SELECT auth_create_user('github', 'ann', user_id => 'bare');
UPDATE auth_user SET disabled_at = now() WHERE id = 'off';

-- Ticks of 10 ms that this backend has run, in user and kernel mode.
CREATE FUNCTION ticks() RETURNS bigint LANGUAGE sql AS $$
    SELECT (f[12]::bigint + f[13]::bigint)
    FROM (SELECT string_to_array(regexp_replace(
        pg_read_file('/proc/self/stat', 0, 10000), '^.*\) ', ''), ' ')) s(f)
$$;

-- What a call costs, and how it ends.
CREATE FUNCTION cost(call text, OUT ticks bigint, OUT answer text)
LANGUAGE plpgsql AS $$
DECLARE
    before bigint := ticks();
BEGIN
    BEGIN
        EXECUTE 'SELECT ' || call;
        RAISE SQLSTATE 'OK000';
    EXCEPTION WHEN OTHERS THEN
        answer := SQLSTATE;
    END;
    ticks := ticks() - before;
END $$;
SQL

my $psql = $node->background_psql('postgres');

# What the call costs, in ticks, and how it ends.
sub cost
{
	my ($call) = @_;

	return split /\|/,
	  $psql->query_safe('SELECT * FROM cost(' . quote_literal($call) . ')');
}

# What every refusal is compared with: the least that a wrong password costs.
my $wrong = q{auth_use_key('email', 'ann', 'password of off')};
my ($hash, $answer) = cost($wrong);
is($answer, 'UA004', 'a wrong password');
$hash = min($hash, (cost($wrong))[0]) foreach 1 .. 3;
cmp_ok($hash, '>=', 5, '... takes long enough to be compared');
note("a hash takes $hash ticks");

# What runs beside can make either dearer, so that what is out of bounds is
# measured again.
sub costs_a_hash
{
	my ($call, $expected, $name) = @_;
	my ($least, $answer, $within);

	foreach my $try (1 .. 10)
	{
		(my $ticks, $answer) = cost($call);
		$least = min($least // $ticks, $ticks);
		$within = $least >= 0.6 * $hash && 0.6 * $least <= $hash;
		last if $within;
		$hash = min($hash, (cost($wrong))[0]);
	}
	is($answer, $expected, "$name: $expected");
	ok($within, '... for the cost of a hash')
	  or diag("$least ticks and not $hash");
}

# Control: the measure tells a hash from none.
my ($none) = cost(q{auth_use_key('email', 'ann')});
cmp_ok($none, '<', 0.6 * $hash, 'control: no password, no hash');

# Signing in
my $long = 'x' x 1025;
costs_a_hash(q{auth_use_key('email', 'ann', 'password of ann')},
	'OK000', 'the right password');
costs_a_hash(q{auth_use_key('email', 'nobody', 'password of ann')},
	'UA002', 'an unknown key');
costs_a_hash(q{auth_use_key('nothing', 'ann', 'password of ann')},
	'UA002', 'an unknown provider');
costs_a_hash(q{auth_use_key('github', 'ann', 'password of ann')},
	'UA004', 'a key without a password');
costs_a_hash(q{auth_use_key('email', 'off', 'password of ann')},
	'UA004', 'a disabled user, wrong password');
costs_a_hash(q{auth_use_key('email', 'off', 'password of off')},
	'UA013', 'a disabled user, right password');
costs_a_hash(qq{auth_use_key('email', 'ann', '$long')},
	'UA004', 'a password too long for a known key');
costs_a_hash(qq{auth_use_key('email', 'nobody', '$long')},
	'UA002', 'a password too long for an unknown key');
costs_a_hash(q{auth_use_key('email', 'ann', '')},
	'UA004', 'an empty password for a known key');
costs_a_hash(q{auth_use_key('email', 'nobody', '')},
	'UA002', 'an empty password for an unknown key');

# Signing up: a name that is taken costs what a new one does.  Which it is the
# answer tells, as the contract wants it.
costs_a_hash(q{auth_create_user('email', 'ann', 'password of new')},
	'UA003', 'signing up under a name that is taken');
costs_a_hash(q{auth_create_user('email', clock_timestamp()::text, 'password of new')},
	'OK000', 'signing up under a new name');
costs_a_hash(q{auth_create_key('ann', 'github', 'ann', 'password of new')},
	'UA003', 'a key under a name that is taken');

# Setting a password by the user's id
costs_a_hash(q{auth_update_user_password('nobody', 'password of new')},
	'UA001', 'a new password for an unknown user');
costs_a_hash(q{auth_update_user_password('off', 'password of off')},
	'OK000', 'a new password for a user');

$psql->quit;
$node->stop;
done_testing();
