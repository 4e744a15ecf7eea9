/*
 * rehash.h
 *	  Replacing stored hashes that are out of date.
 */
#ifndef AUTH_REHASH_H
#define AUTH_REHASH_H

#include "postgres.h"

#include "call/key_id.h"

extern void auth_rehash(text *user_id, const AuthKeyId *key, text *password,
						const char *old_hash);

#endif /* AUTH_REHASH_H */
