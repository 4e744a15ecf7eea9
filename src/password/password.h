/*
 * password.h
 *	  Hashing and verification of passwords.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "call/key_id.h"
#include "password/fold.h"
#include "password/hash_format.h"
#include "server/compat.h"

typedef enum AuthPasswordAnswer
{
	AUTH_PASSWORD_MATCH,
	AUTH_PASSWORD_MISMATCH,
	AUTH_PASSWORD_OUTDATED, /* the stored hash cannot be verified */
	AUTH_PASSWORD_BUSY		/* too many passwords are being hashed */
} AuthPasswordAnswer;

/* KiB of a new hash, at least */
#define AUTH_PASSWORD_MIN_MEMORY 7168

extern AuthHashStatus auth_password_parse(const char *stored, AuthHash *hash);
extern char *auth_password_hash(text *password, List *identifiers,
								bool only_factor);
extern AuthPasswordAnswer auth_password_check(text *password,
											  const char *stored);
extern bool auth_password_matches(text *password, const char *stored);
extern bool auth_password_needs_rehash(const AuthHash *hash);
extern char *auth_password_rehash(text *password, const char *stored);
extern char *auth_password_import(const AuthKeyId *id, text *stored);

/* For who computes a hash alone. */
extern bool auth_password_compute(char *hash, AuthBytes secret, int memory,
								  int iterations);
pg_noreturn extern void auth_password_no_memory(void);

extern void auth_password_init(void);

#endif /* AUTH_PASSWORD_H */
