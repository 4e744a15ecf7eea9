/*
 * outbox_seal.h
 *	  Messages, and encryption of the tokens in them.
 */
#ifndef AUTH_OUTBOX_SEAL_H
#define AUTH_OUTBOX_SEAL_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "secret/seal.h"

/* A message that is to be sent; what is NULL is not there. */
typedef struct AuthMessage
{
	int64 id;		/* of one that is stored */
	int32 attempts; /* how often it has been handed out */
	text *secret;	/* the token or code in it; NULL: a notice, without one */
	bool has_token; /* of one that is stored, as is the next */
	pg_uuid_t token_id;
	text *purpose;
	text *user_id;
	text *provider_id;
	text *address;
	TimestampTz created_at;
	TimestampTz expires_at;
	Jsonb *data;
} AuthMessage;

extern AuthSealed auth_outbox_seal(const AuthMessage *message);
extern bool auth_outbox_seal_again(const AuthMessage *message, AuthSealed old,
								   AuthSealed *sealed);
extern const char *auth_outbox_open(AuthMessage *message, AuthSealed sealed);

#endif /* AUTH_OUTBOX_SEAL_H */
