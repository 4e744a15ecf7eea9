/*
 * second_factor.c
 *	  Whether signing in takes a second factor, and which ones a user has.
 *
 * That a second factor is asked for is said in the user's row, which whoever
 * signs in has read anyway.  It is said only while the user has a factor that is
 * confirmed: who adds the first one or removes the last one has locked the row.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "event/event.h"
#include "factor/device.h"
#include "factor/recovery_code.h"
#include "factor/second_factor.h"
#include "factor/totp.h"
#include "session/session_end.h"
#include "table/statement.h"
#include "token/token_end.h"
#include "token/token_purpose.h"
#include "user/user_row.h"

static AuthStatement set_time = {
	.text = "UPDATE auth_user SET second_factor_at = $2"
			" WHERE id = $1 AND second_factor_at IS NULL",
	AUTH_TYPES(TEXTOID, TIMESTAMPTZOID),
	.table = AUTH_USER,
};

static AuthStatement clear_time = {
	.text = "UPDATE auth_user SET second_factor_at = NULL"
			" WHERE id = $1 AND second_factor_at IS NOT NULL",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_USER,
};

/* Have the user, who is locked and has a factor, asked for it from now on. */
void
auth_second_factor_set(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_time(GetCurrentTimestamp())};

	if (auth_statement_execute(&set_time, arguments) == 0 &&
		!auth_second_factor_is_asked_of(user_id))
		auth_error_suppressed_row(auth_relation_name(AUTH_USER));
}

/*
 * Ask the user, who is locked and has no app, for none any more: recovery codes
 * stand for nothing.  Whether there was anything to end.
 */
static bool
end_asking(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};
	bool had_codes = auth_recovery_code_end(user_id) > 0;
	bool was_asked = auth_statement_execute(&clear_time, arguments) > 0;

	if (!was_asked && auth_second_factor_is_asked_of(user_id))
		auth_error_suppressed_row(auth_relation_name(AUTH_USER));
	return had_codes || was_asked;
}

/*
 * A factor of the user, who is locked, was removed: when it was the last one,
 * none is asked for any more.
 */
void
auth_second_factor_review(text *user_id)
{
	if (auth_totp_count(user_id).confirmed == 0)
		(void) end_asking(user_id);
}

/*
 * Take away all factors of the user, who is locked, and what might have become
 * one, and record why; how many apps were in use.  False: there was nothing, of
 * which nothing is recorded.
 */
bool
auth_second_factor_remove(text *user_id, const char *reason, int64 *apps)
{
	AuthTotpCount count = auth_totp_delete_all(user_id);
	bool had_more = end_asking(user_id);

	*apps = count.confirmed;
	if (count.confirmed == 0 && count.waiting == 0 && !had_more)
		return false;
	auth_event_record(&(AuthEvent){.kind = "factor_deleted",
								   .reason = reason,
								   .user_id = user_id,
								   .count = (uint64) count.confirmed});
	return true;
}

/*
 * The user's factors have changed, who is locked: end what others may have come
 * in by before, all sessions but the one, if it is not null.
 */
void
auth_second_factor_end_others(text *user_id, NullableDatum except_session,
							  const char *reason)
{
	(void) auth_session_end_others(user_id, except_session, reason);
	(void) auth_token_end_purpose(user_id, AUTH_TOKEN_SECOND_FACTOR);
	(void) auth_device_end(user_id);
}

/* The words of the factors that the user has, as text[]. */
NullableDatum
auth_second_factor_list(text *user_id)
{
	Datum words[2];
	int count = 0;

	if (auth_totp_count(user_id).confirmed > 0)
		words[count++] = CStringGetTextDatum("totp");
	if (auth_recovery_code_look(user_id).count > 0)
		words[count++] = CStringGetTextDatum("recovery_code");
	return auth_text_array(words, count);
}

/* The columns of an auth_factor_object. */
#define OBJECT_COLUMNS 7

static void
add_totp(FunctionCallInfo fcinfo, const AuthTotp *totp)
{
	NullableDatum values[OBJECT_COLUMNS] = {auth_uuid(&totp->id),
											auth_string("totp"),
											totp->name,
											totp->created_at,
											totp->last_used_at,
											auth_null(),
											auth_totp_refused(totp)};

	auth_result_add(fcinfo, values, OBJECT_COLUMNS);
}

static void
add_recovery_codes(FunctionCallInfo fcinfo, const AuthRecoveryCodes *codes)
{
	NullableDatum values[OBJECT_COLUMNS] = {auth_null(),
											auth_string("recovery_codes"),
											auth_null(),
											codes->created_at,
											auth_null(),
											auth_int64(codes->count),
											auth_null()};

	auth_result_add(fcinfo, values, OBJECT_COLUMNS);
}

/* Add the factors of the user to the set that the function returns. */
void
auth_second_factor_add_all(FunctionCallInfo fcinfo, text *user_id)
{
	AuthRecoveryCodes codes = auth_recovery_code_look(user_id);
	ListCell *cell;

	foreach (cell, auth_totp_list(user_id))
	{
		add_totp(fcinfo, lfirst(cell));
	}
	if (codes.count > 0)
		add_recovery_codes(fcinfo, &codes);
}
