# auth_check() for an admin, in whatever transaction, with files that cannot be
# read; and with an owner of the tables who would like its code to run as the
# superuser who looks at them.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('check', init => { allows_streaming => 1 });
my $about = "SELECT severity, kind, finding, statement FROM auth_check()";

$node->safe_psql('postgres', <<'SQL');
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE ROLE app LOGIN;
CREATE ROLE ops LOGIN;
CREATE EXTENSION auth;
GRANT CREATE ON SCHEMA public TO app;
GRANT EXECUTE ON FUNCTION auth_setup() TO app;
SELECT auth_grant('ops', 'admin');
SQL
as_role($node, 'postgres', 'app', 'SELECT auth_setup()');
$node->safe_psql('postgres', <<'SQL');
SELECT auth_create_user('email', 'ann@example.com', user_id => 'ann');
SELECT setval('auth_event_id_seq', 1, false);
SQL

my $behind = 'error|sequence|the sequence of column "id" of table "auth_event" is behind its rows|SELECT public.auth_setup()';

answers($node, 'postgres', $about, $behind, 'a superuser');
answers($node, 'postgres', $about, $behind, 'an admin', role => 'ops');
refused($node, 'postgres', $about, '42501', 'nobody else', role => 'app');
answers($node, 'postgres', "BEGIN ISOLATION LEVEL $_ READ ONLY; SELECT 1; $about; COMMIT",
	"1\n$behind", "in a transaction that is $_ and reads only")
  for 'REPEATABLE READ', 'SERIALIZABLE';

# On a standby.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('check_standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
answers($standby, 'postgres', $about, $behind, 'on a standby');
$standby->stop;

$node->safe_psql('postgres', 'SELECT auth_setup()');
answers($node, 'postgres', $about, '', 'mended');

# Files of keys: missing, open to others, without a key, and a good one.
my $file = $node->data_dir . '/../keys';

sub set_file
{
	my ($setting, $content, $mode) = @_;

	unlink $file;
	if (defined $content)
	{
		append_to_file($file, $content);
		chmod($mode, $file);
	}
	$node->append_conf('postgresql.conf', "$setting = '$file'");
	$node->restart;
	return;
}

foreach my $setting ('auth.password_pepper_file', 'auth.key_file')
{
	my $unusable = qq{error|file|the file of "$setting" cannot be used|};
	my $key = '1 ' . 'ab' x 32 . "\n";

	set_file($setting, undef);
	answers($node, 'postgres', $about, $unusable, "$setting: no file");
	answers($node, 'postgres', $about, $unusable, '... for an admin', role => 'ops');
	set_file($setting, $key, oct('0644'));
	answers($node, 'postgres', $about, $unusable, '... one that others can read');
	set_file($setting, "no key\n", oct('0600'));
	answers($node, 'postgres', $about, $unusable, '... without a key');
	$node->append_conf('postgresql.conf', "$setting = ''");
	$node->restart;
	answers($node, 'postgres', $about, '', '... none is named');
}

# What the owner has put beside the functions and operators that are used, and
# on its tables, with the better match for arguments that need a conversion.
as_role($node, 'postgres', 'app', <<'SQL');
CREATE TABLE ran (who text);
GRANT INSERT ON ran TO PUBLIC;
CREATE FUNCTION note(anyelement) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.ran VALUES (current_user);
    RETURN 'x';
END $$;
CREATE FUNCTION format(text, name) RETURNS text LANGUAGE sql AS 'SELECT public.note($1)';
CREATE FUNCTION format(text, name, name) RETURNS text LANGUAGE sql AS 'SELECT public.note($1)';
CREATE FUNCTION format(text, text, name) RETURNS text LANGUAGE sql AS 'SELECT public.note($1)';
CREATE FUNCTION format(text, name, name, name) RETURNS text LANGUAGE sql AS 'SELECT public.note($1)';
CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS 'SELECT public.note($1)';
CREATE FUNCTION quote_ident(name) RETURNS text LANGUAGE sql AS 'SELECT public.note($1)';
CREATE FUNCTION pg_get_serial_sequence(text, text) RETURNS text LANGUAGE sql AS 'SELECT public.note($1)';
CREATE FUNCTION same(name, text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN public.note($1) = 'x';
END $$;
CREATE OPERATOR = (LEFTARG = name, RIGHTARG = text, FUNCTION = same);
CREATE FUNCTION different(oid, integer) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN public.note($1) = 'x';
END $$;
CREATE OPERATOR <> (LEFTARG = oid, RIGHTARG = integer, FUNCTION = different);
CREATE FUNCTION together(text, bigint) RETURNS text LANGUAGE sql AS 'SELECT public.note($1)';
CREATE OPERATOR || (LEFTARG = text, RIGHTARG = bigint, FUNCTION = together);
CREATE FUNCTION seen(text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN public.note($1) = 'x';
END $$;
ALTER TABLE auth_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth_key FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON auth_key USING (seen(user_id));
SQL
$node->safe_psql('postgres', <<'SQL');
SELECT auth_create_key('ann', 'name', n) FROM unnest('{Ann,ANN}'::text[]) n;
TRUNCATE ran;
ALTER TABLE auth_user DISABLE TRIGGER auth_user_disabled;
CREATE TABLE item (user_id text REFERENCES auth_user);
SQL
is(scalar(split /\n/, $node->safe_psql('postgres', $about)), 3, 'there is something to be found');
answers($node, 'postgres', q{SELECT DISTINCT who FROM ran WHERE who <> 'app'}, '',
	'nothing of it has run as who looks');

$node->stop;
done_testing();
