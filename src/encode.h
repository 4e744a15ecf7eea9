/*
 * encode.h
 *	  Pure functions on bytes: no server is needed, so that unit tests and
 *	  fuzzers link them.
 */
#ifndef AUTH_ENCODE_H
#define AUTH_ENCODE_H

#include <stddef.h>
#include <stdint.h>

extern size_t auth_encode_letters(const uint8_t *random, size_t available,
								  char *out, size_t wanted);

#endif /* AUTH_ENCODE_H */
