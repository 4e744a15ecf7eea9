/*
 * hash_parse.h
 *	  Reads stored password hashes.
 */
#ifndef AUTH_HASH_PARSE_H
#define AUTH_HASH_PARSE_H

#include "password/hash_format.h"

extern AuthHashStatus auth_hash_parse(const char *text, uint64_t budget,
									  AuthHash *hash);
extern size_t auth_hash_decode(const AuthSpan *span, uint8_t *out);

#endif /* AUTH_HASH_PARSE_H */
