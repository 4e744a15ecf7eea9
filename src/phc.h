/*
 * phc.h
 *	  The PHC string format of argon2 hashes.  Pure: no server is needed.
 */
#ifndef AUTH_PHC_H
#define AUTH_PHC_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Costs beyond these are refused before any memory is taken.  They are also
 * the upper ends of the settings, so that what we make can be verified.
 */
#define AUTH_PHC_MAX_MEMORY (1024 * 1024) /* KiB */
#define AUTH_PHC_MAX_ITERATIONS 32
#define AUTH_PHC_MAX_LANES 16

typedef struct AuthPhc
{
	uint32_t memory; /* KiB */
	uint32_t iterations;
	uint32_t lanes;
} AuthPhc;

extern bool auth_phc_parse(const char *text, AuthPhc *phc);

#endif /* AUTH_PHC_H */
