/*
 * session_period.h
 *	  The periods of a session, and when it expires by them.
 */
#ifndef AUTH_SESSION_PERIOD_H
#define AUTH_SESSION_PERIOD_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "fmgr.h"

/* NULL: the setting. */
typedef struct AuthPeriods
{
	Interval *active;
	Interval *idle;
	Interval *lifetime; /* of a new session */
} AuthPeriods;

typedef struct AuthExpiries
{
	TimestampTz active;
	TimestampTz idle;
	TimestampTz end;
} AuthExpiries;

extern AuthPeriods auth_period_arguments(FunctionCallInfo fcinfo, int first);
extern AuthExpiries auth_period_start(TimestampTz clock,
									  const AuthPeriods *periods);
extern AuthExpiries auth_period_renew(TimestampTz clock,
									  const AuthPeriods *periods,
									  TimestampTz end);

extern int auth_session_active_period; /* seconds */
extern int auth_session_idle_period;   /* seconds */
extern int auth_session_lifetime;	   /* seconds, 0: no absolute end */

extern void auth_session_period_init(void);

#endif /* AUTH_SESSION_PERIOD_H */
