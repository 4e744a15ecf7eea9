/*
 * password.h
 *	  Hashing and verification of passwords.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "postgres.h"

#include "hash.h"

extern char *auth_password_hash(text *password);
extern bool auth_password_matches(text *password, const char *stored);
extern bool auth_password_needs_rehash(const AuthHash *hash);
extern char *auth_password_rehash(text *password, const char *stored);
extern char *auth_password_import(text *stored);

#endif /* AUTH_PASSWORD_H */
