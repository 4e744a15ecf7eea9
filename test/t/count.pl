# The pages of counts: who gives way on full ones, damaged ones, and what they
# come through.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

# The files are written past the server, so without checksums.
my $node = new_node(
	'count',
	init => {
		allows_streaming => 1,
		extra => [ '--encoding=UTF8', '--locale=C' ]
	},
	conf => <<'CONF');
auth.throttle_delay = 0
auth.throttle_address_failures = 6000
auth.throttle_address_forget = '1d'
auth.password_memory = '7MB'
auth.password_iterations = 1
wal_consistency_checking = 'all'
restart_after_crash = on
CONF

my $setup = <<'SQL';
CREATE EXTENSION auth;
SELECT auth_setup();
ALTER INDEX auth_throttle_count_idx SET (places = 1);
REINDEX INDEX auth_throttle_count_idx;
SELECT auth_create_user('email', 'ann', 'password of ann', user_id => 'ann');
CREATE FUNCTION failures(id text) RETURNS int LANGUAGE sql AS
    $$ SELECT failures FROM auth_get_key_throttle('email', id) $$;

-- Wrong guesses in a read-only transaction, which leave no event
CREATE FUNCTION guess(id text, count int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answers text[];
BEGIN
    FOR i IN 1..count LOOP
        BEGIN
            PERFORM auth_use_key('email', id, 'wrong');
        EXCEPTION
            WHEN SQLSTATE 'UA002' OR SQLSTATE 'UA004' THEN
                answers := answers || 'refused'::text;
            WHEN SQLSTATE 'UA010' THEN
                answers := answers || 'throttled'::text;
        END;
    END LOOP;
    RETURN (SELECT string_agg(n || ' ' || a, ', ' ORDER BY a)
        FROM (SELECT a, count(*) n FROM unnest(answers) a GROUP BY a) x);
END $$;
SQL

$node->safe_psql('postgres', $setup);

sub ask
{
	my ($sql, $on, $database) = @_;

	return ($on // $node)->safe_psql($database // 'postgres', $sql);
}

#
# Pages as files: a slot is a name (48 bits), failures (16 bits), the time in
# milliseconds since 2000 (48 bits) and a carry (16 bits).
#

use constant {
	HEADER => 24,
	PLACES => 509,
	PAGES => 32,
	EPOCH => 946684800,
};
my $page_size = ask('SHOW block_size');

sub file_of
{
	my ($on) = @_;

	return ($on // $node)->data_dir . '/'
	  . ask(q{SELECT pg_relation_filepath('auth_throttle_count_idx')}, $on);
}

sub read_pages
{
	my ($path) = @_;
	my $content = slurp_file($path);

	return map { substr($content, $_ * $page_size, $page_size) } 0 .. PAGES - 1;
}

sub write_pages
{
	my ($path, @pages) = @_;

	open(my $file, '+<:raw', $path) or die "$path: $!";
	print $file join('', @pages);
	close($file);
}

sub slots
{
	my ($page) = @_;
	my $used = (unpack('S<', substr($page, 12, 2)) - HEADER) / 16;

	return map { [ unpack 'Q<Q<', substr($page, HEADER + 16 * $_, 16) ] } 0 .. $used - 1;
}

sub with_slots
{
	my ($page, @slots) = @_;
	my $content = join '', map { pack 'Q<Q<', @$_ } @slots;

	substr($page, HEADER, length $content) = $content;
	substr($page, 12, 2) = pack 'S<', HEADER + length $content;
	return $page;
}

sub milliseconds
{
	return int((time() - EPOCH) * 1000);
}

# All places of all pages taken, by counts that are younger than those there
sub fill
{
	my ($path) = @_;
	my @pages = read_pages($path);
	my $name = 1;

	foreach my $page (@pages)
	{
		my @slots = slots($page);

		push @slots, [ $name++ << 16 | 1, milliseconds() << 16 ]
		  while @slots < PLACES;
		$page = with_slots($page, @slots);
	}
	write_pages($path, @pages);
}

# The counts of a file, with the pages that they are on
sub counts
{
	my ($from, $to, @pages) = @_;

	return join "\n", map {
		my $page = $_;
		map { "$page @$_" } slots($pages[$page])
	} $from .. $to;
}

sub checkpointed_pages
{
	ask('CHECKPOINT');
	return read_pages(file_of());
}

# A change made to the stopped server's file
sub change_file
{
	my ($change) = @_;
	my $path = file_of();

	$node->stop;
	$change->($path);
	$node->start;
}

#
# What costs no hash pushes out nobody, on pages where each new count would.
#

is(ask(q{SELECT guess('victim', 4)}), '4 refused', 'four guesses');
is( ask(q{SELECT string_agg(status, ' ') FROM generate_series(1, 2),
		auth_sign_in('email', 'victim of a network', 'wrong', client_address => '2001:db8::1')}),
	'refused refused',
	'... and two from a network');
change_file(\&fill);
is(ask(q{SELECT failures('victim')}), '4', 'control: the counts are on full pages');
{
	my @before = checkpointed_pages();
	my $busy = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $busy->query_safe('SELECT pg_backend_pid()');

	ask('LOAD $$auth$$; ALTER SYSTEM SET auth.password_concurrency = 1; SELECT pg_reload_conf()');
	$busy->query_safe("SET auth.password_memory = '256MB'; SET auth.password_iterations = 4");
	stop_in_hash($node, $busy, $pid, "SELECT auth_create_user('email', 'slow', 'password of slow')");
	is( ask(<<'SQL'), '3000 throttled', '3000 attempts that get no turn');
SET auth.password_wait = 0;
SELECT count(*) || ' ' || status FROM generate_series(1, 3000) n,
    auth_sign_in('email', 'name ' || n, 'wrong', client_address => ('2001:db8:' || to_hex(n) || '::1')::inet)
GROUP BY status
SQL
	kill 'CONT', $pid;
	$busy->query('SELECT 1');
	$busy->quit;
	is( ask(<<'SQL'), '3000 ok', '3000 requests for keys that do not exist');
SELECT count(*) || ' ' || status FROM generate_series(1, 3000) n,
    auth_request_password_reset('email', 'name ' || n, ('2001:db8:' || to_hex(n) || '::1')::inet)
GROUP BY status
SQL
	is( ask(<<'SQL'), '3000 throttled', '3000 networks for a key that is throttled');
SELECT guess('throttled', 1) \g /dev/null
SET auth.throttle_max_failures = 1;
SELECT count(*) || ' ' || status FROM generate_series(1, 3000) n,
    auth_sign_in('email', 'throttled', 'wrong', client_address => ('2001:db8:' || to_hex(n) || '::1')::inet)
GROUP BY status
SQL
	is( ask(<<'SQL'), '200 refused', '200 sign-ups without a token');
SELECT count(*) || ' ' || status FROM generate_series(1, 200) n,
    auth_sign_up('no token', 'correct horse', client_address => ('10.0.0.' || n)::inet)
GROUP BY status
SQL
	my @after = checkpointed_pages();
	my %before = map { $_ => 1 } split /\n/, counts(0, 25, @before);
	my @new = grep { !$before{$_} } split /\n/, counts(0, 25, @after);

	is(scalar @new, 1, 'of all of these the one that was hashed has pushed out a count');
	is(scalar(grep { $_ & 0xffff } map { (split / /)[1] } split /\n/, counts(26, 27, @after)),
		2 * PLACES, '... and messages have taken no place');
	my %messages = map { $_ => 1 } split /\n/, counts(26, 27, @before);
	is(scalar(grep { !$messages{$_} } split /\n/, counts(26, 27, @after)),
		1, '... but the one of those that go to nobody');
}

#
# Codes: a guess is counted as long as the code lives, or refused.
#

{
	my $code = ask(q{SELECT token FROM auth_create_code('visit', 'ann')});
	my $wrong = $code =~ tr/0-9/1-90/r;

	is( ask("SELECT user_id FROM auth_use_code('visit', '$code', 'ann')"),
		'', 'with all places taken by guesses at living codes, another is refused');
	is(ask(q{SELECT count(*) FROM auth_event WHERE kind = 'token_refused'}),
		'0', '... and not looked at');
	change_file(
		sub {
			my ($path) = @_;
			my @pages = read_pages($path);
			my @slots = slots($pages[31]);

			$_->[1] -= 601 * 1000 << 16 foreach @slots;
			write_pages($path, @pages[ 0 .. 30 ], with_slots($pages[31], @slots));
		});
	is( ask("SELECT count(*) FROM auth_use_code('visit', '$wrong', 'ann');" x 5),
		join("\n", (0) x 5), 'when those codes are dead, guesses have places');
	is(ask(q{SELECT count(*) FROM auth_event WHERE kind = 'token_refused'}),
		'5', '... and are looked at');
	is(ask("SELECT user_id FROM auth_use_code('visit', '$code', 'ann')"),
		'', '... which count');
}

#
# A clock that was wrong: what is in the future is long past, and gives way.
#

{
	ask(q{SELECT auth_reset_key_throttle('email', 'victim')});
	is(ask(q{SELECT guess('victim', 7)}), '7 refused', 'seven guesses');
	is( ask(q{SET auth.throttle_delay = '1h'; SELECT guess('victim', 1)}),
		'1 throttled', '... then it takes time');
	change_file(
		sub {
			my ($path) = @_;
			my @pages = read_pages($path);

			foreach my $page (@pages)
			{
				my @slots = slots($page);

				$_->[1] += 2 * 60 * 60 * 1000 << 16 foreach @slots;
				$page = with_slots($page, @slots);
			}
			write_pages($path, @pages);
		});
	is( ask(q{SET auth.throttle_delay = '1h'; SELECT guess('victim', 2)}),
		'1 refused, 1 throttled', 'with a time in the future it does not, once');
	is(ask(q{SELECT failures('victim')}), '8', '... and it goes on counting');
	is( ask(q{SELECT guess('new ' || n, 1) || failures('new ' || n) FROM generate_series(1, 3) n}),
		join("\n", ('1 refused1') x 3), '... and others have places');
}

#
# Damage: whatever the file has, an error or an answer, and no crash.
#

{
	my $path = file_of();
	my $pid = ask(q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'});
	my @sound = checkpointed_pages();
	my $seed = 20261126;
	my %seen;

	srand $seed;
	note("seed $seed");
	my @damages = (
		sub { '' . "\0" x $page_size },
		sub { join '', map { chr int rand 256 } 1 .. $page_size },
		sub { my $p = shift; substr($p, 12 + 2 * int rand 3, 2) = pack 'S<', int rand 65536; $p },
		sub { my $p = shift; substr($p, 12 + 2 * int rand 3, 2) = pack 'S<', 24 + int rand 8169; $p },
		sub { my $p = shift; substr($p, $page_size - 1 - int rand 16, 1) = chr int rand 256; $p },
		sub { my $p = shift; substr($p, int rand HEADER, 1) = chr int rand 256; $p },
		sub { my $p = shift; substr($p, HEADER, 16 * PLACES) = join '', map { chr int rand 256 } 1 .. 16 * PLACES; $p },
		sub { $sound[ int rand PAGES ] });
	foreach my $round (0 .. 15)
	{
		my $damage = $damages[ $round % @damages ];

		$node->stop;
		write_pages($path, map { rand() < 0.7 ? $damage->($_) : $_ } @sound);
		$node->start;
		foreach my $call (
			q{guess('victim', 2)},
			q{failures('victim')},
			q{auth_sign_in('email', 'ann', 'password of ann', client_address => '2001:db8::1')},
			q{auth_sign_in('email', 'ann', 'wrong', client_address => '10.0.0.1')},
			q{auth_request_password_reset('email', 'ann')},
			q{auth_reset_key_throttle('email', 'victim')},
			q{auth_get_client_throttle('2001:db8::1')})
		{
			my ($status, $out, $error) = $node->psql('postgres', "\\set VERBOSITY sqlstate\nSELECT $call");

			$seen{ $status == 0 ? 'answer' : $error =~ /ERROR:\s+(\w+)/ ? $1 : $error }++;
		}
	}
	is_deeply([ sort keys %seen ], [qw(UA012 XX001 answer)],
		'damaged pages: answers, errors that say to REINDEX, and those of the server');
	$node->stop;
	write_pages($path, @sound[ 0 .. 30 ]);
	truncate $path, 31 * $page_size;
	$node->start;
	refused($node, 'postgres', q{SELECT auth_sign_in('email', 'ann', 'wrong')},
		'UA012', 'a file that was cut');
	ask('REINDEX INDEX auth_throttle_count_idx');
	is(ask(q{SELECT guess('victim', 3) || failures('victim')}), '3 refused3',
		'... and REINDEX mends it');
	unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/,
		'... and nothing has crashed');
}

#
# Counts that lead to something are never lost: an immediate stop under load
#

foreach my $full_page_writes ('on', 'off')
{
	ask("ALTER SYSTEM SET full_page_writes = $full_page_writes; SELECT pg_reload_conf(); TRUNCATE auth_throttle; CHECKPOINT");
	my $guess = "BEGIN READ ONLY;\nSELECT 'counted ' || guess('key %d', 1) || ' %d';\nROLLBACK;\n";
	my @clients = start_clients(
		$node,
		'postgres',
		map {
			my $key = $_;
			"SET auth.throttle_failures = 1;\n" . join '', map { sprintf $guess, $key, $key } 1 .. 90
		} 1 .. 4);

	$node->poll_query_until('postgres', q{SELECT failures('key 1') >= 30});
	$node->stop('immediate');
	my @outputs = finish_clients(@clients);

	# backends may outlive the server for a moment
	for (1 .. 100)
	{
		last if $node->start(fail_ok => 1);
		usleep(100_000);
	}
	my @acknowledged = map { scalar(() = /^counted 1 refused/mg) } @outputs;
	my @counted = split /\n/, ask(q{SELECT failures('key ' || n) FROM generate_series(1, 4) n});

	cmp_ok($acknowledged[0], '>=', 29, "full_page_writes $full_page_writes: guesses were answered");
	is( scalar(grep { $counted[$_] < $acknowledged[$_] || $counted[$_] > $acknowledged[$_] + 1 } 0 .. 3),
		0,
		"... of @acknowledged that were answered at most one more each is counted after the crash: @counted");
}
ask('ALTER SYSTEM RESET full_page_writes; SELECT pg_reload_conf()');

#
# Parts of an attempt are counted together, by many at the same time.
#

{
	ask('LOAD $$auth$$; ALTER SYSTEM RESET auth.password_concurrency; SELECT pg_reload_conf(); TRUNCATE auth_throttle');
	finish_clients(
		start_clients(
			$node,
			'postgres',
			map {
				"SELECT status FROM generate_series(1, 20) n, auth_sign_in('email', 'shared ' || n % 3, 'wrong', client_address => '2001:db8:5:$_\::1');\n"
			} 1 .. 8));
	is( ask(q{SELECT sum(failures('shared ' || n)) FROM generate_series(0, 2) n}),
		160, '160 attempts of 8 clients count 160 against three keys');
	is( ask(q{SELECT string_agg(failures::text, ' ') FROM generate_series(1, 8) n,
			auth_get_client_throttle(('2001:db8:5:' || n || '::1')::inet)}),
		join(' ', (20) x 8),
		'... and 20 against each network');
	is( ask(q{SET auth.throttle_delay = '1h'; SET auth.throttle_address_failures = 16;
			SELECT retry_at IS NOT NULL FROM auth_get_client_throttle('2001:db8:5:ffff::1')}),
		't',
		'... and 160 against their site');
}

#
# Copies: a database made from it, and a standby, whose pages are compared with
# those of the primary after each record.  The guesses are in read-only
# transactions, as events that are kept would differ there.
#

ask(q{SELECT guess('copied', 5)});
foreach my $strategy ($node->pg_version >= 15 ? (qw(wal_log file_copy)) : 'default')
{
	my $option = $strategy eq 'default' ? '' : "STRATEGY $strategy";

	ask("CREATE DATABASE copy_$strategy TEMPLATE postgres $option", undef, 'template1');
	is(ask(q{SELECT failures('copied')}, undef, "copy_$strategy"),
		'5', "a database made from it has its counts ($strategy)");
}

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');

$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
ask('SET default_transaction_read_only = on;' . $_)
  foreach (
	q{SELECT guess('one ' || n, 2) FROM generate_series(1, 50) n},
	q{SELECT guess('copied', 2)});
ask($_)
  foreach (
	'REINDEX INDEX CONCURRENTLY auth_throttle_count_idx',
	q{SET default_transaction_read_only = on; SELECT guess('one ' || n, 2) FROM generate_series(1, 50) n},
	'TRUNCATE auth_throttle',
	'VACUUM FULL auth_throttle',
	q{SELECT auth_reset_key_throttle('email', 'none')},
	q{SET default_transaction_read_only = on; SELECT guess('two', 7)});
ask('CREATE TABLE flushed ()');
$node->wait_for_catchup($standby);
is(ask(q{SELECT failures('two')}, $standby), '7', 'the standby has the same counts');
is( ask(q{SET auth.throttle_delay = '1h'; SELECT guess('two', 2)}, $standby),
	'2 throttled', '... and waits as the primary says');
is( ask(q{SELECT guess('two', 2) || ' ' || failures('two')}, $standby),
	'2 refused 7', '... and counts nothing');
unlike(slurp_file($standby->logfile), qr/inconsistent page/,
	'... and no page that differs');
$standby->promote;
$standby->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()')
  or die 'the standby was not promoted';
is( ask(q{SELECT guess('two', 2) || ' ' || failures('two')}, $standby),
	'2 refused 9', 'promoted, it goes on counting');
$standby->stop;
$node->stop;

done_testing();
