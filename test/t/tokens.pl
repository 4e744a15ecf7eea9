# One-time tokens and codes, and the outbox: what happens at the same time, past
# transactions and crashes, and with the file of keys.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('tokens', conf => <<'CONF');
max_connections = 130
log_error_verbosity = verbose
log_min_error_statement = error
auth.throttle_delay = 0
auth.outbox_retry_delay = 0
CONF

sub ask
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', $sql);
}

ask(<<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', name || '@example.com', 'password of ' || name, user_id => name)
FROM unnest('{ann,bob}'::text[]) name;
SQL

# All scripts at the same time; every line that they print.
sub together
{
	return map { split /\n/ } finish_clients(start_clients($node, 'postgres', @_));
}

sub count_of
{
	my ($pattern, @lines) = @_;

	return scalar grep { /$pattern/ } @lines;
}

#
# 50 parallel uses of one token: one wins.
#

my %uses = (
	auth_use_token => [ 'visit', q{SELECT user_id FROM auth_use_token('visit', '%s')} ],
	auth_verify_email =>
	  [ 'email_verification', q{SELECT user_id FROM auth_verify_email('%s') WHERE status = 'ok'} ],
	auth_reset_password =>
	  [ 'password_reset', q{SELECT user_id FROM auth_reset_password('%s', 'passphrase ' || pg_backend_pid()) WHERE status = 'ok'} ],
	auth_sign_in_with_token =>
	  [ 'sign_in', q{SELECT user_id FROM auth_sign_in_with_token('%s') WHERE status = 'ok'} ]);

foreach my $function (sort keys %uses)
{
	my ($purpose, $use) = @{ $uses{$function} };
	my $token = ask("SELECT token FROM auth_create_token('$purpose', 'ann')");

	ask(q{UPDATE auth_token SET provider_id = 'email', address = 'ann@example.com'});
	my @lines = together((sprintf("$use;", $token)) x 50);

	is("@lines", 'ann', "$function: of 50 uses one wins");
}
is( ask(q{SELECT count(*) FROM auth_session WHERE user_id = 'ann'}),
	1, 'there is one session');

# The winner who rolls back has not used it, and another one does.
{
	my $token = ask(q{SELECT token FROM auth_create_token('visit', 'ann')});
	my $use = "SELECT user_id FROM auth_use_token('visit', '$token')";
	my @lines = together(("BEGIN; $use; ROLLBACK;") x 5, ("$use;") x 5);

	cmp_ok(scalar @lines, '>=', 1, 'some roll back');
	is(ask($use), '', '... and one of the others has used it');
}

# Made at the same time: the last one is good.
{
	my @tokens = together((q{SELECT token FROM auth_create_token('visit', 'bob');}) x 20);
	my $list = join ',', @tokens;

	is(scalar @tokens, 20, '20 tokens are made at the same time');
	is( ask("SELECT count(*) FROM unnest('{$list}'::text[]) t, auth_use_token('visit', t)"),
		1, '... of which one is good');
	is(ask(q{SELECT count(*) FROM auth_token WHERE user_id = 'bob'}),
		0, '... and the others go with it');

	my @codes = together((q{SELECT token FROM auth_create_code('visit', 'bob');}) x 20);
	$list = join ',', @codes;
	is(scalar @codes, 20, '20 codes are made at the same time');
	is( ask("SET auth.token_code_attempts = 100;"
			  . "SELECT count(*) FROM unnest('{$list}'::text[]) c, auth_use_code('visit', c, 'bob')"),
		1,
		'... of which one is good');
	is(ask(q{SELECT count(*) FROM auth_token WHERE user_id = 'bob'}),
		0, '... and the others go with it');
}

#
# Requests of 12 clients, while everything about the users is held in open
# transactions that end after them: nobody waits, or gets another answer.
#

{
	my %held = (
		asking => q{SELECT count(auth_request_password_reset('email', 'asking@example.com'))},
		changing => q{SELECT count(auth_update_user_password('changing', 'passphrase2'))},
		disabling => q{UPDATE auth_user SET disabled_at = now() WHERE id = 'disabling'},
		deleting => q{SELECT auth_delete_user('deleting')},
		renaming =>
		  q{SELECT count(auth_update_key_identifier('email', 'renaming@example.com', 'email', 'r@example.com'))},
		locking => q{SELECT count(*) FROM (SELECT FROM auth_user WHERE id = 'locking' FOR UPDATE) u});
	my @names = (sort(keys %held), 'nobody');
	my @holders;

	ask(qq{SELECT auth_create_user('email', '$_\@example.com', 'passphrase1', user_id => '$_')})
	  foreach keys %held;
	foreach my $name (sort keys %held)
	{
		my $holder = $node->background_psql('postgres');

		$holder->query_safe("BEGIN; $held{$name};");
		push @holders, $holder;
	}

	my $requests = "SET lock_timeout = '20s'; SET auth.throttle_failures = 100; SET auth.throttle_delay = 0;";
	foreach my $end ('COMMIT', 'ROLLBACK')
	{
		foreach my $level ('READ COMMITTED', 'REPEATABLE READ')
		{
			$requests .= "BEGIN ISOLATION LEVEL $level;"
			  . join('',
				map {
					"SELECT '$_', status FROM auth_request_password_reset('email', '$_\@example.com');"
					  . "SELECT '$_', status FROM auth_request_magic_link('email', '$_\@example.com');"
				} @names)
			  . "$end;";
		}
	}
	my @lines = together(($requests) x 12);
	foreach my $name (@names)
	{
		is(count_of(qr/^\Q$name\E\|ok$/, @lines), 96, "$name: each of 96 requests is answered at once");
	}
	foreach my $holder (@holders)
	{
		$holder->query_safe('COMMIT');
		$holder->quit;
	}
	is( ask(q{SELECT string_agg(DISTINCT user_id, ' ' ORDER BY user_id) FROM auth_take_outbox(10000) WHERE token IS NOT NULL}),
		'asking changing disabling locking renaming',
		'messages are for users that there are');
	is( ask(q{SELECT count(*) FROM (SELECT purpose, user_id FROM auth_token t WHERE user_id IN ('asking', 'changing')
GROUP BY 1, 2 HAVING count(*) < 12) few}),
		0, 'each request has made a token');
	cmp_ok(ask(q{SELECT auth_delete_dead_tokens(100000)}), '>', 100, '... and the purge leaves the newest');
	is( ask(q{SELECT user_id, purpose, count(*) FROM auth_token WHERE user_id = 'asking' GROUP BY 1, 2 ORDER BY 2}),
		"asking|password_reset|1\nasking|sign_in|1",
		'... of each user and purpose');
	ask(q{DELETE FROM auth_token});
}

#
# Codes: 100 parallel guesses count 100, and five are looked at.
#

my $refusals = q{SELECT count(*) FROM auth_event WHERE kind = 'token_refused' AND user_id = 'ann'};

{
	my $code = ask(q{SELECT token FROM auth_create_code('visit', 'ann')});
	my $use = "SELECT user_id FROM auth_use_code('visit', '%s', 'ann');";
	my @guesses =
	  map { sprintf $use, substr($code, 0, 5) . sprintf '%03d', (substr($code, 5) + $_) % 1000 } 1 .. 100;

	is(join('', together(@guesses)), '', 'none of 100 guesses is right');
	is(ask($refusals), 5, '... five of them have been compared');
	is(ask(sprintf $use, $code), '', 'the code is dead');
}

# The right one among wrong ones is of use once, if it comes in time.
foreach my $round (1 .. 3)
{
	my $code = ask(q{SELECT token FROM auth_create_code('visit', 'ann')});
	my $use = q{SELECT user_id FROM auth_use_code('visit', '%s', 'ann');};
	my $wrong = $code =~ tr/0-9/1-90/r;
	my @lines = together((sprintf $use, $code) x 20, (sprintf $use, $wrong) x 4);

	is("@lines", 'ann', "round $round: the right code is used once");
}

# Guesses count though the caller rolls back, is killed, or the server crashes.
{
	my $code = ask(q{SELECT token FROM auth_create_code('visit', 'ann')});
	my $wrong = $code =~ tr/0-9/1-90/r;
	my $guess = "SELECT count(*) FROM auth_use_code('visit', '$wrong', 'ann')";

	together(("BEGIN; $guess; ROLLBACK;") x 2);
	my $open = $node->background_psql('postgres');
	$open->query_safe("BEGIN; $guess");
	ask("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE state = 'idle in transaction'");
	eval { $open->quit };
	my $pending = $node->background_psql('postgres');
	$pending->query_safe("BEGIN; $guess");
	$node->stop('immediate');
	eval { $pending->quit };
	$node->start;
	is(ask("BEGIN; SELECT user_id FROM auth_use_code('visit', '$code', 'ann'); ROLLBACK"),
		'ann', 'after four guesses the fifth is right');
	ask($guess);
	is(ask("SELECT user_id FROM auth_use_code('visit', '$code', 'ann')"),
		'', '... no rollback, killed backend or crash has taken a wrong one back');
}

# Whoever guesses in an open transaction holds up nobody.
{
	my $code = ask(q{SELECT token FROM auth_create_code('visit', 'ann')});
	my $wrong = $code =~ tr/0-9/1-90/r;
	my $open = $node->background_psql('postgres');

	$open->query_safe(
		"BEGIN; SELECT count(*) FROM auth_use_code('visit', '$wrong', 'ann')");
	is( ask("SET lock_timeout = '5s'; SELECT user_id FROM auth_use_code('visit', '$code', 'ann')"),
		'ann', 'a guess that lingers does not block the right code');
	$open->quit;
}

#
# The outbox
#

# Each message goes to one worker.
{
	ask(q{SELECT count(auth_create_token('visit', NULL, n || '@example.com', deliver => true))
		FROM generate_series(1, 200) n});
	my @lines =
	  together((q{SELECT address FROM auth_take_outbox(7);} x 20) x 6);
	my %seen;
	$seen{$_}++ foreach @lines;
	is(scalar @lines, 200, 'six workers take 200 messages');
	is(scalar keys %seen, 200, '... each of them once');
}

# What a worker has taken comes back when it fails.
{
	ask(q{SELECT count(auth_create_token('visit', NULL, 'w@example.com', deliver => true))});
	my $worker = $node->background_psql('postgres');
	is( $worker->query_safe("BEGIN; SELECT address FROM auth_take_outbox()"),
		'w@example.com', 'a worker takes a message');
	is( ask("SET lock_timeout = '5s'; SELECT address FROM auth_take_outbox()"),
		'', '... which no other gets and none waits for');
	ask("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE state = 'idle in transaction'");
	eval { $worker->quit };
	is(ask("SELECT address FROM auth_take_outbox()"),
		'w@example.com', '... and it is there again when the worker is gone');

	# No transaction is open while it is sent: then the lease brings it back.
	ask('DELETE FROM auth_outbox');
	ask(q{SELECT count(auth_create_token('visit', NULL, 'w@example.com', deliver => true))});
	$worker = $node->background_psql('postgres');
	is($worker->query_safe(q{SELECT address, attempts FROM auth_take_outbox(lease => '2 s')}),
		'w@example.com|1', 'a worker leases a message');
	ask("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE query ~ 'lease' AND pid <> pg_backend_pid()");
	eval { $worker->quit };
	$node->stop('immediate');
	$node->start;
	$node->poll_query_until('postgres', 'SELECT address, attempts FROM auth_take_outbox()', 'w@example.com|2')
	  or BAIL_OUT('the message is lost');
	pass('... and it is there again when the lease has ended, after a crash, too');
	is( ask(q{SELECT count(*) FROM auth_get_outbox()}),
		1, '... for one worker at a time');
	ask('SELECT auth_finish_message(id) FROM auth_get_outbox()');
}

# Nothing of the notification tells what was written.
{
	my $out = ask(
		q{LISTEN auth_outbox; SELECT status FROM auth_request_password_reset('email', 'nobody@example.com')});
	like($out, qr/^ok\nAsynchronous notification "auth_outbox" received/,
		'a request for a key that does not exist wakes the workers');
	like(
		ask(q{LISTEN auth_outbox; SELECT status FROM auth_request_password_reset('email', 'ann@example.com')}),
		qr/^ok\nAsynchronous notification "auth_outbox" received/,
		'... as one that does');
	is(ask('SELECT purpose, user_id, address FROM auth_take_outbox()'),
		'password_reset|ann|ann@example.com', '... and there is one message');
}

# A request for a key that does not exist takes as long as one for a key that
# does.  The bounds are wide: without the work that is undone it is a third.
{
	my $ratio = ask(<<'SQL');
SELECT auth_create_user('email', 'k' || n) FROM generate_series(1, 400) n \g /dev/null
CREATE TEMP TABLE cost (known bool, cost interval);
DO $$
DECLARE
    start timestamptz;
BEGIN
    FOR n IN 1..800 LOOP
        start := clock_timestamp();
        PERFORM auth_request_password_reset('email', CASE n % 2 WHEN 0 THEN 'k' ELSE 'x' END || n / 2);
        INSERT INTO cost VALUES (n % 2 = 0, clock_timestamp() - start);
    END LOOP;
END $$;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM cost)) FILTER (WHERE known)
    / percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM cost)) FILTER (WHERE NOT known) FROM cost
