/*
 * period.c
 *	  Times that are a period away from others.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "call/period.h"

/* A time later by the period or, without one, by the setting's seconds. */
TimestampTz
auth_period_later(TimestampTz time, Interval *period, int seconds)
{
	if (period == NULL)
		return time + (int64) seconds * USECS_PER_SEC;
	return DatumGetTimestampTz(DirectFunctionCall2(timestamp_pl_interval,
												   TimestampTzGetDatum(time),
												   IntervalPGetDatum(period)));
}

/* A time earlier by the period. */
TimestampTz
auth_period_earlier(TimestampTz time, Interval *period)
{
	return DatumGetTimestampTz(DirectFunctionCall2(timestamp_mi_interval,
												   TimestampTzGetDatum(time),
												   IntervalPGetDatum(period)));
}
