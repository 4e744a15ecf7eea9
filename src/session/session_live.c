/*
 * session_live.c
 *	  Sessions that live now, and how they are shown.
 *
 * Whether a session lives is asked with a fresh snapshot and the wall clock,
 * so that a long transaction or one in REPEATABLE READ does not keep alive
 * what another one has ended.
 *
 * A session lives while clock <= idle_expires_at and clock <= expires_at, its
 * family of refresh tokens, if it has one, was not ended by a replay, and its
 * user is not disabled; it is active while clock <= active_expires_at and idle
 * after that.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "session/amr.h"
#include "session/ended.h"
#include "session/level.h"
#include "session/session_live.h"
#include "table/attribute.h"
#include "user/user_row.h"

/* The columns of an auth_session_object. */
#define OBJECT_COLUMNS 14

static TimestampTz
get_time(AuthLiveSession *live, int column)
{
	return DatumGetTimestampTz(auth_row_require(&live->session, column));
}

/* A copy of the id of its user. */
text *
auth_session_user(AuthLiveSession *live)
{
	return auth_row_require_text(&live->session, AUTH_SESSION_USER_ID);
}

/* The methods by which its user was authenticated. */
int32
auth_session_methods(AuthLiveSession *live)
{
	return DatumGetInt32(
		auth_row_require(&live->session, AUTH_SESSION_METHODS));
}

static bool
open_user(AuthLiveSession *live)
{
	Datum user_id = auth_row_require(&live->session, AUTH_SESSION_USER_ID);

	if (!auth_row_open_beside(&live->user, AUTH_USER, &user_id, &live->session))
		return false;
	if (!auth_user_is_disabled(&live->user))
		return true;
	auth_row_close(&live->user);
	return false;
}

/* Whether a replay has ended the session with its family. */
static bool
is_ended(AuthLiveSession *live)
{
	NullableDatum family = auth_row_get(&live->session, AUTH_SESSION_FAMILY_ID);

	return !family.isnull && auth_ended_has(family.value, &live->session);
}

/* Open the session if it lives now; false with nothing to close if not. */
bool
auth_session_open(AuthLiveSession *live, const pg_uuid_t *id)
{
	Datum key = UUIDPGetDatum(id);
	TimestampTz clock = GetCurrentTimestamp();

	if (!auth_row_open(&live->session, AUTH_SESSION, &key))
		return false;
	live->active_expires_at = get_time(live, AUTH_SESSION_ACTIVE_EXPIRES_AT);
	live->idle_expires_at = get_time(live, AUTH_SESSION_IDLE_EXPIRES_AT);
	live->expires_at = get_time(live, AUTH_SESSION_EXPIRES_AT);
	live->active = clock <= live->active_expires_at;
	if (clock <= live->idle_expires_at && clock <= live->expires_at &&
		!is_ended(live) && open_user(live))
		return true;
	auth_row_close(&live->session);
	return false;
}

void
auth_session_close(AuthLiveSession *live)
{
	auth_row_close(&live->user);
	auth_row_close(&live->session);
}

/* The user of a living session, or NULL. */
text *
auth_session_user_of(const pg_uuid_t *id)
{
	AuthLiveSession live;
	text *user_id;

	if (!auth_session_open(&live, id))
		return NULL;
	user_id = auth_session_user(&live);
	auth_session_close(&live);
	return user_id;
}

static NullableDatum
require(AuthRow *session, int column)
{
	return auth_datum(auth_row_require(session, column));
}

/* When the user of a session that was created then was authenticated last. */
static NullableDatum
get_authenticated_at(AuthRow *session, NullableDatum created_at)
{
	NullableDatum time = auth_row_get(session, AUTH_SESSION_AUTHENTICATED_AT);

	return time.isnull ? created_at : time;
}

/* When its user has proven a credential last. */
TimestampTz
auth_session_authenticated_at(AuthLiveSession *live)
{
	NullableDatum created_at = require(&live->session, AUTH_SESSION_CREATED_AT);

	return DatumGetTimestampTz(
		get_authenticated_at(&live->session, created_at).value);
}

