/*
 * hash_verify.h
 *	  Verifies passwords against stored hashes.
 */
#ifndef AUTH_HASH_VERIFY_H
#define AUTH_HASH_VERIFY_H

#include "password/hash_format.h"

extern AuthHashAnswer auth_hash_verify(const AuthHash *hash,
									   const char *password, size_t length);

#endif /* AUTH_HASH_VERIFY_H */
