/*
 * user_disable.c
 *	  Users who are kept out, for good or for a while.
 *
 * What these functions write the owner of the table may write as well: the
 * trigger (user_disabled.c) ends the sessions and records it.  Nobody has to do
 * anything when the time is over (auth_user_is_disabled).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/value.h"
#include "table/statement.h"
#include "user/user.h"
#include "user/user_disable.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_disable_user);
PG_FUNCTION_INFO_V1(auth_enable_user);

static AuthStatement update_user = {
	.text = "UPDATE auth_user SET disabled_at = $2, disabled_until = $3,"
			" disabled_reason = $4 WHERE id = $1",
	AUTH_TYPES(TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID),
	.table = AUTH_USER,
};

static AuthStatement forget_end = {
	.text = "UPDATE auth_user SET disabled_until = NULL WHERE id = $1",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_USER,
};

/* Whatever the user is from now on has no end that was said before. */
void
auth_user_forget_end(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	(void) auth_statement_execute(&forget_end, arguments);
}

static void
update(text *user_id, NullableDatum since, NullableDatum until,
	   NullableDatum reason)
{
	NullableDatum arguments[] = {auth_text(user_id), since, until, reason};

	if (auth_statement_execute(&update_user, arguments) == 0)
		auth_error_invalid_user(text_to_cstring(user_id));
}

/* Since when the locked user is disabled: now, unless it is already. */
static NullableDatum
find_since(text *user_id)
{
	NullableDatum since = auth_time(GetCurrentTimestamp());
	AuthRow row;

	auth_user_open_existing(&row, user_id);
	if (auth_user_is_disabled(&row))
		since = auth_row_get(&row, AUTH_USER_DISABLED_AT);
	auth_row_close(&row);
	return since;
}

/* The argument until; null for a user who is disabled for good. */
static NullableDatum
until_argument(FunctionCallInfo fcinfo, int number)
{
	TimestampTz until;

	if (PG_ARGISNULL(number))
		return auth_null();
	until = PG_GETARG_TIMESTAMPTZ(number);
	if (until <= GetCurrentTimestamp())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("until must be in the future")));
	return TIMESTAMP_NOT_FINITE(until) ? auth_null() : auth_time(until);
}

static NullableDatum
reason_argument(FunctionCallInfo fcinfo, int number)
{
	if (PG_ARGISNULL(number))
		return auth_null();
	return auth_text(auth_argument_new_identifier(fcinfo, number, "reason"));
}

/*
 * auth_disable_user(user_id text, until timestamptz, reason text)
 *		auth_user_object
 *
 * Until then, or for good, the user cannot sign in, and its sessions end now.
 * What was said of a user who is disabled already is replaced.  UA001; 22023
 * for a time that is not in the future, and a reason that is empty or above
 * 1024 bytes.
 */
Datum
auth_disable_user(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	NullableDatum until = until_argument(fcinfo, 1);
	NullableDatum reason = reason_argument(fcinfo, 2);

	PreventCommandIfReadOnly("auth_disable_user()");
	auth_user_require_locked(user_id);
	update(user_id, find_since(user_id), until, reason);
	return auth_user_result(fcinfo, user_id);
}

/*
 * auth_enable_user(user_id text) auth_user_object
 *
 * The user can sign in again; sessions that have ended do not come back.
 * UA001.  Nothing changes for a user who is not disabled.
 */
Datum
auth_enable_user(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");

	PreventCommandIfReadOnly("auth_enable_user()");
	update(user_id, auth_null(), auth_null(), auth_null());
	return auth_user_result(fcinfo, user_id);
}
