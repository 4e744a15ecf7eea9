# The workers of docs/examples: what is in the outbox comes out of a mail
# server, once, whatever becomes of the mail server, the database or the worker;
# and what could not be sent comes later or is given up.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use IO::Select;
use IO::Socket::INET;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my %found = find_clients(qw(node python));
my $examples = copy_examples($found{node});
my %files = (node => 'node/worker.js', python => 'python/worker.py');
my %workers = map { $_ => [ $found{$_}, "$examples/$files{$_}" ] } keys %found;

my $server = new_node('workers', conf => <<'CONF');
log_statement = all
auth.throttle_delay = 0
auth.outbox_retry_delay = 1
CONF
my $database;

sub ask
{
	my ($sql) = @_;

	return $server->safe_psql($database, $sql);
}

# A mail server on the loopback, in this process: it serves while somebody
# waits for a mail.  What it answers to RCPT depends on the address, and what to
# the mail itself can be given, as a text or as a function that makes one.
my $sink = IO::Socket::INET->new(Listen => 20, LocalAddr => '127.0.0.1')
  or die "no socket: $@";
my %refused;
local $SIG{PIPE} = 'IGNORE';

sub next_mail
{
	my ($seconds, $answer) = @_;
	my %mail;

	return undef unless IO::Select->new($sink)->can_read($seconds);
	my $client = $sink->accept;
	local $SIG{ALRM} = sub { die "the worker does not go on\n" };
	alarm 120;
	print $client "220 sink\r\n";
	while (defined(my $line = <$client>))
	{
		my $say = '250 ok';

		$line =~ s/\r\n$//;
		if ($line =~ /^MAIL FROM:<(.*?)>/i) { $mail{from} = $1 }
		elsif ($line =~ /^RCPT TO:<(.*?)>/i)
		{
			$mail{to} = $1;
			$say = $refused{$1} // $say;
		}
		elsif ($line =~ /^DATA/i)
		{
			print $client "354 go on\r\n";
			while (defined($line = <$client>) && $line ne ".\r\n")
			{
				$mail{text} .= $line;
			}
			$say = ref $answer ? $answer->(\%mail) : $answer // $say;
		}
		elsif ($line =~ /^QUIT/i)
		{
			print $client "221 bye\r\n";
			last;
		}
		print $client "$say\r\n";
	}
	alarm 0;
	close $client;
	return \%mail;
}

my @secrets;

