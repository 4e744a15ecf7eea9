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
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/error.h"
#include "call/value.h"
#include "factor/second_factor.h"
#include "factor/totp.h"
#include "table/statement.h"
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

/* Whether the user of the row is asked for a second factor. */
bool
auth_second_factor_is_asked(AuthRow *user)
{
	return !auth_row_get(user, AUTH_USER_SECOND_FACTOR_AT).isnull;
}

/* The same of a user by its id; false: there is none. */
bool
auth_second_factor_is_asked_of(text *user_id)
{
	AuthRow user;
	bool is_asked;

	if (!auth_user_open(&user, PointerGetDatum(user_id)))
		return false;
	is_asked = auth_second_factor_is_asked(&user);
	auth_row_close(&user);
	return is_asked;
}

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
 * A factor of the user, who is locked, was removed: when it was the last one,
 * none is asked for any more.
 */
void
auth_second_factor_review(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	if (auth_totp_count(user_id) == 0)
		(void) auth_statement_execute(&clear_time, arguments);
}

/* The words of the factors that the user has, as text[]. */
NullableDatum
auth_second_factor_list(text *user_id)
{
	Datum words[1];
	int count = 0;

	if (auth_totp_count(user_id) > 0)
		words[count++] = CStringGetTextDatum("totp");
	return auth_pointer(
		construct_array(words, count, TEXTOID, -1, false, TYPALIGN_INT));
}
