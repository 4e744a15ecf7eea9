/*
 * phc.c
 *	  Fuzzer of auth_phc_parse().
 *
 * What it accepts, libsodium must be able to read, and must find the same
 * costs in it: a stored hash that passes the one and fails in the other would
 * be taken for a lack of memory.  What it refuses, libsodium may accept.
 */
#include <sodium.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "phc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(int condition)
{
	if (!condition)
		abort();
}

static void
check_costs(const AuthPhc *phc)
{
	require(phc->memory >= 1 && phc->memory <= AUTH_PHC_MAX_MEMORY);
	require(phc->iterations >= 1 && phc->iterations <= AUTH_PHC_MAX_ITERATIONS);
	require(phc->lanes >= 1 && phc->lanes <= AUTH_PHC_MAX_LANES);
}

/* libsodium looks for other costs in texts up to this length only. */
static void
compare(const char *text, const AuthPhc *phc)
{
	if (strlen(text) >= crypto_pwhash_STRBYTES)
		return;
	require(crypto_pwhash_str_needs_rehash(text,
										   phc->iterations,
										   (size_t) phc->memory * 1024) == 0);
	require(crypto_pwhash_str_needs_rehash(text,
										   phc->iterations + 1,
										   (size_t) phc->memory * 1024) == 1);
}

/* The memory ends where the text ends, so that reading on is seen. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	AuthPhc phc;

	require(text != NULL && sodium_init() >= 0);
	memcpy(text, data, size);
	text[size] = '\0';
	if (auth_phc_parse(text, &phc))
	{
		check_costs(&phc);
		compare(text, &phc);
	}
	free(text);
	return 0;
}
