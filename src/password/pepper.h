/*
 * pepper.h
 *	  A key outside the database that goes into every hash of ours.
 */
#ifndef AUTH_PEPPER_H
#define AUTH_PEPPER_H

#include <stddef.h>
#include <stdint.h>

#include "secret/server_key.h"

/* Bytes of what is hashed in the place of the password. */
#define AUTH_PEPPER_MAC 32

extern const AuthServerKey *auth_pepper_load(const AuthSpan *id);
extern void auth_pepper_apply(const AuthServerKey *pepper, const char *password,
							  size_t length, uint8_t *mac);

extern void auth_pepper_init(void);

#endif /* AUTH_PEPPER_H */
