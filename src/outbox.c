/*
 * outbox.c
 *	  Messages that a worker outside the server is to send.
 *
 * A message is written in the transaction of what it is about, and goes with
 * it when that is rolled back.  Who takes it deletes it: the token is nowhere
 * then but with the worker, and when the worker's transaction is rolled back,
 * the message is there again.
 *
 * A message whose token has been used, replaced or deleted is of no use to
 * anybody and is not handed out.
 *
 * Anybody may listen, and so the notification says nothing: not even whether
 * there is a message.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/async.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "argument.h"
#include "error.h"
#include "outbox.h"
#include "purge.h"
#include "result.h"
#include "secret.h"
#include "statement.h"

PG_FUNCTION_INFO_V1(auth_take_outbox);
PG_FUNCTION_INFO_V1(auth_delete_dead_outbox);

#define CHANNEL "auth_outbox"
#define INSERT_ARGUMENTS 10
#define OUTBOX_OBJECT_COLUMNS 9
#define NOTICE_DAYS 7 /* for which a message without a token is of use */

static AuthStatement insert_message = {
	.text = "INSERT INTO auth_outbox (created_at, expires_at, purpose,"
			" user_id, provider_id, address, token_id, key_id, secret, data)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	.nargs = INSERT_ARGUMENTS,
	.argtypes = (Oid[]){TIMESTAMPTZOID,
						TIMESTAMPTZOID,
						TEXTOID,
						TEXTOID,
						TEXTOID,
						TEXTOID,
						UUIDOID,
						TEXTOID,
						BYTEAOID,
						JSONBOID},
	.table = AUTH_OUTBOX,
};

/* The columns of select_taken. */
enum
{
	TAKEN_LIVES,
	TAKEN_ID,
	TAKEN_CREATED_AT,
	TAKEN_EXPIRES_AT,
	TAKEN_PURPOSE,
	TAKEN_USER_ID,
	TAKEN_PROVIDER_ID,
	TAKEN_ADDRESS,
	TAKEN_DATA,
	TAKEN_TOKEN_ID,
	TAKEN_KEY_ID,
	TAKEN_SECRET,
	TAKEN_COLUMNS
};

#define LIVES                                               \
	"(o.expires_at >= $1 AND (o.token_id IS NULL OR EXISTS" \
	" (SELECT FROM auth_token t WHERE t.id = o.token_id"    \
	" AND " AUTH_TOKEN_IS_GOOD "))"                         \
	" AND (o.user_id IS NULL OR EXISTS"                     \
	" (SELECT FROM auth_user u WHERE u.id = o.user_id)))"

static AuthStatement take_messages = {
	.text = "WITH taken AS (DELETE FROM ONLY auth_outbox o"
			" WHERE o.ctid = ANY (ARRAY(SELECT ctid FROM ONLY auth_outbox"
			" ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED))"
			" RETURNING " LIVES ", o.id, o.created_at, o.expires_at,"
			" o.purpose, o.user_id, o.provider_id, o.address, o.data,"
			" o.token_id, o.key_id, o.secret)"
			" SELECT * FROM taken ORDER BY id",
	.nargs = 2,
	.argtypes = (Oid[]){TIMESTAMPTZOID, INT4OID},
	.results = (Oid[]){BOOLOID,
					   INT8OID,
					   TIMESTAMPTZOID,
					   TIMESTAMPTZOID,
					   TEXTOID,
					   TEXTOID,
					   TEXTOID,
					   TEXTOID,
					   JSONBOID,
					   UUIDOID,
					   TEXTOID,
					   BYTEAOID},
	.table = AUTH_OUTBOX,
};

static AuthStatement delete_all = {
	.text = "DELETE FROM auth_outbox WHERE user_id = $1",
	.nargs = 1,
	.argtypes = (Oid[]){TEXTOID},
	.table = AUTH_OUTBOX,
};

static AuthPurge dead =
	AUTH_PURGE(AUTH_OUTBOX, "auth_outbox", "auth_outbox o", "NOT " LIVES);

/* Wake the workers that listen, when the transaction commits. */
void
auth_outbox_notify(void)
{
	Async_Notify(CHANNEL, "");
}

static void
insert(const AuthToken *token, AuthSealed sealed)
{
	Datum values[INSERT_ARGUMENTS];
	char nulls[] = "          ";
	bool has_token = sealed.content != NULL;

	values[0] = TimestampTzGetDatum(token->created_at);
	values[1] = TimestampTzGetDatum(token->expires_at);
	auth_statement_set(values, nulls, 2, token->purpose);
	auth_statement_set(values, nulls, 3, token->user_id);
	auth_statement_set(values, nulls, 4, token->provider_id);
	auth_statement_set(values, nulls, 5, token->address);
	auth_statement_set(values, nulls, 6, has_token ? &token->id : NULL);
	auth_statement_set(values,
					   nulls,
					   7,
					   sealed.key_id != NULL ? cstring_to_text(sealed.key_id) :
											   NULL);
	auth_statement_set(values, nulls, 8, sealed.content);
	auth_statement_set(values, nulls, 9, token->data);
	if (auth_statement_execute(&insert_message, values, nulls) == 0)
		auth_error_suppressed_row(auth_relation_name(AUTH_OUTBOX));
}

/* The message alone: nobody is told. */
void
auth_outbox_insert(const AuthToken *token)
{
	insert(token, auth_outbox_seal(token));
}

