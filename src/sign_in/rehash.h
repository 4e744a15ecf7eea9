/*
 * rehash.h
 *	  Replacing stored hashes that are out of date.
 */
#ifndef AUTH_REHASH_H
#define AUTH_REHASH_H

#include "postgres.h"

#include "user/key_row.h"

extern void auth_rehash(const AuthKeyId *id, text *password,
						const AuthKey *key);

#endif /* AUTH_REHASH_H */
