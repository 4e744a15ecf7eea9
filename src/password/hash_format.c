/*
 * hash_format.c
 *	  What is known of each format of password hashes.
 */
#include "password/hash_format.h"

/* As auth_describe_password_hash() shows them. */
static const char *const names[AUTH_HASH_FORMATS] = {
	[AUTH_HASH_UNKNOWN] = "unknown",
	[AUTH_HASH_ARGON2ID] = "argon2id",
	[AUTH_HASH_ARGON2I] = "argon2i",
	[AUTH_HASH_LUCIA] = "lucia-scrypt",
	[AUTH_HASH_LUCIA_LEGACY] = "lucia-legacy-scrypt",
	[AUTH_HASH_HEX_SCRYPT] = "hex-scrypt",
	[AUTH_HASH_SCRYPT] = "scrypt",
	[AUTH_HASH_FIREBASE] = "firebase-scrypt",
	[AUTH_HASH_BCRYPT] = "bcrypt",
	[AUTH_HASH_PBKDF2_SHA256] = "pbkdf2-sha256",
	[AUTH_HASH_PBKDF2_SHA512] = "pbkdf2-sha512",
	[AUTH_HASH_DJANGO] = "django-pbkdf2-sha256",
	[AUTH_HASH_SHA256_CRYPT] = "sha256-crypt",
	[AUTH_HASH_SHA512_CRYPT] = "sha512-crypt",
	[AUTH_HASH_YESCRYPT] = "yescrypt",
	[AUTH_HASH_PHPASS] = "phpass",
};

const char *
auth_hash_format_name(AuthHashFormat format)
{
	return names[format];
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
static const uint32_t unit_costs[AUTH_HASH_FORMATS] = {
	[AUTH_HASH_ARGON2ID] = 1000,
	[AUTH_HASH_ARGON2I] = 1000,
	[AUTH_HASH_LUCIA] = 3800,
	[AUTH_HASH_LUCIA_LEGACY] = 3800,
	[AUTH_HASH_HEX_SCRYPT] = 3800,
	[AUTH_HASH_SCRYPT] = 3800,
	[AUTH_HASH_FIREBASE] = 3800,
	[AUTH_HASH_BCRYPT] = 50000,
	[AUTH_HASH_PBKDF2_SHA256] = 1000,
	[AUTH_HASH_PBKDF2_SHA512] = 1000,
	[AUTH_HASH_DJANGO] = 1000,
	[AUTH_HASH_SHA256_CRYPT] = 2500,
	[AUTH_HASH_SHA512_CRYPT] = 2000,
	[AUTH_HASH_YESCRYPT] = 1900,
	[AUTH_HASH_PHPASS] = 8000,
};

/* All iterations are done for each block of the key: two for 64 bytes. */
static uint64_t
pbkdf2_iterations(const AuthHash *hash)
{
	bool two = hash->format == AUTH_HASH_PBKDF2_SHA256 && hash->key.length > 43;

	return (uint64_t) hash->iterations * (two ? 2 : 1);
}

/* Below 2^37, or of memory that is bounded before it is asked for. */
static uint64_t
units(const AuthHash *hash)
{
	switch (hash->format)
	{
		case AUTH_HASH_ARGON2ID:
		case AUTH_HASH_ARGON2I:
			return hash->memory * hash->iterations;
		case AUTH_HASH_BCRYPT:
		case AUTH_HASH_PHPASS:
			return UINT64_C(1) << hash->log_cost;
		case AUTH_HASH_PBKDF2_SHA256:
		case AUTH_HASH_PBKDF2_SHA512:
		case AUTH_HASH_DJANGO:
			return pbkdf2_iterations(hash);
		case AUTH_HASH_SHA256_CRYPT:
		case AUTH_HASH_SHA512_CRYPT:
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
	return units(hash) * unit_costs[hash->format] / 1000;
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

/* Whether it costs no more than the budget; sets the memory of scrypt. */
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
	switch (hash->format)
	{
		case AUTH_HASH_ARGON2ID:
			return argon2_meets_floor(hash);
		case AUTH_HASH_LUCIA:
		case AUTH_HASH_LUCIA_LEGACY:
		case AUTH_HASH_HEX_SCRYPT:
		case AUTH_HASH_SCRYPT:
		case AUTH_HASH_FIREBASE:
			return scrypt_meets_floor(hash);
		case AUTH_HASH_BCRYPT:
			return hash->log_cost >= 10;
		case AUTH_HASH_PBKDF2_SHA256:
		case AUTH_HASH_DJANGO:
			return hash->iterations >= 600000;
		case AUTH_HASH_PBKDF2_SHA512:
			return hash->iterations >= 210000;
		default:
			return false;
	}
}
