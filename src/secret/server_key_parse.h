/*
 * server_key_parse.h
 *	  Reads a file of keys.  Pure: no server is needed.
 */
#ifndef AUTH_SERVER_KEY_PARSE_H
#define AUTH_SERVER_KEY_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes of a key's name. */
#define AUTH_SERVER_KEY_ID 32

/* Bytes of a key. */
#define AUTH_SERVER_KEY_MIN 32
#define AUTH_SERVER_KEY_MAX 128

/* A part of a text that is being read. */
typedef struct AuthSpan
{
	const char *start;
	size_t length;
} AuthSpan;

typedef struct AuthServerKey
{
	char id[AUTH_SERVER_KEY_ID + 1];
	uint8_t key[AUTH_SERVER_KEY_MAX];
	size_t length;
} AuthServerKey;

typedef enum AuthServerKeyStatus
{
	AUTH_SERVER_KEY_FOUND,
	AUTH_SERVER_KEY_NOT_FOUND,
	AUTH_SERVER_KEY_MALFORMED
} AuthServerKeyStatus;

extern bool auth_server_key_is_id(char c);
extern AuthServerKeyStatus auth_server_key_parse(const char *text,
												 const AuthSpan *id,
												 AuthServerKey *key, int *line);

#endif /* AUTH_SERVER_KEY_PARSE_H */
