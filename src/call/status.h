/*
 * status.h
 *	  The status in which functions that check secrets answer.
 */
#ifndef AUTH_STATUS_H
#define AUTH_STATUS_H

#include "postgres.h"

#include "fmgr.h"

/* The columns status and retry_after. */
#define AUTH_STATUS_COLUMNS 2

/* When to come again after too many hashes at a time, in microseconds. */
#define AUTH_STATUS_BUSY_WAIT INT64CONST(1000000)

extern void auth_status_ok(NullableDatum *columns);
extern void auth_status_refused(NullableDatum *columns);
extern void auth_status_taken(NullableDatum *columns);
extern void auth_status_reauthenticate(NullableDatum *columns);
extern void auth_status_second_factor(NullableDatum *columns);
extern void auth_status_last_key(NullableDatum *columns);
extern void auth_status_throttled(NullableDatum *columns, int64 wait);
extern Datum auth_status_result(FunctionCallInfo fcinfo,
								const NullableDatum *status);

#endif /* AUTH_STATUS_H */
