/*
 * own_email.c
 *	  The address of one's own: proven, given up for another one, or the first.
 *
 * Another address is nobody's but in the token until somebody who reads what is
 * sent there has used it.  Whether it is somebody else's, the answer does not
 * tell.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "account/own.h"
#include "call/argument.h"
#include "call/ip.h"
#include "call/status.h"
#include "flow/email_change.h"
#include "flow/email_verification.h"
#include "flow/flow.h"
#include "flow/request.h"
#include "secret/secret.h"
#include "sign_in/client.h"
#include "throttle/network.h"
#include "token/token.h"
#include "token/token_code.h"
#include "token/token_purpose.h"
#include "user/key_name.h"
#include "user/key_proof.h"

PG_FUNCTION_INFO_V1(auth_request_own_email_verification);
PG_FUNCTION_INFO_V1(auth_verify_own_email_with_code);
PG_FUNCTION_INFO_V1(auth_request_own_email_change);

/* The answer when nothing was sent. */
static Datum
refused(FunctionCallInfo fcinfo)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];

	auth_status_refused(status);
	return auth_status_result(fcinfo, status);
}

typedef struct Request
{
	AuthOwn own;
	AuthIp ip;
	AuthToken token;
} Request;

/* The arguments client_address and data. */
static void
begin(Request *request, FunctionCallInfo fcinfo, const char *purpose,
	  int client_address)
{
	auth_token_begin(&request->token, cstring_to_text(purpose));
	auth_ip_argument(&request->ip, fcinfo, client_address);
	request->token.data =
		auth_request_data_argument(fcinfo, client_address + 1);
	auth_token_expire(&request->token, NULL, auth_token_lifetime);
}

/* Whether the user has an address to be proven, which the token is for then. */
static bool
find_unproven(AuthToken *token, text *user_id)
{
	AuthKeyId id;

	if (!auth_key_proof_unproven(user_id, &id))
		return false;
	token->user_id = user_id;
	token->provider_id = id.provider_id;
	token->address = id.provider_user_id;
	return true;
}

static Datum
request_verification(FunctionCallInfo fcinfo, Request *request, bool is_code)
{
	int64 wait;

	if (!auth_own_argument(&request->own, fcinfo) ||
		!find_unproven(&request->token, request->own.user_id))
		return refused(fcinfo);
	wait = auth_network_count_request(&request->ip);
	return wait > 0 ? auth_flow_answer(fcinfo, wait) :
					  auth_email_verification_request(fcinfo,
													  &request->token,
													  is_code);
}

/*
 * auth_request_own_email_verification(token text, client_address inet,
 *									   data jsonb, code boolean,
 *									   OUT status text,
 *									   OUT retry_after interval)
 *
 * The message goes to the address of the user's that is not proven, of several
 * the oldest.  status is ok; refused, when there is none or the session does not
 * live; or throttled after too many requests of the client.  22023 for data
 * above 8 kB.
 */
Datum
auth_request_own_email_verification(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	Request request;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_request_own_email_verification()");
	auth_argument_required(fcinfo, 3, "code");
	begin(&request, fcinfo, AUTH_TOKEN_EMAIL_VERIFICATION, 1);
	result = request_verification(fcinfo, &request, PG_GETARG_BOOL(3));
	auth_secret_end(&scope);
	return result;
}

/* Use up the code; the key that it was sent to is proven, if it is still there. */
static bool
verify(AuthOwn *own, AuthToken *token, text *code)
{
	AuthHeldUser user;
	AuthKeyId id;

	token->user_id = own->user_id;
	if (!auth_own_hold(own) || !auth_token_code_use(token, code) ||
		token->provider_id == NULL || token->address == NULL ||
		!auth_flow_still_holds(token, &user))
		return false;
	id = (AuthKeyId){token->provider_id, token->address};
	auth_key_proof_mark(own->user_id, &id, AUTH_TOKEN_EMAIL_VERIFICATION);
	return true;
}

/*
 * auth_verify_own_email_with_code(token text, code text, OUT status text,
 *								   OUT user_id text, OUT address text)
 *
 * Uses up the code: the key of its address is proven, and as the prover has the
 * session, nothing else ends.  status is ok or refused.
 */
Datum
auth_verify_own_email_with_code(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthOwn own;
	AuthToken token;
	text *code;
	bool verified;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_verify_own_email_with_code()");
	code = auth_secret_argument(fcinfo, 1, "code");
	auth_token_begin(&token, cstring_to_text(AUTH_TOKEN_EMAIL_VERIFICATION));
	verified = auth_own_argument(&own, fcinfo) && verify(&own, &token, code);
	auth_secret_end(&scope);
	return auth_flow_result(fcinfo, verified ? &token : NULL);
}

/* Whether the user has one key of the token's provider, or none yet. */
static bool
find_one(AuthToken *token, text *user_id)
{
	AuthKeyId key;
	uint64 count = auth_email_change_find(&key, user_id, token->provider_id);

	token->user_id = user_id;
	if (count == 1)
		token->provider_id = key.provider_id;
	return count <= 1;
}

static Datum
request_change(FunctionCallInfo fcinfo, Request *request)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];
	int64 wait;

	if (!auth_own_fresh_argument(&request->own, fcinfo, status))
		return auth_status_result(fcinfo, status);
	wait = auth_network_count_request(&request->ip);
	if (wait > 0)
		return auth_flow_answer(fcinfo, wait);
	return auth_own_hold(&request->own) && request->own.fresh &&
				   find_one(&request->token, request->own.user_id) ?
			   auth_email_change_request(fcinfo, &request->token) :
			   refused(fcinfo);
}

/* The arguments address and provider_id. */
static void
address_arguments(AuthToken *token, FunctionCallInfo fcinfo)
{
	text *address = auth_argument_new_identifier(fcinfo, 1, "address");

	token->provider_id = auth_argument_new_identifier(fcinfo, 4, "provider_id");
	auth_client_check_provider(token->provider_id);
	auth_key_require_email_provider(token->provider_id);
	token->address = auth_key_new_name(token->provider_id, address, "address");
}

/*
 * auth_request_own_email_change(token text, address text,
 *								 client_address inet, data jsonb,
 *								 provider_id text, OUT status text,
 *								 OUT retry_after interval)
 *
 * status is ok, whoever has the address; refused, when the session does not live
 * or the user has several keys of the provider; reauthenticate, when it is not
 * fresh; or throttled after too many requests of the client.  UA017 for a
 * provider that is not for clients; 22023 for one whose names are no addresses,
 * and for data above 8 kB.
 */
Datum
auth_request_own_email_change(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	Request request;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_request_own_email_change()");
	begin(&request, fcinfo, AUTH_TOKEN_EMAIL_CHANGE, 2);
	address_arguments(&request.token, fcinfo);
	result = request_change(fcinfo, &request);
	auth_secret_end(&scope);
	return result;
}
