/*
 * event.c
 *	  The record of what has happened to users, keys and sessions.
 *
 * An event is written in the transaction of what it tells of, and goes with
 * it when that is rolled back.  An attempt that was refused has happened all
 * the same: its row is kept (keep.c).
 *
 * Whether people can sign in does not depend on it: what cannot be recorded, as
 * the table is out of order or has no partition for it, is lost, and the
 * server's log says so.  Clients are not told, to whom it would show which calls
 * have something to record.
 *
 * No row holds a secret.  The name of a key that does not exist is none of
 * ours, and may be a password that was typed into the wrong field: it is not
 * recorded.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/inet.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/period.h"
#include "call/result.h"
#include "call/value.h"
#include "event/event.h"
#include "server/clock.h"
#include "server/subtransaction.h"
#include "table/keep.h"
#include "table/purge.h"
#include "table/statement.h"

PG_FUNCTION_INFO_V1(auth_get_events);
PG_FUNCTION_INFO_V1(auth_delete_events);
PG_FUNCTION_INFO_V1(auth_event_kept);

/* The columns of an auth_event_object. */
#define EVENT_OBJECT                                      \
	"id, created_at, kind, reason, user_id, provider_id," \
	" provider_user_id, session_id, client_address, count, role"
#define EVENT_OBJECT_COLUMNS 11

static AuthStatement insert_event = {
	.text = "INSERT INTO auth_event (created_at, kind, reason, user_id,"
			" provider_id, provider_user_id, session_id, client_address, count)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
			" RETURNING " AUTH_KEEP_PLACE,
	AUTH_TYPES(TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
			   UUIDOID, INETOID, INT8OID),
	.results = AUTH_KEEP_TYPES,
	.table = AUTH_EVENT,
};

static AuthStatement find_sign_in = {
	.text = "SELECT FROM auth_event WHERE kind = 'sign_in'::text"
			" AND user_id = $1 AND client_address >= $2"
			" AND client_address <= $3 LIMIT 1",
	AUTH_TYPES(TEXTOID, INETOID, INETOID),
	.table = AUTH_EVENT,
};

static Oid event_types[EVENT_OBJECT_COLUMNS] = {INT8OID,
												TIMESTAMPTZOID,
												TEXTOID,
												TEXTOID,
												TEXTOID,
												TEXTOID,
												TEXTOID,
												UUIDOID,
												INETOID,
												INT8OID,
												TEXTOID};

static AuthStatement select_events = {
	.text = "SELECT " EVENT_OBJECT " FROM auth_event"
			" WHERE id < $1 ORDER BY id DESC LIMIT $2",
	AUTH_TYPES(INT8OID, INT4OID),
	.results = event_types,
	.table = AUTH_EVENT,
};

static AuthStatement select_user_events = {
	.text = "SELECT " EVENT_OBJECT " FROM auth_event"
			" WHERE id < $1 AND user_id = $3 ORDER BY id DESC LIMIT $2",
	AUTH_TYPES(INT8OID, INT4OID, TEXTOID),
	.results = event_types,
	.table = AUTH_EVENT,
};

static AuthStatement insert_deleted = {
	.text = "INSERT INTO auth_event (created_at, kind, user_id)"
			" SELECT $1, 'user_deleted'::text, id FROM deleted",
	AUTH_TYPES(TIMESTAMPTZOID),
	.table = AUTH_EVENT,
};

/*
 * An event in the future is as old as those that came after it: it is removed
 * when one of these is.
 */
static AuthPurge old_events =
	AUTH_PURGE(AUTH_EVENT, "auth_event", "auth_event",
			   "created_at < $1 OR created_at > " AUTH_CLOCK_LATEST
			   " AND id < (SELECT max(id) FROM auth_event"
			   " WHERE created_at < $1)");

/* The same in partitions, where a place is none of the whole table. */
static AuthStatement delete_partitioned = {
	.text = "WITH removed AS (DELETE FROM auth_event USING"
			" (SELECT id, created_at FROM auth_event WHERE created_at < $1"
			" LIMIT $2 FOR UPDATE SKIP LOCKED) old"
			" WHERE auth_event.id = old.id"
			" AND auth_event.created_at = old.created_at"
			" AND auth_event.created_at < $1 RETURNING auth_event.id)"
			" SELECT count(*) FROM removed",
	AUTH_TYPES(TIMESTAMPTZOID, INT4OID),
	.results = (Oid[]){INT8OID},
	.table = AUTH_EVENT,
};

