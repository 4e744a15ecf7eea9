/*
 * server_key.h
 *	  Keys in a file of the server, outside the database.
 */
#ifndef AUTH_SERVER_KEY_H
#define AUTH_SERVER_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "password/hash_format.h"

/* Bytes of a key. */
#define AUTH_SERVER_KEY_MIN 32
#define AUTH_SERVER_KEY_MAX 128

typedef struct AuthServerKey
{
	char id[AUTH_HASH_PEPPER_ID + 1];
	uint8_t key[AUTH_SERVER_KEY_MAX];
	size_t length;
} AuthServerKey;

typedef enum AuthServerKeyStatus
{
	AUTH_SERVER_KEY_FOUND,
	AUTH_SERVER_KEY_NOT_FOUND,
	AUTH_SERVER_KEY_MALFORMED
} AuthServerKeyStatus;

/* The setting that names a file, and its value; empty: there is none. */
typedef struct AuthServerKeyFile
{
	const char *setting;
	const char *path;
} AuthServerKeyFile;

/* Pure: no server is needed. */
extern AuthServerKeyStatus auth_server_key_parse(const char *text,
												 const AuthHashSpan *id,
												 AuthServerKey *key, int *line);

extern const AuthServerKey *auth_server_key_load(AuthServerKeyFile file,
												 const AuthHashSpan *id);

#endif /* AUTH_SERVER_KEY_H */
