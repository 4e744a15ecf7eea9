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
#include "password/hash_read.h"

/* Sizes in bytes, where the format itself sets none. */
#define MIN_ARGON2_SALT 8 /* RFC 9106 and libsodium */
#define MAX_ARGON2_SALT 64
#define MIN_ARGON2_KEY 16
#define MIN_LANE_MEMORY 8 /* KiB, of the same RFC */
#define MAX_SALT 64
#define MIN_KEY 16
#define SHA256_BYTES 32
#define SHA512_BYTES 64

/* The letters that identifiers and salts are drawn from in JavaScript. */
static bool
is_url_safe(char c)
{
	return auth_read_is_alphanumeric(c) || c == '_' || c == '-';
}

static bool
is_printable_but_dollar(char c)
{
	return c > ' ' && c <= '~' && c != '$';
}

/* A number behind its name. */
static bool
read_parameter(const char **cursor, const char *name, uint32_t *number)
{
	return auth_read_literal(cursor, name) && auth_read_number(cursor, number);
}

/* Bytes in base64 behind a literal. */
static bool
read_base64(const char **cursor, const char *before, AuthBase64 kind,
			size_t min, size_t max, AuthSpan *span)
{
	return auth_read_literal(cursor, before) &&
		   auth_read_base64(cursor, kind, min, max, span);
}

static bool
read_salt(const char **cursor, AuthBase64 kind, AuthHash *hash)
{
	return read_base64(cursor, "$", kind, 1, MAX_SALT, &hash->salt);
}

/* m=19456,t=2,p=1$SALT$KEY (https://github.com/P-H-C/phc-string-format) */
static bool
read_argon2(const char **cursor, AuthHash *hash)
{
	uint32_t memory;

	if (!read_parameter(cursor, "v=19$m=", &memory) ||
		!read_parameter(cursor, ",t=", &hash->iterations) ||
		!read_parameter(cursor, ",p=", &hash->lanes))
		return false;
	hash->memory = memory;
	return read_base64(cursor,
					   "$",
					   AUTH_BASE64_BARE,
					   MIN_ARGON2_SALT,
					   MAX_ARGON2_SALT,
					   &hash->salt) &&
		   read_base64(cursor,
					   "$",
					   AUTH_BASE64_BARE,
					   MIN_ARGON2_KEY,
					   AUTH_HASH_MAX_BYTES,
					   &hash->key) &&
		   hash->memory >= (uint64_t) MIN_LANE_MEMORY * hash->lanes;
}

/* A key of so many bytes in hexadecimal digits, behind a literal. */
static bool
read_hex_key(const char **cursor, const char *before, size_t bytes,
			 AuthHash *hash)
{
	return auth_read_literal(cursor, before) &&
		   auth_read_hex(cursor, bytes, &hash->key);
}

/* A salt that is text, between dollars. */
static bool
read_text_salt(const char **cursor, AuthHash *hash)
{
	return auth_read_literal(cursor, "$") &&
		   auth_read_while(cursor,
						   is_printable_but_dollar,
						   1,
						   AUTH_HASH_MAX_BYTES,
						   &hash->salt);
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
	return auth_read_while(cursor, is_url_safe, 16, 32, &hash->salt) &&
		   (hash->salt.length == 16 || hash->salt.length == 32) &&
		   read_hex_key(cursor, ":", SHA512_BYTES, hash);
}

static bool
read_lucia_legacy(const char **cursor, AuthHash *hash)
{
	set_scrypt(hash, 14, 8);
	return auth_read_while(cursor, is_url_safe, 16, 16, &hash->salt) &&
		   read_hex_key(cursor, ":", SHA512_BYTES, hash);
}

static bool
read_hex_scrypt(const char **cursor, AuthHash *hash)
{
	set_scrypt(hash, 14, 16);
	return auth_read_hex(cursor, 16, &hash->salt) &&
		   read_hex_key(cursor, ":", SHA512_BYTES, hash);
}

/* The logarithm of a power of two from 2 on. */
static bool
take_logarithm(uint32_t number, uint32_t *log_cost)
{
	for (*log_cost = 0; number > 1 && number % 2 == 0; number /= 2)
		(*log_cost)++;
	return number == 1 && *log_cost > 0;
}

