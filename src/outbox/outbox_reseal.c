/*
 * outbox_reseal.c
 *	  Messages that are sealed again with the first key of the file.
 *
 * Those that were written without a key are not: they are not believed, and
 * must not be by this.
 */
#include "postgres.h"

#include "outbox/outbox_reseal.h"
#include "outbox/outbox_row.h"

static AuthStatement lock_messages = {
	.text = "SELECT " AUTH_MESSAGE_COLUMNS " FROM ONLY auth_outbox o"
			" WHERE o.key_id <> $1 AND ($3 IS NULL OR o.id > $3)"
			" ORDER BY o.id LIMIT $2 FOR UPDATE SKIP LOCKED",
	AUTH_TYPES(TEXTOID, INT4OID, INT8OID),
	.results = (Oid[]){AUTH_MESSAGE_TYPES},
	.table = AUTH_OUTBOX,
};

static AuthStatement seal_message = {
	.text = "UPDATE ONLY auth_outbox SET key_id = $2, secret = $3"
			" WHERE id = $1",
	AUTH_TYPES(INT8OID, TEXTOID, BYTEAOID),
	.table = AUTH_OUTBOX,
};

static AuthStatement count_messages =
	AUTH_SEALED_COUNT(AUTH_OUTBOX, "auth_outbox");

static bool
reseal(const AuthStatement *select, uint64 row, AuthSealed *sealed)
{
	AuthMessage message;

	auth_message_read(&message, select, row);
	return auth_outbox_seal_again(&message,
								  auth_message_sealed(select, row),
								  sealed);
}

const AuthSealedRows auth_outbox_sealed_rows = {
	&lock_messages,
	&seal_message,
	&count_messages,
	reseal,
};
