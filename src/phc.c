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

static bool
is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		   (c >= '0' && c <= '9') || c == '+' || c == '/';
}

static bool
skip_base64(const char **cursor, size_t min, size_t max)
{
	size_t length = 0;

	while (is_base64((*cursor)[length]))
		length++;
	*cursor += length;

	/* one character alone holds no byte */
	return length >= min && length <= max && length % 4 != 1;
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
		   *cursor == '\0';
}
