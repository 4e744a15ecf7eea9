/*
 * libsodium.c
 *	  What libsodium alone takes to verify a password: the microseconds of
 *	  each of so many calls.  Usage: libsodium HASH PASSWORD CALLS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double) time.tv_sec * 1e6 + (double) time.tv_nsec / 1e3;
}

int
main(int argc, char **argv)
{
	if (argc != 4 || sodium_init() < 0)
		return 2;
	for (long calls = strtol(argv[3], NULL, 10); calls > 0; calls--)
	{
		double start = now();

		if (crypto_pwhash_str_verify(argv[1], argv[2], strlen(argv[2])) != 0)
			return 1;
		printf("%.1f\n", now() - start);
	}
	return 0;
}