SQL
	note("a request for a known key takes $ratio times as long");
	cmp_ok($ratio, '>', 0.7, 'a request for a known key is not quicker');
	cmp_ok($ratio, '<', 1.5, '... nor slower than one for an unknown key');
	ask('DELETE FROM auth_outbox');
}

# So does a request to sign up, which sends a message in either case, and a
# guess at the code that it has sent.
{
	my $ratio = ask(<<'SQL');
SELECT auth_create_user('email', 's' || n) FROM generate_series(1, 400) n \g /dev/null
CREATE TEMP TABLE cost (known bool, what text, cost interval);
DO $$
DECLARE
    start timestamptz;
    name text;
BEGIN
    FOR n IN 1..800 LOOP
        name := CASE n % 2 WHEN 0 THEN 's' ELSE 't' END || n / 2;
        start := clock_timestamp();
        PERFORM auth_request_sign_up('email', name, code => true);
        INSERT INTO cost VALUES (n % 2 = 0, 'request', clock_timestamp() - start);
        start := clock_timestamp();
        PERFORM auth_sign_up_with_code('email', name, 'no code', 'a password');
        INSERT INTO cost VALUES (n % 2 = 0, 'guess', clock_timestamp() - start);
    END LOOP;
END $$;
SELECT what, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM cost)) FILTER (WHERE known)
    / percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM cost)) FILTER (WHERE NOT known) FROM cost GROUP BY 1 ORDER BY 1
