/*
 * magic_link.c
 *	  Signing in with a token that was sent to a key.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "flow/flow.h"
#include "flow/proof.h"
#include "secret/secret.h"
#include "sign_in/client.h"
#include "sign_in/sign_in.h"

PG_FUNCTION_INFO_V1(auth_request_magic_link);
PG_FUNCTION_INFO_V1(auth_sign_in_with_token);

/*
 * auth_request_magic_link(provider_id text, provider_user_id text,
 *						   address inet, OUT status text,
 *						   OUT retry_after interval)
 *
 * status is ok, whether there is such a key or not, or throttled after too
 * many messages to the key or from the address.  UA017 for a provider that
 * is not for clients.
 */
Datum
auth_request_magic_link(PG_FUNCTION_ARGS)
{
	PreventCommandIfReadOnly("auth_request_magic_link()");
	return auth_flow_request_for_key(fcinfo, AUTH_TOKEN_SIGN_IN);
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

/*
 * auth_sign_in_with_token(token text, attributes jsonb, address inet,
 *						   active_period interval, idle_period interval,
 *						   lifetime interval, session_token text)
 *		auth_sign_in_result
 *
 * Uses up the token.  status is ok, with a new session, or refused.  Periods
 * only shorten.  UA008 for attributes that are none of a session or not for
 * clients, 22023 for periods that make no sense; the token can still be used
 * then.
 */
Datum
auth_sign_in_with_token(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthProof proof;
	AuthKeyId key;
	AuthIp ip;
	AuthPeriods periods;
	AuthSignIn sign_in = {.reason = "token"};
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_sign_in_with_token()");
	sign_in.attributes =
		auth_client_object(fcinfo, 1, "attributes", AUTH_SESSION);
	auth_ip_argument(&ip, fcinfo, 2);
	periods = auth_client_periods(fcinfo, 3);
	proof.session_user = auth_proof_session_argument(fcinfo, 6);
	if (use(&proof, auth_secret_argument(fcinfo, 0, "token")))
	{
		key = (AuthKeyId){proof.token.provider_id, proof.token.address};
		sign_in.user_id = proof.token.user_id;
		sign_in.key = proof.token.provider_id != NULL ? &key : NULL;
		sign_in.ip = &ip;
		sign_in.periods = &periods;
		result = auth_sign_in_start(fcinfo, &sign_in);
	}
	else
		result = auth_sign_in_refused(fcinfo);
	auth_secret_end(&scope);
	return result;
}
