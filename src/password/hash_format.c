/*
 * hash_format.c
 *	  What is known of each format of password hashes.
 */
#include "password/hash_format.h"

#define TEXT AUTH_CODING_TEXT
#define HEX AUTH_CODING_HEX
#define BASE64 AUTH_CODING_BASE64

static const AuthHashTraits traits[AUTH_HASH_FORMATS] = {
	[AUTH_HASH_UNKNOWN] = {"unknown", AUTH_ALGORITHM_NONE, TEXT, TEXT},
	[AUTH_HASH_ARGON2ID] = {"argon2id",
							AUTH_ALGORITHM_ARGON2ID,
							BASE64,
							BASE64},
	[AUTH_HASH_ARGON2I] = {"argon2i", AUTH_ALGORITHM_ARGON2I, BASE64, BASE64},
	[AUTH_HASH_LUCIA] = {"lucia-scrypt", AUTH_ALGORITHM_SCRYPT, TEXT, HEX},
	[AUTH_HASH_LUCIA_LEGACY] = {"lucia-legacy-scrypt",
								AUTH_ALGORITHM_SCRYPT,
								TEXT,
								HEX},
	[AUTH_HASH_HEX_SCRYPT] = {"hex-scrypt", AUTH_ALGORITHM_SCRYPT, TEXT, HEX},
	[AUTH_HASH_SCRYPT] = {"scrypt", AUTH_ALGORITHM_SCRYPT, BASE64, BASE64},
	[AUTH_HASH_FIREBASE] = {"firebase-scrypt",
							AUTH_ALGORITHM_SCRYPT,
							BASE64,
							BASE64},
	[AUTH_HASH_DJANGO_SCRYPT] = {"django-scrypt",
								 AUTH_ALGORITHM_SCRYPT,
								 TEXT,
								 BASE64},
	[AUTH_HASH_WERKZEUG_SCRYPT] = {"werkzeug-scrypt",
								   AUTH_ALGORITHM_SCRYPT,
								   TEXT,
								   HEX},
	[AUTH_HASH_BCRYPT] = {"bcrypt", AUTH_ALGORITHM_BCRYPT, TEXT, TEXT},
	[AUTH_HASH_DJANGO_BCRYPT] = {"django-bcrypt-sha256",
								 AUTH_ALGORITHM_BCRYPT,
								 TEXT,
								 TEXT},
	[AUTH_HASH_WORDPRESS] = {"wordpress-bcrypt",
							 AUTH_ALGORITHM_BCRYPT,
							 TEXT,
							 TEXT},
	[AUTH_HASH_PBKDF2_SHA256] = {"pbkdf2-sha256",
								 AUTH_ALGORITHM_PBKDF2_SHA256,
								 BASE64,
								 BASE64},
	[AUTH_HASH_PBKDF2_SHA512] = {"pbkdf2-sha512",
								 AUTH_ALGORITHM_PBKDF2_SHA512,
								 BASE64,
								 BASE64},
	[AUTH_HASH_DJANGO] = {"django-pbkdf2-sha256",
						  AUTH_ALGORITHM_PBKDF2_SHA256,
						  TEXT,
						  BASE64},
	[AUTH_HASH_WERKZEUG_SHA256] = {"werkzeug-pbkdf2-sha256",
								   AUTH_ALGORITHM_PBKDF2_SHA256,
								   TEXT,
								   HEX},
	[AUTH_HASH_WERKZEUG_SHA512] = {"werkzeug-pbkdf2-sha512",
								   AUTH_ALGORITHM_PBKDF2_SHA512,
								   TEXT,
								   HEX},
	[AUTH_HASH_SHA256_CRYPT] = {"sha256-crypt",
								AUTH_ALGORITHM_SHA256_CRYPT,
								TEXT,
								TEXT},
	[AUTH_HASH_SHA512_CRYPT] = {"sha512-crypt",
								AUTH_ALGORITHM_SHA512_CRYPT,
								TEXT,
								TEXT},
	[AUTH_HASH_YESCRYPT] = {"yescrypt", AUTH_ALGORITHM_YESCRYPT, TEXT, TEXT},
	[AUTH_HASH_PHPASS] = {"phpass", AUTH_ALGORITHM_PHPASS, TEXT, TEXT},
};

const AuthHashTraits *
auth_hash_traits(const AuthHash *hash)
{
	return &traits[hash->format];
}

const char *
auth_hash_format_name(AuthHashFormat format)
{
	return traits[format].name;
}

/*
 * Whether the password may have been hashed as it was typed.  Two of Lucia's
 * formats were only ever made from its normal form NFKC.
 */
bool
auth_hash_is_of_raw_bytes(AuthHashFormat format)
{
	return format != AUTH_HASH_LUCIA && format != AUTH_HASH_HEX_SCRYPT;
}

/* What scrypt takes in KiB: 128 * N * r * p bytes. */
static uint64_t
scrypt_memory(const AuthHash *hash)
{
	uint64_t blocks = (uint64_t) hash->block * hash->parallelism;

	if (hash->log_cost > 31 || blocks > AUTH_HASH_MAX_MEMORY)
		return UINT64_MAX;

	/* below 2^21 * 2^31 */
	return ((blocks << hash->log_cost) + 7) / 8;
}

/*
 * Nanoseconds of one unit of work: a KiB of memory in a pass, a round of
 * bcrypt, an iteration of PBKDF2 for a block of the key, a round of sha-crypt
 * or phpass for the longest password.  They are what a present machine takes
 * at most, as docs/password_hash.md has measured it; a constant, so that what is
 * accepted does not depend on how busy the machine is.
 */
