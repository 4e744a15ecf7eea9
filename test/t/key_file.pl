# The file of keys: how it is set, made and changed.

use strict;
use warnings;

use Cwd qw(abs_path);
use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('key_file');

sub ask
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', $sql);
}

# New connections have this value of it.
sub wait_for
{
	my ($name, $value) = @_;

	$node->reload;
	$node->poll_query_until('postgres', "SELECT current_setting('$name', true) = '$value'")
	  or BAIL_OUT("$name was not taken");
	return;
}

ask(<<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
SELECT auth_create_user('email', 'ada@example.com', 'password of ada', user_id => 'ada');
SQL

# Without this, what 0.1.0 encrypted would be stored as it is.
$node->append_conf('postgresql.conf', "auth.outbox_key_file = '/keys'");
wait_for('auth.outbox_key_file', '/keys');
refused($node, 'postgres', "SELECT auth_request_password_reset('email', 'ada\@example.com')",
	'F0000', 'the setting of 0.1.0');
my ($out, $err);
$node->psql('postgres', "LOAD 'auth';\nLOAD 'auth'", on_error_stop => 0, stdout => \$out, stderr => \$err);
like($err, qr/the setting "auth.outbox_key_file" has another name\nHINT:  Set "auth.key_file" in its place\./,
	'... says what its name is now');
unlike($err, qr/redefine/, '... each time that the library is loaded');
$node->adjust_conf('postgresql.conf', 'auth.outbox_key_file', undef);
$node->restart;
is(ask("SELECT status FROM auth_request_password_reset('email', 'ada\@example.com')"), 'ok', '... and was all that was wrong');


# What must have a key says how to make one, and that is what has to be done.
ask('DELETE FROM auth_outbox');
refused($node, 'postgres', 'SELECT auth_reseal()', 'F0000', 'no file',
	message => '"auth.key_file" names no file with a key');
$node->psql('postgres', 'SELECT auth_reseal()', stderr => \$err);
my ($command) = $err =~ /^HINT:  Run, as the user of the operating system who runs the server: (.*)$/m;
my $page = slurp_file("$FindBin::RealBin/../../docs/key_file.md");
my ($reseal) = $page =~ /^-- until it is 0\n(.*?)^```$/ms;
like($page, qr/^\Q$command\E$/m, '... as the page does');
my $home = abs_path($node->basedir);
my $file = "$home/auth.keys";
{
	local %ENV = (%ENV, HOME => $home, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres');
	my @run = ('sh', '-c', "$command >/dev/null");

	is(system(@run), 0, '... and the command runs');
	wait_for('auth.key_file', $file);
	my $content = slurp_file($file);
	like($content, qr/^1:[0-9a-f]{64}$/, '... makes a key');
	is((stat $file)[2] & 0777, 0600, '... for nobody else');
	isnt(system(@run), 0, '... once');
	is(slurp_file($file), $content, '... and destroys none');
}
is(ask('SELECT auth_reseal()'), '0', '... and then there is one');
ask("LOAD 'auth';\nALTER SYSTEM RESET auth.key_file");

# The tests change the file with keys that they know.
my $keys = "$home/keys";
write_keys($node, 'old');
wait_for('auth.key_file', $keys);

sub deliver
{
	my ($address) = @_;

	return ask("SELECT token_id FROM auth_create_token('visit', NULL, '$address', deliver => true)");
}

# The messages that are handed out, with their tokens' ids, and nothing is left of that.
sub taken
{
	return ask('BEGIN; SELECT address, auth_session_id(token) FROM auth_take_outbox() ORDER BY address; ROLLBACK');
}

# Its answer and its warnings
sub reseal
{
	my ($size) = @_;
	my ($stdout, $stderr);

	$node->psql('postgres', 'SELECT auth_reseal(' . ($size // '') . ')', stdout => \$stdout, stderr => \$stderr);
	return join ' ', $stdout, $stderr =~ /(?:WARNING|DETAIL|ERROR):  (.*)$/mg;
}

my %id = map { $_ => deliver($_) } qw(a b c d);
my $all = join "\n", map { "$_|$id{$_}" } sort keys %id;
my $key_findings = "SELECT severity, finding, statement FROM auth_check() WHERE kind = 'key' ORDER BY 1, 2";

is(reseal(), '0', 'with the key of all of them nothing is to be done');
is(ask($key_findings), '', '... nor to be said');
write_keys($node, 'new', 'old');
$id{e} = deliver('e');
$all .= "\ne|$id{e}";
is(ask("SELECT string_agg(address || key_id, ' ' ORDER BY id) FROM auth_outbox"), 'aold bold cold dold enew',
	'the first key is for what is new');
is(ask($key_findings), 'notice|rows of table "auth_outbox" that old key "old" has encrypted: 4|SELECT public.auth_reseal()',
	'auth_check() finds what old keys have encrypted');
is(taken(), $all, '... which opens');

# A batch at a time, past what others are at
my $other = $node->background_psql('postgres');
$other->query_safe("BEGIN; SELECT FROM auth_outbox WHERE address = 'b' FOR UPDATE");
is(reseal(2), '2', 'at most so many');
is(ask("SELECT string_agg(address || key_id, ' ' ORDER BY id) FROM auth_outbox"), 'anew bold cnew dold enew',
	'... without waiting for a row that is locked');
is(reseal(), '1', '... as when there is no more');
$other->query_safe('COMMIT');
$other->quit;
is(reseal(), '1', '... which is left for another time');
is(ask($reseal), '0', 'then all is done');
write_keys($node, 'new');
is(taken(), $all, 'and the old key is not needed any more');
is(ask($key_findings), '', '... which auth_check() says');

# Twice the same, and twice at the same time
write_keys($node, 'newer', 'new');
{
	my @counts = finish_clients(start_clients($node, 'postgres', ('SELECT auth_reseal();') x 2));

	is($counts[0] + $counts[1], 5, 'two at a time encrypt each row once');
}
is(taken(), $all, '... rightly');

# What does not open stays as it is, and stops nothing.
write_keys($node, 'newest', 'newer');
my $refused = 'row of table "auth_outbox" could not be opened The key is not in the file, or the row was changed.';
ask(q{UPDATE auth_outbox SET address = 'eve' WHERE address = 'a'; UPDATE auth_outbox SET key_id = 'lost' WHERE address = 'c'});
ask(q{UPDATE auth_outbox SET key_id = repeat('ö', 1000) WHERE address = 'd'});
my $before = ask(q{SELECT address, key_id, secret FROM auth_outbox WHERE address IN ('eve', 'c', 'd') ORDER BY id});
is(reseal(1), '1 1 ' . $refused, 'a row that was changed is passed by');
is(reseal(), '1 3 ' . $refused =~ s/row/rows/r, '... and so are all');
is(ask(q{SELECT address, key_id, secret FROM auth_outbox WHERE address IN ('eve', 'c', 'd') ORDER BY id}),
	$before, '... and stay as they are');
is( ask($key_findings),
	join("\n",
		'error|rows of table "auth_outbox" that key "lost", which is not in the file, has encrypted: 1|',
		'error|rows of table "auth_outbox" that key "' . 'ö' x 16 . '", which is not in the file, has encrypted: 1|',
		'notice|rows of table "auth_outbox" that old key "newer" has encrypted: 1|SELECT public.auth_reseal()'),
	'auth_check() tells both apart');
ask(q{DELETE FROM auth_outbox WHERE address IN ('eve', 'c', 'd')});

# A message that was written without a key must not be believed by that.
ask(q{UPDATE auth_outbox SET key_id = NULL, secret = 'mine' WHERE address = 'b'});
is(reseal(), '0', 'what was never encrypted is not now');
is(taken(), "e|$id{e}", '... and not handed out');

# The row's owner cannot have a change that was not made be believed.
ask(<<'SQL');
CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER skip BEFORE UPDATE ON auth_outbox FOR EACH ROW EXECUTE FUNCTION skip();
SQL
write_keys($node, 'last', 'newest');
like(reseal(), qr/^ a trigger suppressed the new row of table "auth_outbox"$/, 'a change that is suppressed is an error');
ask('DROP TRIGGER skip ON auth_outbox');

# The secrets of apps, which open in their own rows alone
my ($totp_code) = slurp_file("$FindBin::RealBin/../../sql/setup.sql") =~ /^(CREATE FUNCTION totp_code\(.*?^END;\n\$\$;\n)/ms;
my $confirm = q{SELECT status FROM added, auth_confirm_totp(session, factor_id, totp_code(secret))};
ask($totp_code);
$node->append_conf('postgresql.conf', q{auth.totp_issuer = 'Example'});
wait_for('auth.totp_issuer', 'Example');
write_keys($node, 'app');
ask(<<'SQL');
DELETE FROM auth_outbox;
SELECT auth_create_user(user_id => name) FROM unnest('{bob,cy}'::text[]) name;
CREATE TABLE added AS SELECT s.token AS session, factor_id, secret
    FROM auth_create_session('ada', amr => '{pwd}') s, auth_create_totp(s.token, algorithm => 'SHA256');
SELECT auth_import_totp(id, '12345678901234567890') FROM auth_user WHERE id <> 'ada';
SQL
write_keys($node, 'next', 'app');
is(ask($key_findings), 'notice|rows of table "auth_totp" that old key "app" has encrypted: 3|SELECT public.auth_reseal()',
	'apps whose secrets old keys have encrypted');
ask(q{UPDATE auth_totp SET user_id = 'ada' WHERE user_id = 'bob'});
is( reseal(),
	'2 1 row of table "auth_totp" could not be opened The key is not in the file, or the row was changed.',
	'... but for one that was made somebody else\'s');
ask(q{UPDATE auth_totp SET user_id = 'bob', digits = 99 WHERE key_id = 'app'});
like(reseal(), qr/^0 1 row of table "auth_totp"/, '... or has other codes, which nobody has');
ask(q{UPDATE auth_totp SET digits = 6 WHERE key_id = 'app'});
is(reseal(), '1', '... and is again what it was');
write_keys($node, 'app');
refused($node, 'postgres', $confirm, 'F0000', 'without the key nothing opens',
	message => 'column "secret" of a row of table "auth_totp" is encrypted with a key that the file of "auth.key_file" does not have');
write_keys($node, 'next');
is(ask($confirm), 'ok', 'an app has the secret that it had');

ask(<<'SQL');
SELECT auth_create_user('email', 'dan@example.com', 'password of dan', user_id => 'dan', verified => true);
SELECT auth_import_totp('dan', '12345678901234567890');
CREATE TABLE code AS SELECT unnest(recovery_codes) AS code
    FROM auth_create_session('dan', amr => '{pwd,otp}') s, auth_create_recovery_codes(s.token);
SQL
my $recover = q{SELECT c.status FROM auth_sign_in('email', 'dan@example.com', 'password of dan') s,
    auth_complete_sign_in(s.challenge, recovery_code => (SELECT code FROM code LIMIT 1)) c};
chmod 0644, $keys;
refused($node, 'postgres', 'SELECT auth_reseal()', 'F0000', 'a file that others can read');
refused($node, 'postgres', $recover, 'F0000', 'a recovery code of whose use nobody would be told');
write_keys($node, 'another');
is(ask($recover), 'ok', '... is good with any key');
refused($node, 'postgres', "SELECT auth_reseal($_)", '22023', "a batch of $_") for qw(0 NULL 1000001);

done_testing();