sub token_of
{
	my ($mail, $page) = @_;
	my ($token) = ($mail->{text} // '') =~ m{https://app\.example/\Q$page\E#([a-z0-9]{32})\r?$}m;

	push @secrets, $token if defined $token;
	return $token // 'none';
}

# A worker of the kind, which waits for messages when it is there; what it writes
# on its standard error is appended to.  It leases messages for longer than
# anything here may take, unless somebody waits for the end.
sub start_worker
{
	my ($name, $err, $lease) = @_;
	my $out = '';
	my @environment = (
		'PGHOST=' . $server->host, 'PGPORT=' . $server->port,
		"PGDATABASE=$name", 'PGUSER=mailer', 'SMTP=127.0.0.1:' . $sink->sockport,
		'POLL=1', 'LEASE=' . ($lease // '10 min'),
		'SITE=https://app.example', 'SENDER=auth@app.example');
	my $program = IPC::Run::start([ 'env', @environment, @{ $workers{$name} } ],
		'<', \my $in, '>', \$out, '2>>', $err,
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));

	$program->pump while $program->pumpable && $out !~ /^waiting for messages$/m;
	return $program;
}

# Told to stop, it ends by itself, and well.  It is told once: a second signal
# could meet an interpreter that has taken its handlers down already.
sub wait_for_end
{
	my ($program, $err, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	my $ended = eval { $program->finish; 1 };
	my $problem = $@;
	my $result = $ended ? $program->full_result(0) : 'none';
	is($result, 0, $name)
	  or diag('signal ' . ($ended ? $result & 127 : 'none') . ', exit code '
		  . ($ended ? $result >> 8 : 'none') . ", $problem, standard error:\n$$err");
	return;
}

sub write_message
{
	my ($address, $purpose) = @_;

	$purpose //= 'sign_in';
	ask("SELECT auth_create_token('$purpose', address => '$address', deliver => true)");
	return;
}

sub wait_until_empty
{
	my ($name) = @_;

	$server->poll_query_until($database, 'SELECT count(*) = 0 FROM auth_get_outbox()')
	  or die 'the outbox is not empty: ' . ask('SELECT * FROM auth_get_outbox()');
	pass($name);
	return;
}

sub check_worker
{
	my ($name) = @_;
	my $err = '';

	$database = $name;
	$server->safe_psql('postgres', "CREATE DATABASE $name");
	$server->safe_psql('postgres', 'DROP ROLE IF EXISTS web, office, mailer');
	ask(slurp_file("$examples/setup.sql"));
	ask(q{SELECT auth_create_user('email', 'ada@example.com', 'correct horse', user_id => 'ada')});

	# written before the worker comes, and while it waits
	ask(q{SELECT auth_request_password_reset('email', 'ada@example.com')});
	my $program = start_worker($name, \$err);
	my $mail = next_mail(120);
	is("$mail->{from} $mail->{to}", 'auth@app.example ada@example.com',
		"$name: a mail that was waiting");
	like($mail->{text}, qr/^Subject: Choose a new password\r?$/m, '... with its subject');
	my $token = token_of($mail, 'reset-password');
	is(ask("SELECT status FROM auth_reset_password('$token', 'battery staple')"),
		'ok', '... and a token that sets the password');
	$mail = next_mail(120);
	is($mail->{to}, 'ada@example.com', "$name: whose password was changed is told");
	like($mail->{text}, qr{^Subject: Your password was changed\r?$}m, '... with its subject');
	unlike($mail->{text}, qr{https://}, '... without a link');

	ask(q{SELECT auth_request_magic_link('email', 'ada@example.com')});
	$mail = next_mail(120);
	$token = token_of($mail, 'sign-in');
	is(ask("SELECT status FROM auth_sign_in_with_token('$token')"),
		'ok', "$name: a link to sign in, as soon as it was asked for");
	ask(q{SELECT auth_request_email_verification('ada', 'ada@example.com')});
	$token = token_of(next_mail(120), 'verify-email');
	is(ask("SELECT status FROM auth_verify_email('$token')"), 'ok', "$name: an address to verify");
	ask(q{SELECT auth_request_email_change('ada', 'lovelace@example.com')});
	$mail = next_mail(120);
	is($mail->{to}, 'lovelace@example.com', "$name: a change of the address, to the new one");
	$token = token_of($mail, 'change-email');
	is(ask("SELECT status FROM auth_change_email('$token')"), 'ok', '... with which it changes');
	$mail = next_mail(120);
	is($mail->{to}, 'ada@example.com', '... and who has the old one is told');
	unlike($mail->{text}, qr{https://}, '... without a link');

	# Whose address somebody else wants is told, also without a link.
	ask(q{SELECT auth_request_sign_up('email', 'lovelace@example.com')});
	ask(q{SELECT auth_create_user('email', 'bob@example.com', user_id => 'bob')});
	ask(q{SELECT auth_request_email_change('bob', 'lovelace@example.com')});
	foreach my $subject ('You have an account', 'Your address is in use')
	{
		$mail = next_mail(120);
		is($mail->{to}, 'lovelace@example.com', "$name: $subject: to who has it");
		like($mail->{text}, qr{^Subject: \Q$subject\E\r?$}m, '... with its subject');
		unlike($mail->{text}, qr{https://}, '... without a link');
	}

	# What nobody has asked for is not sent.
	ask(q{SELECT auth_request_password_reset('email', 'nobody@example.com')});
	is(next_mail(1), undef, "$name: nothing is sent for a key that does not exist");

	wait_until_empty("$name: nothing is left");

	# One address is slow: the others have their turn after each attempt there.
	$refused{'slow@example.com'} = '451 4.7.1 later';
	write_message('slow@example.com', $_) foreach qw(sign_in password_reset email_change);
	write_message("$_\@example.com") foreach qw(a b c d e);
	my @order = map { next_mail(120) } 1 .. 6;
	is(join(' ', map { $_->{to} =~ /^(.*)@/ } @order),
		'slow a b c d e', "$name: a slow address delays the others by one attempt");
	token_of($_, 'sign-in') foreach @order;
	is(ask(q{SELECT count(*) FROM auth_get_outbox(false) WHERE attempts > 0 AND reason = '451 4.7.1 later'}) > 0,
		1, '... the messages to it stay, with the reason');
	$refused{'slow@example.com'} = '250 ok';
	my %pages = map { (split /[#\/]/, $_->{text} =~ m{(app\.example/[^#]*)} ? $1 : '')[1] => 1 }
	  map { next_mail(120) } 1 .. 3;
	is(join(' ', sort keys %pages), 'change-email reset-password sign-in',
		'... and each is sent when it can be');
	wait_until_empty('... once');

	# For good, or to what is no address; and what this worker is not for.
	$refused{'gone@example.com'} = '550 5.1.1 no such mailbox';
	write_message('gone@example.com');
	is(next_mail(120)->{text}, undef, "$name: the mail server refuses for good");
	ask(qq{SELECT auth_create_token('sign_in', address => E'x\@y\\r\\nRCPT TO:<eve\@example.com>', deliver => true)});
	write_message('x@example.com', 'other');
	write_message('last@example.com');
	my $mail_of_last = next_mail(120);
	is($mail_of_last->{to}, 'last@example.com', '... and the next is sent');
	token_of($mail_of_last, 'sign-in');
	$server->poll_query_until($name, 'SELECT count(*) = 3 FROM auth_get_outbox()');
	is( ask('SELECT purpose, attempts, failed_at IS NOT NULL, reason FROM auth_get_outbox() ORDER BY id'),
		"sign_in|1|t|550 5.1.1 no such mailbox\nsign_in|1|t|553 not an address\nother|0|f|",
		'... what cannot be sent is given up, and other purposes are others\' work');
	is(ask('SELECT count(*) FROM auth_outbox WHERE secret IS NOT NULL'), 1, '... and has no token any more');
	ask('DELETE FROM auth_outbox');

	# The mail server's answer quotes the mail.
	write_message('quoted@example.com');
	next_mail(120, sub { '451 we do not like ' . token_of($_[0], 'sign-in') });
	$server->poll_query_until($name, 'SELECT count(*) = 1 FROM auth_get_outbox() WHERE reason IS NOT NULL');
	is(ask('SELECT reason FROM auth_get_outbox()'), '451 we do not like ' . '*' x 32,
		"$name: a reason that quotes the token is kept without it");
	token_of(next_mail(120), 'sign-in');
	wait_until_empty('... and the message is sent');

	# Locale and target come from whoever has asked: a locale that there is, and a
	# page of this site.
	foreach my $case (
		[ '{"locale": "de", "target": "/a?b=c&d"}', 'Anmelden', '?target=%2Fa%3Fb%3Dc%26d' ],
		[ '{"locale": "constructor", "target": "//eve.example"}', 'Sign in', '' ],
		[ '{"locale": 7, "target": "/\\\\eve.example"}', 'Sign in', '' ],
		[ '{"locale": null, "target": "https://eve.example"}', 'Sign in', '' ])
	{
		my ($data, $subject, $query) = @$case;

		ask(qq{SELECT auth_create_token('sign_in', address => 'de\@example.com', data => '$data', deliver => true)});
		my $one = next_mail(120);
		like($one->{text}, qr/^Subject: $subject\r?$/m, "$name: in the locale, or in English: $data");
		like($one->{text}, qr{^https://app\.example/sign-in\Q$query\E#[a-z0-9]{32}\r?$}m, '... with a target of this site, or none');
	}

	# The connection is lost while a mail is sent: it is not sent twice.
	write_message('lost@example.com');
	next_mail(120, sub {
		ask(q{SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = 'mailer'});
		token_of($_[0], 'sign-in');
		'250 ok';
	});
	wait_until_empty("$name: connected again, it says what it has sent");
	$server->stop('immediate');
	$server->start;
	write_message('restarted@example.com');
	token_of(next_mail(120), 'sign-in');
	wait_until_empty('... and goes on when the server has crashed');

	# Killed while it sends: another sends it when the lease has ended.
	$program->signal('TERM');
	wait_for_end($program, \$err, "$name: stopped");
	$program = start_worker($name, \$err, '3 s');
	write_message('killed@example.com');
	next_mail(120, sub { token_of($_[0], 'sign-in'); $program->signal('KILL'); eval { $program->finish }; '250 ok' });
	is(ask('SELECT attempts FROM auth_get_outbox()'), 1, "$name: killed while it sends");
	my @programs = map { start_worker($name, \$err) } 1 .. 2;
	my $again = next_mail(120);
	is($again->{to}, 'killed@example.com', '... and another sends it');
	token_of($again, 'sign-in');
	wait_until_empty('... and says so');

	# Beside each other
	write_message("many$_\@example.com") foreach 1 .. 20;
	my %sent;
	foreach my $n (1 .. 20)
	{
		my $one = next_mail(120);
		$sent{ $one->{to} }++;
		token_of($one, 'sign-in');
	}
	is(scalar keys %sent, 20, "$name: two workers send each of 20 messages once");
	wait_until_empty('... and no more');

	# Told to stop while it sends, it says what it has sent, and then stops.
	my $idle = pop @programs;
	$idle->signal('TERM');
	wait_for_end($idle, \$err, "$name: an idle worker stops");
	write_message('stopping@example.com');
	next_mail(120, sub { $programs[0]->signal('TERM'); sleep 1; token_of($_[0], 'sign-in'); '250 ok' });
	wait_for_end($programs[0], \$err, "$name: a busy one stops");
	is(ask('SELECT count(*) FROM auth_get_outbox()'), 0, '... when it has said what it has sent');
	unlike($err, qr/[a-z0-9]{32}/, '... and no token in all that');
	ask('DROP OWNED BY web, office, mailer');
	return;
}

check_worker($_) foreach sort keys %workers;

# The tests themselves name tokens in statements: what the worker's connections
# log is looked at.
$server->stop;
my $log = slurp_file($server->logfile);
like($log, qr/auth_take_outbox\(1, /, 'control: statements are logged');
cmp_ok(scalar @secrets, '>=', 5 * keys %workers, 'control: there were tokens');
my @found = grep
{
	my $token = $_;
	grep { index($_, $token) >= 0 } grep { !/auth_\w+\('/ } split /\n/, $log
} @secrets;
is("@found", '', 'no token is in the log but where this test has used it');

done_testing();
