/*
 * outbox.c
 *	  Messages that a worker outside the server is to send.
 *
 * A message is written in the transaction of what it is about, and goes with
 * it when that is rolled back.  Workers take it (outbox_take.c) and say what
 * has become of it (delivery.c).
 *
 * Anybody may listen, and so the notification says nothing: not even whether
 * there is a message.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/async.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "outbox/delivery.h"
#include "outbox/outbox.h"
#include "outbox/outbox_seal.h"
#include "outbox/token_good.h"
#include "table/purge.h"
#include "table/statement.h"

PG_FUNCTION_INFO_V1(auth_get_outbox);
PG_FUNCTION_INFO_V1(auth_delete_dead_outbox);

#define CHANNEL "auth_outbox"
#define MESSAGE_OBJECT_COLUMNS 12
#define NOTICE_DAYS 7 /* for which a message without a token is of use */
#define ID_TRIES 3	  /* others may get in between; a sequence may go down */

static AuthStatement insert_message = {
	.text = "INSERT INTO auth_outbox (created_at, expires_at, purpose,"
			" user_id, provider_id, address, token_id, key_id, secret, data,"
			" next_attempt_at)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $1)"
			" ON CONFLICT (id) DO NOTHING",
	AUTH_TYPES(TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID,
			   TEXTOID, UUIDOID, TEXTOID, BYTEAOID, JSONBOID),
	.table = AUTH_OUTBOX,
};

/*
 * Have ids go on behind those that are there, where the last one was: rows that
 * came without their sequence, as by logical replication, stop no message.  Not
 * back again behind those who have done so meanwhile.
 */
static AuthStatement pass_ids = {
	.text = "SELECT setval(ids, greatest(highest, nextval(ids)))"
			" FROM (SELECT max(id) AS highest,"
			" pg_get_serial_sequence('auth_outbox', 'id')::regclass AS ids"
			" FROM auth_outbox) o WHERE highest >= pg_sequence_last_value(ids)",
	.table = AUTH_OUTBOX,
};

/* The token is not among it. */
static AuthStatement select_messages = {
	.text = "SELECT o.id, o.created_at, o.expires_at, o.purpose, o.user_id,"
			" o.provider_id, o.address, o.attempts, o.attempted_at,"
			" CASE WHEN o.failed_at IS NULL THEN o.next_attempt_at END,"
			" o.failed_at, o.reason FROM ONLY auth_outbox o"
			" WHERE $1 IS NULL OR (o.failed_at IS NOT NULL) = $1"
			" ORDER BY o.id DESC LIMIT $2",
	AUTH_TYPES(BOOLOID, INT4OID),
	.results = (Oid[]){INT8OID,
					   TIMESTAMPTZOID,
					   TIMESTAMPTZOID,
					   TEXTOID,
					   TEXTOID,
					   TEXTOID,
					   TEXTOID,
					   INT4OID,
					   TIMESTAMPTZOID,
					   TIMESTAMPTZOID,
					   TIMESTAMPTZOID,
					   TEXTOID},
	.table = AUTH_OUTBOX,
};

/*
 * What was given up, or has expired and nobody has noticed, before the time;
 * and what nobody needs.
 */
static AuthPurge dead =
	AUTH_PURGE(AUTH_OUTBOX, "auth_outbox", "auth_outbox o",
			   "CASE WHEN o.failed_at IS NOT NULL THEN o.failed_at < $1"
			   " ELSE o.expires_at < $1 OR (o.expires_at >= clock_timestamp()"
			   " AND NOT " AUTH_MESSAGE_IS_USEFUL ") END");

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

	for (int tries = 0; tries < ID_TRIES; tries++)
	{
		if (auth_statement_execute(&insert_message, arguments) > 0)
			return;
		if (auth_statement_execute(&pass_ids, NULL) == 0)
			break;
	}
	auth_error_suppressed_row(auth_relation_name(AUTH_OUTBOX));
}

/* The message alone: nobody is told. */
void
auth_outbox_insert(const AuthMessage *message)
{
	insert(message, auth_outbox_seal(message));
}

/* Have a message without a token sent to whom the key names; data may be NULL. */
void
auth_outbox_add_notice(const char *purpose, text *user_id, const AuthKeyId *key,
					   Jsonb *data)
{
	TimestampTz clock = GetCurrentTimestamp();
	AuthMessage notice = {.purpose = cstring_to_text(purpose),
						  .user_id = user_id,
						  .provider_id = key->provider_id,
						  .address = key->provider_user_id,
						  .data = data,
						  .created_at = clock,
						  .expires_at = clock + NOTICE_DAYS *
													INT64CONST(86400) *
													USECS_PER_SEC};

	auth_outbox_insert(&notice);
	auth_outbox_notify();
}

/*
 * auth_get_outbox(failed boolean, max_rows int) SETOF auth_message_object
 *
 * The last messages without their tokens, those with the highest ids first:
 * those that were given up, those that were not, or, for NULL, all.  22023 for
 * a number outside 1 to 1,000,000.
 */
Datum
auth_get_outbox(PG_FUNCTION_ARGS)
{
	NullableDatum arguments[2] = {fcinfo->args[0]};

	auth_result_begin_set(fcinfo);
	arguments[1] = auth_int32(auth_argument_rows(fcinfo, 1, "max_rows"));
	auth_statement_result(fcinfo,
						  &select_messages,
						  arguments,
						  MESSAGE_OBJECT_COLUMNS);
	return (Datum) 0;
}

/*
 * auth_delete_dead_outbox(batch_size int) bigint
 *
 * Removes messages whose token is gone, and those that were given up or have
 * expired for longer than the setting says, at most so many; their number.
 * 22023 for a size outside 1 to 1,000,000.
 */
Datum
auth_delete_dead_outbox(PG_FUNCTION_ARGS)
{
	TimestampTz before =
		GetCurrentTimestamp() - auth_outbox_retention * USECS_PER_SEC;

	PreventCommandIfReadOnly("auth_delete_dead_outbox()");
	PG_RETURN_INT64(
		auth_purge_rows(&dead,
						before,
						auth_argument_rows(fcinfo, 0, "batch_size")));
}
