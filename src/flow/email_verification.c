/*
 * email_verification.c
 *	  Whether a user reads what is sent to an address.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/argument.h"
#include "call/value.h"
#include "flow/flow.h"
#include "secret/secret.h"
#include "table/assignment.h"
#include "table/statement.h"
#include "token/token.h"
#include "user/key_name.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_request_email_verification);
PG_FUNCTION_INFO_V1(auth_verify_email);

static AuthStatement select_own = {
	.text = "SELECT provider_user_id FROM auth_key"
			" WHERE user_id = $1 AND provider_user_id = $2 LIMIT 1",
	AUTH_TYPES(TEXTOID, TEXTOID),
	.results = (Oid[]){TEXTOID},
	.table = AUTH_KEY,
};

/* The address as a key of the user has it, if one does. */
static text *
spell_as_key(text *user_id, text *address)
{
	NullableDatum arguments[] = {auth_text(user_id), auth_text(address)};
	NullableDatum spelled = auth_text(address);
	AuthExecution execution;

	auth_statement_begin(&execution, AUTH_KEY, AccessShareLock);
	if (auth_statement_run(&execution, &select_own, arguments) > 0)
		auth_statement_copy_required(&select_own, 0, 1, &spelled);
	auth_execution_end(&execution);
	return auth_as_text(spelled);
}

/*
 * auth_request_email_verification(user_id text, address text,
 *								   lifetime interval, OUT status text,
 *								   OUT retry_after interval)
 *
 * status is ok, or throttled after too many messages to the address.  UA001.
 */
Datum
auth_request_email_verification(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	text *address;
	AuthToken token;

	PreventCommandIfReadOnly("auth_request_email_verification()");
	auth_token_begin(&token, cstring_to_text(AUTH_TOKEN_EMAIL_VERIFICATION));
	address = auth_key_name_address(auth_argument_new_identifier(fcinfo,
																 1,
																 "address"),
									"address");
	token.user_id = user_id;
	auth_token_expire(&token,
					  auth_argument_period(fcinfo, 2, "lifetime"),
					  auth_token_lifetime);
	auth_user_require(user_id);
	token.address = spell_as_key(user_id, address);
	return auth_flow_request_for_user(fcinfo, &token);
}

static bool
verify(AuthToken *token, text *secret, Jsonb *attributes)
{
	if (!auth_flow_find(token, AUTH_TOKEN_EMAIL_VERIFICATION, secret))
		return false;
	auth_user_hold(PointerGetDatum(token->user_id));
	return auth_flow_still_holds(token) && auth_token_consume(token) &&
		   auth_assignment_update(AUTH_USER,
								  PointerGetDatum(token->user_id),
								  attributes);
}

/*
 * auth_verify_email(token text, attributes jsonb, OUT status text,
 *					 OUT user_id text, OUT address text)
 *
 * Uses up the token and writes the attributes of its user.  status is ok or
 * refused.  UA008, and the token can still be used.
 */
Datum
auth_verify_email(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthToken token;
	Jsonb *attributes;
	bool verified;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_verify_email()");
	auth_argument_required(fcinfo, 0, "token");
	attributes = auth_argument_object(fcinfo, 1, "attributes");
	verified = verify(&token, auth_secret_text(PG_GETARG_DATUM(0)), attributes);
	auth_secret_end(&scope);
	return auth_flow_result(fcinfo, verified ? &token : NULL);
}
