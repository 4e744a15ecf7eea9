/*
 * reauthenticate.c
 *	  Proving anew who one is, in a session that goes on.
 *
 * What was proven is added to the session, so that a second factor raises it to
 * level 2 (step-up).  The session is fresh then, and has another token.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "account/own.h"
#include "call/status.h"
#include "event/event.h"
#include "secret/secret.h"
#include "session/level.h"
#include "session/session_renew.h"
#include "sign_in/door.h"
#include "sign_in/known_factor.h"
#include "sign_in/known_password.h"
#include "sign_in/rehash.h"

PG_FUNCTION_INFO_V1(auth_reauthenticate);

/*
 * Add what was proven to the session, whose user is locked: its new token.  NULL,
 * and the status says why: it has ended, or is of level 2 and takes no password.
 */
static text *
renew(AuthOwn *own, int32 proof, const AuthIp *ip, NullableDatum *status)
{
	text *token = auth_own_renew(own, proof, 0);

	if (token != NULL)
		auth_event_record(&(AuthEvent){.kind = "reauthenticated",
									   .user_id = own->user_id,
									   .session = &own->session,
									   .ip = ip});
	else if (auth_level_is_renewed(own->methods, proof))
		auth_status_refused(status);
	else
		auth_status_reauthenticate(status);
	return token;
}

/*
 * By a password, which is compared before the user is locked, and has to be one
 * still when that is done.
 */
static text *
by_password(AuthOwn *own, AuthKnownPassword *known, NullableDatum *status)
{
	known->user_id = own->user_id;
	if (!auth_known_password_check(known, status))
		return NULL;
	if (!auth_own_lock(own) || !auth_known_password_stays(known))
	{
		auth_known_password_changed(known, status);
		return NULL;
	}
	auth_rehash(own->user_id, NULL, known->password, known->hash);
	return renew(own, AUTH_METHOD_PASSWORD, &known->ip, status);
}

/* By a code, which is used up only if the session lives on. */
static text *
by_factor(AuthOwn *own, AuthKnownFactor *known, NullableDatum *status)
{
	const char *reason = "changed_meanwhile";

	known->user_id = own->user_id;
	if (!auth_known_factor_begin(known))
	{
		auth_status_throttled(status, known->attempt.wait);
		return NULL;
	}
	if (!auth_own_lock(own) || !auth_session_lock(&own->session) ||
		!auth_known_factor_use(known, &reason))
	{
		auth_known_factor_refuse(known, reason);
		auth_status_refused(status);
		return NULL;
	}
	auth_known_factor_accept(known);
	return renew(own, auth_known_factor_method(known), &known->ip, status);
}

static void
require_one_proof(const AuthKnownPassword *password,
				  const AuthKnownFactor *factor)
{
	int proofs = (password->password != NULL) + (factor->totp != NULL) +
				 (factor->recovery_code != NULL);

	if (proofs != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("exactly one of password, totp and recovery_code must "
						"be given")));
}

/*
 * auth_reauthenticate(token text, password text, totp text,
 *					   recovery_code text, client_address inet)
 *		auth_sign_in_result
 *
 * status is ok, with the session, which is fresh, and its new token; refused,
 * when it does not live or the proof is wrong; throttled; or reauthenticate, when
 * the session is of level 2, which a password does not make fresh.  22023 unless
 * one proof is given; F0000 when the key of a code's secret is not there; 23503
 * when a foreign key of the application's does not let the session have another
 * id.
 */
Datum
auth_reauthenticate(PG_FUNCTION_ARGS)
{
	static const AuthPasswordPurpose purpose = {"reauthentication_refused",
												"reauthentication"};
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	AuthKnownPassword password = {.purpose = &purpose};
	AuthKnownFactor factor;
	AuthOwn own;
	text *token = NULL;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_reauthenticate()");
	password.password = auth_secret_optional_argument(fcinfo, 1);
	auth_known_factor_arguments(&factor, fcinfo, 2, 3);
	require_one_proof(&password, &factor);
	auth_ip_argument(&password.ip, fcinfo, 4);
	factor.ip = password.ip;
	if (!auth_own_argument(&own, fcinfo))
		auth_status_refused(status);
	else if (password.password != NULL)
		token = by_password(&own, &password, status);
	else
		token = by_factor(&own, &factor, status);
	result = token != NULL ?
				 auth_door_session(fcinfo, &own.session, token, NULL) :
				 auth_door_answer(fcinfo, status);
	auth_secret_end(&scope);
	return result;
}