/*
 * The cost of scrypt as its logarithm.  Some writers put the cost itself
 * there: a power of two from 1024 on can mean nothing else.
 */
static bool
read_log_cost(const char **cursor, uint32_t *log_cost)
{
	uint32_t number;

	if (!auth_read_number(cursor, &number))
		return false;
	*log_cost = number;
	return number < 1024 || take_logarithm(number, log_cost);
}

/* ln=17,r=8,p=1$SALT$KEY; the writers of Kratos pad. */
static bool
read_scrypt(const char **cursor, AuthHash *hash)
{
	return auth_read_literal(cursor, "ln=") &&
		   read_log_cost(cursor, &hash->log_cost) &&
		   read_parameter(cursor, ",r=", &hash->block) &&
		   read_parameter(cursor, ",p=", &hash->parallelism) &&
		   read_salt(cursor, AUTH_BASE64_EITHER, hash) &&
		   read_base64(cursor,
					   "$",
					   AUTH_BASE64_EITHER,
					   MIN_KEY,
					   SHA512_BYTES,
					   &hash->key);
}

/* The cost of scrypt, not its logarithm. */
static bool
read_cost(const char **cursor, uint32_t *log_cost)
{
	uint32_t number;

	return auth_read_number(cursor, &number) &&
		   take_logarithm(number, log_cost);
}

/* 16384$SALT$8$1$KEY */
static bool
read_django_scrypt(const char **cursor, AuthHash *hash)
{
	return read_cost(cursor, &hash->log_cost) && read_text_salt(cursor, hash) &&
		   read_parameter(cursor, "$", &hash->block) &&
		   read_parameter(cursor, "$", &hash->parallelism) &&
		   read_base64(cursor,
					   "$",
					   AUTH_BASE64_PADDED,
					   SHA512_BYTES,
					   SHA512_BYTES,
					   &hash->key);
}

/* 32768:8:1$SALT$KEY */
static bool
read_werkzeug_scrypt(const char **cursor, AuthHash *hash)
{
	return read_cost(cursor, &hash->log_cost) &&
		   read_parameter(cursor, ":", &hash->block) &&
		   read_parameter(cursor, ":", &hash->parallelism) &&
		   read_text_salt(cursor, hash) &&
		   read_hex_key(cursor, "$", SHA512_BYTES, hash);
}

/*
 * v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=SIGNER$SALT$KEY, where n is a logarithm.
 * The key is the signer's, encrypted.
 */
