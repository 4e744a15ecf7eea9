/*
 * outbox_take.c
 *	  Messages that are handed out.
 *
 * Who takes a message has it for the time of a lease, and then says what has
 * become of it (delivery.c).  No transaction is open while it is being sent.
 * When the lease has ended without a word, as the worker has died, the message
 * is handed out again: it is sent at least once.
 *
 * A message whose token has been used, replaced or deleted is of no use to
 * anybody: it is deleted and not handed out.
 *
 * Those whose turn has come are handed out in that order, so that one that
 * keeps failing goes behind those that have come meanwhile.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/period.h"
#include "call/result.h"
#include "call/value.h"
#include "outbox/delivery.h"
#include "outbox/outbox_row.h"
#include "outbox/token_good.h"
#include "secret/secret.h"

PG_FUNCTION_INFO_V1(auth_take_outbox);

#define OUTBOX_OBJECT_COLUMNS 10

/*
 * A time of ours that is in the future was taken while the clock was wrong, and
 * then the time of the next attempt was, too.
 */
#define IS_DUE                                   \
	"(o.next_attempt_at <= $1"                   \
	" OR coalesce(o.attempted_at, o.created_at)" \
	" > " AUTH_CLOCK_LATEST ")"

/* The last column of this, behind those of a message. */
#define IS_USEFUL (AUTH_MESSAGE_COLUMN_COUNT + 1)

/*
 * Which ones is decided before the tokens are looked at, which would cost the
 * planner's estimate of those that wait, and so a compilation by the JIT.
 */
static AuthStatement lock_messages = {
	.text = "SELECT " AUTH_MESSAGE_COLUMNS ", " AUTH_MESSAGE_IS_USEFUL
			" FROM ONLY auth_outbox o WHERE o.id = ANY (ARRAY("
			"SELECT o.id FROM ONLY auth_outbox o"
			" WHERE o.failed_at IS NULL AND " IS_DUE
			" AND ($3 IS NULL OR o.purpose = ANY ($3))"
			" ORDER BY o.next_attempt_at, o.id LIMIT $2"
			" FOR UPDATE SKIP LOCKED))"
			" ORDER BY o.next_attempt_at, o.id FOR UPDATE",
	AUTH_TYPES(TIMESTAMPTZOID, INT4OID, TEXTARRAYOID),
	.results = (Oid[]){AUTH_MESSAGE_TYPES, BOOLOID},
	.table = AUTH_OUTBOX,
};

static AuthStatement lease_messages = {
	.text = "UPDATE ONLY auth_outbox SET attempts = attempts + 1,"
			" attempted_at = $2, next_attempt_at = $3 WHERE id = ANY ($1)",
	AUTH_TYPES(INT8ARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID),
	.table = AUTH_OUTBOX,
};

static AuthStatement delete_messages = {
	.text = "DELETE FROM ONLY auth_outbox WHERE id = ANY ($1)",
	AUTH_TYPES(INT8ARRAYOID),
	.table = AUTH_OUTBOX,
};

/* What is taken in a call. */
typedef struct Taking
{
	FunctionCallInfo fcinfo;
	TimestampTz clock;
	TimestampTz lease_end;
	int32 wanted;
	ArrayType *purposes; /* NULL: all */
	int64 refused;		 /* how many cannot be believed */
	int64 first_refused;
	const char *problem; /* what is wrong with the first */
} Taking;

/* The messages of one round, by what is to be done with them. */
typedef struct Round
{
	AuthExecution execution;
	Datum *leased; /* ids */
	int leases;
	Datum *useless;
	int deletions;
	List *failed; /* of Failed */
} Round;

typedef struct Failed
{
	AuthMessage message;
	const char *reason;
	TimestampTz retry_at;
} Failed;

static void
add_message(FunctionCallInfo fcinfo, const AuthMessage *message)
{
	NullableDatum values[OUTBOX_OBJECT_COLUMNS] = {
		auth_int64(message->id),
		auth_time(message->created_at),
		auth_time(message->expires_at),
		auth_text(message->purpose),
		auth_text(message->user_id),
		auth_text(message->provider_id),
		auth_text(message->address),
		auth_text(message->secret),
		auth_jsonb(message->data),
		auth_int32(message->attempts),
	};

	auth_result_add(fcinfo, values, OUTBOX_OBJECT_COLUMNS);
}

static void
add_failed(Round *round, const AuthMessage *message, const char *reason,
		   TimestampTz retry_at)
{
	Failed *failed = palloc(sizeof(Failed));

	*failed = (Failed){*message, reason, retry_at};
	round->failed = lappend(round->failed, failed);
}

static void
hand_out(Taking *taking, Round *round, const AuthMessage *message)
{
	add_message(taking->fcinfo, message);
	round->leased[round->leases++] = Int64GetDatum(message->id);
	taking->wanted--;
}

/*
 * What cannot be believed now can be once the keys are there again.  It is
 * leased first, as an attempt whose time says that the next one is not due.
 */
static void
refuse(Taking *taking, Round *round, const AuthMessage *message,
	   const char *problem)
{
	TimestampTz retry_at = auth_delivery_retry_at(message);

	round->leased[round->leases++] = Int64GetDatum(message->id);
	add_failed(round, message, problem, Max(retry_at, taking->clock + 1));
	if (taking->refused++ == 0)
	{
		taking->first_refused = message->id;
		taking->problem = problem;
	}
}

