# The workers of docs/examples: what is in the outbox comes out of a mail
# server, once, and what could not be sent stays.

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

my $examples = "$FindBin::RealBin/../../docs/examples";

my %found = find_clients(qw(node python));
my %files = (node => 'node/worker.js', python => 'python/worker.py');
my %workers = map { $_ => [ $found{$_}, "$examples/$files{$_}" ] } keys %found;

my $server = new_node('workers', conf => <<'CONF');
log_statement = all
auth.throttle_delay = 0
CONF
my $database;

sub ask
{
	my ($sql) = @_;

	return $server->safe_psql($database, $sql);
}

# A mail server on the loopback, in this process: it serves while somebody
# waits for a mail.  What it answers to RCPT can be set.
my $sink = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1')
  or die "no socket: $@";
my $answer = '250 ok';

sub next_mail
{
	my ($seconds) = @_;
	my %mail;

	return undef unless IO::Select->new($sink)->can_read($seconds);
	my $client = $sink->accept;
	local $SIG{ALRM} = sub { die "the worker does not go on\n" };
	alarm 60;
	print $client "220 sink\r\n";
	while (defined(my $line = <$client>))
	{
		$line =~ s/\r\n$//;
		if ($line =~ /^MAIL FROM:<(.*?)>/i) { $mail{from} = $1 }
		elsif ($line =~ /^RCPT TO:<(.*?)>/i)
		{
			$mail{to} = $1;
			print $client "$answer\r\n";
			next;
		}
		elsif ($line =~ /^DATA/i)
		{
			print $client "354 go on\r\n";
			while (defined($line = <$client>) && $line ne ".\r\n")
			{
				$mail{text} .= $line;
			}
		}
		elsif ($line =~ /^QUIT/i)
		{
			print $client "221 bye\r\n";
			last;
		}
		print $client "250 ok\r\n";
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

sub check_worker
{
	my ($name) = @_;
	my ($out, $err) = ('', '');
	my $port = $sink->sockport;

	$database = $name;
	$server->safe_psql('postgres', "CREATE DATABASE $name");
	$server->safe_psql('postgres', 'DROP ROLE IF EXISTS web, mailer');
	ask(slurp_file("$examples/setup.sql"));
	ask(q{SELECT auth_create_user('email', 'ada@example.com', 'correct horse', user_id => 'ada')});

	# written before the worker comes, and while it waits
	ask(q{SELECT auth_request_password_reset('email', 'ada@example.com')});
	my @environment = (
		'PGHOST=' . $server->host, 'PGPORT=' . $server->port,
		"PGDATABASE=$name", 'PGUSER=mailer', "SMTP=127.0.0.1:$port",
		'SITE=https://app.example', 'SENDER=auth@app.example');
	my $program = IPC::Run::start([ 'env', @environment, @{ $workers{$name} } ],
		'<', \my $in, '>', \$out, '2>', \$err,
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	my $mail = next_mail(60);
	is("$mail->{from} $mail->{to}", 'auth@app.example ada@example.com',
		"$name: a mail that was waiting");
	like($mail->{text}, qr/^Subject: Choose a new password\r?$/m, '... with its subject');
	my $token = token_of($mail, 'reset-password');
	is(ask("SELECT status FROM auth_reset_password('$token', 'battery staple')"),
		'ok', '... and a token that sets the password');

	ask(q{SELECT auth_request_magic_link('email', 'ada@example.com')});
	$mail = next_mail(30);
	$token = token_of($mail, 'sign-in');
	is(ask("SELECT status FROM auth_sign_in_with_token('$token')"),
		'ok', "$name: a link to sign in, as soon as it was asked for");
	ask(q{SELECT auth_request_email_verification('ada', 'ada@example.com')});
	$token = token_of(next_mail(30), 'verify-email');
	is(ask("SELECT status FROM auth_verify_email('$token')"), 'ok', "$name: an address to verify");
	ask(q{SELECT auth_request_email_change('ada', 'lovelace@example.com')});
	$mail = next_mail(30);
	is($mail->{to}, 'lovelace@example.com', "$name: a change of the address, to the new one");
	$token = token_of($mail, 'change-email');
	is(ask("SELECT status FROM auth_change_email('$token')"), 'ok', '... with which it changes');
	$mail = next_mail(30);
	is($mail->{to}, 'ada@example.com', '... and who has the old one is told');
	unlike($mail->{text}, qr{https://}, '... without a link');

	# What nobody has asked for is not sent.
	ask(q{SELECT auth_request_password_reset('email', 'nobody@example.com')});
	is(next_mail(1), undef, "$name: nothing is sent for a key that does not exist");

	# A mail server that refuses for now: it is tried again, with the token.
	$answer = '451 later';
	ask(q{SELECT auth_request_magic_link('email', 'lovelace@example.com')});
	$mail = next_mail(30);
	is($mail->{text}, undef, "$name: the mail server refuses for now");
	is(ask('SELECT count(*) FROM auth_outbox'), 1, '... and the message stays');
	$answer = '250 ok';
	$mail = next_mail(30);
	$token = token_of($mail, 'sign-in');
	is(ask("SELECT status FROM auth_sign_in_with_token('$token')"),
		'ok', '... and is sent when it can be');

	# For good, or to what is no address: dropped, and the next one is sent.
	$answer = '550 no such mailbox';
	ask(q{SELECT auth_request_magic_link('email', 'lovelace@example.com')});
	$mail = next_mail(30);
	is($mail->{text}, undef, "$name: the mail server refuses for good");
	$server->poll_query_until($name, 'SELECT count(*) = 0 FROM auth_outbox');
	$answer = '250 ok';
	ask(qq{SELECT auth_create_token('sign_in', address => E'x\@y\\r\\nRCPT TO:<eve\@example.com>', deliver => true)});
	ask(q{SELECT auth_create_token('other', address => 'x@example.com', deliver => true)});
	ask(q{SELECT auth_create_token('sign_in', address => 'last@example.com', deliver => true)});
	$mail = next_mail(30);
	is($mail->{to}, 'last@example.com', '... what is no address or has no text is dropped');
	token_of($mail, 'sign-in');
	$server->poll_query_until($name, 'SELECT count(*) = 0 FROM auth_outbox');
	pass('the outbox is empty');

	$program->signal('TERM');
	eval { $program->finish };
	is(scalar(() = $err =~ /^dropped: /mg), 3, "$name: it says what it has dropped");
	unlike($err, qr/[a-z0-9]{32}/, '... and no token');
	ask('DROP OWNED BY web, mailer');
	return;
}

check_worker($_) foreach sort keys %workers;

# The tests themselves name tokens in statements: what the worker's connections
# log is looked at.
$server->stop;
my $log = slurp_file($server->logfile);
like($log, qr/auth_take_outbox\(1\)/, 'control: statements are logged');
cmp_ok(scalar @secrets, '>=', 5 * keys %workers, 'control: there were tokens');
my @found = grep
{
	my $token = $_;
	grep { index($_, $token) >= 0 } grep { !/auth_\w+\('/ } split /\n/, $log
} @secrets;
is("@found", '', 'no token is in the log but where this test has used it');

done_testing();
