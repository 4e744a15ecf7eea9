/*
 * outbox.h
 *	  Messages that a worker outside the server is to send.
 */
#ifndef AUTH_OUTBOX_H
#define AUTH_OUTBOX_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "call/key_id.h"

/* What is NULL is not there. */
typedef struct AuthMessage
{
	text *secret; /* the token or code in it; NULL: a notice, without one */
	pg_uuid_t token_id;
	text *purpose;
	text *user_id;
	text *provider_id;
	text *address;
	TimestampTz created_at;
	TimestampTz expires_at;
	Jsonb *data;
} AuthMessage;

extern void auth_outbox_insert(const AuthMessage *message);
extern void auth_outbox_add_notice(const char *purpose, text *user_id,
								   const AuthKeyId *key);
extern void auth_outbox_notify(void);

/* A secret as it is stored: the whole message is authenticated with it. */
typedef struct AuthSealed
{
	const char *key_id; /* NULL: it is not encrypted */
	bytea *content;		/* NULL: there is none */
} AuthSealed;


#endif /* AUTH_OUTBOX_H */
