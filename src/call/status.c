/*
 * status.c
 *	  The status in which functions that check secrets answer.
 *
 * An error would abort the caller's transaction and fill the log, and what a
 * refusal is for is nobody's business but the record's.
 */
#include "postgres.h"

#include "call/result.h"
#include "call/status.h"
#include "call/value.h"
#include "count/throttle_rule.h"

static void
set_status(NullableDatum *columns, const char *status)
{
	columns[0] = auth_string(status);
	columns[1] = auth_null();
}

void
auth_status_ok(NullableDatum *columns)
{
	set_status(columns, "ok");
}

void
auth_status_refused(NullableDatum *columns)
{
	set_status(columns, "refused");
}

/* The status taken: for whoever has proven a name that is somebody's already. */
void
auth_status_taken(NullableDatum *columns)
{
	set_status(columns, "taken");
}

/* The status reauthenticate: the session is not fresh enough. */
void
auth_status_reauthenticate(NullableDatum *columns)
{
	set_status(columns, "reauthenticate");
}

/* The status second_factor: what was proven is good, and not all of it. */
void
auth_status_second_factor(NullableDatum *columns)
{
	set_status(columns, "second_factor");
}

/* The status last_key: what was to be deleted is the last way in. */
void
auth_status_last_key(NullableDatum *columns)
{
	set_status(columns, "last_key");
}

/*
 * The status throttled.  "wait" is the time to wait, in microseconds, or
 * AUTH_THROTTLE_STOPPED.
 */
void
auth_status_throttled(NullableDatum *columns, int64 wait)
{
	Interval *retry_after;

	set_status(columns, "throttled");
	if (wait == AUTH_THROTTLE_STOPPED)
		return;
	retry_after = palloc0(sizeof(Interval));
	retry_after->time = wait;
	columns[1] = auth_interval(retry_after);
}

/* The columns as a row that has no others. */
Datum
auth_status_result(FunctionCallInfo fcinfo, const NullableDatum *status)
{
	return auth_result_row(fcinfo, status, AUTH_STATUS_COLUMNS);
}
