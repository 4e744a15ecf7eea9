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
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "outbox/outbox.h"
#include "outbox/outbox_seal.h"
#include "outbox/token_good.h"
#include "secret/secret.h"
#include "table/purge.h"
#include "table/statement.h"

PG_FUNCTION_INFO_V1(auth_take_outbox);
PG_FUNCTION_INFO_V1(auth_delete_dead_outbox);

#define CHANNEL "auth_outbox"
#define OUTBOX_OBJECT_COLUMNS 9
#define NOTICE_DAYS 7 /* for which a message without a token is of use */

static AuthStatement insert_message = {
	.text = "INSERT INTO auth_outbox (created_at, expires_at, purpose,"
			" user_id, provider_id, address, token_id, key_id, secret, data)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	AUTH_TYPES(TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID,
			   TEXTOID, UUIDOID, TEXTOID, BYTEAOID, JSONBOID),
	.table = AUTH_OUTBOX,
};

/* The columns of select_messages. */
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

static AuthStatement select_messages = {
	.text = "SELECT " LIVES ", o.id, o.created_at, o.expires_at,"
			" o.purpose, o.user_id, o.provider_id, o.address, o.data,"
			" o.token_id, o.key_id, o.secret FROM ONLY auth_outbox o"
			" WHERE o.id > $3 ORDER BY o.id LIMIT $2 FOR UPDATE SKIP LOCKED",
	AUTH_TYPES(TIMESTAMPTZOID, INT4OID, INT8OID),
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

static AuthStatement delete_messages = {
	.text = "DELETE FROM ONLY auth_outbox WHERE id = ANY ($1)",
	AUTH_TYPES(INT8ARRAYOID),
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
insert(const AuthMessage *message, AuthSealed sealed)
{
	bool has_token = message->secret != NULL;
	NullableDatum arguments[] = {
		auth_time(message->created_at),
		auth_time(message->expires_at),
		auth_text(message->purpose),
		auth_text(message->user_id),
		auth_text(message->provider_id),
		auth_text(message->address),
		auth_uuid(has_token ? &message->token_id : NULL),
		auth_string(sealed.key_id),
		auth_bytes(sealed.content),
		auth_jsonb(message->data),
	};

	if (auth_statement_execute(&insert_message, arguments) == 0)
		auth_error_suppressed_row(auth_relation_name(AUTH_OUTBOX));
}

/* The message alone: nobody is told. */
void
auth_outbox_insert(const AuthMessage *message)
{
	insert(message, auth_outbox_seal(message));
}

/* Have a message without a token sent to whom the key names. */
void
auth_outbox_add_notice(const char *purpose, text *user_id, const AuthKeyId *key)
{
	TimestampTz clock = GetCurrentTimestamp();
	AuthMessage notice = {.purpose = cstring_to_text(purpose),
						  .user_id = user_id,
						  .provider_id = key->provider_id,
						  .address = key->provider_user_id,
						  .created_at = clock,
						  .expires_at = clock + NOTICE_DAYS *
													INT64CONST(86400) *
													USECS_PER_SEC};

	auth_outbox_insert(&notice);
	auth_outbox_notify();
}

/* What is taken in a call. */
typedef struct Taking
{
	FunctionCallInfo fcinfo;
	TimestampTz clock;
	int32 wanted;
	int64 last;	   /* the message that was looked at last */
	int64 refused; /* how many are left where they are */
	int64 first_refused;
	const char *reason; /* why the first was */
} Taking;

/* The message as it was written, but for its secret. */
static AuthMessage
get_message(const NullableDatum *values)
{
	AuthMessage message = {
		.purpose = auth_as_text(values[TAKEN_PURPOSE]),
		.user_id = auth_as_text(values[TAKEN_USER_ID]),
		.provider_id = auth_as_text(values[TAKEN_PROVIDER_ID]),
		.address = auth_as_text(values[TAKEN_ADDRESS]),
		.created_at = DatumGetTimestampTz(values[TAKEN_CREATED_AT].value),
		.expires_at = DatumGetTimestampTz(values[TAKEN_EXPIRES_AT].value),
		.data = auth_as_jsonb(values[TAKEN_DATA]),
	};

	if (!values[TAKEN_TOKEN_ID].isnull)
		message.token_id = *DatumGetUUIDP(values[TAKEN_TOKEN_ID].value);
	return message;
}

/* Open the message; why it cannot be, or NULL. */
static const char *
open_message(AuthMessage *message, const NullableDatum *values)
{
	AuthSealed sealed = {.key_id = auth_as_string(values[TAKEN_KEY_ID])};

	*message = get_message(values);
	if (!values[TAKEN_SECRET].isnull)
		sealed.content = DatumGetByteaPP(values[TAKEN_SECRET].value);
	return auth_outbox_open(message, sealed);
}

static void
add_message(FunctionCallInfo fcinfo, const AuthMessage *message,
			const NullableDatum *values)
{
	NullableDatum shown[OUTBOX_OBJECT_COLUMNS];
	int count = 0;

	for (int column = TAKEN_ID; column < TAKEN_DATA; column++)
		shown[count++] = values[column];
	shown[count++] = values[TAKEN_TOKEN_ID].isnull ? auth_null() :
													 auth_text(message->secret);
	shown[count++] = values[TAKEN_DATA];
	auth_result_add(fcinfo, shown, count);
}

/* Add the message to the set; false when it is left where it is. */
static bool
take_living(Taking *taking, const NullableDatum *values)
{
	AuthMessage message;
	const char *reason = open_message(&message, values);

	if (reason == NULL)
	{
		add_message(taking->fcinfo, &message, values);
		taking->wanted--;
		return true;
	}
	if (taking->refused++ == 0)
	{
		taking->first_refused = taking->last;
		taking->reason = reason;
	}
	return false;
}

static bool
is_required(int column)
{
	return column < TAKEN_USER_ID || column == TAKEN_ADDRESS;
}

/* Whether the message is to be deleted: it is handed out, or dead. */
static bool
take_message(Taking *taking, uint64 row)
{
	NullableDatum values[TAKEN_COLUMNS];

	for (int i = 0; i < TAKEN_COLUMNS; i++)
	{
		values[i] = auth_statement_get(&select_messages, row, i + 1);
		if (values[i].isnull && is_required(i))
			(void) auth_statement_require(&select_messages, row, i + 1);
	}
	taking->last = DatumGetInt64(values[TAKEN_ID].value);
	return !DatumGetBool(values[TAKEN_LIVES].value) ||
		   take_living(taking, values);
}

static void
delete_taken(AuthExecution *execution, Datum *ids, int count)
{
	NullableDatum arguments[] = {
		auth_pointer(construct_array(ids,
									 count,
									 INT8OID,
									 sizeof(int64),
									 FLOAT8PASSBYVAL,
									 TYPALIGN_DOUBLE))};

	(void) auth_statement_run(execution, &delete_messages, arguments);
}

/* Look at as many as are wanted, behind the last; how many there were. */
static uint64
take(Taking *taking)
{
	AuthExecution execution;
	NullableDatum arguments[] = {auth_time(taking->clock),
								 auth_int32(taking->wanted),
								 auth_int64(taking->last)};
	Datum *ids;
	int taken = 0;
	uint64 count;

	auth_statement_begin(&execution, AUTH_OUTBOX, RowExclusiveLock);
	count = auth_statement_run(&execution, &select_messages, arguments);
	ids = palloc(count * sizeof(Datum));
	for (uint64 row = 0; row < count; row++)
	{
		if (take_message(taking, row))
			ids[taken++] = Int64GetDatum(taking->last);
	}
	delete_taken(&execution, ids, taken);
	auth_execution_end(&execution);
	return count;
}

static void
warn_of_refused(const Taking *taking)
{
	ereport(WARNING,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg_plural("%lld message of table \"auth_outbox\" is not "
						   "handed out",
						   "%lld messages of table \"auth_outbox\" are not "
						   "handed out",
						   (unsigned long) taking->refused,
						   (long long) taking->refused),
			 errdetail("Message %lld %s.",
					   (long long) taking->first_refused,
					   taking->reason)));
}

/*
 * auth_take_outbox(max_rows int) SETOF auth_outbox_object
 *
 * The oldest messages that no other transaction is taking, which are deleted
 * with this one.  What cannot be believed stays where it is, with a warning.
 * 22023 for a number outside 1 to 1,000,000; F0000 when the file with the keys
 * cannot be used.
 */
Datum
auth_take_outbox(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	Taking taking = {fcinfo, GetCurrentTimestamp(), .last = PG_INT64_MIN};

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_take_outbox()");
	auth_result_begin_set(fcinfo);
	taking.wanted = auth_argument_rows(fcinfo, 0, "max_rows");
	while (taking.wanted > 0 && take(&taking) > 0)
		;
	if (taking.refused > 0)
		warn_of_refused(&taking);
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