static bool
read_firebase(const char **cursor, AuthHash *hash)
{
	return read_parameter(cursor, "v=1,n=", &hash->log_cost) &&
		   read_parameter(cursor, ",r=", &hash->block) &&
		   read_parameter(cursor, ",p=", &hash->parallelism) &&
		   read_base64(cursor,
					   ",ss=",
					   AUTH_BASE64_PADDED,
					   1,
					   MAX_SALT,
					   &hash->separator) &&
		   read_base64(cursor,
					   ",sk=",
					   AUTH_BASE64_PADDED,
					   MIN_KEY,
					   AUTH_HASH_MAX_BYTES,
					   &hash->signer) &&
		   read_salt(cursor, AUTH_BASE64_PADDED, hash) &&
		   read_base64(cursor,
					   "$",
					   AUTH_BASE64_PADDED,
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
	if (hash->log_cost < 4 || hash->log_cost > 31 ||
		!auth_read_literal(cursor, "$") ||
		!auth_read_while(cursor, auth_read_is_crypt, 53, 53, &both))
		return false;
	hash->salt = (AuthSpan){both.start, 22};
	hash->key = (AuthSpan){both.start + 22, 31};
	return strchr(".CGKOSWaeimquy26", both.start[52]) != NULL;
}

/* 600000,l=32$SALT$KEY, where l is the length of the key (PHC, Kratos) */
static bool
read_phc_pbkdf2(const char **cursor, AuthHash *hash)
{
	uint32_t length;

	return auth_read_number(cursor, &hash->iterations) &&
		   read_parameter(cursor, ",l=", &length) && length >= MIN_KEY &&
		   length <= SHA512_BYTES &&
		   read_salt(cursor, AUTH_BASE64_EITHER, hash) &&
		   read_base64(cursor,
					   "$",
					   AUTH_BASE64_EITHER,
					   length,
					   length,
					   &hash->key);
}

/* 29000$SALT$KEY of passlib; others keep 64 bytes of SHA-256, or half. */
static bool
read_pbkdf2(const char **cursor, AuthHash *hash)
{
	if (auth_read_literal(cursor, "i="))
		return read_phc_pbkdf2(cursor, hash);
	return auth_read_number(cursor, &hash->iterations) &&
		   read_salt(cursor, AUTH_BASE64_ADAPTED, hash) &&
		   read_base64(cursor,
					   "$",
					   AUTH_BASE64_ADAPTED,
					   SHA256_BYTES,
					   SHA512_BYTES,
					   &hash->key) &&
		   (hash->key.length == (SHA512_BYTES * 4 + 2) / 3 ||
			hash->key.length == (SHA256_BYTES * 4 + 2) / 3);
}

/* 600000$SALT$KEY, where the salt is text. */
static bool
read_django(const char **cursor, AuthHash *hash)
{
	return auth_read_number(cursor, &hash->iterations) &&
		   read_text_salt(cursor, hash) &&
		   read_base64(cursor,
					   "$",
					   AUTH_BASE64_PADDED,
					   SHA256_BYTES,
					   SHA256_BYTES,
					   &hash->key);
}

/* The same with the key in digits, which is as long as the digest. */
static bool
read_werkzeug(const char **cursor, AuthHash *hash)
{
	size_t bytes =
		hash->format == AUTH_HASH_WERKZEUG_SHA256 ? SHA256_BYTES : SHA512_BYTES;

	return auth_read_number(cursor, &hash->iterations) &&
		   read_text_salt(cursor, hash) &&
		   read_hex_key(cursor, "$", bytes, hash);
}

/* rounds=5000$SALT$KEY (https://www.akkadia.org/drepper/SHA-crypt.txt) */
static bool
read_sha_crypt(const char **cursor, AuthHash *hash)
{
	size_t key = hash->format == AUTH_HASH_SHA256_CRYPT ? 43 : 86;

	hash->iterations = 5000;
	if (auth_read_literal(cursor, "rounds=") &&
		(!auth_read_number(cursor, &hash->iterations) ||
		 !auth_read_literal(cursor, "$")))
		return false;
	return hash->iterations >= 1000 &&
		   auth_read_while(cursor, auth_read_is_crypt, 1, 16, &hash->salt) &&
		   auth_read_literal(cursor, "$") &&
		   auth_read_crypt64(cursor, key, key, &hash->key);
}

/*
 * j9T$SALT$KEY: the flavour that everybody uses, the logarithm of N less
 * one, and r less one.
 */
static bool
read_yescrypt(const char **cursor, AuthHash *hash)
{
	AuthSpan parameters;

	if (!auth_read_literal(cursor, "j") ||
		!auth_read_while(cursor, auth_read_is_crypt, 2, 2, &parameters) ||
		auth_read_crypt_value(parameters.start[0]) >= 48 ||
		auth_read_crypt_value(parameters.start[1]) >= 48)
		return false;
	set_scrypt(hash,
			   (uint32_t) auth_read_crypt_value(parameters.start[0]) + 1,
			   (uint32_t) auth_read_crypt_value(parameters.start[1]) + 1);
	return hash->log_cost >= 10 && auth_read_literal(cursor, "$") &&
		   auth_read_crypt64(cursor, 2, 86, &hash->salt) &&
		   auth_read_literal(cursor, "$") &&
		   auth_read_crypt64(cursor, 43, 43, &hash->key);
}

/* BSALTSALTKEY, where B is the logarithm of the rounds: 8 and 22 characters */
static bool
read_phpass(const char **cursor, AuthHash *hash)
{
	if (!auth_read_is_crypt(**cursor))
		return false;
	hash->log_cost = (uint32_t) auth_read_crypt_value(*(*cursor)++);
	if (hash->log_cost < 7 || hash->log_cost > 30)
		return false;
	hash->salt.start = *cursor;
	for (; hash->salt.length < 8 && auth_read_is_crypt(**cursor); (*cursor)++)
		hash->salt.length++;
	return hash->salt.length == 8 &&
		   auth_read_crypt64(cursor, 22, 22, &hash->key);
}

/* ID$argon2id$...: one of ours whose password was keyed before. */
static bool
read_peppered(const char **cursor, AuthHash *hash)
{
	if (!auth_read_while(cursor,
						 auth_server_key_is_id,
						 1,
						 AUTH_SERVER_KEY_ID,
						 &hash->pepper))
		return false;
	hash->text = *cursor;
	return auth_read_literal(cursor, "$argon2id$") && read_argon2(cursor, hash);
}

/* What others write before the text of an algorithm, and how that begins. */
static const struct
{
	const char *before;
	const char *prefix;
	AuthHashFormat format;
	bool (*read)(const char **cursor, AuthHash *hash);
} readers[] = {
	{"", "$argon2id$", AUTH_HASH_ARGON2ID, read_argon2},
	{"", "$argon2i$", AUTH_HASH_ARGON2I, read_argon2},
	{"argon2", "$argon2id$", AUTH_HASH_ARGON2ID, read_argon2},
	{"argon2", "$argon2i$", AUTH_HASH_ARGON2I, read_argon2},
	{"", "$pepper$k=", AUTH_HASH_ARGON2ID, read_peppered},
	{"", "s2:", AUTH_HASH_LUCIA, read_lucia},
	{"", "$scrypt$", AUTH_HASH_SCRYPT, read_scrypt},
	{"", "$fbscrypt$", AUTH_HASH_FIREBASE, read_firebase},
	{"", "scrypt$", AUTH_HASH_DJANGO_SCRYPT, read_django_scrypt},
	{"", "scrypt:", AUTH_HASH_WERKZEUG_SCRYPT, read_werkzeug_scrypt},
	{"", "$2a$", AUTH_HASH_BCRYPT, read_bcrypt},
	{"", "$2b$", AUTH_HASH_BCRYPT, read_bcrypt},
	{"", "$2y$", AUTH_HASH_BCRYPT, read_bcrypt},
	{"bcrypt$", "$2a$", AUTH_HASH_BCRYPT, read_bcrypt},
	{"bcrypt$", "$2b$", AUTH_HASH_BCRYPT, read_bcrypt},
	{"bcrypt$", "$2y$", AUTH_HASH_BCRYPT, read_bcrypt},
	{"bcrypt_sha256$", "$2a$", AUTH_HASH_DJANGO_BCRYPT, read_bcrypt},
	{"bcrypt_sha256$", "$2b$", AUTH_HASH_DJANGO_BCRYPT, read_bcrypt},
	{"$wp", "$2y$", AUTH_HASH_WORDPRESS, read_bcrypt},
	{"", "$pbkdf2-sha256$", AUTH_HASH_PBKDF2_SHA256, read_pbkdf2},
	{"", "$pbkdf2-sha512$", AUTH_HASH_PBKDF2_SHA512, read_pbkdf2},
	{"", "pbkdf2_sha256$", AUTH_HASH_DJANGO, read_django},
	{"", "pbkdf2:sha256:", AUTH_HASH_WERKZEUG_SHA256, read_werkzeug},
	{"", "pbkdf2:sha512:", AUTH_HASH_WERKZEUG_SHA512, read_werkzeug},
	{"", "$5$", AUTH_HASH_SHA256_CRYPT, read_sha_crypt},
	{"", "$6$", AUTH_HASH_SHA512_CRYPT, read_sha_crypt},
	{"", "$y$", AUTH_HASH_YESCRYPT, read_yescrypt},
	{"", "$P$", AUTH_HASH_PHPASS, read_phpass},
	{"", "$H$", AUTH_HASH_PHPASS, read_phpass},
};

/* Read by its prefix; a colon in the right place is all that is left. */
static bool
read_hash(const char **cursor, AuthHash *hash)
{
	const char *start = *cursor;
	size_t colon = strcspn(start, ":");

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
	{
		*cursor = start;
		if (!auth_read_literal(cursor, readers[i].before))
			continue;
		hash->text = *cursor;
		if (!auth_read_literal(cursor, readers[i].prefix))
			continue;
		hash->format = readers[i].format;
		return readers[i].read(cursor, hash);
	}
	*cursor = hash->text = start;
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
