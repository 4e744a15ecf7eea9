/*
 * fold.c
 *	  Passwords and addresses in normal form and in lower case.
 *
 * The normal form is NFKC, in databases of encoding UTF8; in others there is
 * none.  Lower case is for comparing with words, never for what is hashed: of
 * each character for itself, as its case is in the database's locale, and
 * outside UTF8 of ASCII alone.
 *
 * Of addresses of mail the normal form is NFC, which makes no character of one
 * that only looks like it, and lower case is that of ASCII: the same in every
 * database, and for as long as it lives.
 *
 * The server's normaliser has a working buffer of its own, which it frees
 * without wiping; texts that are in normal form, and so all in ASCII, do not
 * go through it.
 */
#include "postgres.h"

#include <wctype.h>

#include "common/unicode_norm.h"
#include "mb/pg_wchar.h"

#include "password/fold.h"
#include "secret/secret.h"
#include "server/compat.h"

static Size
count_points(const pg_wchar *points)
{
	Size count = 0;

	while (points[count] != 0)
		count++;
	return count;
}

/* Encode as UTF-8 into wiped memory. */
static AuthBytes
encode_points(const pg_wchar *points, Size count)
{
	unsigned char *bytes = auth_secret_alloc(count * 4 + 1);
	Size length = 0;

	for (Size i = 0; i < count; i++)
	{
		unicode_to_utf8(points[i], bytes + length);
		length += pg_utf_mblen(bytes + length);
	}
	return (AuthBytes){(const char *) bytes, length};
}

static bool
is_ascii(AuthBytes text)
{
	for (Size i = 0; i < text.length; i++)
	{
		if (IS_HIGHBIT_SET(text.bytes[i]))
			return false;
	}
	return true;
}

/* The characters of the text, in wiped memory and with a zero at the end. */
static pg_wchar *
decode(AuthBytes text)
{
	pg_wchar *points = auth_secret_alloc((text.length + 1) * sizeof(pg_wchar));

	pg_mb2wchar_with_len(text.bytes, points, text.length);
	return points;
}

/* The bytes as they are. */
AuthBytes
auth_fold_raw(text *value)
{
	return (AuthBytes){VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

/* The bytes in normal form; they are the same where they have been in it. */
static AuthBytes
normalize(AuthBytes raw, UnicodeNormalizationForm form)
{
	AuthBytes normal;
	pg_wchar *points;
	Size count;

	if (GetDatabaseEncoding() != PG_UTF8 || is_ascii(raw))
		return raw;
	points = decode(raw);
	if (unicode_is_normalized_quickcheck(form, points) == UNICODE_NORM_QC_YES)
		return raw;
	points = unicode_normalize(form, points);
	count = count_points(points);
	normal = encode_points(points, count);
	auth_secret_wipe(points, count * sizeof(pg_wchar));
	return normal;
}

AuthBytes
auth_fold_normal(text *value)
{
	return normalize(auth_fold_raw(value), UNICODE_NFKC);
}

static AuthBytes
lower_ascii(AuthBytes text)
{
	char *bytes = auth_secret_alloc(text.length + 1);

	for (Size i = 0; i < text.length; i++)
		bytes[i] = pg_ascii_tolower((unsigned char) text.bytes[i]);
	return (AuthBytes){bytes, text.length};
}

/* The text in normal form and lower case. */
void
auth_fold(text *value, AuthFolded *folded)
{
	AuthBytes normal = auth_fold_normal(value);
	AuthBytes lower = lower_ascii(normal);
	pg_wchar *points = decode(lower);

	folded->points = points;
	folded->count = count_points(points);
	folded->bytes = lower;
	if (GetDatabaseEncoding() != PG_UTF8 || is_ascii(lower))
		return;
	for (Size i = 0; i < folded->count; i++)
		points[i] = auth_lower_point(points[i]);
	folded->bytes = encode_points(points, folded->count);
}

static bool
is_control(pg_wchar point)
{
	return point < ' ' || (point >= 0x7F && point <= 0x9F);
}

/* Whether it is white space, or one of two characters that take no room. */
static bool
is_space(pg_wchar point)
{
	return point == ' ' || point == 0xA0 || point == 0x1680 ||
		   (point >= 0x2000 && point <= 0x200B) || point == 0x2028 ||
		   point == 0x2029 || point == 0x202F || point == 0x205F ||
		   point == 0x3000 || point == 0xFEFF;
}

/*
 * Whether the number says which character it is: in other encodings than UTF8
 * only of ASCII.
 */
static bool
is_known(pg_wchar point)
{
	return point < 0x80 || GetDatabaseEncoding() == PG_UTF8;
}

static bool
is_clean(const pg_wchar *points, Size count)
{
	for (Size i = 0; i < count; i++)
	{
		bool is_end = i == 0 || i == count - 1;

		if (is_known(points[i]) &&
			(is_control(points[i]) || (is_end && is_space(points[i]))))
			return false;
	}
	return true;
}

/*
 * The address in normal form and lower case; false when it has spaces around
 * or control characters.  Letters in lower case can have a normal form where
 * those in upper case have none, so that it is looked for twice.
 */
bool
auth_fold_address(text *value, AuthBytes *address)
{
	AuthBytes normal = normalize(auth_fold_raw(value), UNICODE_NFC);
	pg_wchar *points;

	*address = normalize(lower_ascii(normal), UNICODE_NFC);
	points = decode(*address);
	return is_clean(points, count_points(points));
}
