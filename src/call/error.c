/*
 * error.c
 *	  Errors that more than one feature raises.
 *
 * Identifiers are clipped: they come from the caller and may be a megabyte.
 */
#include "postgres.h"

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "call/error.h"

#define SHOWN_BYTES 64

/* A printf width that ends at a character boundary of the text. */
static int
shown(const char *text)
{
	int length = (int) strnlen(text, SHOWN_BYTES + MAX_MULTIBYTE_CHAR_LEN);

	return pg_mbcliplen(text, length, SHOWN_BYTES);
}

void
auth_error_invalid_user(const char *user_id)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_USER_ID),
			 errmsg("user \"%.*s\" does not exist", shown(user_id), user_id),
			 errdetail_internal("AUTH_INVALID_USER_ID")));
}

/*
 * Raise the error for a row whose user was not there when the foreign key was
 * checked.  Under a transaction's snapshot the check does not see what was
 * committed since, and the caller had better try again.
 */
void
auth_error_user_gone(const char *user_id)
{
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent "
						"change of the user")));
	auth_error_invalid_user(user_id);
}

void
auth_error_duplicate_user(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_DUPLICATE_USER_ID),
			 errmsg("a user with this id already exists"),
			 errdetail_internal("AUTH_DUPLICATE_USER_ID")));
}

void
auth_error_user_disabled(const char *user_id)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_USER_DISABLED),
			 errmsg("user \"%.*s\" is disabled", shown(user_id), user_id),
			 errdetail_internal("AUTH_USER_DISABLED")));
}

void
auth_error_invalid_key(const char *provider_id, const char *provider_user_id)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_KEY_ID),
			 errmsg("key \"%.*s\" of provider \"%.*s\" does not exist",
					shown(provider_user_id),
					provider_user_id,
					shown(provider_id),
					provider_id),
			 errdetail_internal("AUTH_INVALID_KEY_ID")));
}

/* Which key it is: a detail, for ereport(). */
int
auth_error_detail_key(const AuthKeyId *id)
{
	const char *provider_id = text_to_cstring(id->provider_id);
	const char *provider_user_id = text_to_cstring(id->provider_user_id);

	return errdetail("The key is \"%.*s\" of provider \"%.*s\".",
					 shown(provider_user_id),
					 provider_user_id,
					 shown(provider_id),
					 provider_id);
}

void
auth_error_duplicate_key(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_DUPLICATE_KEY_ID),
			 errmsg("a key with this provider id and provider user id already "
					"exists"),
			 errdetail_internal("AUTH_DUPLICATE_KEY_ID")));
}

void
auth_error_invalid_password(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_PASSWORD),
			 errmsg("password does not match"),
			 errdetail_internal("AUTH_INVALID_PASSWORD")));
}

void
auth_error_outdated_password(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_OUTDATED_PASSWORD),
			 errmsg("stored password hash cannot be verified"),
			 errdetail_internal("AUTH_OUTDATED_PASSWORD"),
			 errhint("Have the user set a new password.")));
}

void
auth_error_throttled(const char *message)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_THROTTLED),
			 errmsg_internal("%s", message),
			 errdetail_internal("AUTH_THROTTLED"),
			 errhint("Try again later.")));
}

void
auth_error_invalid_session(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_SESSION_ID),
			 errmsg("session does not exist or has ended"),
			 errdetail_internal("AUTH_INVALID_SESSION_ID")));
}

void
auth_error_not_authenticated(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_NOT_AUTHENTICATED),
			 errmsg("nobody is signed in in this transaction"),
			 errdetail_internal("AUTH_NOT_AUTHENTICATED")));
}

void
auth_error_reauthenticate(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_REAUTHENTICATE),
			 errmsg("the session has not proven enough, or too long ago"),
			 errdetail_internal("AUTH_REAUTHENTICATE"),
			 errhint("Have the user prove who it is again.")));
}

void
auth_error_invalid_factor(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_FACTOR_ID),
			 errmsg("the user has no such second factor"),
			 errdetail_internal("AUTH_INVALID_FACTOR_ID")));
}

void
auth_error_too_many_hashes(void)
{
	auth_error_throttled("too many passwords are being hashed");
}

void
auth_error_no_attribute(const char *name, const char *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_ATTRIBUTE),
			 errmsg("table \"%s\" shows no attribute \"%.*s\"",
					table,
					shown(name),
					name),
			 errdetail_internal("AUTH_INVALID_ATTRIBUTE")));
}

void
auth_error_attribute_not_allowed(const char *name, const char *setting)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_ATTRIBUTE),
			 errmsg("attribute \"%.*s\" is not one that clients may write",
					shown(name),
					name),
			 errdetail_internal("AUTH_INVALID_ATTRIBUTE"),
			 errhint("The setting \"%s\" lists those.", setting)));
}

void
auth_error_provider_not_allowed(const char *provider_id)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_PROVIDER_NOT_ALLOWED),
			 errmsg("provider \"%.*s\" is not one that clients may name",
					shown(provider_id),
					provider_id),
			 errdetail_internal("AUTH_PROVIDER_NOT_ALLOWED"),
			 errhint("The setting \"%s\" lists those.",
					 "auth.client_providers")));
}

/* Raise UA012: the tables are not as they have to be.  The hint may be NULL. */
void
auth_error_not_set_up(const char *problem, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_NOT_SET_UP),
			 errmsg_internal("%s", problem),
			 errdetail_internal("AUTH_NOT_SET_UP"),
			 hint != NULL ? errhint("%s", hint) : 0));
}

/*
 * Raise UA012 for a null in a column of ours: the definition, which was
 * checked, forbids nulls, but rows of another time may have them.
 */
void
auth_error_null(const char *table, const char *column)
{
	auth_error_not_set_up(psprintf("column \"%s\" of a row of table \"%s\" is "
								   "null",
								   column,
								   table),
						  "Run SELECT auth_setup().");
}

void
auth_error_suppressed_row(const char *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
			 errmsg("a trigger suppressed the new row of table \"%s\"",
					table)));
}

void
auth_error_suppressed_deletion(const char *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
			 errmsg("a trigger kept a row of table \"%s\" from being deleted",
					table)));
}

void
auth_error_trigger_misused(const char *function)
{
	ereport(ERROR,
			(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
			 errmsg("function %s() is for the trigger that auth_setup() makes",
					function)));
}

void
auth_error_rows_kept(const char *table, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("rows of table \"%s\" are not changed with SQL", table),
			 errhint("%s", hint)));
}

void
auth_error_newer_layout(int layout, int known)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_NOT_SET_UP),
			 errmsg("the tables have layout %d, which is newer than layout %d "
					"of this library",
					layout,
					known),
			 errdetail_internal("AUTH_NOT_SET_UP"),
			 errhint("Install the newer version of the extension.")));
}
