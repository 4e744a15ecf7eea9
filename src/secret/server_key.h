/*
 * server_key.h
 *	  Keys in a file of the server, outside the database.
 */
#ifndef AUTH_SERVER_KEY_H
#define AUTH_SERVER_KEY_H

#include "secret/server_key_parse.h"

/* The setting that names a file, and its value; empty: there is none. */
typedef struct AuthServerKeyFile
{
	const char *setting;
	const char *path;
} AuthServerKeyFile;

extern const AuthServerKey *auth_server_key_load(AuthServerKeyFile file,
												 const AuthSpan *id);

#endif /* AUTH_SERVER_KEY_H */
