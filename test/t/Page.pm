# Page: what stands in a page that can be run, and what answers it shows.
#
# Of a fenced block the first word says what it is, the others how it is run:
#
#   ```sql               is run by psql, in the order of the page
#   ```sql as=web        ... connected as this role
#   ```sql in=shard      ... to this database, and not to "app"
#   ```sql needs=NAME    ... where this extension is available
#   ```sql by=FILE.pl    ... by that test, in the place of pages.pl
#   ```                  right behind such a block: what psql prints
#   ```text numbers      ... but for numbers, which are those of one machine
#   ```text columns      ... but for the rows
#   ```js, ```py         make a program with the others of the page: clients.pl
#
# Anything else has another first word.  What a reader need not see is a comment:
#
#   <!-- empty database -->     what follows begins anew, without the extension
#   <!-- prepared database -->  ... with the extension, its tables and the role web
#   <!-- run as=web             statements that are run and not shown, up to -->

package Page;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(
  page_files page_blocks page_tables
  answer_values normal_answer bind_words
);

# Relative to the directory of the repository
sub page_files
{
	my ($root) = @_;

	return sort map { s{^\Q$root\E/}{}r } map { glob "$root/$_" }
	  qw(*.md docs/*.md docs/*/*.md);
}

# "sql as=web" is ('sql', as => 'web'); a word without a value is its own.
sub parse_words
{
	my ($first, @words) = split ' ', shift;

	return ($first // '', map { /^(.*?)=(.*)$/ ? ($1 => $2) : ($_ => $_) } @words);
}

# Each has a kind, a line, its text and its words; one of SQL perhaps an answer.
sub page_blocks
{
	my ($text) = @_;
	my (@blocks, $end);

	while ($text =~ /^(\ *)```(.*)\n((?s:.*?))^\1```$ | ^<!--\ (run.*|empty|prepared)(?:\ database\ |\n((?s:.*?)))-->$/mgx)
	{
		my ($begin, $indent, $info, $code) =
		  defined $1 ? ($-[0], $1, $2, $3) : ($-[0], '', $4, $5 // '');
		my ($kind, %words) = parse_words($info);
		my $block = {
			kind => $kind,
			line => 1 + (substr($text, 0, $begin) =~ tr/\n//),
			text => $code =~ s/^\Q$indent//mgr,
			words => \%words
		};

		if (@blocks && $begin == $end + 1 && $blocks[-1]->{kind} eq 'sql'
			&& !$blocks[-1]->{answer} && $kind =~ /^(?:text)?$/)
		{
			$blocks[-1]->{answer} = $block;
		}
		else
		{
			push @blocks, $block;
		}
		$end = pos $text;
	}
	return @blocks;
}

# Tables of a page by their head, each a list of rows of cells
sub page_tables
{
	my ($text) = @_;
	my %tables;

	while ($text =~ /^\| (.*) \|\n\|[-:|]+\|\n((?:\|.*\|\n)+)/mg)
	{
		my ($head, $rows) = ($1, $2);
		push @{ $tables{$head} }, map { [ map { s/^ | $//gr } /\|([^|]*)(?=\|)/g ] } split /\n/, $rows;
	}
	return %tables;
}

# The values by column of the last row that psql has printed.
sub answer_values
{
	my ($answer) = @_;
	my %values;

	while ($answer =~ /^(\ \w.*)\n-[-+]*\n((?:\ .*\n)+)/mg)
	{
		my ($head, $rows) = ($1, $2);
		my @columns = map { s/\s//gr } split /\|/, $head;
		my @cells = map { s/^\s+|\s+$//gr } split /\|/, (split /\n/, $rows)[-1];
		@values{@columns} = @cells if @columns == @cells;
	}
	$values{$1} = $2 while $answer =~ /^(\w+) +\| (\S+)$/mg;
	return map { $_ => $values{$_} } grep { $values{$_} =~ /^[\w.\@:-]+$/ } keys %values;
}

# Without what is no news (void results, the head of a single record) and what
# differs between runs: times, and the widths that come of them.
sub normal_answer
{
	my ($answer, %words) = @_;

	$answer =~ s/^ +\w+ *\n-+\n *\n//mg;
	$answer =~ s/^-\[ RECORD 1 \].*\n//mg;
	$answer =~ s/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?\+\d\d(?::\d\d)?/TIME/g;
	$answer =~ s/\b\d\d:\d\d:\d\d(?:\.\d+)?\b/INTERVAL/g;
	$answer =~ s/^(-[-+]*\n)[^\0]*/$1/m if $words{columns};
	$answer =~ s/\d+(?:\.\d+)?/N/g if $words{numbers};
	$answer =~ s/[ \t]+/ /g;
	$answer =~ s/-{2,}/--/g;
	$answer =~ s/ $//mg;
	$answer =~ s/\n\n+/\n/g;
	return $answer =~ s/^\n+|\n+$//gr;
}

# How the other words of the same random kind look, undef of what is not random.
sub random_kind
{
	my ($word) = @_;

	return qr/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
	  if $word =~ /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
	return qr/^[a-z0-9]{${\ length $word}}$/
	  if $word =~ /^(?=.*\d)[a-z0-9]{15,}$/;
	return qr/^[A-Z2-7]{${\ length $word}}$/ if $word =~ /^[A-Z2-7]{32,}$/;
	return qr/^[A-Z0-9]{6}(?:-[A-Z0-9]{6}){3}$/ if $word =~ /^[A-Z0-9]{6}(?:-[A-Z0-9]{6}){3}$/;
	return undef;
}

# Random words of the page's answer stand for those that the server gave.
sub bind_words
{
	my ($bound, $shown, $given) = @_;
	my @shown = $shown =~ /[\w-]+/g;
	my @given = $given =~ /[\w-]+/g;

	return unless @shown == @given;
	foreach my $i (0 .. $#shown)
	{
		my $kind = random_kind($shown[$i]) or next;
		$bound->{ $shown[$i] } //= $given[$i] if $given[$i] =~ $kind;
	}
	return;
}

1;
