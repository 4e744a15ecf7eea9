/*
 * password_hash.h
 *	  Stored password hashes, looked at without a key.
 */
#ifndef AUTH_PASSWORD_HASH_H
#define AUTH_PASSWORD_HASH_H

#include "postgres.h"

extern uint64 auth_password_count_weak(void);

#endif /* AUTH_PASSWORD_HASH_H */