static const uint32_t unit_costs[AUTH_ALGORITHMS] = {
	[AUTH_ALGORITHM_ARGON2ID] = 1000,
	[AUTH_ALGORITHM_ARGON2I] = 1000,
	[AUTH_ALGORITHM_SCRYPT] = 3800,
	[AUTH_ALGORITHM_BCRYPT] = 50000,
	[AUTH_ALGORITHM_PBKDF2_SHA256] = 1000,
	[AUTH_ALGORITHM_PBKDF2_SHA512] = 1000,
	[AUTH_ALGORITHM_SHA256_CRYPT] = 2500,
	[AUTH_ALGORITHM_SHA512_CRYPT] = 2000,
	[AUTH_ALGORITHM_YESCRYPT] = 1900,
	[AUTH_ALGORITHM_PHPASS] = 8000,
};

/* Bytes of the key of a hash whose key is decoded. */
static size_t
key_bytes(const AuthHash *hash)
{
	return auth_hash_traits(hash)->key == AUTH_CODING_HEX ?
			   hash->key.length / 2 :
			   hash->key.length * 3 / 4;
}

/* All iterations are done for each block of the key. */
static uint64_t
pbkdf2_iterations(const AuthHash *hash, size_t block)
{
	return hash->iterations *
		   (uint64_t) ((key_bytes(hash) + block - 1) / block);
}

/* Below 2^37, or of memory that is bounded before it is asked for. */
static uint64_t
units(const AuthHash *hash)
{
	switch (auth_hash_traits(hash)->algorithm)
	{
		case AUTH_ALGORITHM_ARGON2ID:
		case AUTH_ALGORITHM_ARGON2I:
			return hash->memory * hash->iterations;
		case AUTH_ALGORITHM_BCRYPT:
		case AUTH_ALGORITHM_PHPASS:
			return UINT64_C(1) << hash->log_cost;
		case AUTH_ALGORITHM_PBKDF2_SHA256:
			return pbkdf2_iterations(hash, 32);
		case AUTH_ALGORITHM_PBKDF2_SHA512:
			return pbkdf2_iterations(hash, 64);
		case AUTH_ALGORITHM_SHA256_CRYPT:
		case AUTH_ALGORITHM_SHA512_CRYPT:
			return hash->iterations;
		default:
			return hash->memory;
	}
}

/*
 * The microseconds that the hash is taken to cost, of one whose memory and
 * passes are within their ends.
 */
static uint64_t
hash_cost(const AuthHash *hash)
{
	return units(hash) * unit_costs[auth_hash_traits(hash)->algorithm] / 1000;
}

/*
 * What a stored hash may cost where new ones are made with this memory in KiB
 * and these passes: ten times as much, so that those stay good after the
 * settings are lowered by that.
 */
uint64_t
auth_hash_budget(uint64_t memory, uint32_t passes)
{
	AuthHash hash = {.format = AUTH_HASH_ARGON2ID,
					 .memory = memory,
					 .iterations = passes};
	uint64_t budget = 10 * hash_cost(&hash);

	return budget > AUTH_HASH_LEAST_BUDGET ? budget : AUTH_HASH_LEAST_BUDGET;
}

/* Whether the hash costs no more than the budget; sets the memory of scrypt. */
bool
auth_hash_is_bearable(AuthHash *hash, uint64_t budget)
{
	if (hash->block != 0)
		hash->memory = scrypt_memory(hash);
	return hash->memory <= AUTH_HASH_MAX_MEMORY &&
		   hash->lanes <= AUTH_HASH_MAX_LANES &&
		   (hash->lanes == 0 || hash->iterations <= AUTH_HASH_MAX_PASSES) &&
		   hash_cost(hash) <= budget;
}

/* m in KiB by passes: 46 MiB for one, 19 for two, 12 for more. */
static bool
argon2_meets_floor(const AuthHash *hash)
{
	if (hash->iterations == 1)
		return hash->memory >= 47104;
	return hash->memory >= (hash->iterations == 2 ? 19456 : 12288);
}

/* N by p: 2^17 for one, 2^16 for two, 2^15 for more, each with r = 8. */
static bool
scrypt_meets_floor(const AuthHash *hash)
{
	uint32_t less = hash->parallelism > 2 ? 2 : hash->parallelism - 1;

	return hash->block >= 8 && hash->log_cost >= 17 - less;
}

/*
 * Whether the algorithm is one that OWASP ASVS 5.0, appendix C, approves for
 * storing passwords, with the parameters that it requires at least.  Not
 * among them are argon2i, yescrypt, sha-crypt and phpass.
 */
bool
auth_hash_meets_floor(const AuthHash *hash)
{
	switch (auth_hash_traits(hash)->algorithm)
	{
		case AUTH_ALGORITHM_ARGON2ID:
			return argon2_meets_floor(hash);
		case AUTH_ALGORITHM_SCRYPT:
			return scrypt_meets_floor(hash);
		case AUTH_ALGORITHM_BCRYPT:
			return hash->log_cost >= 10;
		case AUTH_ALGORITHM_PBKDF2_SHA256:
			return hash->iterations >= 600000;
		case AUTH_ALGORITHM_PBKDF2_SHA512:
			return hash->iterations >= 210000;
		default:
			return false;
	}
}
