/*
 * outbox.h
 *	  Messages that a worker outside the server is to send.
 */
#ifndef AUTH_OUTBOX_H
#define AUTH_OUTBOX_H

#include "postgres.h"

#include "token/token.h"
#include "user/key.h"

extern void auth_outbox_add(const AuthToken *token);
extern void auth_outbox_insert(const AuthToken *token);
extern void auth_outbox_add_notice(const char *purpose, text *user_id,
								   const AuthKeyId *key);
extern void auth_outbox_notify(void);

/* A secret as it is stored: the whole message is authenticated with it. */
typedef struct AuthSealed
{
	const char *key_id; /* NULL: it is not encrypted */
	bytea *content;		/* NULL: there is none */
} AuthSealed;

extern AuthSealed auth_outbox_seal(const AuthToken *token);
extern const char *auth_outbox_open(AuthToken *token, AuthSealed sealed);

#endif /* AUTH_OUTBOX_H */