static AuthStatement delete_of_person = {
	.text = "DELETE FROM auth_event e WHERE " AUTH_EVENT_IS_OF_PERSON,
	AUTH_TYPES(TEXTOID),
	.table = AUTH_EVENT,
};

/* What is inserted, and whether it stays whatever the transaction does. */
typedef struct Insertion
{
	AuthStatement *statement;
	const NullableDatum *arguments;
	bool for_good;
	TriggerData *trigger; /* whose transition table it reads, or NULL */
	AuthExecution execution;
} Insertion;

/* Whether an event of this backend was lost since one was recorded. */
static bool losing = false;

/* Whether a function that deletes events is at work in this backend. */
static bool deleting = false;

/* The statement may have a password in it, as this is not an error. */
static void
report_loss(const char *problem)
{
	if (!losing)
		ereport(LOG_SERVER_ONLY,
				(errmsg("events of users, keys and sessions are not recorded"),
				 errdetail_internal("%s", problem),
				 errhint("SELECT * FROM auth_check() says more."),
				 errhidestmt(true),
				 errhidecontext(true)));
	losing = true;
}

static bool
is_without_partition(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_CHECK_VIOLATION &&
		   error->constraint_name == NULL && error->message_id != NULL &&
		   strstr(error->message_id, "no partition of relation") != NULL;
}

static bool
insert_rows(void *argument)
{
	Insertion *insertion = argument;
	uint64 rows = auth_statement_run(&insertion->execution,
									 insertion->statement,
									 insertion->arguments);

	if (insertion->for_good && rows == 1)
		auth_keep_returned(insertion->statement, false);
	return true;
}

/* Partitions come and go, and only the server finds the one for a row. */
static void
insert_or_lose(Insertion *insertion)
{
	bool inserted = auth_relation_location(AUTH_EVENT)->is_partitioned ?
						auth_subtransaction_try(insert_rows,
												insertion,
												is_without_partition) :
						insert_rows(insertion);

	if (!inserted)
		report_loss("There is no partition of table \"auth_event\" for them.");
	else
		losing = false;
}

static void
insert(Insertion *insertion)
{
	AuthProblem problem;

	if (!auth_statement_try_begin(&insertion->execution,
								  AUTH_EVENT,
								  RowExclusiveLock,
								  &problem))
	{
		report_loss(problem.text);
		return;
	}
	if (insertion->trigger != NULL)
		SPI_register_trigger_data(insertion->trigger);
	insert_or_lose(insertion);
	auth_execution_end(&insertion->execution);
}

static void
record(const AuthEvent *event, bool for_good)
{
	const AuthKeyId *key = event->key;
	NullableDatum arguments[] = {
		auth_time(GetCurrentTimestamp()),
		auth_string(event->kind),
		auth_string(event->reason),
		auth_text(event->user_id),
		auth_text(key != NULL ? key->provider_id : NULL),
		auth_text(key != NULL ? key->provider_user_id : NULL),
		auth_uuid(event->session),
		auth_ip_value(event->ip),
		event->count > 0 ? auth_int64(event->count) : auth_null(),
	};
	Insertion insertion = {.statement = &insert_event,
						   .arguments = arguments,
						   .for_good = for_good};

	insert(&insertion);
}

/* Record what a rollback of the transaction takes back. */
void
auth_event_record(const AuthEvent *event)
{
	record(event, false);
}

/* Record what has happened even if the transaction is rolled back. */
void
auth_event_record_for_good(const AuthEvent *event)
{
	record(event, true);
}

/* Record the users of the transition table, which is named "deleted". */
void
auth_event_record_deleted(TriggerData *trigger)
{
	NullableDatum now = auth_time(GetCurrentTimestamp());
	Insertion insertion = {.statement = &insert_deleted,
						   .arguments = &now,
						   .trigger = trigger};

	insert(&insertion);
}

