/*
 * own_session.c
 *	  The sessions of one's own: where one is signed in, and their end.
 *
 * To see and to end them takes no proof but a token.  Who has got hold of one
 * that is not his can sign its owner out, who comes back with what he knows;
 * and the owner, who finds a session that is not his, is to be rid of it at
 * once.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "account/own.h"
#include "call/argument.h"
#include "call/period.h"
#include "call/result.h"
#include "call/value.h"
#include "secret/secret.h"
#include "session/amr.h"
#include "session/level.h"
#include "session/session.h"
#include "session/session_end.h"
#include "session/session_live.h"
#include "session/session_period.h"
#include "table/attribute.h"
#include "token/token_end.h"
#include "token/token_purpose.h"

PG_FUNCTION_INFO_V1(auth_get_own_sessions);
PG_FUNCTION_INFO_V1(auth_end_own_session);
PG_FUNCTION_INFO_V1(auth_end_other_sessions);

#define OBJECT_COLUMNS 12

/* The reason that the record gives. */
#define BY_USER "by_user"

typedef struct Listing
{
	FunctionCallInfo fcinfo;
	const AuthOwn *own;
} Listing;

/*
 * When the session was renewed last, or made: a period before it becomes idle.
 * That its end has cut this short, or that the setting has been changed since,
 * does not show.  A long period before a short life would be no time at all.
 */
static TimestampTz
renewed_at(AuthLiveSession *live, TimestampTz created_at)
{
	Interval usual = {.time = auth_session_active_period * USECS_PER_SEC};
	Interval *own = auth_as_interval(
		auth_row_get(&live->session, AUTH_SESSION_ACTIVE_PERIOD));
	Interval *period = own != NULL ? own : &usual;
	TimestampTz renewed;

	if (auth_period_later(created_at, period, 0) >= live->active_expires_at)
		return created_at;
	renewed = auth_period_earlier(live->active_expires_at, period);
	renewed = Min(renewed, GetCurrentTimestamp());
	return Max(renewed, created_at);
}

static void
add(AuthLiveSession *live, void *argument)
{
	Listing *listing = argument;
	Datum id = auth_row_require(&live->session, AUTH_SESSION_ID);
	Datum created_at =
		auth_row_require(&live->session, AUTH_SESSION_CREATED_AT);
	int32 methods = auth_session_methods(live);
	NullableDatum values[OBJECT_COLUMNS] = {
		auth_datum(id),
		auth_bool(memcmp(DatumGetUUIDP(id), &listing->own->session, UUID_LEN) ==
				  0),
		auth_string(live->active ? "active" : "idle"),
		auth_time(live->active_expires_at),
		auth_time(live->idle_expires_at),
		auth_time(live->expires_at),
		auth_datum(auth_attribute_read(&live->session)),
		auth_datum(created_at),
		auth_time(renewed_at(live, DatumGetTimestampTz(created_at))),
		auth_time(auth_session_authenticated_at(live)),
		auth_int16(auth_level(methods)),
		auth_amr_value(methods),
	};

	auth_result_add(listing->fcinfo, values, OBJECT_COLUMNS);
}

/*
 * auth_get_own_sessions(token text) SETOF auth_own_session_object
 *
 * The living sessions of the session's user, oldest first.  No row: the token
 * is no living session's.
 */
Datum
auth_get_own_sessions(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthOwn own;

	auth_secret_begin(&scope);
	auth_result_begin_set(fcinfo);
	if (auth_own_argument(&own, fcinfo))
		auth_session_each(own.user_id, add, &(Listing){fcinfo, &own});
	auth_secret_end(&scope);
	return (Datum) 0;
}

/*
 * Whoever ends another session may not know who has it, and what that one has
 * asked for: a change of the address would outlive it.  Who asks for one holds the
 * user, who is locked, so that none is in the making.
 */
static void
end_requests(text *user_id)
{
	(void) auth_token_end_purpose(user_id, AUTH_TOKEN_EMAIL_CHANGE);
}

/* End the session of the user; false: there is none. */
static bool
end_session(const AuthOwn *own, const pg_uuid_t *id)
{
	if (!auth_session_end(id, own->user_id, BY_USER))
		return false;
	if (memcmp(id, &own->session, UUID_LEN) != 0)
		end_requests(own->user_id);
	return true;
}

/*
 * auth_end_own_session(token text, session_id uuid) boolean
 *
 * Ends a session of the same user, with its refresh tokens and, if it is not its
 * own, changes of the address that are asked for; whether there was one.  Waits
 * for whoever is creating a session or asking for such a change.
 */
Datum
auth_end_own_session(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthOwn own;
	bool ended;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_end_own_session()");
	auth_argument_required(fcinfo, 1, "session_id");
	ended = auth_own_argument(&own, fcinfo) && auth_own_lock(&own) &&
			end_session(&own, PG_GETARG_UUID_P(1));
	auth_secret_end(&scope);
	PG_RETURN_BOOL(ended);
}

/*
 * auth_end_other_sessions(token text) bigint
 *
 * The number of sessions that were ended: all of the user but this one.  Changes
 * of the address that are asked for end as well.  Waits for whoever is creating
 * a session.
 */
Datum
auth_end_other_sessions(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthOwn own;
	uint64 count = 0;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_end_other_sessions()");
	if (auth_own_argument(&own, fcinfo) && auth_own_lock(&own))
	{
		count = auth_session_end_others(own.user_id,
										auth_uuid(&own.session),
										BY_USER);
		end_requests(own.user_id);
	}
	auth_secret_end(&scope);
	PG_RETURN_INT64((int64) count);
}
