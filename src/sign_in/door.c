/*
 * door.c
 *	  The one way in: what all sign-ins end with.
 *
 * Every function that lets somebody in who has proven a credential has its
 * session made here, and by no other code: what is asked of everybody is asked
 * here, so that no way in goes past it.  That is a second factor, of users who
 * have one: auth_door_ask() is for whoever has proven the first, and
 * auth_door_open() for whoever has proven both.  Beside it sessions are made by a
 * trusted back end (auth_create_session) and carried over by imports.
 */
#include "postgres.h"

#include "call/status.h"
#include "call/value.h"
#include "event/event.h"
#include "factor/challenge.h"
#include "factor/device.h"
#include "factor/second_factor.h"
#include "session/level.h"
#include "session/session.h"
#include "session/session_live.h"
#include "sign_in/door.h"
#include "sign_in/pending.h"

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

/*
 * The answer with the session and its token, which is new, and the token of the
 * device, if it is remembered.
 */
Datum
auth_door_session(FunctionCallInfo fcinfo, const pg_uuid_t *id, text *token,
				  text *device_token)
{
	NullableDatum first[FIRST_COLUMNS];

	auth_status_ok(first);
	set_rest(first);
	first[DEVICE_TOKEN] = auth_text(device_token);
	return auth_session_result_after(fcinfo, id, token, first, FIRST_COLUMNS);
}

/* Let in whoever has proven enough: the answer with a new session. */
Datum
auth_door_open(FunctionCallInfo fcinfo, const AuthSignIn *sign_in,
			   text *device_token)
{
	pg_uuid_t id;
	text *token = auth_session_start(sign_in->user->id,
									 sign_in->methods,
									 sign_in->attributes,
									 sign_in->periods,
									 &id);

	auth_event_record(&(AuthEvent){.kind = "sign_in",
								   .reason = sign_in->reason,
								   .user_id = sign_in->user->id,
								   .key = sign_in->key,
								   .session = &id,
								   .ip = sign_in->ip});
	return auth_door_session(fcinfo, &id, token, device_token);
}

/* The answer to whoever has a second factor still to prove. */
static Datum
challenge(FunctionCallInfo fcinfo, const AuthSignIn *sign_in)
{
	AuthPending pending = {sign_in->methods,
						   sign_in->attributes,
						   *sign_in->periods};
	NullableDatum first[FIRST_COLUMNS];

	auth_status_second_factor(first);
	set_rest(first);
	first[CHALLENGE] =
		auth_text(auth_challenge_make(sign_in->user->id,
									  sign_in->key,
									  auth_pending_write(&pending)));
	first[FACTORS] = auth_second_factor_list(sign_in->user->id);
	return auth_session_no_result(fcinfo, first, FIRST_COLUMNS);
}

/*
 * Let in whoever has proven a first factor, and whose user is held, unless the
 * user has a second one.  Where that is asked for, a device that is remembered
 * does instead, and opens a session that has no more than the first factor.
 *
 * What is asked was found under the hold, with whether the user is let in at all:
 * who adds a factor has locked the user, and ends the sessions that there are.
 */
Datum
auth_door_ask(FunctionCallInfo fcinfo, const AuthSignIn *sign_in)
{
	AuthSignIn remembered = *sign_in;
	text *next;

	if (sign_in->user->id == NULL)
		elog(ERROR, "no user was found to be let in");
	if (!sign_in->user->asked)
		return auth_door_open(fcinfo, sign_in, NULL);
	if (sign_in->device_token == NULL ||
		!auth_device_use(sign_in->user->id, sign_in->device_token, &next))
		return challenge(fcinfo, sign_in);
	remembered.methods |= AUTH_METHOD_DEVICE;
	return auth_door_open(fcinfo, &remembered, next);
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