/* Have a new token sent to its address. */
void
auth_outbox_add(const AuthToken *token)
{
	auth_outbox_insert(token);
	auth_outbox_notify();
}

/* Have a message without a token sent to whom the key names. */
void
auth_outbox_add_notice(const char *purpose, text *user_id, const AuthKeyId *key)
{
	AuthToken notice;

	auth_token_begin(&notice, cstring_to_text(purpose));
	notice.user_id = user_id;
	notice.provider_id = key->provider_id;
	notice.address = key->provider_user_id;
	notice.expires_at =
		notice.created_at + NOTICE_DAYS * INT64CONST(86400) * USECS_PER_SEC;
	insert(&notice, (AuthSealed){NULL, NULL});
	auth_outbox_notify();
}

/* The messages for a user that is deleted, which hold its tokens. */
void
auth_outbox_delete_all(Datum user_id)
{
	(void) auth_statement_execute(&delete_all, &user_id, NULL);
}

/* The secret of a taken message, and whether there is none. */
static Datum
open_secret(const Datum *taken, const bool *nulls, bool *isnull)
{
	AuthToken token;
	AuthSealed sealed = {NULL, NULL};

	*isnull = nulls[TAKEN_SECRET] || nulls[TAKEN_TOKEN_ID];
	if (*isnull)
		return (Datum) 0;
	auth_token_begin(&token, DatumGetTextPP(taken[TAKEN_PURPOSE]));
	token.id = *DatumGetUUIDP(taken[TAKEN_TOKEN_ID]);
	token.address = DatumGetTextPP(taken[TAKEN_ADDRESS]);
	if (!nulls[TAKEN_KEY_ID])
		sealed.key_id = TextDatumGetCString(taken[TAKEN_KEY_ID]);
	sealed.content = DatumGetByteaPP(taken[TAKEN_SECRET]);
	return PointerGetDatum(auth_outbox_open(&token, sealed));
}

static void
add_message(FunctionCallInfo fcinfo, const Datum *taken, const bool *nulls)
{
	static const int columns[OUTBOX_OBJECT_COLUMNS] = {TAKEN_ID,
													   TAKEN_CREATED_AT,
													   TAKEN_EXPIRES_AT,
													   TAKEN_PURPOSE,
													   TAKEN_USER_ID,
													   TAKEN_PROVIDER_ID,
													   TAKEN_ADDRESS,
													   TAKEN_SECRET,
													   TAKEN_DATA};
	Datum values[OUTBOX_OBJECT_COLUMNS];
	bool isnull[OUTBOX_OBJECT_COLUMNS];

	for (int i = 0; i < OUTBOX_OBJECT_COLUMNS; i++)
	{
		values[i] = taken[columns[i]];
		isnull[i] = nulls[columns[i]];
		if (columns[i] == TAKEN_SECRET)
			values[i] = open_secret(taken, nulls, &isnull[i]);
	}
	auth_result_add(fcinfo, values, isnull, OUTBOX_OBJECT_COLUMNS);
}

/* Add the messages that live to the set; their number. */
static int32
add_living(FunctionCallInfo fcinfo, uint64 count)
{
	int32 living = 0;

	for (uint64 row = 0; row < count; row++)
	{
		Datum values[TAKEN_COLUMNS];
		bool nulls[TAKEN_COLUMNS];

		for (int i = 0; i < TAKEN_COLUMNS; i++)
			values[i] =
				auth_statement_get(&take_messages, row, i + 1, &nulls[i]);
		if (!DatumGetBool(
				auth_statement_require(&take_messages, row, TAKEN_LIVES + 1)))
			continue;
		add_message(fcinfo, values, nulls);
		living++;
	}
	return living;
}

/* Take so many, living or not; how many were taken. */
static uint64
take(FunctionCallInfo fcinfo, int32 rows, int32 *living)
{
	AuthExecution execution;
	Datum values[] = {TimestampTzGetDatum(GetCurrentTimestamp()),
					  Int32GetDatum(rows)};
	uint64 count;

	auth_statement_begin(&execution, AUTH_OUTBOX, RowExclusiveLock);
	count = auth_statement_run(&execution, &take_messages, values, NULL);
	*living = add_living(fcinfo, count);
	auth_execution_end(&execution);
	return count;
}

/*
 * auth_take_outbox(max_rows int) SETOF auth_outbox_object
 *
 * The oldest messages that no other transaction is taking, which are deleted
 * with this one.  22023 for a number outside 1 to 1,000,000; F0000 when the
 * file with the keys cannot be used, XX001 when a message has been changed.
 */
Datum
auth_take_outbox(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	int32 wanted;
	int32 living;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_take_outbox()");
	auth_result_begin_set(fcinfo);
	wanted = auth_argument_rows(fcinfo, 0, "max_rows");
	while (wanted > 0 && take(fcinfo, wanted, &living) > 0)
		wanted -= living;
	auth_secret_end(&scope);
	return (Datum) 0;
}

/*
 * auth_delete_dead_outbox(batch_size int) bigint
 *
 * Removes messages that have expired or whose token is gone, at most so many;
 * their number.
 */
Datum
auth_delete_dead_outbox(PG_FUNCTION_ARGS)
{
	return auth_purge(fcinfo, &dead, "auth_delete_dead_outbox()");
}
