/*
 * encode.h
 *	  Pure functions on bytes: no server is needed, so that unit tests and
 *	  fuzzers link them.
 */
#ifndef AUTH_ENCODE_H
#define AUTH_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#define AUTH_ENCODE_TOKEN "abcdefghijklmnopqrstuvwxyz0123456789"
#define AUTH_ENCODE_DIGITS "0123456789"
/* Without what is mistaken for another: 0 and O, 1, I and L. */
#define AUTH_ENCODE_CLEAR "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

extern size_t auth_encode_letters(const char *alphabet, const uint8_t *random,
								  size_t available, char *out, size_t wanted);

#endif /* AUTH_ENCODE_H */
