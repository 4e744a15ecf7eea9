/*
 * own_password.c
 *	  The password of one's own: confirmed, changed, or set for the first time.
 *
 * Who has none, as whoever comes in by a link or by another provider, sets one
 * with a fresh session: there is no other proof.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "account/own.h"
#include "call/status.h"
#include "call/value.h"
#include "event/event.h"
#include "secret/secret.h"
#include "session/level.h"
#include "sign_in/change_password.h"
#include "sign_in/door.h"
#include "sign_in/new_password.h"
#include "sign_in/rehash.h"
#include "user/key.h"

PG_FUNCTION_INFO_V1(auth_change_password);
PG_FUNCTION_INFO_V1(auth_reauthenticate);

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
	change.known.password =
		PG_ARGISNULL(1) ? NULL : auth_secret_text(PG_GETARG_DATUM(1));
	auth_change_password_arguments(&change, fcinfo);
	change.except_session = auth_uuid(&own.session);
	change_password(&change, &own, fcinfo, status);
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}

/* It has had a proof that is stronger than a password, or has ended. */
static void
not_renewed(const AuthOwn *own, NullableDatum *status)
{
	if (auth_level_is_renewed(own->methods, AUTH_METHOD_PASSWORD))
		auth_status_refused(status);
	else
		auth_status_reauthenticate(status);
}

/*
 * The new token of the session, which is fresh, if the password is right, and
 * still is when the user is locked, unless the session has had a proof that is
 * stronger; or NULL, and the status says why.
 */
static text *
prove(AuthOwn *own, AuthKnownPassword *known, NullableDatum *status)
{
	text *token;

	known->user_id = own->user_id;
	if (!auth_known_password_check(known, status))
		return NULL;
	if (!auth_own_lock(own) || !auth_known_password_stays(known))
	{
		auth_known_password_changed(known, status);
		return NULL;
	}
	auth_rehash(own->user_id, NULL, known->password, known->hash);
	token = auth_own_renew(own, AUTH_METHOD_PASSWORD, 0);
	if (token == NULL)
	{
		not_renewed(own, status);
		return NULL;
	}
	auth_event_record(&(AuthEvent){.kind = "reauthenticated",
								   .user_id = own->user_id,
								   .session = &own->session,
								   .ip = &known->ip});
	auth_status_ok(status);
	return token;
}

/*
 * auth_reauthenticate(token text, password text, client_address inet)
 *		auth_sign_in_result
 *
 * status is ok, with the session, which is fresh, and its new token; refused,
 * when it does not live or the password is wrong; throttled; or reauthenticate,
 * when the session has had a stronger proof than a password, which does not make
 * it fresh.  23503 when a foreign key of the application's does not let the
 * session have another id.
 */
Datum
auth_reauthenticate(PG_FUNCTION_ARGS)
{
	static const AuthPasswordPurpose purpose = {"reauthentication_refused",
												"reauthentication"};
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	AuthKnownPassword known = {.purpose = &purpose};
	AuthOwn own;
	text *token = NULL;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_reauthenticate()");
	known.password = auth_secret_argument(fcinfo, 1, "password");
	auth_ip_argument(&known.ip, fcinfo, 2);
	if (!auth_own_argument(&own, fcinfo))
		auth_status_refused(status);
	else
		token = prove(&own, &known, status);
	result = token != NULL ? auth_door_session(fcinfo, &own.session, token) :
							 auth_door_answer(fcinfo, status);
	auth_secret_end(&scope);
	return result;
}