/* Whether the user has signed in from the network of the IP address. */
bool
auth_event_has_sign_in(text *user_id, const AuthIp *ip)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_datum(auth_ip_first(ip)),
								 auth_datum(auth_ip_last(ip))};
	AuthExecution execution;
	AuthProblem problem;
	bool found;

	if (!auth_statement_try_begin(&execution,
								  AUTH_EVENT,
								  AccessShareLock,
								  &problem))
		return false;
	found = auth_statement_run(&execution, &find_sign_in, arguments) > 0;
	auth_execution_end(&execution);
	return found;
}

/*
 * auth_get_events(user_id text, before bigint, max_rows int)
 *		SETOF auth_event_object
 *
 * The last events, of one user or of all, those with the highest ids first;
 * before: only ids below this one.  22023 for a number outside 1 to
 * 1,000,000.
 */
Datum
auth_get_events(PG_FUNCTION_ARGS)
{
	text *user_id = auth_as_text(fcinfo->args[0]);
	int64 before = PG_ARGISNULL(1) ? PG_INT64_MAX : PG_GETARG_INT64(1);
	NullableDatum arguments[] = {
		auth_int64(before),
		auth_int32(auth_argument_rows(fcinfo, 2, "max_rows")),
		auth_text(user_id),
	};

	auth_result_begin_set(fcinfo);
	auth_statement_result(fcinfo,
						  user_id != NULL ? &select_user_events :
											&select_events,
						  arguments,
						  EVENT_OBJECT_COLUMNS);
	return (Datum) 0;
}

/* Remove at most so many ($2) events from before the time ($1); their number. */
static int64
delete_events(const NullableDatum *arguments)
{
	AuthExecution execution;
	bool partitioned;
	int64 count = 0;

	auth_statement_begin(&execution, AUTH_EVENT, RowExclusiveLock);
	partitioned = auth_relation_location(AUTH_EVENT)->is_partitioned;
	if (partitioned)
	{
		auth_statement_run(&execution, &delete_partitioned, arguments);
		count =
			DatumGetInt64(auth_statement_require(&delete_partitioned, 0, 1));
	}
	auth_execution_end(&execution);
	return partitioned ?
			   count :
			   auth_purge_rows(&old_events,
							   DatumGetTimestampTz(arguments[0].value),
							   DatumGetInt32(arguments[1].value));
}

static int64
erase_events(const NullableDatum *arguments)
{
	return (int64) auth_statement_execute(&delete_of_person, arguments);
}

/* Run what deletes events, also within another call, as a trigger makes one. */
static int64
delete_with(int64 (*work)(const NullableDatum *arguments),
			const NullableDatum *arguments)
{
	bool within = deleting;
	int64 count;

	deleting = true;
	PG_TRY();
	{
		count = work(arguments);
	}
	PG_FINALLY();
	{
		deleting = within;
	}
	PG_END_TRY();
	return count;
}

/* Remove all events of the user, who may be gone; their number. */
int64
auth_event_erase(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	return delete_with(erase_events, arguments);
}

/*
 * auth_delete_events(older_than interval, batch_size int) bigint
 *
 * Removes events, at most so many; their number.  Rows that somebody holds
 * locked are passed over.  22023 for a period that is not positive, or a size
 * outside 1 to 1,000,000.
 */
Datum
auth_delete_events(PG_FUNCTION_ARGS)
{
	Interval *age;
	NullableDatum arguments[2];

	PreventCommandIfReadOnly("auth_delete_events()");
	auth_argument_required(fcinfo, 0, "older_than");
	age = auth_argument_period(fcinfo, 0, "older_than");
	arguments[0] = auth_time(auth_period_earlier(GetCurrentTimestamp(), age));
	arguments[1] = auth_int32(auth_argument_rows(fcinfo, 1, "batch_size"));
	PG_RETURN_INT64(delete_with(delete_events, arguments));
}

/*
 * auth_event_kept() trigger
 *
 * Refuses to change or remove events but through functions of ours.  The
 * table's owner can disable it: it is against mistakes.
 */
Datum
auth_event_kept(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		auth_error_trigger_misused("auth_event_kept");
	if (!deleting)
		auth_error_rows_kept("auth_event",
							 "Old events are removed with "
							 "auth_delete_events().");
	return PointerGetDatum(NULL);
}
