/*
 * own_user.c
 *	  The user of one's own: its attributes, and its end.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "account/own.h"
#include "call/status.h"
#include "secret/secret.h"
#include "sign_in/client.h"
#include "sign_in/known_password.h"
#include "table/assignment.h"
#include "user/user_end.h"

PG_FUNCTION_INFO_V1(auth_update_own_attributes);
PG_FUNCTION_INFO_V1(auth_delete_own_user);

/*
 * auth_update_own_attributes(token text, user_attributes jsonb,
 *							  OUT status text, OUT retry_after interval)
 *
 * status is ok, or refused when the session does not live.  UA008 for attributes
 * that are none or not for clients; a violated constraint of the application's
 * passes through, without its detail.
 */
Datum
auth_update_own_attributes(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	Jsonb *attributes;
	AuthOwn own;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_update_own_attributes()");
	attributes = auth_client_object(fcinfo, 1, "user_attributes", AUTH_USER);
	if (auth_own_argument(&own, fcinfo) && auth_own_lock(&own) &&
		auth_assignment_update(AUTH_USER,
							   PointerGetDatum(own.user_id),
							   attributes))
		auth_status_ok(status);
	else
		auth_status_refused(status);
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}

static void
delete_fresh(AuthOwn *own, FunctionCallInfo fcinfo, NullableDatum *status)
{
	if (!auth_own_begin(own, fcinfo, status))
		return;
	auth_user_end(own->user_id);
	auth_status_ok(status);
}

/* The password is a proof as good as a fresh session. */
static void
delete_by_password(AuthOwn *own, FunctionCallInfo fcinfo,
				   AuthKnownPassword *known, NullableDatum *status)
{
	if (!auth_own_proven_argument(own, fcinfo, status))
		return;
	known->user_id = own->user_id;
	if (!auth_known_password_check(known, status))
		return;
	if (auth_own_lock(own) && auth_own_is_proven(own) &&
		auth_known_password_stays(known))
	{
		auth_user_end(own->user_id);
		auth_status_ok(status);
	}
	else
		auth_known_password_changed(known, status);
}

/*
 * auth_delete_own_user(token text, password text, client_address inet,
 *						OUT status text, OUT retry_after interval)
 *
 * With all that belongs to the user.  status is ok; refused, when the session
 * does not live or the password is wrong; throttled; or reauthenticate, when
 * the session is not fresh and there is no password, or the user has a second
 * factor.  23503 when a foreign key of the application's keeps the user, as in
 * auth_delete_user().
 */
Datum
auth_delete_own_user(PG_FUNCTION_ARGS)
{
	static const AuthPasswordPurpose purpose = {"user_deletion_refused",
												"user_deletion"};
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	AuthKnownPassword known = {.purpose = &purpose};
	AuthOwn own;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_delete_own_user()");
	auth_ip_argument(&known.ip, fcinfo, 2);
	if (PG_ARGISNULL(1))
		delete_fresh(&own, fcinfo, status);
	else
	{
		known.password = auth_secret_text(PG_GETARG_DATUM(1));
		delete_by_password(&own, fcinfo, &known, status);
	}
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}
