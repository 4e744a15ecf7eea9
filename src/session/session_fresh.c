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

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "call/period.h"
#include "call/value.h"
#include "server/clock.h"
#include "server/setting.h"
#include "session/level.h"
#include "session/session_fresh.h"
#include "table/statement.h"

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

/* A session that was made to expire since it was read stays dead. */
static AuthStatement add_proof = {
	.text = "UPDATE auth_session"
			" SET methods = methods | $2, authenticated_at = $3"
			" WHERE id = $1 AND idle_expires_at >= $3 AND expires_at >= $3",
	AUTH_TYPES(UUIDOID, INT4OID, TIMESTAMPTZOID),
	.table = AUTH_SESSION,
};

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

/* Whether the session lives and the proof authenticates its user anew. */
static bool
is_renewed(const pg_uuid_t *id, int32 proof)
{
	AuthLiveSession live;
	bool is;

	if (!auth_session_open(&live, id))
		return false;
	is = auth_level_is_renewed(auth_session_methods(&live), proof);
	auth_session_close(&live);
	return is;
}

/*
 * The session's user has just proven a credential by these methods, which makes
 * it fresh.  False, and nothing is changed, when it has ended, or has had a
 * stronger method than these.
 */
bool
auth_session_prove(const pg_uuid_t *id, int32 proof)
{
	NullableDatum arguments[] = {auth_uuid(id),
								 auth_int32(proof),
								 auth_time(GetCurrentTimestamp())};

	return is_renewed(id, proof) &&
		   auth_statement_execute(&add_proof, arguments) > 0;
}
