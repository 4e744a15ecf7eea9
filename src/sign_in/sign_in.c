/*
 * sign_in.c
 *	  Signing in with a key and a password.
 *
 * Whatever a sign-in is refused for, the answer is the same, takes the time of
 * one hash, and counts as one failed attempt.  The reason is recorded as an
 * event.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "call/status.h"
#include "secret/secret.h"
#include "session/level.h"
#include "sign_in/client.h"
#include "sign_in/credential.h"
#include "sign_in/door.h"
#include "user/key_name.h"

PG_FUNCTION_INFO_V1(auth_sign_in);

/*
 * A key that was changed while its password was checked is checked again,
 * but nobody is kept busy by a key that keeps changing.
 */
#define MAX_CHECKS 3

/* Check the credential and hold it as it was checked. */
static AuthRefusal
check(AuthCredential *credential)
{
	for (int i = 0; i < MAX_CHECKS; i++)
	{
		AuthRefusal refusal = auth_credential_check(credential);

		if (refusal != AUTH_REFUSAL_NONE || auth_credential_hold(credential))
			return refusal;
	}
	return AUTH_REFUSAL_WRONG_PASSWORD;
}

static Datum
refused(FunctionCallInfo fcinfo, AuthCredential *credential,
		AuthRefusal refusal)
{
	auth_credential_refuse(credential, refusal);
	if (refusal == AUTH_REFUSAL_BUSY)
		return auth_door_throttle(fcinfo, AUTH_STATUS_BUSY_WAIT);
	return auth_door_refuse(fcinfo);
}

static Datum
sign_in(FunctionCallInfo fcinfo, AuthCredential *credential,
		const AuthSignIn *wanted)
{
	AuthRefusal refusal;

	if (!auth_credential_begin(credential))
		return auth_door_throttle(fcinfo, credential->attempt.wait);
	refusal = check(credential);
	if (refusal != AUTH_REFUSAL_NONE)
		return refused(fcinfo, credential, refusal);
	auth_credential_accept(credential);
	return auth_door_ask(fcinfo, wanted);
}

/*
 * auth_sign_in(provider_id text, provider_user_id text, password text,
 *				client_address inet, session_attributes jsonb,
 *				active_period interval, idle_period interval,
 *				lifetime interval, device_token text) auth_sign_in_result
 *
 * status is ok, with a new session; second_factor, with a challenge, when the
 * user has one and the device is not remembered; refused; or throttled, with the
 * time to wait, when there were too many failed attempts against the key or from the
 * address.  A hash that is out of date is replaced.  Periods only shorten.
 * UA008 for attributes that are none of a session or not for clients, UA017
 * for a provider that is not for clients, 22023 for periods that make no
 * sense.
 */
Datum
auth_sign_in(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthCredential credential;
	AuthPeriods periods;
	AuthSignIn wanted = {.user = &credential.user,
						 .methods = AUTH_METHOD_PASSWORD,
						 .key = &credential.id,
						 .ip = &credential.ip,
						 .periods = &periods};
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_sign_in()");
	auth_key_id_arguments(&credential.id, fcinfo, 0);
	auth_client_check_provider(credential.id.provider_id);
	credential.password = auth_secret_argument(fcinfo, 2, "password");
	auth_ip_argument(&credential.ip, fcinfo, 3);
	wanted.attributes =
		auth_client_object(fcinfo, 4, "session_attributes", AUTH_SESSION);
	periods = auth_client_periods(fcinfo, 5);
	wanted.device_token = auth_secret_optional_argument(fcinfo, 8);
	result = sign_in(fcinfo, &credential, &wanted);
	auth_secret_end(&scope);
	return result;
}
