/*
 * change_password.c
 *	  A new password for whoever knows the old one.
 *
 * The keys of the user that have the old password get the new one.  The user is
 * locked when the hash of the new one has been made, and what has been changed
 * meanwhile is left alone.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "call/argument.h"
#include "call/status.h"
#include "secret/secret.h"
#include "sign_in/change_password.h"
#include "sign_in/new_password.h"
#include "user/key.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_change_user_password);

static const AuthPasswordPurpose purpose = {"password_change_refused",
											"password_change"};

/*
 * Whether the old password is right, and a hash of the new one has been made: the
 * caller locks the user then.  If not, the status says what to answer.
 */
bool
auth_change_password_begin(AuthPasswordChange *change, NullableDatum *status)
{
	change->known.purpose = &purpose;
	if (!auth_known_password_check(&change->known, status))
		return false;
	change->hash =
		auth_key_hash_for_user(change->new_password, change->known.user_id);
	return true;
}

/* Set the new password where the old one still is; false: nowhere. */
static bool
replace(const AuthPasswordChange *change)
{
	AuthNewPassword password = {
		.user_id = change->known.user_id,
		.scope = AUTH_PASSWORD_KNOWN,
		.old_hash = change->known.hash,
		.hash = change->hash,
		.except_session = change->except_session,
		.reason = "changed",
		.ip = &change->known.ip,
	};

	return auth_new_password(&password) != NIL;
}

/* Set the new password, unless it is too late: the user could not be locked. */
void
auth_change_password_end(const AuthPasswordChange *change, bool locked,
						 NullableDatum *status)
{
	if (locked && replace(change))
		auth_status_ok(status);
	else
		auth_known_password_changed(&change->known, status);
}

/* The arguments new_password and client_address. */
void
auth_change_password_arguments(AuthPasswordChange *change,
							   FunctionCallInfo fcinfo)
{
	change->new_password = auth_secret_argument(fcinfo, 2, "new_password");
	auth_ip_argument(&change->known.ip, fcinfo, 3);
}

/*
 * auth_change_user_password(user_id text, old_password text,
 *							 new_password text, client_address inet,
 *							 except_session uuid, OUT status text,
 *							 OUT retry_after interval)
 *
 * status is ok, and the user's sessions but that one have ended; refused, when
 * the old password is wrong; or throttled.  UA001 when there is no such user;
 * UA011 for an unacceptable new password, once the old one was right.
 */
Datum
auth_change_user_password(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	AuthPasswordChange change;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_change_user_password()");
	change.known.user_id = auth_argument_text(fcinfo, 0, "user_id");
	change.known.password = auth_secret_argument(fcinfo, 1, "old_password");
	auth_change_password_arguments(&change, fcinfo);
	change.except_session = fcinfo->args[4];
	auth_user_require(change.known.user_id);
	if (auth_change_password_begin(&change, status))
	{
		auth_user_require_locked(change.known.user_id);
		auth_change_password_end(&change, true, status);
	}
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}
