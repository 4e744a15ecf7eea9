/*
 * door.c
 *	  The one way in: what all sign-ins end with.
 *
 * Every function that lets somebody in who has proven a credential has its
 * session made here, and by no other code: what is asked of everybody is asked
 * here, so that no way in goes past it.  Beside it sessions are made by a
 * trusted back end (auth_create_session) and carried over by imports.
 */
#include "postgres.h"

#include "call/status.h"
#include "event/event.h"
#include "session/session.h"
#include "session/session_live.h"
#include "sign_in/door.h"

/* Let in whoever has proven enough: the answer with a new session. */
Datum
auth_door_open(FunctionCallInfo fcinfo, const AuthSignIn *sign_in)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];
	pg_uuid_t id;
	text *token = auth_session_start(sign_in->user_id,
									 sign_in->methods,
									 sign_in->attributes,
									 sign_in->periods,
									 &id);

	auth_event_record(&(AuthEvent){.kind = "sign_in",
								   .reason = sign_in->reason,
								   .user_id = sign_in->user_id,
								   .key = sign_in->key,
								   .session = &id,
								   .ip = sign_in->ip});
	auth_status_ok(status);
	return auth_session_result_after(fcinfo,
									 &id,
									 token,
									 status,
									 AUTH_STATUS_COLUMNS);
}

/* The answer without a session. */
Datum
auth_door_refuse(FunctionCallInfo fcinfo)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];

	auth_status_refused(status);
	return auth_session_no_result(fcinfo, status, AUTH_STATUS_COLUMNS);
}

/* The answer to whoever has proven an address that is somebody's. */
Datum
auth_door_taken(FunctionCallInfo fcinfo)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];

	auth_status_taken(status);
	return auth_session_no_result(fcinfo, status, AUTH_STATUS_COLUMNS);
}

/* The answer to whoever has to wait. */
Datum
auth_door_throttle(FunctionCallInfo fcinfo, int64 wait)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];

	auth_status_throttled(status, wait);
	return auth_session_no_result(fcinfo, status, AUTH_STATUS_COLUMNS);
}