SQL
	foreach my $line (split /\n/, $ratio)
	{
		my ($what, $times) = split /\|/, $line;

		note("a $what for a known key takes $times times as long");
		cmp_ok($times, '>', 0.7, "to sign up: a $what for a known key is not quicker");
		cmp_ok($times, '<', 1.5, '... nor slower than one for an unknown key');
	}
	is( ask(q{SELECT string_agg(DISTINCT purpose, ' ' ORDER BY purpose) FROM auth_outbox}),
		'sign_up sign_up_known', '... and a message goes out for both');
	ask('DELETE FROM auth_outbox');
}

# Keys
my $file = $node->data_dir . '/outbox.keys';
my %key = (one => '1' x 62 . 'aF', two => '2' x 64);

sub write_file
{
	my ($content, $mode) = @_;

	unlink $file;
	open my $out, '>', $file or die $!;
	print $out $content;
	close $out;
	chmod $mode // 0600, $file;
}

sub deliver
{
	my ($address) = @_;

	return ask(
		"SELECT token_id FROM auth_create_token('visit', NULL, '$address', deliver => true)"
	);
}

my $take =
  q{SELECT address, auth_session_id(token) FROM auth_take_outbox() m, auth_finish_message(m.id)};

# What is taken after a change that is rolled back, and why the rest is left.
sub refuses
{
	my ($change) = @_;
	my ($stdout, $stderr);

	$node->psql('postgres',
		$change ? "BEGIN; $change; $take; ROLLBACK" : $take,
		stdout => \$stdout,
		stderr => \$stderr);
	$stderr =~ /WARNING:  1 message of table "auth_outbox" is not handed out\nDETAIL:  Message \d+ (?:was )?(.*)\.$/m;
	return "$stdout; " . ($1 // "no warning, but: $stderr");
}

my $plain = deliver('plain@example.com');
is(ask(q{SELECT key_id IS NULL AND auth_session_id(convert_from(secret, 'UTF8')) = token_id FROM auth_outbox}),
	't', 'without a file the token is stored as it is');
write_file("one:$key{one}\n");
ask("LOAD 'auth'; ALTER SYSTEM SET auth.key_file = 'outbox.keys'");
$node->reload;
$node->poll_query_until('postgres',
	"SELECT current_setting('auth.key_file') = 'outbox.keys'")
  or BAIL_OUT('the setting was not taken');
my $sealed = deliver('one@example.com');
is( ask(q{SELECT key_id, length(secret) FROM auth_outbox WHERE address = 'one@example.com'}),
	'one|72', 'with it there are nonce, ciphertext and tag');
is( refuses(),
	"one\@example.com|$sealed; written without a key, or by somebody else",
	'a plain message is not believed any more');
is(ask('SELECT address FROM auth_outbox'), 'plain@example.com', '... and left');
ask('DELETE FROM auth_outbox');

# Rotation
$sealed = deliver('one@example.com');
write_file("two:$key{two}\none:$key{one}\n");
my $next = deliver('two@example.com');
is(ask(q{SELECT string_agg(key_id, ' ' ORDER BY id) FROM auth_outbox}),
	'one two', 'the first key is for new messages');
is(ask($take), "one\@example.com|$sealed\ntwo\@example.com|$next",
	'the others are for old ones');

# What does not fit is left, and stops nothing.
my $lost = deliver('one@example.com');
write_file("one:$key{one}\n");
$sealed = deliver('three@example.com');
is( refuses(),
	"three\@example.com|$sealed; is encrypted with a key that the file of \"auth.key_file\" does not have",
	'a key that is lost');
write_file("two:$key{one}\n");
is(refuses(), '; has been changed', 'another key of its name');
write_file("two:$key{two}\n", 0644);
refused($node, 'postgres', $take, 'F0000', 'a file that others can read');
unlink $file;
refused($node, 'postgres', $take, 'F0000', 'no file');
refused($node, 'postgres',
	q{SELECT auth_create_token('visit', NULL, 'x@example.com', deliver => true)},
	'F0000', '... and nothing is stored as it is then');
write_file("two:$key{two}\n");
ask(q{SELECT auth_create_user(user_id => 'eve')});
foreach my $change (
	q{address = 'eve@example.com'},
	q{purpose = 'other'},
	q{created_at = created_at - interval '1 s'},
	q{expires_at = expires_at + interval '1 s'},
	q{user_id = 'eve'},
	q{provider_id = 'email'},
	q{data = '{"url": "https://eve.example"}'},
	q{data = 'null'},
	q{token_id = NULL},
	q{secret = set_byte(secret, 30, get_byte(secret, 30) # 1)},
	q{secret = substring(secret FROM 1 FOR 20)},
	q{secret = NULL})
{
	is(refuses("UPDATE auth_outbox SET $change"),
		'; has been changed', "a message that was changed: $change");
}
is( refuses(q{UPDATE auth_outbox SET key_id = NULL, secret = 'mine', token_id = NULL}),
	'; written without a key, or by somebody else', 'a message of somebody else');
is(ask($take), "one\@example.com|$lost", 'nothing was lost by all that');

# Messages without a token are sealed as well.
ask(q{SELECT auth_create_user('email', 'old@example.com', user_id => 'bo');
SELECT auth_request_email_change('bo', 'new@example.com');
SELECT auth_change_email(token) FROM auth_take_outbox()});
is(refuses(q{UPDATE auth_outbox SET address = 'eve@example.com'}),
	'; has been changed', 'a notice that was changed');
is(ask('SELECT purpose, address, token IS NULL FROM auth_take_outbox()'),
	'email_changed|old@example.com|t', 'a notice');

# Secrets are in no log, whatever fails.
{
	ask(<<'SQL');
CREATE FUNCTION call_it(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'works';
END $$;
SQL
	my $token = ask(q{SELECT token FROM auth_create_token('password_reset', 'ann')});
	my $link = ask(q{SELECT token FROM auth_create_token('sign_in', 'ann')});
	my $code = ask(q{SELECT token FROM auth_create_code('visit', 'ann')});
	my $before = -s $node->logfile;
	foreach my $call (
		"auth_reset_password('$token', 'weakXY')",
		"auth_sign_in_with_token('$link', session_attributes => '{\"no\": 1}')",
		"auth_sign_in_with_token('$link', lifetime => '0')",
		"auth_sign_up('$token', user_attributes => NULL)",
		"auth_use_token(NULL, '$token')",
		"auth_use_code(NULL, '$code', 'ann')",
		"auth_use_code('visit', '$code')")
	{
		refused($node, 'postgres', "SELECT $call", '(UA...|22023)', "it fails: $call");
		refused($node, 'postgres', 'SELECT call_it(' . quote_literal("SELECT $call") . ')',
			'(UA...|22023)', '... and in a function');
	}
	my $log = slurp_file($node->logfile, $before);
	cmp_ok(scalar(() = $log =~ /ERROR: /g), '>=', 14, 'control: errors are logged');
	my @found = grep { index($log, $_) >= 0 } $token, $link, $code, 'weakXY';
	is("@found", '', '... without a secret');
}

$node->stop;
done_testing();
