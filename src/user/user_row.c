/*
 * user_row.c
 *	  The row of a user, as other features need it: is it there, is the user
 *	  disabled, keep it from changing.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "call/error.h"
#include "call/value.h"
#include "table/statement.h"
#include "user/spelling.h"
#include "user/user_row.h"

/*
 * Locking the user's row waits for whoever is creating a key or a session of
 * the user, so that what is deleted after it is all there is.
 */
static AuthStatement lock_user = {
	.text = "SELECT FROM auth_user WHERE id = $1 FOR UPDATE",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_USER,
};

/* Waits for those who lock the user's row, but for none who holds it. */
static AuthStatement lock_user_no_key = {
	.text = "SELECT FROM auth_user WHERE id = $1 FOR NO KEY UPDATE",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_USER,
};

/*
 * The lock that the foreign key of a session takes as well.  Whoever changes
 * the password waits for it, and the other way round.
 */
static AuthStatement hold_user = {
	.text = "SELECT FROM auth_user WHERE id = $1 FOR KEY SHARE",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_USER,
};

static AuthStatement try_hold_user = {
	.text = "SELECT FROM auth_user WHERE id = $1 FOR KEY SHARE SKIP LOCKED",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_USER,
};

/* Open the user's row as it is now; false when there is none. */
bool
auth_user_open(AuthRow *row, Datum user_id)
{
	return auth_row_open(row, AUTH_USER, &user_id);
}

/* Whether it is not over yet; null has no end. */
static bool
lasts(NullableDatum until)
{
	return until.isnull ||
		   GetCurrentTimestamp() < DatumGetTimestampTz(until.value);
}

/* Whether a user with these columns is disabled now. */
bool
auth_user_disabled_by(NullableDatum disabled_at, NullableDatum disabled_until)
{
	return !disabled_at.isnull && lasts(disabled_until);
}

/* The same of a row, of which the second is read only if it matters. */
bool
auth_user_is_disabled(AuthRow *row)
{
	return !auth_row_get(row, AUTH_USER_DISABLED_AT).isnull &&
		   lasts(auth_row_get(row, AUTH_USER_DISABLED_UNTIL));
}

/* Whether the user exists and is not disabled. */
bool
auth_user_is_enabled(Datum user_id)
{
	AuthRow row;
	bool enabled = false;

	if (auth_user_open(&row, user_id))
	{
		enabled = !auth_user_is_disabled(&row);
		auth_row_close(&row);
	}
	return enabled;
}

/*
 * Whether the user of the row is asked for a second factor: what it is, and when
 * it is asked, is above (factor/second_factor.c).
 */
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

/*
 * Find the user, who is held or locked; false: it is gone, or disabled.  The row is
 * read by the latest snapshot, as the hold may have had to wait.
 */
bool
auth_user_find(AuthHeldUser *user, text *user_id)
{
	AuthRow row;

	*user = (AuthHeldUser){.id = NULL};
	if (!auth_user_open(&row, PointerGetDatum(user_id)))
		return false;
	if (!auth_user_is_disabled(&row))
		*user = (AuthHeldUser){user_id, auth_second_factor_is_asked(&row)};
	auth_row_close(&row);
	return user->id != NULL;
}

/* Open the user's row as it is now, or raise UA001. */
void
auth_user_open_existing(AuthRow *row, text *user_id)
{
	if (!auth_user_open(row, PointerGetDatum(user_id)))
		auth_error_invalid_user(text_to_cstring(user_id));
}

/* Who is looked for where there is no user, so that it takes as long. */
text *
auth_nobody(void)
{
	return cstring_to_text("");
}

/* Whether both ids are one user's. */
bool
auth_user_same(text *a, text *b)
{
	return auth_spelling_same(AUTH_USER, AUTH_USER_ID, a, b);
}

/* Lock the user's row against new keys and sessions; false: there is none. */
bool
auth_user_lock(Datum user_id)
{
	NullableDatum arguments[] = {auth_datum(user_id)};

	return auth_statement_execute(&lock_user, arguments) > 0;
}

/* Lock the user's row against those who do the same, or who lock it. */
void
auth_user_lock_no_key(Datum user_id)
{
	NullableDatum arguments[] = {auth_datum(user_id)};

	(void) auth_statement_execute(&lock_user_no_key, arguments);
}

/* Hold the user against changes of its password and against deletion. */
void
auth_user_hold(Datum user_id)
{
	NullableDatum arguments[] = {auth_datum(user_id)};

	(void) auth_statement_execute(&hold_user, arguments);
}

/* The same where nobody has to be waited for; whether the user is held. */
bool
auth_user_try_hold(Datum user_id)
{
	NullableDatum arguments[] = {auth_datum(user_id)};

	return auth_statement_execute(&try_hold_user, arguments) > 0;
}

/* Lock the user's row, or raise UA001. */
void
auth_user_require_locked(text *user_id)
{
	if (!auth_user_lock(PointerGetDatum(user_id)))
		auth_error_invalid_user(text_to_cstring(user_id));
}

/* Raise UA001 unless the user exists. */
void
auth_user_require(text *user_id)
{
	AuthRow row;

	auth_user_open_existing(&row, user_id);
	auth_row_close(&row);
}

/* Raise UA001 unless the user exists, UA013 when it is disabled. */
void
auth_user_require_enabled(text *user_id)
{
	AuthRow row;

	auth_user_open_existing(&row, user_id);
	if (auth_user_is_disabled(&row))
		auth_error_user_disabled(text_to_cstring(user_id));
	auth_row_close(&row);
}
