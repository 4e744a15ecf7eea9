# What the pages say in tables, headings and single words, against the catalog
# and the source: rights, settings, errors, columns, arguments, events, messages,
# and that nothing is named that there is not.  Their examples: pages.pl.

use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AuthTest;
use Page;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = "$FindBin::RealBin/../..";
my $node = new_node('reference');
my %pages = map { $_ => slurp_file("$root/$_") } page_files($root);
my $source = join '', map { slurp_file($_) } glob "$root/src/*.[ch] $root/src/*/*.[ch]";

# What was said of earlier versions stays.
delete $pages{'CHANGELOG.md'};

sub ask
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', "LOAD 'auth';\n$sql");
}

# Pairs of a name and what belongs to it
sub pairs
{
	my ($sql) = @_;

	return map { my ($name, $value) = split /\|/, $_, 2; ($name => $value) } split /\n/, ask($sql);
}

# In backquotes, as all names are
sub names
{
	my ($text) = @_;

	return $text =~ /`([^`]+)`/g;
}

sub table
{
	my ($page, $head) = @_;
	my %tables = page_tables($pages{$page});

	return @{ $tables{$head} // die "$page has no table with the head \"$head\"" };
}

# The lines of the page are those of the catalog, in any order.
sub same
{
	my ($shown, $expected, $name) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	return is(
		join("\n", sort @$shown),
		join("\n", sort ref $expected ? @$expected : split /\n/, $expected), $name);
}

# What the function finds wrong in a page, for each
sub no_page
{
	my ($what, $find) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	foreach my $page (sort keys %pages)
	{
		is(join("\n", $find->($pages{$page})), '', "$page: $what");
	}
	return;
}

ask(<<'SQL');
CREATE EXTENSION auth;
SELECT auth_setup();
CREATE ROLE identity;
CREATE ROLE client;
CREATE ROLE service;
CREATE ROLE admin;
CREATE ROLE worker;
SELECT auth_grant(set::regrole, set) FROM unnest('{identity,client,service,admin,worker}'::text[]) set;
SQL

my $functions = <<'SQL';
SELECT p.* FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'auth' WHERE d.deptype = 'e'
SQL

#
# Rights
#

my @rights;
foreach my $row (table('docs/grant.md', 'function | identity | client | service | admin'))
{
	my ($names, @sets) = @$row;
	push @rights, map { join '|', $_, map { $_ eq 'x' ? 't' : 'f' } @sets } names($names);
}
same(\@rights, ask(<<"SQL"), 'docs/grant.md: who may call what');
SELECT proname, has_function_privilege('identity', oid, 'EXECUTE'), has_function_privilege('client', oid, 'EXECUTE'), has_function_privilege('service', oid, 'EXECUTE'),
    has_function_privilege('admin', oid, 'EXECUTE') FROM ($functions) f
SQL
my ($worker) = $pages{'docs/grant.md'} =~ /`worker` is apart: (.*?) and nothing\s/s;
same([ names($worker) ], ask("SELECT proname FROM ($functions) f WHERE has_function_privilege('worker', oid, 'EXECUTE')"),
	'docs/grant.md: what a worker may call');

#
# Settings
#

sub setting
{
	my ($name, $default, $range, $unit) = @_;
	my ($value) = (names($default), $default =~ /^(\d+)/);
	my ($min, $max) = $range =~ /^(\d+) to (\d+)$/;

	return join '|', names($name), map { $_ // '' } $value, $min, $max, $unit =~ /^(?:kB|ms|s)$/ ? $unit : '';
}

same([ map { setting(@$_) } table('docs/settings.md', 'setting | default | range | unit |') ],
	ask(q{SELECT name, boot_val, min_val, max_val, unit FROM pg_settings WHERE name LIKE 'auth.%'}),
	'docs/settings.md: defaults, ranges and units');
my ($reloaded) = $pages{'docs/settings.md'} =~ /^## Who may change them\n\n(.*?) are set in the\s+configuration file/ms;
same([ names($reloaded) ],
	ask(q{SELECT name FROM pg_settings WHERE name LIKE 'auth.%' AND context = 'sighup'}),
	'docs/settings.md: which ones take effect with a reload');
is(ask(q{SELECT string_agg(DISTINCT context, ' ') FROM pg_settings WHERE name LIKE 'auth.%'}),
	'sighup superuser', '... and the others are for superusers');

# Where other pages tell a default, in whatever unit, it is that.
my %units = (
	kB => 1, MB => 1024, ms => 0.001,
	(map { $_ => 1 } qw(s second seconds)), (map { $_ => 60 } qw(min minute minutes)), (map { $_ => 3600 } qw(h hour hours)), (map { $_ => 86400 } qw(d day days)));
my %defaults = pairs(q{SELECT name, boot_val, unit FROM pg_settings WHERE name LIKE 'auth.%'});
no_page('defaults of settings', sub {
	my ($text) = @_;
	my @wrong;

	while ($text =~ /`(auth\.[a-z_]+)`\s+[(|] ?(\d+(?:,\d{3})*)\b(?:\s(\w+))?/g)
	{
		my ($name, $number, $unit) = ($1, $2 =~ tr/,//dr, $3 // '');
		my ($value, $own) = split /\|/, $defaults{$name} // '|';

		push @wrong, "$name: $number $unit"
		  if $number * ($units{$unit} // $units{$own} // 1) != ($value || 0) * ($units{$own} // 1);
	}
	return @wrong;
});

#
# Errors
#

my @errors = map { join ' ', $_->[0], names($_->[1]) } table('docs/errors.md', 'SQLSTATE | DETAIL | when | raised by');
my %defined = reverse $source =~ /define ERRCODE_(AUTH_\w+) MAKE_SQLSTATE\(([^)]*)\)/g;
same(\@errors, [ map { (tr/A-Z0-9//cdr) . " $defined{$_}" } keys %defined ],
	'docs/errors.md: SQLSTATEs and their names');

my ($reserved) = $pages{'docs/errors.md'} =~ /^(UA009 .*?) is set aside/ms;
my %states = map { $_ => 1 } "@errors $reserved" =~ /(UA\d+)/g;
no_page('SQLSTATEs', sub { grep { !$states{$_} } $_[0] =~ /\b(UA\d{3})\b/g });

#
# Columns: the last word of ours before a table says whose they are.
#

sub columns_of
{
	my ($name, $typed) = @_;

	return ask(<<"SQL");
SELECT columns.name @{[ $typed ? q(|| ' ' || replace(format_type(type, NULL), 'timestamp with time zone', 'timestamptz')) : '' ]}
FROM (SELECT attname, atttypid FROM pg_attribute
        WHERE attrelid IN (to_regclass('$name'), (SELECT typrelid FROM pg_type JOIN pg_proc ON prorettype = pg_type.oid WHERE proname = '$name'))
        AND attnum > 0 AND NOT attisdropped
    UNION SELECT name, type FROM pg_proc, unnest(proargnames, proallargtypes, proargmodes) arguments (name, type, mode)
        WHERE proname = '$name' AND mode IN ('o', 't')) columns (name, type)
SQL
}

foreach my $page (sort keys %pages)
{
	while ($pages{$page} =~ /^\| column \| (type)?[ |]*\n\|[-|]+\n((?:\|.*\n)+)/mg)
	{
		my ($typed, $rows) = ($1, $2);
		my ($owner) = substr($pages{$page}, 0, $-[0]) =~ /.*\b(auth_\w+)/s;
		my @shown;

		foreach my $row (split /\n/, $rows)
		{
			my ($names, $type) = $row =~ /^\| (.*?) \| (?:(\w+(?:\[\])?)[ ,])?/;
			push @shown, map { tr/"//dr . ($typed ? " $type" : '') } names($names);
		}
		same(\@shown, columns_of($owner, $typed), "$page: columns of $owner");
	}
}

#
# Arguments and results, in headings and where a call is named
#

my %arguments = pairs("SELECT proname, array_to_string(proargnames[1:pronargs], ', ') FROM ($functions) f");
my %results = pairs(<<"SQL");
SELECT proname, CASE WHEN proretset THEN 'SETOF ' ELSE '' END || format_type(prorettype, NULL) FROM ($functions) f
SQL
my $result = qr/void|text|boolean|bigint|(?:SETOF )?auth_\w+_(?:object|result)/;
no_page('arguments and results', sub {
	my ($text) = @_;
	my @wrong;

	foreach my $calls ($text =~ /^#+ (auth_\w+\(.*)$/mg, $text =~ /`(auth_\w+\([a-z_][a-z_, ]*\)(?: [a-z]+)?)`/g)
	{
		while ($calls =~ /(auth_\w+)\(([^)]*)\)(?: ($result))?/g)
		{
			my ($function, $arguments, $returns) = ($1, $2, $3);
			my $pattern = join '.*', map { quotemeta } split /\.\.\./, $arguments, -1;
			push @wrong, $calls
			  if ($arguments{$function} // '?') !~ /^$pattern$/
			  || ($returns // $results{$function}) ne $results{$function};
		}
	}
	return @wrong;
});

#
# Events
#

my @events = table('docs/event.md', '`kind` | `reason` |');
my %kinds = map { $_ => 1 } map { names($_->[0]) } @events;
my %words = map { $_ => 1 } $source =~ /["']([a-z_]+)["']/g;
is(join(' ', grep { !$words{$_} } keys %kinds, grep { !/^lucia/ } map { names($_->[1]) } @events),
	'', 'docs/event.md: kinds and reasons are those of the source');
is(join(' ', grep { !$kinds{$_} } $source =~ /AuthEvent[^;]*?\.kind = "(\w+)"/g),
	'', '... and all of them');

#
# Names: those of examples are there when pages.pl runs them.
#

my %names = map { $_ => 1 } split /\n/, ask(<<"SQL");
SELECT proname FROM ($functions) f UNION SELECT unnest(proargnames) FROM ($functions) f
UNION SELECT relname FROM pg_class UNION SELECT attname FROM pg_attribute UNION SELECT typname FROM pg_type
UNION SELECT tgname FROM pg_trigger UNION SELECT amname FROM pg_am
UNION SELECT name FROM pg_settings WHERE name LIKE 'auth.%'
SQL
my $name = qr/\b(auth_[a-z_]+|auth\.(?!auth_)[a-z_]+)\b/;
my @examples = map { $_->{kind} eq 'sql' ? ($_->{text}, $_->{answer} ? $_->{answer}{text} : ()) : () }
  map { page_blocks($_) } values %pages;
$names{$_} = 1 foreach qw(auth.control auth.keys auth.outbox_key_file auth.pepper auth.sesion_lifetime auth.so auth_device auth_right), map { /$name/g } @examples;
no_page('names', sub {
	my $text = $_[0] =~ s/\]\([^)]*\)/]/gr;

	return grep { !$names{$_} && !/_$/ } $text =~ /$name/g;
});

#
# Links: the file is there, and the heading as GitHub makes an anchor of it.
#

sub anchors
{
	my ($text) = @_;

	return map { $_ => 1 } map { lc(s/[^\w\s-]//gr) =~ tr/ /-/r } $text =~ /^#+ (.*)$/mg;
}

sub path_from
{
	my ($page, $link) = @_;
	my $path = $link eq '' ? $page : ($page =~ m{^(.*/)} ? $1 : '') . $link;

	1 while $path =~ s{[^/]+/\.\./}{};
	return $path;
}

my %anchors = map { $_ => { anchors(slurp_file("$root/$_")) } } page_files($root);
foreach my $page (sort keys %pages)
{
	my $text = $pages{$page} =~ s/^```.*?^```$//msgr;
	my @broken;

	while ($text =~ /\]\(([^)\s:]*?)(?:#([^)\s]*))?\)/g)
	{
		my ($link, $anchor) = ($1, $2);
		my $path = path_from($page, $link);

		push @broken, $link . ($anchor ? "#$anchor" : '')
		  if !-e "$root/$path" || defined $anchor && $anchors{$path} && !$anchors{$path}{$anchor};
	}
	is("@broken", '', "$page: links");
}

#
# Messages that are shown without the statements: as the source has them.
#

my @formats = map { join '.*', map { quotemeta } split /%(?:ll[du]|[a-z]|" [A-Z0-9]+ ")/, $_ =~ s/\\"/"/gr, -1 }
  grep { tr/a-z// > 7 } map { s/"\s+"//gr } $source =~ /"((?:[^"\\\n]|\\.|"\s+")+)"/g;
my $known = join '|', @formats;
my $servers = qr/deadlock detected|Process \d+ waits/;
no_page('messages', sub {
	my ($text) = @_;
	my $shown = join "\n", map { $_->{text} } grep { $_->{kind} eq 'text' } page_blocks($text);
	return grep { !/^(?:$known)$|^AUTH_|^$servers/ } $shown =~ /^(?:ERROR|WARNING|NOTICE|HINT|DETAIL):  (.*)/mg;
});

$node->stop;
done_testing();