/* Open the message and hand it out, if it can be believed. */
static void
try_to_hand_out(Taking *taking, Round *round, AuthMessage *message, uint64 row)
{
	const char *problem;

	message->attempts++;
	problem = auth_message_open(message, &lock_messages, row);
	if (problem == NULL)
		hand_out(taking, round, message);
	else
		refuse(taking, round, message, problem);
}

/* Decide what is to be done with the message of this row. */
static void
look_at(Taking *taking, Round *round, uint64 row)
{
	AuthMessage message;

	auth_message_read(&message, &lock_messages, row);
	if (message.expires_at < taking->clock)
		add_failed(round, &message, "expired", message.expires_at);
	else if (!DatumGetBool(
				 auth_statement_require(&lock_messages, row, IS_USEFUL)))
		round->useless[round->deletions++] = Int64GetDatum(message.id);
	else if (message.attempts >= auth_outbox_attempts)
		add_failed(round,
				   &message,
				   "no worker has said what became of it",
				   message.expires_at);
	else
		try_to_hand_out(taking, round, &message, row);
}

static void
change_messages(Round *round, AuthStatement *statement,
				NullableDatum *arguments, Datum *ids, int count)
{
	if (count == 0)
		return;
	arguments[0] = auth_pointer(construct_array(ids,
												count,
												INT8OID,
												sizeof(int64),
												FLOAT8PASSBYVAL,
												TYPALIGN_DOUBLE));
	if (auth_statement_run(&round->execution, statement, arguments) !=
		(uint64) count)
		auth_error_suppressed_row(auth_relation_name(AUTH_OUTBOX));
}

static void
act(Taking *taking, Round *round)
{
	NullableDatum arguments[3] =
		{[1] = auth_time(taking->clock), [2] = auth_time(taking->lease_end)};
	ListCell *cell;

	change_messages(round,
					&lease_messages,
					arguments,
					round->leased,
					round->leases);
	change_messages(round,
					&delete_messages,
					arguments,
					round->useless,
					round->deletions);
	foreach (cell, round->failed)
	{
		Failed *failed = lfirst(cell);

		(void) auth_delivery_fail(&round->execution,
								  &failed->message,
								  cstring_to_text(failed->reason),
								  failed->retry_at);
	}
}

/*
 * Look at as many as are wanted; whether there may be more.  What is done with
 * each keeps it from being looked at again.
 */
static bool
take(Taking *taking)
{
	Round round = {.failed = NIL};
	NullableDatum arguments[] = {auth_time(taking->clock),
								 auth_int32(taking->wanted),
								 auth_pointer(taking->purposes)};
	uint64 wanted = taking->wanted;
	uint64 count;

	auth_statement_begin(&round.execution, AUTH_OUTBOX, RowExclusiveLock);
	count = auth_statement_run(&round.execution, &lock_messages, arguments);
	round.leased = palloc(count * sizeof(Datum));
	round.useless = palloc(count * sizeof(Datum));
	for (uint64 row = 0; row < count; row++)
		look_at(taking, &round, row);
	act(taking, &round);
	auth_execution_end(&round.execution);
	return count == wanted;
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
					   taking->problem)));
}

/* The purposes that the worker is for, or NULL for all. */
static ArrayType *
purposes_argument(FunctionCallInfo fcinfo, int number)
{
	ArrayType *purposes;

	if (PG_ARGISNULL(number))
		return NULL;
	purposes = PG_GETARG_ARRAYTYPE_P(number);
	if (array_contains_nulls(purposes))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("purposes must not contain nulls")));
	return purposes;
}

static TimestampTz
lease_argument(FunctionCallInfo fcinfo, int number, TimestampTz clock)
{
	TimestampTz end;

	auth_argument_required(fcinfo, number, "lease");
	end = auth_period_later(clock,
							auth_argument_period(fcinfo, number, "lease"),
							0);
	if (end <= clock)
		auth_argument_invalid_period("lease");
	return end;
}

/*
 * auth_take_outbox(max_rows int, purposes text[], lease interval)
 *		SETOF auth_outbox_object
 *
 * The messages of these purposes that have waited longest and that no other
 * transaction is taking, at most so many; nobody else gets them before the
 * lease ends.  What cannot be believed is left for later, with a warning.
 * 22023 for a number outside 1 to 1,000,000, a null purpose, or a lease that
 * is not positive; F0000 when the file with the keys cannot be used.
 */
Datum
auth_take_outbox(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	Taking taking = {fcinfo, GetCurrentTimestamp()};

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_take_outbox()");
	auth_result_begin_set(fcinfo);
	taking.wanted = auth_argument_rows(fcinfo, 0, "max_rows");
	taking.purposes = purposes_argument(fcinfo, 1);
	taking.lease_end = lease_argument(fcinfo, 2, taking.clock);
	while (taking.wanted > 0 && take(&taking))
		;
	if (taking.refused > 0)
		warn_of_refused(&taking);
	auth_secret_end(&scope);
	return (Datum) 0;
}
