/*
 * password.h
 *	  Hashing and verification of passwords.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "postgres.h"

extern char *auth_password_hash(text *password);
extern bool auth_password_matches(text *password, const char *hash);

#endif /* AUTH_PASSWORD_H */
