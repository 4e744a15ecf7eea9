/*
 * email_change.c
 *	  Another address for a user who reads what is sent to it.
 *
 * Until then the new address is in the token alone.  Whether it is somebody
 * else's is not looked at before, so that nobody is told.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/value.h"
#include "event/event.h"
#include "flow/email_change.h"
#include "flow/flow.h"
#include "flow/proof.h"
#include "flow/request.h"
#include "secret/secret.h"
#include "table/statement.h"
#include "token/token.h"
#include "token/token_end.h"
#include "token/token_purpose.h"
#include "user/key.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/notice.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_request_email_change);
PG_FUNCTION_INFO_V1(auth_change_email);

/* What a message to an address that is somebody's is about. */
#define KNOWN "email_change_known"

static AuthStatement select_own = {
	.text = "SELECT provider_id, provider_user_id FROM auth_key"
			" WHERE user_id = $1 AND provider_id = $2 LIMIT 2",
	AUTH_TYPES(TEXTOID, TEXTOID),
	.results = AUTH_KEY_ID_RESULTS,
	.table = AUTH_KEY,
};

/* An address that is taken is left alone. */
static AuthStatement rename_key = {
	.text = "UPDATE auth_key SET provider_user_id = $4, verified_at = NULL"
			" WHERE user_id = $1 AND provider_id = $2"
			" AND provider_user_id = $3 AND NOT EXISTS (SELECT FROM auth_key"
			" WHERE provider_id = $2 AND provider_user_id = $4)",
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TEXTOID),
	.table = AUTH_KEY,
	.duplicate = auth_error_duplicate_key,
};

/*
 * A key of the user's of the provider; how many there are, 2 standing for
 * several.
 */
uint64
auth_email_change_find(AuthKeyId *key, text *user_id, text *provider_id)
{
	NullableDatum arguments[] = {auth_text(user_id), auth_text(provider_id)};
	NullableDatum found[2];
	uint64 count = auth_statement_row(&select_own,
									  arguments,
									  AccessShareLock,
									  lengthof(found),
									  found);

	if (count > 0)
		*key = (AuthKeyId){auth_as_text(found[0]), auth_as_text(found[1])};
	return count;
}

/* Have the token sent; or a notice, to an address that is somebody's. */
Datum
auth_email_change_request(FunctionCallInfo fcinfo, const AuthToken *token)
{
	static const AuthRequest request = {.purpose = AUTH_TOKEN_EMAIL_CHANGE,
										.known = KNOWN};

	return auth_request_for_user(fcinfo, &request, token);
}

/*
 * auth_request_email_change(user_id text, address text, provider_id text,
 *							 lifetime interval, data jsonb,
 *							 OUT status text, OUT retry_after interval)
 *
 * status is ok, or throttled after too many messages to the address.  UA001;
 * UA002 when the user has no key of the provider, or several.
 */
Datum
auth_request_email_change(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	text *address;
	AuthKeyId own;
	AuthToken token;

	PreventCommandIfReadOnly("auth_request_email_change()");
	auth_token_begin(&token, cstring_to_text(AUTH_TOKEN_EMAIL_CHANGE));
	address = auth_argument_new_identifier(fcinfo, 1, "address");
	token.provider_id = auth_argument_new_identifier(fcinfo, 2, "provider_id");
	token.address = auth_key_new_name(token.provider_id, address, "address");
	token.user_id = user_id;
	token.data = auth_request_data_argument(fcinfo, 4);
	auth_token_expire(&token,
					  auth_argument_period(fcinfo, 3, "lifetime"),
					  auth_token_lifetime);
	auth_token_require_user(&token);
	if (auth_email_change_find(&own, user_id, token.provider_id) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_AUTH_INVALID_KEY_ID),
				 errmsg("the user does not have exactly one key of this "
						"provider"),
				 errdetail_internal("AUTH_INVALID_KEY_ID")));
	token.provider_id = own.provider_id;
	return auth_email_change_request(fcinfo, &token);
}

/* Rename the key, unless somebody else has the name. */
static bool
rename_own(const AuthToken *token, const AuthKeyId *old)
{
	NullableDatum arguments[] = {auth_text(token->user_id),
								 auth_text(old->provider_id),
								 auth_text(old->provider_user_id),
								 auth_text(token->address)};
	AuthKeyId new_id = {old->provider_id, token->address};
	bool was_proven = auth_key_is_proven(*old);

	if (auth_statement_execute(&rename_key, arguments) == 0)
		return false;
	auth_event_record(&(AuthEvent){.kind = "key_renamed",
								   .reason = AUTH_TOKEN_EMAIL_CHANGE,
								   .user_id = token->user_id,
								   .key = &new_id});
	auth_notice_send_to(AUTH_NOTICE_EMAIL_CHANGED,
						token->user_id,
						old,
						was_proven);
	return true;
}

/* Add the key of a user who has none, unless somebody else has the name. */
static bool
add(const AuthToken *token)
{
	AuthNewKey key = {.id = {token->provider_id, token->address}};

	return auth_key_create_free(&key, token->user_id, AUTH_TOKEN_EMAIL_CHANGE);
}

static bool
change(AuthProof *proof, text *secret)
{
	AuthToken *token = &proof->token;
	AuthKeyId old;
	uint64 count;

	if (!auth_flow_find(token, AUTH_TOKEN_EMAIL_CHANGE, secret) ||
		!auth_user_lock(PointerGetDatum(token->user_id)) ||
		!auth_user_is_enabled(PointerGetDatum(token->user_id)) ||
		token->provider_id == NULL || token->address == NULL)
		return false;
	proof->first = auth_proof_is_first(token);
	count = auth_email_change_find(&old, token->user_id, token->provider_id);
	if (count > 1 || !auth_token_consume(token) ||
		!(count == 0 ? add(token) : rename_own(token, &old)))
		return false;
	auth_proof_accept(proof);
	auth_proof_end_access(proof);
	auth_token_end(token->user_id);
	return true;
}

/*
 * auth_change_email(token text, session_token text, OUT status text,
 *					 OUT user_id text, OUT address text)
 *
 * Uses up the token and renames the user's key, or adds one where there is none:
 * it is proven then.  Who had the old address is sent a message.  Sessions stay,
 * but for a first proof.  status is ok or refused, also when the address is
 * somebody's.  UA003 when it becomes somebody's at this moment.
 */
Datum
auth_change_email(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthProof proof;
	bool changed;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_change_email()");
	proof.session_user = auth_proof_session_argument(fcinfo, 1);
	changed = change(&proof, auth_secret_token_argument(fcinfo, 0));
	auth_secret_end(&scope);
	return auth_flow_result(fcinfo, changed ? &proof.token : NULL);
}
