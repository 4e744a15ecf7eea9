/*
 * own_password.c
 *	  The password of one's own: changed, or set for the first time.
 *
 * Who has none, as whoever comes in by a link or by another provider, sets one
 * with a fresh session: there is no other proof.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "account/own.h"
#include "call/status.h"
#include "call/value.h"
#include "secret/secret.h"
#include "sign_in/change_password.h"
#include "sign_in/new_password.h"
#include "user/key.h"

PG_FUNCTION_INFO_V1(auth_change_password);

/* Set the password of a user who has none. */
static void
set_first(const AuthPasswordChange *change, AuthOwn *own, NullableDatum *status)
{
	AuthNewPassword password = {
		.user_id = own->user_id,
		.scope = AUTH_PASSWORD_FIRST,
		.hash = auth_key_hash_for_user(change->new_password, own->user_id),
		.except_session = change->except_session,
		.reason = "set",
		.ip = &change->known.ip,
	};

	if (auth_own_lock(own) && own->fresh && auth_new_password(&password) != NIL)
		auth_status_ok(status);
	else
		auth_status_refused(status);
}

/* Set the new password of a user who knows the old one. */
static void
set_next(AuthPasswordChange *change, AuthOwn *own, NullableDatum *status)
{
	change->known.user_id = own->user_id;
	if (auth_change_password_begin(change, status))
		auth_change_password_end(change,
								 auth_own_lock(own) && auth_own_is_proven(own),
								 status);
}

static void
change_password(AuthPasswordChange *change, AuthOwn *own,
				FunctionCallInfo fcinfo, NullableDatum *status)
{
	if (change->known.password == NULL)
	{
		if (auth_own_fresh_argument(own, fcinfo, status))
			set_first(change, own, status);
	}
	else if (auth_own_proven_argument(own, fcinfo, status))
		set_next(change, own, status);
}

/*
 * auth_change_password(token text, old_password text, new_password text,
 *						client_address inet, OUT status text,
 *						OUT retry_after interval)
 *
 * status is ok, and all sessions but this one have ended; refused, when the
 * session does not live or the old password is wrong; throttled; or
 * reauthenticate, when the user has a second factor and the session is not
 * fresh.  An old password that is NULL says that the user has none:
 * reauthenticate, when the session is not fresh, and refused, when there is one
 * or no key takes one.
 * UA011 for an unacceptable new password, once the old one was right.
 */
Datum
auth_change_password(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	AuthPasswordChange change;
	AuthOwn own;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_change_password()");
	change.known.password = auth_secret_optional_argument(fcinfo, 1);
	auth_change_password_arguments(&change, fcinfo);
	change.except_session = auth_uuid(&own.session);
	change_password(&change, &own, fcinfo, status);
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}