/* A word of at most seven letters that is not to be changed. */
typedef struct State
{
	int32 header;
	char word[8];
} State;

static NullableDatum
get_state(bool active)
{
	static State states[] = {{.word = "idle"}, {.word = "active"}};
	State *state = &states[active];

	SET_VARSIZE(state, VARHDRSZ + strlen(state->word));
	return auth_pointer(state);
}

/* The columns of an auth_session_object. */
static void
get_object(AuthLiveSession *live, text *token, bool fresh,
		   NullableDatum *values)
{
	AuthRow *session = &live->session;
	int32 methods = auth_session_methods(live);

	values[0] = auth_text(token);
	values[1] = require(session, AUTH_SESSION_ID);
	values[2] = require(session, AUTH_SESSION_USER_ID);
	values[3] = get_state(live->active);
	values[4] = auth_bool(fresh);
	values[5] = auth_time(live->active_expires_at);
	values[6] = auth_time(live->idle_expires_at);
	values[7] = auth_time(live->expires_at);
	values[8] = auth_datum(auth_attribute_read(session));
	values[9] = auth_datum(auth_attribute_read(&live->user));
	values[10] = require(session, AUTH_SESSION_CREATED_AT);
	values[11] = get_authenticated_at(session, values[10]);
	values[12] = auth_int16(auth_level(methods));
	values[13] = auth_amr_value(methods);
}

/* Add an auth_session_object to the set that the function returns. */
void
auth_session_add(FunctionCallInfo fcinfo, AuthLiveSession *live, bool fresh)
{
	NullableDatum values[OBJECT_COLUMNS];

	get_object(live, NULL, fresh, values);
	auth_result_add(fcinfo, values, OBJECT_COLUMNS);
}

static void
set_first(NullableDatum *values, const NullableDatum *first, int count)
{
	Assert(count <= AUTH_SESSION_FIRST_COLUMNS);
	for (int i = 0; i < count; i++)
		values[i] = first[i];
}

/*
 * The session as one row, if it lives, after columns of the caller's.  With a
 * token it has just been made.
 */
bool
auth_session_has_result(FunctionCallInfo fcinfo, const pg_uuid_t *id,
						text *token, const NullableDatum *first, int count,
						Datum *result)
{
	AuthLiveSession live;
	NullableDatum values[AUTH_SESSION_FIRST_COLUMNS + OBJECT_COLUMNS];

	if (!auth_session_open(&live, id))
		return false;
	set_first(values, first, count);
	get_object(&live, token, token != NULL, values + count);
	*result = auth_result_row(fcinfo, values, count + OBJECT_COLUMNS);
	auth_session_close(&live);
	return true;
}

/* The session as one row after columns of the caller's, or UA005. */
Datum
auth_session_result_after(FunctionCallInfo fcinfo, const pg_uuid_t *id,
						  text *token, const NullableDatum *first, int count)
{
	Datum result;

	if (!auth_session_has_result(fcinfo, id, token, first, count, &result))
		auth_error_invalid_session();
	return result;
}

/* The living session as an auth_session_object, or UA005. */
Datum
auth_session_result(FunctionCallInfo fcinfo, const pg_uuid_t *id, text *token)
{
	return auth_session_result_after(fcinfo, id, token, NULL, 0);
}

/* The row of a result without a session: columns of the caller's, and nulls. */
Datum
auth_session_no_result(FunctionCallInfo fcinfo, const NullableDatum *first,
					   int count)
{
	NullableDatum values[AUTH_SESSION_FIRST_COLUMNS + OBJECT_COLUMNS];

	set_first(values, first, count);
	for (int i = 0; i < OBJECT_COLUMNS; i++)
		values[count + i] = auth_null();
	return auth_result_row(fcinfo, values, count + OBJECT_COLUMNS);
}
