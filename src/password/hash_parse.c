/*
 * hash_parse.c
 *	  Reads stored password hashes.
 *
 * Every format is read strictly: what is accepted here can be computed by
 * the libraries at a bearable cost, and is written as its makers write it.
 * Nothing is copied; the text ends with a zero byte, which no reader passes.
 */
#include <string.h>

#include "password/hash_format.h"
#include "password/hash_parse.h"

/* Sizes in bytes, where the format itself sets none. */
#define MIN_ARGON2_SALT 8 /* RFC 9106 and libsodium */
#define MAX_ARGON2_SALT 64
#define MIN_ARGON2_KEY 16
#define MIN_LANE_MEMORY 8 /* KiB, of the same RFC */
#define MAX_SALT 64
#define MIN_KEY 16
#define SHA256_BYTES 32
#define SHA512_BYTES 64
#define HEX_KEY (2 * 64) /* digits */

/* Which base64 it is: without padding, so with . for +, or with padding. */
typedef enum Base64
{
	BASE64_BARE,
	BASE64_ADAPTED,
	BASE64_PADDED
} Base64;

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

/* A decimal number without leading zeros; one too large stays the largest. */
static bool
read_number(const char **cursor, uint32_t *number)
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

static bool
is_alphanumeric(char c)
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

/* The letters that identifiers and salts are drawn from in JavaScript. */
static bool
is_url_safe(char c)
{
	return is_alphanumeric(c) || c == '_' || c == '-';
}

/* The 64 characters of crypt(), in whatever order. */
static bool
is_crypt(char c)
{
	return is_alphanumeric(c) || c == '.' || c == '/';
}

static bool
is_printable_but_dollar(char c)
{
	return c > ' ' && c <= '~' && c != '$';
}

