/*
 * hash_read.c
 *	  Reads the parts of stored password hashes.
 *
 * Each function moves the cursor behind what it has read, and answers false
 * where something else stands.  The text ends with a zero byte, which none of
 * them passes.
 */
#include <string.h>

#include "password/hash_read.h"

/* Pass over a literal. */
bool
auth_read_literal(const char **cursor, const char *literal)
{
	size_t length = strlen(literal);

	if (strncmp(*cursor, literal, length) != 0)
		return false;
	*cursor += length;
	return true;
}

/* A decimal number without leading zeros; one too large stays the largest. */
bool
auth_read_number(const char **cursor, uint32_t *number)
{
	uint64_t value = 0;
	const char *c = *cursor;

	if (*c < '1' || *c > '9')
		return false;
	for (; *c >= '0' && *c <= '9'; c++)
	{
		/* value < 2^32, so that this stays below 2^36 */
		value = value * 10 + (uint64_t) (*c - '0');
		if (value > UINT32_MAX)
			value = UINT32_MAX;
	}
	*cursor = c;
	*number = (uint32_t) value;
	return true;
}

bool
auth_read_is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		   (c >= 'a' && c <= 'z');
}

static bool
is_hexadecimal(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') ||
		   (c >= 'a' && c <= 'f');
}

/* The 64 characters of crypt(), in whatever order. */
bool
auth_read_is_crypt(char c)
{
	return auth_read_is_alphanumeric(c) || c == '.' || c == '/';
}

/* As many characters of the kind as there are, if that many may be. */
bool
auth_read_while(const char **cursor, bool (*is)(char), size_t min, size_t max,
				AuthSpan *span)
{
	span->start = *cursor;
	span->length = 0;
	while (span->length <= max && is(span->start[span->length]))
		span->length++;
	*cursor += span->length;
	return span->length >= min && span->length <= max;
}

/* The six bits of a character, or -1; a dot is a plus of the adapted kind. */
static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '.')
		return 62;
	return c == '/' ? 63 : -1;
}

static bool
is_base64(char c)
{
	return base64_value(c) >= 0 && c != '.';
}

static bool
is_adapted_base64(char c)
{
	return base64_value(c) >= 0;
}

/* The six bits of a character of crypt(). */
int
auth_read_crypt_value(char c)
{
	if (c >= 'a')
		return c - 'a' + 38;
	if (c >= 'A')
		return c - 'A' + 12;
	return c - '.';
}

/* Bits of the last of "length" characters that belong to no byte. */
static int
spare_bits(size_t length)
{
	return length % 4 == 2 ? 0x0F : length % 4 == 3 ? 0x03 : 0;
}

/* Between "min" and "max" bytes. */
bool
auth_read_base64(const char **cursor, AuthBase64 kind, size_t min, size_t max,
				 AuthSpan *span)
{
	size_t length;

	if (!auth_read_while(cursor,
						 kind == AUTH_BASE64_ADAPTED ? is_adapted_base64 :
													   is_base64,
						 2,
						 (max * 4 + 2) / 3,
						 span))
		return false;
	length = span->length;

	/* one character alone holds no byte */
	if (length % 4 == 1 || length * 3 / 4 < min ||
		(base64_value(span->start[length - 1]) & spare_bits(length)) != 0)
		return false;
	if (kind == AUTH_BASE64_EITHER && **cursor == '=')
		kind = AUTH_BASE64_PADDED;
	for (; kind == AUTH_BASE64_PADDED && length % 4 != 0; length++)
	{
		if (!auth_read_literal(cursor, "="))
			return false;
	}
	return true;
}

static size_t
decode_base64(const AuthSpan *span, uint8_t *out)
{
	uint32_t bits = 0;
	size_t count = 0;

	for (size_t i = 0; i < span->length; i++)
	{
		bits = bits << 6 | (uint32_t) base64_value(span->start[i]);
		if (i % 4 != 0)
			out[count++] = (uint8_t) (bits >> (6 - i % 4 * 2));
	}
	return count;
}

/* Digits of either case. */
static size_t
decode_hex(const AuthSpan *span, uint8_t *out)
{
	for (size_t i = 0; i < span->length; i++)
	{
		char c = span->start[i];
		int value = (c & 0x0F) + (c > '9' ? 9 : 0);

		out[i / 2] = (uint8_t) (i % 2 == 0 ? value << 4 : out[i / 2] | value);
	}
	return span->length / 2;
}

/* The bytes of a salt or a key that was read here; returns how many. */
size_t
auth_hash_decode(const AuthSpan *span, AuthHashCoding coding, uint8_t *out)
{
	switch (coding)
	{
		case AUTH_CODING_HEX:
			return decode_hex(span, out);
		case AUTH_CODING_BASE64:
			return decode_base64(span, out);
		default:
			memcpy(out, span->start, span->length);
			return span->length;
	}
}

/* crypt() fills its characters from the low end, so that high bits are left. */
bool
auth_read_crypt64(const char **cursor, size_t min, size_t max, AuthSpan *span)
{
	int last;

	if (!auth_read_while(cursor, auth_read_is_crypt, min, max, span))
		return false;
	last = auth_read_crypt_value(span->start[span->length - 1]);
	switch (span->length % 4)
	{
		case 0:
			return true;
		case 2:
			return last < 1 << 2;
		case 3:
			return last < 1 << 4;
		default:
			return false;
	}
}

/* So many bytes in hexadecimal digits. */
bool
auth_read_hex(const char **cursor, size_t bytes, AuthSpan *span)
{
	return auth_read_while(cursor, is_hexadecimal, 2 * bytes, 2 * bytes, span);
}
