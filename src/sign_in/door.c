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
#include "call/value.h"
#include "event/event.h"
#include "session/session.h"
#include "session/session_live.h"
#include "sign_in/door.h"

/* The columns of an auth_sign_in_result before those of the session. */
enum
{
	CHALLENGE = AUTH_STATUS_COLUMNS,
	FACTORS,
	DEVICE_TOKEN,
	FIRST_COLUMNS
};

/* Nothing is to be said but the status, whose columns are set. */
static void
set_rest(NullableDatum *first)
{
	for (int i = AUTH_STATUS_COLUMNS; i < FIRST_COLUMNS; i++)
		first[i] = auth_null();
}

/* The answer with the session and its token, which is new. */
Datum
auth_door_session(FunctionCallInfo fcinfo, const pg_uuid_t *id, text *token)
{
	NullableDatum first[FIRST_COLUMNS];

	auth_status_ok(first);
	set_rest(first);
	return auth_session_result_after(fcinfo, id, token, first, FIRST_COLUMNS);
}

/* Let in whoever has proven enough: the answer with a new session. */
Datum
auth_door_open(FunctionCallInfo fcinfo, const AuthSignIn *sign_in)
{
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
	return auth_door_session(fcinfo, &id, token);
}

/* The answer without a session, with a status of the caller's. */
Datum
auth_door_answer(FunctionCallInfo fcinfo, const NullableDatum *status)
{
	NullableDatum first[FIRST_COLUMNS];

	memcpy(first, status, AUTH_STATUS_COLUMNS * sizeof(NullableDatum));
	set_rest(first);
	return auth_session_no_result(fcinfo, first, FIRST_COLUMNS);
}

/* The answer to whoever has not proven enough. */
Datum
auth_door_refuse(FunctionCallInfo fcinfo)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];

	auth_status_refused(status);
	return auth_door_answer(fcinfo, status);
}

/* The answer to whoever has proven an address that is somebody's. */
Datum
auth_door_taken(FunctionCallInfo fcinfo)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];

	auth_status_taken(status);
	return auth_door_answer(fcinfo, status);
}

/* The answer to whoever has to wait. */
Datum
auth_door_throttle(FunctionCallInfo fcinfo, int64 wait)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];

	auth_status_throttled(status, wait);
	return auth_door_answer(fcinfo, status);
}
