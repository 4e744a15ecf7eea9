/*
 * session_period.c
 *	  The periods of a session, and when it expires by them.
 *
 * Days and months are those of UTC, whatever time zone the caller has set: the
 * same call has the same answer for everybody, and a day is 24 hours.  So times
 * are taken for timestamps without time zone, which UTC has the same.
 */
#include "postgres.h"

#include <limits.h>

#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/period.h"
#include "server/setting.h"
#include "session/session_period.h"

int auth_session_active_period;
int auth_session_idle_period;
int auth_session_lifetime;

static const AuthIntSetting settings[] = {
	{"auth.session_active_period",
	 "Time after which a session becomes idle and is renewed at its "
	 "next validation.",
	 &auth_session_active_period,
	 24 * 60 * 60,
	 1,
	 INT_MAX,
	 GUC_UNIT_S},
	{"auth.session_idle_period",
	 "Time for which an idle session can still be renewed.",
	 &auth_session_idle_period,
	 14 * 24 * 60 * 60,
	 0,
	 INT_MAX,
	 GUC_UNIT_S},
	{"auth.session_lifetime",
	 "Time after which a session ends whatever happens; 0 is never.",
	 &auth_session_lifetime,
	 0,
	 0,
	 INT_MAX,
	 GUC_UNIT_S},
};

void
auth_session_period_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

/* The arguments active_period, idle_period and lifetime. */
AuthPeriods
auth_period_arguments(FunctionCallInfo fcinfo, int first)
{
	return (AuthPeriods){
		auth_argument_period(fcinfo, first, "active_period"),
		auth_argument_period(fcinfo, first + 1, "idle_period"),
		auth_argument_period(fcinfo, first + 2, "lifetime"),
	};
}

/* When a session that is renewed now will expire; its end is never moved. */
AuthExpiries
auth_period_renew(TimestampTz clock, const AuthPeriods *periods,
				  TimestampTz end)
{
	TimestampTz active =
		auth_period_later(clock, periods->active, auth_session_active_period);
	TimestampTz idle =
		auth_period_later(active, periods->idle, auth_session_idle_period);

	return (AuthExpiries){Min(active, end), Min(idle, end), end};
}

/*
 * When a session that is made now will expire, or 22023 when a period makes
 * no sense.
 */
AuthExpiries
auth_period_start(TimestampTz clock, const AuthPeriods *periods)
{
	TimestampTz end = DT_NOEND;
	AuthExpiries expiries;

	if (periods->lifetime != NULL || auth_session_lifetime > 0)
	{
		end =
			auth_period_later(clock, periods->lifetime, auth_session_lifetime);
		if (end <= clock)
			auth_argument_invalid_period("lifetime");
	}
	expiries = auth_period_renew(clock, periods, end);
	if (expiries.active <= clock)
		auth_argument_invalid_period("active_period");
	return expiries;
}
