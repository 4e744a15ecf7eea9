/*
 * magic_link.c
 *	  Signing in with a token that was sent to a key.
 *
 * A link can be bound to the browser that has asked for it: who reads what is
 * sent, or is sent a link that somebody else has asked for, then lacks half of
 * what it takes.  In another browser such a link is none, and is not used up.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "call/argument.h"
#include "call/result.h"
#include "call/status.h"
#include "call/value.h"
#include "flow/flow.h"
#include "flow/magic_link.h"
#include "flow/proof.h"
#include "flow/request.h"
#include "flow/sign_up.h"
#include "secret/secret.h"
#include "server/setting.h"
#include "session/level.h"
#include "sign_in/door.h"
#include "token/token_purpose.h"

PG_FUNCTION_INFO_V1(auth_request_magic_link);
PG_FUNCTION_INFO_V1(auth_sign_in_with_token);

static int magic_link_lifetime; /* seconds */

static const AuthIntSetting settings[] = {
	{"auth.magic_link_lifetime",
	 "Time for which a link to sign in lives.",
	 &magic_link_lifetime,
	 10 * 60,
	 1,
	 24 * 60 * 60,
	 GUC_UNIT_S},
};

void
auth_magic_link_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

/* The answer to a request, with what the browser is to keep, if it was made. */
static Datum
answer(FunctionCallInfo fcinfo, int64 wait, text *browser)
{
	NullableDatum values[AUTH_STATUS_COLUMNS + 1];

	if (wait > 0)
		auth_status_throttled(values, wait);
	else
		auth_status_ok(values);
	values[AUTH_STATUS_COLUMNS] = wait > 0 ? auth_null() : auth_text(browser);
	return auth_result_row(fcinfo, values, lengthof(values));
}

/*
 * auth_request_magic_link(provider_id text, provider_user_id text,
 *						   client_address inet, data jsonb, sign_up boolean,
 *						   bind boolean, OUT status text,
 *						   OUT retry_after interval, OUT browser_token text)
 *
 * status is ok, whether there is such a key or not, or throttled after too
 * many messages to the key or from the address.  With bind the link is good
 * only together with browser_token, which is seen here and never again.  UA017
 * for a provider that is not for clients, 22023 for data above 8 kB.
 */
Datum
auth_request_magic_link(PG_FUNCTION_ARGS)
{
	AuthRequest request = {.purpose = AUTH_TOKEN_SIGN_IN,
						   .lifetime = magic_link_lifetime};

	PreventCommandIfReadOnly("auth_request_magic_link()");
	auth_argument_required(fcinfo, 4, "sign_up");
	request.to_nobody = PG_GETARG_BOOL(4);
	auth_argument_required(fcinfo, 5, "bind");
	if (PG_GETARG_BOOL(5))
		request.browser = auth_secret_token();
	return answer(fcinfo, auth_request_send(fcinfo, &request), request.browser);
}

/*
 * The secret that the link is known by: the arguments token and, where there is
 * a link that is bound to it, browser_token.  Nothing stored says which links
 * are bound: the id of one is not found by its token alone.
 */
static text *
secret_arguments(FunctionCallInfo fcinfo, int token, int browser)
{
	text *secret = auth_secret_token_argument(fcinfo, token);
	text *half = auth_secret_optional_argument(fcinfo, browser);
	text *both = half != NULL ? auth_secret_join(secret, half) : NULL;
	AuthToken bound;

	return both != NULL && auth_token_find(&bound, AUTH_TOKEN_SIGN_IN, both) ?
			   both :
			   secret;
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
						 &(AuthSignIn){.user = &proof->user,
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
 * auth_sign_in_with_token(token text, session_token text, browser_token text,
 *						   client_address inet, user_attributes jsonb,
 *						   session_attributes jsonb, active_period interval,
 *						   idle_period interval, lifetime interval,
 *						   device_token text)
 *		auth_sign_in_result
 *
 * Uses up the token.  status is ok, with a new session; second_factor, when the
 * user has one and the device is not remembered; refused; or taken, when the
 * token was for an address without a user that has one by now.  Where it
 * has none, the user is made, with its attributes.  Periods only shorten.
 * UA008 for attributes that are none or not for clients, UA013 where a trigger of
 * the application's disables the user meanwhile, 22023 for periods that make no
 * sense; the token can still be used then.
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
	secret = secret_arguments(fcinfo, 0, 2);
	proof.session_user = auth_proof_session_argument(fcinfo, 1);
	auth_sign_up_arguments(&up, fcinfo, 3);
	device_token = auth_secret_optional_argument(fcinfo, 9);
	if (auth_sign_up_find(&up.token, AUTH_TOKEN_SIGN_IN, secret))
		result = auth_sign_up_complete(&up);
	else if (use(&proof, secret))
		result = sign_in(&up, &proof, device_token);
	else
		result = auth_door_refuse(fcinfo);
	auth_secret_end(&scope);
	return result;
}
