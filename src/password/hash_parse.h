/*
 * hash_parse.h
 *	  Reads stored password hashes.
 */
#ifndef AUTH_HASH_PARSE_H
#define AUTH_HASH_PARSE_H

#include "password/hash_format.h"

extern AuthHashStatus auth_hash_parse(const char *text, uint64_t budget,
									  AuthHash *hash);

#endif /* AUTH_HASH_PARSE_H */
