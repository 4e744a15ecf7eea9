/*
 * phc.c
 *	  The PHC string format of argon2 hashes.
 *
 * $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH, both in base64 without padding
 * (https://github.com/P-H-C/phc-string-format).  The verification itself is
 * libsodium's, which reads the string again; this reading is there to refuse
 * what is malformed and what would cost too much.
 */
#include <stddef.h>
#include <string.h>

#include "phc.h"

/* Bounds of RFC 9106 and of libsodium, in base64 characters. */
#define MIN_SALT 11	 /* 8 bytes */
#define MAX_SALT 86	 /* 64 bytes */
#define MIN_HASH 22	 /* 16 bytes */
#define MAX_HASH 171 /* 128 bytes */

#define MIN_LANE_MEMORY 8 /* KiB, of the same RFC */

/* Pass over a literal. */
static bool
skip(const char **cursor, const char *literal)
{
	size_t length = strlen(literal);

	if (strncmp(*cursor, literal, length) != 0)
		return false;
	*cursor += length;
	return true;
}

/* A decimal number of at most "max", without leading zeros. */
static bool
read_number(const char **cursor, uint32_t max, uint32_t *number)
{
	uint64_t value = 0;
	const char *c = *cursor;

	if (*c < '1' || *c > '9')
		return false;
	for (; *c >= '0' && *c <= '9'; c++)
	{
		/* value <= max < 2^32, so that this stays below 2^36 */
		value = value * 10 + (uint64_t) (*c - '0');
		if (value > max)
			return false;
	}
	*cursor = c;
	*number = (uint32_t) value;
	return true;
}

/* The six bits of a character, or -1. */
static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* Bits of the last of "length" characters that belong to no byte. */
static int
spare_bits(size_t length)
{
	return length % 4 == 2 ? 0x0F : length % 4 == 3 ? 0x03 : 0;
}

static bool
skip_base64(const char **cursor, size_t min, size_t max)
{
	size_t length = 0;
	int last = 0;

	while (base64_value((*cursor)[length]) >= 0)
		last = base64_value((*cursor)[length++]);
	*cursor += length;

	/* one character alone holds no byte */
	return length >= min && length <= max && length % 4 != 1 &&
		   (last & spare_bits(length)) == 0;
}

/*
 * Whether the text is an argon2id or argon2i hash that can be verified at a
 * bearable cost, and its parameters.
 */
bool
auth_phc_parse(const char *text, AuthPhc *phc)
{
	const char *cursor = text;

	return (skip(&cursor, "$argon2id$") || skip(&cursor, "$argon2i$")) &&
		   skip(&cursor, "v=19$m=") &&
		   read_number(&cursor, AUTH_PHC_MAX_MEMORY, &phc->memory) &&
		   skip(&cursor, ",t=") &&
		   read_number(&cursor, AUTH_PHC_MAX_ITERATIONS, &phc->iterations) &&
		   skip(&cursor, ",p=") &&
		   read_number(&cursor, AUTH_PHC_MAX_LANES, &phc->lanes) &&
		   skip(&cursor, "$") && skip_base64(&cursor, MIN_SALT, MAX_SALT) &&
		   skip(&cursor, "$") && skip_base64(&cursor, MIN_HASH, MAX_HASH) &&
		   *cursor == '\0' && phc->memory >= MIN_LANE_MEMORY * phc->lanes;
}
