/*
 * pepper.h
 *	  A key outside the database that goes into every hash of ours.
 */
#ifndef AUTH_PEPPER_H
#define AUTH_PEPPER_H

#include <stddef.h>
#include <stdint.h>

#include "hash.h"

/* Bytes of a key. */
#define AUTH_PEPPER_MIN_KEY 32
#define AUTH_PEPPER_MAX_KEY 128

/* Bytes of what is hashed in the place of the password. */
#define AUTH_PEPPER_MAC 32

typedef struct AuthPepper
{
	char id[AUTH_HASH_PEPPER_ID + 1];
	uint8_t key[AUTH_PEPPER_MAX_KEY];
	size_t length;
} AuthPepper;

typedef enum AuthPepperStatus
{
	AUTH_PEPPER_FOUND,
	AUTH_PEPPER_NOT_FOUND,
	AUTH_PEPPER_MALFORMED
} AuthPepperStatus;

/* Pure: no server is needed. */
extern AuthPepperStatus auth_pepper_parse(const char *text,
										  const AuthHashSpan *id,
										  AuthPepper *pepper, int *line);

extern const AuthPepper *auth_pepper_load(const AuthHashSpan *id);
extern void auth_pepper_apply(const AuthPepper *pepper, const char *password,
							  size_t length, uint8_t *mac);

#endif /* AUTH_PEPPER_H */
