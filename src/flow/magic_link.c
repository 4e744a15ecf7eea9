/*
 * magic_link.c
 *	  Signing in with a token that was sent to a key.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "call/argument.h"
#include "flow/flow.h"
#include "flow/proof.h"
#include "flow/request.h"
#include "flow/sign_up.h"
#include "secret/secret.h"
#include "session/level.h"
#include "sign_in/door.h"

PG_FUNCTION_INFO_V1(auth_request_magic_link);
PG_FUNCTION_INFO_V1(auth_sign_in_with_token);

/*
 * auth_request_magic_link(provider_id text, provider_user_id text,
 *						   client_address inet, data jsonb, sign_up boolean,
 *						   OUT status text, OUT retry_after interval)
 *
 * status is ok, whether there is such a key or not, or throttled after too
 * many messages to the key or from the address.  UA017 for a provider that
 * is not for clients, 22023 for data above 8 kB.
 */
Datum
auth_request_magic_link(PG_FUNCTION_ARGS)
{
	AuthRequest request = {.purpose = AUTH_TOKEN_SIGN_IN};

	PreventCommandIfReadOnly("auth_request_magic_link()");
	auth_argument_required(fcinfo, 4, "sign_up");
	request.to_nobody = PG_GETARG_BOOL(4);
	return auth_request_message(fcinfo, &request);
}

static bool
use(AuthProof *proof, text *secret)
{
	if (!auth_flow_find(&proof->token, AUTH_TOKEN_SIGN_IN, secret) ||
		!auth_proof_take(proof, false))
		return false;
	auth_proof_accept(proof);
	auth_proof_end_access(proof);
	return true;
}

static Datum
sign_in(AuthSignUp *up, AuthProof *proof, text *device_token)
{
	const AuthToken *token = &proof->token;
	AuthKeyId key = {token->provider_id, token->address};

	return auth_door_ask(up->fcinfo,
						 &(AuthSignIn){.user_id = token->user_id,
									   .methods = AUTH_METHOD_LINK,
									   .key = token->provider_id != NULL ?
												  &key :
												  NULL,
									   .ip = &up->ip,
									   .reason = "token",
									   .device_token = device_token,
									   .attributes = up->session_attributes,
									   .periods = &up->periods});
}

/*
 * auth_sign_in_with_token(token text, session_token text, client_address inet,
 *						   user_attributes jsonb, session_attributes jsonb,
 *						   active_period interval, idle_period interval,
 *						   lifetime interval, device_token text)
 *		auth_sign_in_result
 *
 * Uses up the token.  status is ok, with a new session; second_factor, when the
 * user has one and the device is not remembered; refused; or taken, when the
 * token was for an address without a user that has one by now.  Where it
 * has none, the user is made, with its attributes.  Periods only shorten.
 * UA008 for attributes that are none or not for clients, 22023 for periods that
 * make no sense; the token can still be used then.
 */
Datum
auth_sign_in_with_token(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthProof proof;
	AuthSignUp up = {.password = AUTH_NO_PASSWORD};
	text *secret;
	text *device_token;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_sign_in_with_token()");
	secret = auth_secret_token_argument(fcinfo, 0);
	proof.session_user = auth_proof_session_argument(fcinfo, 1);
	auth_sign_up_arguments(&up, fcinfo, 2);
	device_token = auth_secret_optional_argument(fcinfo, 8);
	if (auth_sign_up_find(&up.token, AUTH_TOKEN_SIGN_IN, secret))
		result = auth_sign_up_complete(&up);
	else if (use(&proof, secret))
		result = sign_in(&up, &proof, device_token);
	else
		result = auth_door_refuse(fcinfo);
	auth_secret_end(&scope);
	return result;
}
