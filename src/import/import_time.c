/*
 * import_time.c
 *	  Times of imported rows.
 *
 * Lucia wrote milliseconds since 1970 up to version 2, and then timestamps;
 * one without a time zone is in UTC, as the drivers of JavaScript have it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "import/import_source.h"
#include "import/import_time.h"
#include "session/session_period.h"

/* Milliseconds from 1970 to 2000, where the server's time begins. */
#define EPOCH_DIFFERENCE                                        \
	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY * \
	 INT64CONST(1000))

/*
 * The time of so many milliseconds since 1970; beyond the server's it is
 * infinite.
 */
static TimestampTz
from_milliseconds(int64 milliseconds)
{
	TimestampTz time;

	if (pg_sub_s64_overflow(milliseconds, EPOCH_DIFFERENCE, &milliseconds) ||
		pg_mul_s64_overflow(milliseconds, 1000, &time) ||
		!IS_VALID_TIMESTAMP(time))
		return milliseconds < 0 ? DT_NOBEGIN : DT_NOEND;
	return time;
}

/* The time of the field; false when it is NULL. */
bool
auth_import_get_time(const AuthImportRow *row, AuthImportField field,
					 TimestampTz *time)
{
	NullableDatum value = auth_import_get_value(row, field);

	if (value.isnull)
		return false;
	if (getBaseType(row->source->types[field]) == INT8OID)
		*time = from_milliseconds(DatumGetInt64(value.value));
	else
		/* both types count from the same moment, one of them in UTC */
		*time = DatumGetTimestampTz(value.value);
	return true;
}

static TimestampTz
end_from(TimestampTz clock)
{
	if (auth_session_lifetime == 0)
		return DT_NOEND;
	return clock + (int64) auth_session_lifetime * USECS_PER_SEC;
}

/*
 * When a session of version 3, which has one expiry, becomes idle: as soon as
 * a renewal no longer shortens it, or at once.
 */
static TimestampTz
idle_from(TimestampTz clock, TimestampTz expires)
{
	int64 renewed =
		((int64) auth_session_active_period + auth_session_idle_period) *
		USECS_PER_SEC;

	if (TIMESTAMP_NOT_FINITE(expires))
		return expires;
	return Max(clock, expires - renewed);
}

/* When an imported session expires; false when that is not said. */
bool
auth_import_get_period(const AuthImportRow *row, TimestampTz clock,
					   AuthImportPeriod *period)
{
	period->end = end_from(clock);
	if (row->source->columns[AUTH_IMPORT_EXPIRES] != NULL)
	{
		if (!auth_import_get_time(row, AUTH_IMPORT_EXPIRES, &period->idle))
			return false;
		period->active = idle_from(clock, period->idle);
	}
	else
	{
		if (!auth_import_get_time(row, AUTH_IMPORT_IDLE, &period->idle))
			return false;
		if (!auth_import_get_time(row, AUTH_IMPORT_ACTIVE, &period->active))
			period->active = clock;
	}
	period->idle = Min(period->idle, period->end);
	period->active = Min(period->active, period->idle);
	return true;
}
