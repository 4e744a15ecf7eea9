/*
 * session_fresh.c
 *	  How long ago the user of a session was authenticated.
 *
 * A session is fresh for a while after its user has proven a credential.  It is
 * validation, renewal and rotation that keep it alive, and none of them proves
 * anything: they leave the time of that alone.
 */
#include "postgres.h"

#include <limits.h>

#include "utils/timestamp.h"

#include "call/period.h"
#include "server/clock.h"
#include "server/setting.h"
#include "session/session_fresh.h"

static int fresh_period; /* seconds */

static const AuthIntSetting settings[] = {
	{"auth.fresh_period",
	 "Time for which a session is fresh after its user was authenticated.",
	 &fresh_period,
	 15 * 60,
	 1,
	 INT_MAX,
	 GUC_UNIT_S},
};

void
auth_session_fresh_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

/*
 * Whether somebody who was authenticated then was so within the period or,
 * without one, within auth.fresh_period.
 */
bool
auth_session_is_within(TimestampTz authenticated_at, Interval *period)
{
	TimestampTz clock = GetCurrentTimestamp();

	return !auth_clock_is_future(authenticated_at, clock) &&
		   clock <= auth_period_later(authenticated_at, period, fresh_period);
}

bool
auth_session_is_fresh(AuthLiveSession *live)
{
	return auth_session_is_within(auth_session_authenticated_at(live), NULL);
}
