/*
 * import_time.c
 *	  Times of imported rows.
 *
 * Lucia wrote milliseconds since 1970 up to version 2, and then timestamps.
 * One without a time zone is of the zone that the application ran in, as its
 * driver wrote it: the caller says which.
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

static bool
is_without_zone(Oid type)
{
	return type == TIMESTAMPOID || type == DATEOID;
}

/* Whether a value means another moment in another zone after conversion. */
bool
auth_import_is_zoned(Oid from, Oid to)
{
	return (is_without_zone(from) && to == TIMESTAMPTZOID) ||
		   (from == TIMESTAMPTZOID && is_without_zone(to));
}

/* Convert between these two types. */
Datum
auth_import_convert_zoned(Datum value, Oid from, Oid to, text *zone)
{
	if (from == DATEOID)
		value = DirectFunctionCall1(date_timestamp, value);
	if (to == TIMESTAMPTZOID)
		return DirectFunctionCall2(timestamp_zone,
								   PointerGetDatum(zone),
								   value);
	value = DirectFunctionCall2(timestamptz_zone, PointerGetDatum(zone), value);
	return to == DATEOID ? DirectFunctionCall1(timestamp_date, value) : value;
}

/* A column needs a zone, which the caller has to have given. */
void
auth_import_require_zone(const AuthImportSource *source, const char *column,
						 text *zone)
{
	if (zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" of \"%s\" has times without a time "
						"zone, so that time_zone must name it",
						column,
						source->table),
				 errhint("It is the zone that the application ran in: "
						 "drivers write the time of their process.")));

	/* refuses a zone that there is not */
	(void) DirectFunctionCall2(timestamp_zone,
							   PointerGetDatum(zone),
							   TimestampGetDatum(0));
}

/* The times of the source are of this zone, where they have none. */
void
auth_import_set_zone(AuthImportSource *source, text *zone)
{
	for (int field = 0; field < AUTH_IMPORT_FIELDS; field++)
	{
		if (source->columns[field] != NULL &&
			(field == AUTH_IMPORT_EXPIRES || field == AUTH_IMPORT_CREATED) &&
			getBaseType(source->types[field]) == TIMESTAMPOID)
			auth_import_require_zone(source, source->columns[field], zone);
	}
	source->zone = zone;
}

/* The time of the field; false when it is NULL. */
bool
auth_import_get_time(const AuthImportRow *row, AuthImportField field,
					 TimestampTz *time)
{
	NullableDatum value = auth_import_get_value(row, field);
	Oid type = getBaseType(row->source->types[field]);

	if (value.isnull)
		return false;
	if (type == INT8OID)
		*time = from_milliseconds(DatumGetInt64(value.value));
	else if (type == TIMESTAMPTZOID)
		*time = DatumGetTimestampTz(value.value);
	else
		*time =
			DatumGetTimestampTz(auth_import_convert_zoned(value.value,
														  type,
														  TIMESTAMPTZOID,
														  row->source->zone));
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
