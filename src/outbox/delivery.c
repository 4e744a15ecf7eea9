/*
 * delivery.c
 *	  What becomes of a message that was handed out.
 *
 * It was sent, and is deleted; or it was not, and comes back, each time later,
 * until it has been handed out too often or its token will have expired: then
 * it is given up.  It stays for a while, without its secret, for somebody to
 * look at.  When nobody says anything, as the worker has died, it comes back
 * at the end of the lease (outbox_take.c).
 *
 * A mail server that is slow to refuse must not hold up what goes elsewhere:
 * other messages to the address of one that has failed go behind those that
 * wait now.
 */
#include "postgres.h"

#include <limits.h>
#include <sodium.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/period.h"
#include "call/value.h"
#include "count/throttle_rule.h"
#include "outbox/delivery.h"
#include "outbox/outbox_row.h"
#include "outbox/reason.h"
#include "secret/secret.h"
#include "server/setting.h"

PG_FUNCTION_INFO_V1(auth_finish_message);
PG_FUNCTION_INFO_V1(auth_fail_message);

int auth_outbox_attempts;
int auth_outbox_retention;
static int outbox_retry_delay;	   /* seconds */
static int outbox_max_retry_delay; /* seconds */

static const AuthIntSetting settings[] = {
	{"auth.outbox_attempts",
	 "Attempts to send a message, after which it is given up.",
	 &auth_outbox_attempts,
	 25,
	 1,
	 1000,
	 0},
	{"auth.outbox_retention",
	 "Time for which a message that was given up is kept.",
	 &auth_outbox_retention,
	 7 * 24 * 60 * 60,
	 0,
	 INT_MAX,
	 GUC_UNIT_S},
	{"auth.outbox_retry_delay",
	 "Delay after the first failure to send a message; it doubles with each.",
	 &outbox_retry_delay,
	 10,
	 0,
	 24 * 60 * 60,
	 GUC_UNIT_S},
	{"auth.outbox_max_retry_delay",
	 "Longest delay after a failure to send a message.",
	 &outbox_max_retry_delay,
	 60 * 60,
	 0,
	 24 * 60 * 60,
	 GUC_UNIT_S},
};

void
auth_delivery_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

#define REASON_BYTES 200

static AuthStatement delete_message = {
	.text = "DELETE FROM ONLY auth_outbox WHERE id = $1",
	AUTH_TYPES(INT8OID),
	.table = AUTH_OUTBOX,
};

static AuthStatement lock_message = {
	.text = "SELECT " AUTH_MESSAGE_COLUMNS " FROM ONLY auth_outbox o"
			" WHERE o.id = $1 AND o.failed_at IS NULL FOR UPDATE",
	AUTH_TYPES(INT8OID),
	.results = (Oid[]){AUTH_MESSAGE_TYPES},
	.table = AUTH_OUTBOX,
};

static AuthStatement give_up = {
	.text = "UPDATE ONLY auth_outbox SET attempts = $2, reason = $3,"
			" failed_at = $4, key_id = NULL, secret = NULL WHERE id = $1",
	AUTH_TYPES(INT8OID, INT4OID, TEXTOID, TIMESTAMPTZOID),
	.table = AUTH_OUTBOX,
};

static AuthStatement postpone = {
	.text = "UPDATE ONLY auth_outbox SET attempts = $2, reason = $3,"
			" next_attempt_at = $4 WHERE id = $1",
	AUTH_TYPES(INT8OID, INT4OID, TEXTOID, TIMESTAMPTZOID),
	.table = AUTH_OUTBOX,
};

/* Those that somebody is at are left to whoever that is. */
static AuthStatement postpone_others = {
	.text = "UPDATE ONLY auth_outbox SET next_attempt_at = $2"
			" WHERE id = ANY (ARRAY(SELECT o.id FROM ONLY auth_outbox o"
			" WHERE o.address = $1 AND o.failed_at IS NULL"
			" AND o.next_attempt_at < $2 FOR UPDATE SKIP LOCKED))",
	AUTH_TYPES(TEXTOID, TIMESTAMPTZOID),
	.table = AUTH_OUTBOX,
};

/*
 * When a message that has just failed is due again.  A part of the delay is
 * left to chance, or else all that has failed together would come back
 * together.
 */
TimestampTz
auth_delivery_retry_at(const AuthMessage *message)
{
	TimestampTz clock = GetCurrentTimestamp();
	AuthThrottleRule rule = {.free = 1,
							 .delay = outbox_retry_delay * USECS_PER_SEC,
							 .max_delay =
								 outbox_max_retry_delay * USECS_PER_SEC};
	AuthThrottleCount count = {.failures = Max(message->attempts, 1),
							   .failed_at = clock};
	int64 delay = auth_throttle_wait(&count, &rule, clock);

	return clock + delay - delay / 4000 * randombytes_uniform(1000);
}

/*
 * Have the message tried again at the time, or give it up where that makes no
 * sense.  False when it is given up.
 */
