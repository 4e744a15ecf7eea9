/*
 * hash_format.h
 *	  Stored password hashes, our own and those of other systems.  Pure: no
 *	  server is needed.
 */
#ifndef AUTH_HASH_FORMAT_H
#define AUTH_HASH_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "secret/server_key_parse.h"

/*
 * A stored hash must not take the server's memory, nor a processor for longer
 * than a few seconds, since a hash cannot be interrupted.  So one that would
 * take more than a budget is refused before any memory is taken: its time is
 * estimated from the product of its parameters.  The ends of single ones are
 * those that the libraries have to be kept from, and of the settings.
 */
#define AUTH_HASH_MAX_MEMORY (1024 * 1024) /* KiB */
#define AUTH_HASH_MAX_PASSES 32			   /* argon2 */
#define AUTH_HASH_MAX_LANES 16			   /* argon2 */

/* Microseconds that every stored hash may take, whatever the settings are. */
#define AUTH_HASH_LEAST_BUDGET UINT64_C(4000000)

/* bcrypt takes no more of a password; what follows is of no account. */
#define AUTH_HASH_BCRYPT_BYTES 72

/* phpass takes no longer passwords: none can have been hashed by it. */
#define AUTH_HASH_PHPASS_BYTES 4096

/* No salt or key that is read has more bytes. */
#define AUTH_HASH_MAX_BYTES 128

typedef enum AuthHashFormat
{
	AUTH_HASH_UNKNOWN,
	AUTH_HASH_ARGON2ID,
	AUTH_HASH_ARGON2I,
	AUTH_HASH_LUCIA,		   /* s2:SALT:KEY */
	AUTH_HASH_LUCIA_LEGACY,	   /* SALT:KEY, salt of 16 characters */
	AUTH_HASH_HEX_SCRYPT,	   /* SALT:KEY, salt of 32 hexadecimal digits */
	AUTH_HASH_SCRYPT,		   /* $scrypt$ */
	AUTH_HASH_FIREBASE,		   /* $fbscrypt$ */
	AUTH_HASH_DJANGO_SCRYPT,   /* scrypt$ */
	AUTH_HASH_WERKZEUG_SCRYPT, /* scrypt: */
	AUTH_HASH_BCRYPT,		   /* $2a$, $2b$, $2y$ */
	AUTH_HASH_DJANGO_BCRYPT,   /* bcrypt_sha256$ */
	AUTH_HASH_WORDPRESS,	   /* $wp$2y$ */
	AUTH_HASH_PBKDF2_SHA256,
	AUTH_HASH_PBKDF2_SHA512,
	AUTH_HASH_DJANGO,		   /* pbkdf2_sha256$ */
	AUTH_HASH_WERKZEUG_SHA256, /* pbkdf2:sha256: */
	AUTH_HASH_WERKZEUG_SHA512, /* pbkdf2:sha512: */
	AUTH_HASH_SHA256_CRYPT,
	AUTH_HASH_SHA512_CRYPT,
	AUTH_HASH_YESCRYPT,
	AUTH_HASH_PHPASS /* $P$, $H$ */
} AuthHashFormat;

#define AUTH_HASH_FORMATS (AUTH_HASH_PHPASS + 1)

typedef enum AuthHashAlgorithm
{
	AUTH_ALGORITHM_NONE,
	AUTH_ALGORITHM_ARGON2ID,
	AUTH_ALGORITHM_ARGON2I,
	AUTH_ALGORITHM_SCRYPT,
	AUTH_ALGORITHM_BCRYPT,
	AUTH_ALGORITHM_PBKDF2_SHA256,
	AUTH_ALGORITHM_PBKDF2_SHA512,
	AUTH_ALGORITHM_SHA256_CRYPT,
	AUTH_ALGORITHM_SHA512_CRYPT,
	AUTH_ALGORITHM_YESCRYPT,
	AUTH_ALGORITHM_PHPASS
} AuthHashAlgorithm;

#define AUTH_ALGORITHMS (AUTH_ALGORITHM_PHPASS + 1)

/* How the bytes of a salt or a key are written. */
typedef enum AuthHashCoding
{
	AUTH_CODING_TEXT, /* as they are */
	AUTH_CODING_HEX,
	AUTH_CODING_BASE64
} AuthHashCoding;

/* What a format is; the codings are of those that are decoded. */
typedef struct AuthHashTraits
{
	const char *name; /* as auth_describe_password_hash() shows it */
	AuthHashAlgorithm algorithm;
	AuthHashCoding salt;
	AuthHashCoding key;
} AuthHashTraits;

typedef enum AuthHashStatus
{
	AUTH_HASH_READABLE,
	AUTH_HASH_UNRECOGNISED, /* of no format that is known here */
	AUTH_HASH_MALFORMED,
	AUTH_HASH_TOO_COSTLY
} AuthHashStatus;

/*
 * A stored hash as it was read; the text must stay.  Fields that the format
 * does not have are zero.
 */
typedef struct AuthHash
{
	AuthHashFormat format; /* also of what is malformed or too costly */
	const char *text;	   /* the algorithm's own part of what is stored */
	AuthSpan pepper;	   /* its name; the MAC of the password was hashed */
	AuthSpan salt;
	AuthSpan key;
	AuthSpan separator;	  /* firebase */
	AuthSpan signer;	  /* firebase */
	uint64_t memory;	  /* KiB; 0: a few */
	uint32_t iterations;  /* passes, iterations or rounds */
	uint32_t lanes;		  /* argon2 */
	uint32_t log_cost;	  /* scrypt, yescrypt, bcrypt, phpass: log2 */
	uint32_t block;		  /* scrypt, yescrypt: r */
	uint32_t parallelism; /* scrypt, yescrypt: p */
} AuthHash;

typedef enum AuthHashAnswer
{
	AUTH_HASH_MATCH,
	AUTH_HASH_MISMATCH,
	AUTH_HASH_NO_MEMORY,
	AUTH_HASH_UNVERIFIABLE /* the library cannot read or compute it */
} AuthHashAnswer;

extern const AuthHashTraits *auth_hash_traits(const AuthHash *hash);
extern const char *auth_hash_format_name(AuthHashFormat format);
extern bool auth_hash_is_of_raw_bytes(AuthHashFormat format);
extern uint64_t auth_hash_budget(uint64_t memory, uint32_t passes);
extern bool auth_hash_is_bearable(AuthHash *hash, uint64_t budget);
extern bool auth_hash_meets_floor(const AuthHash *hash);

#endif /* AUTH_HASH_FORMAT_H */
