/*
 * outbox_row.h
 *	  Messages as rows of the outbox.
 */
#ifndef AUTH_OUTBOX_ROW_H
#define AUTH_OUTBOX_ROW_H

#include "postgres.h"

#include "outbox/outbox_seal.h"
#include "table/statement.h"

/* The first columns of a statement that reads messages, and their types. */
#define AUTH_MESSAGE_COLUMNS                                     \
	"o.id, o.created_at, o.expires_at, o.purpose, o.user_id, "   \
	"o.provider_id, o.address, o.data, o.attempts, o.token_id, " \
	"o.key_id, o.secret"
#define AUTH_MESSAGE_TYPES                                              \
	INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, \
		TEXTOID, JSONBOID, INT4OID, UUIDOID, TEXTOID, BYTEAOID
#define AUTH_MESSAGE_COLUMN_COUNT 12

extern void auth_message_read(AuthMessage *message,
							  const AuthStatement *statement, uint64 row);
extern AuthSealed auth_message_sealed(const AuthStatement *statement,
									  uint64 row);
extern const char *auth_message_open(AuthMessage *message,
									 const AuthStatement *statement,
									 uint64 row);

#endif /* AUTH_OUTBOX_ROW_H */
