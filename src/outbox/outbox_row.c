/*
 * outbox_row.c
 *	  Messages as rows of the outbox.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "call/value.h"
#include "outbox/outbox_row.h"
#include "outbox/outbox_seal.h"

/* In the order of AUTH_MESSAGE_COLUMNS, from 1. */
enum
{
	ID = 1,
	CREATED_AT,
	EXPIRES_AT,
	PURPOSE,
	USER_ID,
	PROVIDER_ID,
	ADDRESS,
	DATA,
	ATTEMPTS,
	TOKEN_ID,
	KEY_ID,
	SECRET
};

/* Read a row that the statement has returned; it stays in SPI's memory. */
void
auth_message_read(AuthMessage *message, const AuthStatement *statement,
				  uint64 row)
{
	NullableDatum token_id = auth_statement_get(statement, row, TOKEN_ID);

	memset(message, 0, sizeof(*message));
	message->id = DatumGetInt64(auth_statement_require(statement, row, ID));
	message->created_at =
		DatumGetTimestampTz(auth_statement_require(statement, row, CREATED_AT));
	message->expires_at =
		DatumGetTimestampTz(auth_statement_require(statement, row, EXPIRES_AT));
	message->purpose =
		DatumGetTextPP(auth_statement_require(statement, row, PURPOSE));
	message->user_id =
		auth_as_text(auth_statement_get(statement, row, USER_ID));
	message->provider_id =
		auth_as_text(auth_statement_get(statement, row, PROVIDER_ID));
	message->address =
		DatumGetTextPP(auth_statement_require(statement, row, ADDRESS));
	message->data = auth_as_jsonb(auth_statement_get(statement, row, DATA));
	message->attempts =
		DatumGetInt32(auth_statement_require(statement, row, ATTEMPTS));
	message->has_token = !token_id.isnull;
	if (message->has_token)
		message->token_id = *DatumGetUUIDP(token_id.value);
}

/* The secret as it is stored. */
AuthSealed
auth_message_sealed(const AuthStatement *statement, uint64 row)
{
	NullableDatum key_id = auth_statement_get(statement, row, KEY_ID);
	NullableDatum content = auth_statement_get(statement, row, SECRET);

	return (AuthSealed){auth_as_string(key_id),
						content.isnull ? NULL : DatumGetByteaPP(content.value)};
}

/* Give the message its secret; why that cannot be, or NULL. */
const char *
auth_message_open(AuthMessage *message, const AuthStatement *statement,
				  uint64 row)
{
	const char *problem =
		auth_outbox_open(message, auth_message_sealed(statement, row));

	if (!message->has_token)
		message->secret = NULL;
	return problem;
}
