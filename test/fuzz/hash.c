/*
 * hash.c
 *	  Fuzzer of auth_hash_parse() and auth_hash_verify().
 *
 * What is accepted must be computable: a stored hash that passes the reading
 * and fails in the library would lock its user out only at the sign-in.  It
 * is computed where that is cheap.  Of argon2, libsodium must find the same
 * costs.
 */
#include <sodium.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "password/hash_format.h"
#include "password/hash_parse.h"
#include "password/hash_verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(int condition)
{
	if (!condition)
		abort();
}

/* libsodium looks for other costs in texts up to this length only. */
static void
check_argon2(const AuthHash *hash)
{
	require(hash->memory >= 1 && hash->memory <= AUTH_HASH_MAX_MEMORY);
	require(hash->iterations >= 1 && hash->iterations <= AUTH_HASH_MAX_PASSES);
	require(hash->lanes >= 1 && hash->lanes <= AUTH_HASH_MAX_LANES);
	if (hash->format != AUTH_HASH_ARGON2ID ||
		strlen(hash->text) >= crypto_pwhash_STRBYTES)
		return;
	require(crypto_pwhash_str_needs_rehash(hash->text,
										   hash->iterations,
										   (size_t) hash->memory * 1024) == 0);
	require(crypto_pwhash_str_needs_rehash(hash->text,
										   hash->iterations + 1,
										   (size_t) hash->memory * 1024) == 1);
}

static void
check_span(const AuthSpan *span, const char *text, size_t size)
{
	if (span->length == 0)
		return;
	require(span->start >= text);
	require(span->start + span->length <= text + size);
}

/* A few milliseconds under the sanitizers. */
static int
is_cheap(const AuthHash *hash)
{
	switch (auth_hash_traits(hash)->algorithm)
	{
		case AUTH_ALGORITHM_ARGON2ID:
		case AUTH_ALGORITHM_ARGON2I:
			return hash->memory * hash->iterations <= 256;
		case AUTH_ALGORITHM_BCRYPT:
			return hash->log_cost <= 5;
		case AUTH_ALGORITHM_PHPASS:
			return hash->log_cost <= 9;
		default:
			return hash->memory <= 1024 && hash->iterations <= 1200;
	}
}

static void
check(const AuthHash *hash, const char *text, size_t size)
{
	AuthHashAnswer answer;

	if (hash->format == AUTH_HASH_ARGON2ID || hash->format == AUTH_HASH_ARGON2I)
		check_argon2(hash);
	require(hash->memory <= AUTH_HASH_MAX_MEMORY);
	check_span(&hash->pepper, text, size);
	check_span(&hash->salt, text, size);
	require(hash->text >= text && hash->text < text + size);
	require(hash->text > text || hash->pepper.length == 0);
	check_span(&hash->key, text, size);
	check_span(&hash->separator, text, size);
	check_span(&hash->signer, text, size);
	(void) auth_hash_meets_floor(hash);
	if (!is_cheap(hash))
		return;
	answer = auth_hash_verify(hash, "password", 8);
	require(answer == AUTH_HASH_MATCH || answer == AUTH_HASH_MISMATCH);
}

/* The memory ends where the text ends, so that reading on is seen. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	AuthHash hash;

	require(text != NULL && sodium_init() >= 0);
	memcpy(text, data, size);
	text[size] = '\0';
	if (auth_hash_parse(text, AUTH_HASH_LEAST_BUDGET, &hash) ==
		AUTH_HASH_READABLE)
		check(&hash, text, size);
	free(text);
	return 0;
}
