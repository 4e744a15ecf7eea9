/*
 * email_verification.c
 *	  Whether a user reads what is sent to the address of a key.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/value.h"
#include "flow/email_verification.h"
#include "flow/flow.h"
#include "flow/proof.h"
#include "flow/request.h"
#include "secret/secret.h"
#include "table/statement.h"
#include "token/token.h"
#include "token/token_purpose.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_request_email_verification);
PG_FUNCTION_INFO_V1(auth_verify_email);

static AuthStatement select_own = {
	.text = "SELECT provider_id, provider_user_id FROM auth_key"
			" WHERE user_id = $1 AND provider_user_id = $2"
			" AND provider_id = ANY ($3) LIMIT 1",
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTARRAYOID),
	.results = AUTH_KEY_ID_RESULTS,
	.table = AUTH_KEY,
};

/* The user's key that is the address, or UA002. */
static AuthKeyId
require_own(text *user_id, text *address)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_text(address),
								 auth_key_email_provider_array()};
	NullableDatum found[2];

	if (auth_statement_row(&select_own,
						   arguments,
						   AccessShareLock,
						   lengthof(found),
						   found) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_AUTH_INVALID_KEY_ID),
				 errmsg("the user has no key of this address"),
				 errdetail_internal("AUTH_INVALID_KEY_ID")));
	return (AuthKeyId){auth_as_text(found[0]), auth_as_text(found[1])};
}

/* Have the token sent, or a code in its place. */
Datum
auth_email_verification_request(FunctionCallInfo fcinfo, const AuthToken *token,
								bool is_code)
{
	const AuthRequest request = {.purpose = AUTH_TOKEN_EMAIL_VERIFICATION,
								 .is_code = is_code};

	return auth_request_for_user(fcinfo, &request, token);
}

/*
 * auth_request_email_verification(user_id text, address text,
 *								   lifetime interval, data jsonb,
 *								   OUT status text, OUT retry_after interval)
 *
 * status is ok.  UA001; UA002 when the address is none of the user's keys.
 */
Datum
auth_request_email_verification(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	text *address;
	AuthKeyId own;
	AuthToken token;

	PreventCommandIfReadOnly("auth_request_email_verification()");
	auth_token_begin(&token, cstring_to_text(AUTH_TOKEN_EMAIL_VERIFICATION));
	address = auth_key_name_address(auth_argument_new_identifier(fcinfo,
																 1,
																 "address"),
									"address");
	token.user_id = user_id;
	token.data = auth_request_data_argument(fcinfo, 3);
	auth_token_expire(&token,
					  auth_argument_period(fcinfo, 2, "lifetime"),
					  auth_token_lifetime);
	auth_user_require(user_id);
	own = require_own(user_id, address);
	token.provider_id = own.provider_id;
	token.address = own.provider_user_id;
	return auth_email_verification_request(fcinfo, &token, false);
}

static bool
verify(AuthProof *proof, text *secret)
{
	AuthToken *token = &proof->token;

	if (!auth_flow_find(token, AUTH_TOKEN_EMAIL_VERIFICATION, secret) ||
		token->provider_id == NULL || !auth_proof_take(proof, false))
		return false;
	auth_proof_accept(proof);
	auth_proof_end_access(proof);
	return true;
}

/*
 * auth_verify_email(token text, session_token text, OUT status text,
 *					 OUT user_id text, OUT address text)
 *
 * Uses up the token: the key of its address is proven.  status is ok or
 * refused, also when the key has another name or another user since.
 */
Datum
auth_verify_email(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthProof proof;
	bool verified;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_verify_email()");
	proof.session_user = auth_proof_session_argument(fcinfo, 1);
	verified = verify(&proof, auth_secret_token_argument(fcinfo, 0));
	auth_secret_end(&scope);
	return auth_flow_result(fcinfo, verified ? &proof.token : NULL);
}
