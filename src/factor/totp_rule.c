/*
 * totp_rule.c
 *	  Codes of a secret and the time: HOTP of RFC 4226, TOTP of RFC 6238.
 *	  Pure: no server is needed.
 *
 * A code is good once.  Codes of a step that is not later than that of the last
 * one are replayed, whichever of them it was.
 *
 * The same work is done for each code, whether it is one of the window's and
 * which.
 */
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <string.h>

#include "factor/totp_rule.h"

typedef struct Algorithm
{
	const char *word;
	const EVP_MD *(*hash)(void);
	size_t length; /* of a secret, in bytes: as many as of a hash */
} Algorithm;

static const Algorithm algorithms[] = {
	[AUTH_TOTP_SHA1] = {"SHA1", EVP_sha1, 20},
	[AUTH_TOTP_SHA256] = {"SHA256", EVP_sha256, 32},
	[AUTH_TOTP_SHA512] = {"SHA512", EVP_sha512, 64},
};

#define ALGORITHMS ((int) (sizeof(algorithms) / sizeof(algorithms[0])))

/* The last second of the year 9999, as late as is ever said. */
#define LATEST INT64_C(253402300799)

static const uint32_t powers[] = {
	[6] = 1000000,
	[7] = 10000000,
	[8] = 100000000,
};

/* The algorithm of the word; false: there is none. */
bool
auth_totp_algorithm(const char *word, AuthTotpAlgorithm *algorithm)
{
	for (int i = 0; i < ALGORITHMS; i++)
	{
		*algorithm = (AuthTotpAlgorithm) i;
		if (strcmp(algorithms[i].word, word) == 0)
			return true;
	}
	return false;
}

const char *
auth_totp_algorithm_word(AuthTotpAlgorithm algorithm)
{
	return algorithms[algorithm].word;
}

/* How long a new secret is, in bytes. */
size_t
auth_totp_secret_length(AuthTotpAlgorithm algorithm)
{
	return algorithms[algorithm].length;
}

/*
 * Read a code as somebody has typed it, perhaps with spaces between its digits;
 * false: it has not so many digits, or something else in it.
 */
bool
auth_totp_read_code(const char *text, size_t length, int digits, uint32_t *code)
{
	int read = 0;

	*code = 0;
	for (size_t i = 0; i < length; i++)
	{
		if (text[i] == ' ')
			continue;
		if (text[i] < '0' || text[i] > '9' || read++ == digits)
			return false;
		*code = *code * 10 + (uint32_t) (text[i] - '0');
	}
	return read == digits;
}

/* RFC 4226, section 5.3: 31 bits from a place that the hash itself says. */
static uint32_t
truncate_hash(const uint8_t *hash, unsigned int length)
{
	const uint8_t *from = hash + (hash[length - 1] & 15);

	return (uint32_t) (from[0] & 127) << 24 | (uint32_t) from[1] << 16 |
		   (uint32_t) from[2] << 8 | from[3];
}

/* The code of a step; false: libcrypto has failed. */
bool
auth_totp_code(const AuthTotpRule *rule, int64_t step, uint32_t *code)
{
	uint8_t counter[8];
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned int length;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t) ((uint64_t) step >> (56 - 8 * i));
	if (HMAC(algorithms[rule->algorithm].hash(),
			 rule->secret,
			 (int) rule->length,
			 counter,
			 sizeof(counter),
			 hash,
			 &length) == NULL)
	{
		ERR_clear_error();
		return false;
	}
	*code = truncate_hash(hash, length) % powers[rule->digits];
	sodium_memzero(hash, sizeof(hash));
	return true;
}

/* All ones if the codes are equal, else zero. */
static uint64_t
mask_of_equal(uint32_t a, uint32_t b)
{
	return 0 - ((((uint64_t) (a ^ b)) - 1) >> 63);
}

/*
 * Judge the code, and give the step that it is of.  Of two steps that happen to
 * have the same code it is the later one.  There are none before 1970.
 */
AuthTotpAnswer
auth_totp_judge(const AuthTotpRule *rule, const AuthTotpWindow *window,
				uint32_t code, int64_t *step)
{
	int64_t now = window->clock / rule->period;
	uint64_t found = UINT64_MAX;

	for (int64_t at = now - window->skew; at <= now + window->skew; at++)
	{
		uint32_t candidate;
		uint64_t mask;

		if (!auth_totp_code(rule, at, &candidate))
			return AUTH_TOTP_FAILED;
		mask = mask_of_equal(candidate, code);
		found = (found & ~mask) | ((uint64_t) at & mask);
	}
	*step = (int64_t) found;
	if (*step < 0)
		return AUTH_TOTP_MISMATCH;
	return *step > window->last_step ? AUTH_TOTP_MATCH : AUTH_TOTP_REPLAYED;
}

/*
 * When, in seconds since 1970, the code of the time is good again, if the clock
 * was ahead when one was used; 0: it was not.
 */
int64_t
auth_totp_refused_until(int period, const AuthTotpWindow *window)
{
	if (window->last_step <= window->clock / period + window->skew)
		return 0;
	if (window->last_step >= LATEST / period)
		return LATEST;
	return (window->last_step + 1) * period;
}