bool
auth_delivery_fail(AuthExecution *execution, const AuthMessage *message,
				   const text *reason, TimestampTz retry_at)
{
	bool retry = message->attempts < auth_outbox_attempts &&
				 retry_at < message->expires_at;
	NullableDatum arguments[] = {
		auth_int64(message->id),
		auth_int32(message->attempts),
		auth_text(reason),
		auth_time(retry ? retry_at : GetCurrentTimestamp()),
	};

	if (auth_statement_run(execution,
						   retry ? &postpone : &give_up,
						   arguments) == 0)
		auth_error_suppressed_row(auth_relation_name(AUTH_OUTBOX));
	return retry;
}

/*
 * auth_finish_message(id bigint) boolean
 *
 * Deletes the message, which was sent; false when it is not there any more.
 */
Datum
auth_finish_message(PG_FUNCTION_ARGS)
{
	NullableDatum id;

	PreventCommandIfReadOnly("auth_finish_message()");
	auth_argument_required(fcinfo, 0, "id");
	id = auth_int64(PG_GETARG_INT64(0));
	PG_RETURN_BOOL(auth_statement_execute(&delete_message, &id) > 0);
}

/* What the worker says of an attempt. */
typedef struct Failure
{
	text *reason;		   /* or NULL */
	Interval *retry_after; /* NULL: by the settings */
	bool permanent;		   /* trying again is of no use */
} Failure;

/* The worker's words without the secret, and none if that is not known. */
static text *
clean_reason(AuthMessage *message, const text *reason)
{
	int length;
	text *clean;

	if (reason == NULL || auth_message_open(message, &lock_message, 0) != NULL)
		return NULL;
	length = pg_mbcliplen(VARDATA_ANY(reason),
						  VARSIZE_ANY_EXHDR(reason),
						  REASON_BYTES);
	clean = cstring_to_text_with_len(VARDATA_ANY(reason), length);
	if (message->secret != NULL)
		auth_reason_clean(VARDATA(clean),
						  length,
						  VARDATA_ANY(message->secret),
						  Min(VARSIZE_ANY_EXHDR(message->secret),
							  REASON_BYTES));
	return clean;
}

/* A message is not tried again that has expired by then. */
static TimestampTz
choose_retry_at(const AuthMessage *message, const Failure *failure)
{
	if (failure->permanent)
		return message->expires_at;
	if (failure->retry_after == NULL)
		return auth_delivery_retry_at(message);
	return auth_period_later(GetCurrentTimestamp(), failure->retry_after, 0);
}

/* Let others to the address wait no longer than a first failure does. */
static void
put_others_behind(AuthExecution *execution, const AuthMessage *message,
				  TimestampTz retry_at)
{
	TimestampTz first =
		GetCurrentTimestamp() + outbox_retry_delay * USECS_PER_SEC;
	NullableDatum arguments[] = {auth_text(message->address),
								 auth_time(Min(first, retry_at))};

	(void) auth_statement_run(execution, &postpone_others, arguments);
}

/* When the locked message is tried again, or NULL. */
static NullableDatum
fail(AuthExecution *execution, const Failure *failure)
{
	AuthMessage message;
	TimestampTz retry_at;
	text *reason;

	auth_message_read(&message, &lock_message, 0);
	reason = clean_reason(&message, failure->reason);
	retry_at = choose_retry_at(&message, failure);
	if (!auth_delivery_fail(execution, &message, reason, retry_at))
		return auth_null();
	put_others_behind(execution, &message, retry_at);
	return auth_time(retry_at);
}

static NullableDatum
find_and_fail(int64 id, const Failure *failure)
{
	NullableDatum argument = auth_int64(id);
	NullableDatum retry_at = auth_null();
	AuthExecution execution;

	auth_statement_begin(&execution, AUTH_OUTBOX, RowExclusiveLock);
	if (auth_statement_run(&execution, &lock_message, &argument) > 0)
		retry_at = fail(&execution, failure);
	auth_execution_end(&execution);
	return retry_at;
}

/*
 * auth_fail_message(id bigint, reason text, retry_after interval,
 *					 permanent boolean) timestamptz
 *
 * When the message is handed out again; NULL when it is not, as it has been
 * given up or is not there any more.  Without retry_after that is decided by
 * the settings.  22023 for a negative period; F0000 when there is a reason and
 * the file with the keys cannot be used.
 */
Datum
auth_fail_message(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	Failure failure;
	NullableDatum retry_at;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_fail_message()");
	auth_argument_required(fcinfo, 0, "id");
	auth_argument_required(fcinfo, 3, "permanent");
	failure.reason = PG_ARGISNULL(1) ? NULL : PG_GETARG_TEXT_PP(1);
	failure.retry_after = auth_argument_period(fcinfo, 2, "retry_after");
	failure.permanent = PG_GETARG_BOOL(3);
	retry_at = find_and_fail(PG_GETARG_INT64(0), &failure);
	auth_secret_end(&scope);
	if (retry_at.isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(retry_at.value);
}