/* As many characters of the kind as there are, if that many may be. */
static bool
read_while(const char **cursor, bool (*is)(char), size_t min, size_t max,
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
static int
crypt_value(char c)
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
static bool
read_base64(const char **cursor, Base64 kind, size_t min, size_t max,
			AuthSpan *span)
{
	size_t length;

	if (!read_while(cursor,
					kind == BASE64_ADAPTED ? is_adapted_base64 : is_base64,
					2,
					(max * 4 + 2) / 3,
					span))
		return false;
	length = span->length;

	/* one character alone holds no byte */
	if (length % 4 == 1 || length * 3 / 4 < min ||
		(base64_value(span->start[length - 1]) & spare_bits(length)) != 0)
		return false;
	for (; kind == BASE64_PADDED && length % 4 != 0; length++)
	{
		if (!skip(cursor, "="))
			return false;
	}
	return true;
}

/*
 * The bytes of a base64 text that was read above, three for every four
 * characters; returns how many.
 */
size_t
auth_hash_decode(const AuthSpan *span, uint8_t *out)
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

/* crypt() fills its characters from the low end, so that high bits are left. */
static bool
read_crypt64(const char **cursor, size_t min, size_t max, AuthSpan *span)
{
	int last;

	if (!read_while(cursor, is_crypt, min, max, span))
		return false;
	last = crypt_value(span->start[span->length - 1]);
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

/* m=19456,t=2,p=1$SALT$KEY (https://github.com/P-H-C/phc-string-format) */
static bool
read_argon2(const char **cursor, AuthHash *hash)
{
	uint32_t memory;

	if (!skip(cursor, "v=19$m=") || !read_number(cursor, &memory) ||
		!skip(cursor, ",t=") || !read_number(cursor, &hash->iterations) ||
		!skip(cursor, ",p=") || !read_number(cursor, &hash->lanes))
		return false;
	hash->memory = memory;
	return skip(cursor, "$") &&
		   read_base64(cursor,
					   BASE64_BARE,
					   MIN_ARGON2_SALT,
					   MAX_ARGON2_SALT,
					   &hash->salt) &&
		   skip(cursor, "$") &&
		   read_base64(cursor,
					   BASE64_BARE,
					   MIN_ARGON2_KEY,
					   AUTH_HASH_MAX_BYTES,
					   &hash->key) &&
		   hash->memory >= (uint64_t) MIN_LANE_MEMORY * hash->lanes;
}

static bool
read_hex_key(const char **cursor, AuthHash *hash)
{
	return skip(cursor, ":") &&
		   read_while(cursor, is_hexadecimal, HEX_KEY, HEX_KEY, &hash->key);
}

static void
set_scrypt(AuthHash *hash, uint32_t log_cost, uint32_t block)
{
	hash->log_cost = log_cost;
	hash->block = block;
	hash->parallelism = 1;
}

/* SALT:KEY, where the length of the salt tells what was meant. */
static bool
read_lucia(const char **cursor, AuthHash *hash)
{
	set_scrypt(hash, 14, 16);
	return read_while(cursor, is_url_safe, 16, 32, &hash->salt) &&
		   (hash->salt.length == 16 || hash->salt.length == 32) &&
		   read_hex_key(cursor, hash);
}

static bool
read_lucia_legacy(const char **cursor, AuthHash *hash)
{
	set_scrypt(hash, 14, 8);
	return read_while(cursor, is_url_safe, 16, 16, &hash->salt) &&
		   read_hex_key(cursor, hash);
}

static bool
read_hex_scrypt(const char **cursor, AuthHash *hash)
{
	set_scrypt(hash, 14, 16);
	return read_while(cursor, is_hexadecimal, 32, 32, &hash->salt) &&
		   read_hex_key(cursor, hash);
}

/*
 * The cost of scrypt as its logarithm.  Some writers put the cost itself
 * there: a power of two from 1024 on can mean nothing else.
 */
static bool
read_log_cost(const char **cursor, uint32_t *log_cost)
{
	uint32_t number;

	if (!read_number(cursor, &number))
		return false;
	*log_cost = number;
	if (number < 1024)
		return true;
	for (*log_cost = 0; number > 1 && number % 2 == 0; number /= 2)
		(*log_cost)++;
	return number == 1;
}

/* ln=17,r=8,p=1$SALT$KEY */
static bool
read_scrypt(const char **cursor, AuthHash *hash)
{
	return skip(cursor, "ln=") && read_log_cost(cursor, &hash->log_cost) &&
		   skip(cursor, ",r=") && read_number(cursor, &hash->block) &&
		   skip(cursor, ",p=") && read_number(cursor, &hash->parallelism) &&
		   skip(cursor, "$") &&
		   read_base64(cursor, BASE64_BARE, 1, MAX_SALT, &hash->salt) &&
		   skip(cursor, "$") &&
		   read_base64(cursor, BASE64_BARE, MIN_KEY, SHA512_BYTES, &hash->key);
}

/*
 * v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=SIGNER$SALT$KEY, where n is a logarithm.
 * The key is the signer's, encrypted.
 */
static bool
read_firebase(const char **cursor, AuthHash *hash)
{
	return skip(cursor, "v=1,n=") && read_number(cursor, &hash->log_cost) &&
		   skip(cursor, ",r=") && read_number(cursor, &hash->block) &&
		   skip(cursor, ",p=") && read_number(cursor, &hash->parallelism) &&
		   skip(cursor, ",ss=") &&
		   read_base64(cursor, BASE64_PADDED, 1, MAX_SALT, &hash->separator) &&
		   skip(cursor, ",sk=") &&
		   read_base64(cursor,
					   BASE64_PADDED,
					   MIN_KEY,
					   AUTH_HASH_MAX_BYTES,
					   &hash->signer) &&
		   skip(cursor, "$") &&
		   read_base64(cursor, BASE64_PADDED, 1, MAX_SALT, &hash->salt) &&
		   skip(cursor, "$") &&
		   read_base64(cursor,
					   BASE64_PADDED,
					   MIN_KEY,
					   AUTH_HASH_MAX_BYTES,
					   &hash->key) &&
		   hash->key.length == hash->signer.length;
}

/*
 * 12$SALTKEY, 22 and 31 characters.  Their last characters have bits to
 * spare, which other software leaves as they come in the salt; those of the
 * key are zero: the value of the last character is a multiple of four.
 */
static bool
read_bcrypt(const char **cursor, AuthHash *hash)
{
	const char *c = *cursor;
	AuthSpan both;

	if (c[0] < '0' || c[0] > '3' || c[1] < '0' || c[1] > '9')
		return false;
	hash->log_cost = (uint32_t) ((c[0] - '0') * 10 + c[1] - '0');
	*cursor += 2;
	if (hash->log_cost < 4 || hash->log_cost > 31 || !skip(cursor, "$") ||
		!read_while(cursor, is_crypt, 53, 53, &both))
		return false;
	hash->salt = (AuthSpan){both.start, 22};
	hash->key = (AuthSpan){both.start + 22, 31};
	return strchr(".CGKOSWaeimquy26", both.start[52]) != NULL;
}

/* 29000$SALT$KEY of passlib; others keep 64 bytes of SHA-256, too. */
static bool
read_pbkdf2(const char **cursor, AuthHash *hash)
{
	return read_number(cursor, &hash->iterations) && skip(cursor, "$") &&
		   read_base64(cursor, BASE64_ADAPTED, 1, MAX_SALT, &hash->salt) &&
		   skip(cursor, "$") &&
		   read_base64(cursor,
					   BASE64_ADAPTED,
					   SHA256_BYTES,
					   SHA512_BYTES,
					   &hash->key) &&
		   (hash->key.length == (SHA512_BYTES * 4 + 2) / 3 ||
			(hash->key.length == (SHA256_BYTES * 4 + 2) / 3 &&
			 hash->format == AUTH_HASH_PBKDF2_SHA256));
}

/* 600000$SALT$KEY, where the salt is text. */
static bool
read_django(const char **cursor, AuthHash *hash)
{
	return read_number(cursor, &hash->iterations) && skip(cursor, "$") &&
		   read_while(cursor,
					  is_printable_but_dollar,
					  1,
					  AUTH_HASH_MAX_BYTES,
					  &hash->salt) &&
		   skip(cursor, "$") &&
		   read_base64(cursor,
					   BASE64_PADDED,
					   SHA256_BYTES,
					   SHA256_BYTES,
					   &hash->key);
}

/* rounds=5000$SALT$KEY (https://www.akkadia.org/drepper/SHA-crypt.txt) */
static bool
read_sha_crypt(const char **cursor, AuthHash *hash)
{
	size_t key = hash->format == AUTH_HASH_SHA256_CRYPT ? 43 : 86;

	hash->iterations = 5000;
	if (skip(cursor, "rounds=") &&
		(!read_number(cursor, &hash->iterations) || !skip(cursor, "$")))
		return false;
	return hash->iterations >= 1000 &&
		   read_while(cursor, is_crypt, 1, 16, &hash->salt) &&
		   skip(cursor, "$") && read_crypt64(cursor, key, key, &hash->key);
}

/*
 * j9T$SALT$KEY: the flavour that everybody uses, the logarithm of N less
 * one, and r less one.
 */
static bool
read_yescrypt(const char **cursor, AuthHash *hash)
{
	AuthSpan parameters;

	if (!skip(cursor, "j") ||
		!read_while(cursor, is_crypt, 2, 2, &parameters) ||
		crypt_value(parameters.start[0]) >= 48 ||
		crypt_value(parameters.start[1]) >= 48)
		return false;
	set_scrypt(hash,
			   (uint32_t) crypt_value(parameters.start[0]) + 1,
			   (uint32_t) crypt_value(parameters.start[1]) + 1);
	return hash->log_cost >= 10 && skip(cursor, "$") &&
		   read_crypt64(cursor, 2, 86, &hash->salt) && skip(cursor, "$") &&
		   read_crypt64(cursor, 43, 43, &hash->key);
}

/* BSALTSALTKEY, where B is the logarithm of the rounds: 8 and 22 characters */
static bool
read_phpass(const char **cursor, AuthHash *hash)
{
	if (!is_crypt(**cursor))
		return false;
	hash->log_cost = (uint32_t) crypt_value(*(*cursor)++);
	if (hash->log_cost < 7 || hash->log_cost > 30)
		return false;
	hash->salt.start = *cursor;
	for (; hash->salt.length < 8 && is_crypt(**cursor); (*cursor)++)
		hash->salt.length++;
	return hash->salt.length == 8 && read_crypt64(cursor, 22, 22, &hash->key);
}

/* ID$argon2id$...: one of ours whose password was keyed before. */
static bool
read_peppered(const char **cursor, AuthHash *hash)
{
	if (!read_while(cursor,
					auth_server_key_is_id,
					1,
					AUTH_SERVER_KEY_ID,
					&hash->pepper))
		return false;
	hash->text = *cursor;
	return skip(cursor, "$argon2id$") && read_argon2(cursor, hash);
}

static const struct
{
	const char *prefix;
	AuthHashFormat format;
	bool (*read)(const char **cursor, AuthHash *hash);
} readers[] = {
	{"$argon2id$", AUTH_HASH_ARGON2ID, read_argon2},
	{"$argon2i$", AUTH_HASH_ARGON2I, read_argon2},
	{"$pepper$k=", AUTH_HASH_ARGON2ID, read_peppered},
	{"s2:", AUTH_HASH_LUCIA, read_lucia},
	{"$scrypt$", AUTH_HASH_SCRYPT, read_scrypt},
	{"$fbscrypt$", AUTH_HASH_FIREBASE, read_firebase},
	{"$2a$", AUTH_HASH_BCRYPT, read_bcrypt},
	{"$2b$", AUTH_HASH_BCRYPT, read_bcrypt},
	{"$2y$", AUTH_HASH_BCRYPT, read_bcrypt},
	{"$pbkdf2-sha256$", AUTH_HASH_PBKDF2_SHA256, read_pbkdf2},
	{"$pbkdf2-sha512$", AUTH_HASH_PBKDF2_SHA512, read_pbkdf2},
	{"pbkdf2_sha256$", AUTH_HASH_DJANGO, read_django},
	{"$5$", AUTH_HASH_SHA256_CRYPT, read_sha_crypt},
	{"$6$", AUTH_HASH_SHA512_CRYPT, read_sha_crypt},
	{"$y$", AUTH_HASH_YESCRYPT, read_yescrypt},
	{"$P$", AUTH_HASH_PHPASS, read_phpass},
	{"$H$", AUTH_HASH_PHPASS, read_phpass},
};

/* Read by its prefix; a colon in the right place is all that is left. */
static bool
read_hash(const char **cursor, AuthHash *hash)
{
	size_t colon = strcspn(*cursor, ":");

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
	{
		if (!skip(cursor, readers[i].prefix))
			continue;
		hash->format = readers[i].format;
		return readers[i].read(cursor, hash);
	}
	if ((*cursor)[colon] == '\0' || (colon != 16 && colon != 32))
		return false;
	if (colon == 16)
	{
		hash->format = AUTH_HASH_LUCIA_LEGACY;
		return read_lucia_legacy(cursor, hash);
	}
	hash->format = AUTH_HASH_HEX_SCRYPT;
	return read_hex_scrypt(cursor, hash);
}

/*
 * Read a stored text, of which one hash may take so many microseconds; the
 * format is set where it could be told, the parameters where it is not
 * malformed.
 */
AuthHashStatus
auth_hash_parse(const char *text, uint64_t budget, AuthHash *hash)
{
	const char *cursor = text;
	bool good;

	*hash = (AuthHash){.format = AUTH_HASH_UNKNOWN, .text = text};
	good = read_hash(&cursor, hash) && *cursor == '\0';
	if (hash->format == AUTH_HASH_UNKNOWN)
		return AUTH_HASH_UNRECOGNISED;
	if (!good)
		return AUTH_HASH_MALFORMED;
	return auth_hash_is_bearable(hash, budget) ? AUTH_HASH_READABLE :
												 AUTH_HASH_TOO_COSTLY;
}
