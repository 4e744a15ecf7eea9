/*
 * period.h
 *	  Times that are a period away from others.
 */
#ifndef AUTH_PERIOD_H
#define AUTH_PERIOD_H

#include "postgres.h"

#include "datatype/timestamp.h"

extern TimestampTz auth_period_later(TimestampTz time, Interval *period,
									 int seconds);
extern TimestampTz auth_period_earlier(TimestampTz time, Interval *period);

#endif /* AUTH_PERIOD_H */
