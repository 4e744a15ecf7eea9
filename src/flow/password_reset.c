/*
 * password_reset.c
 *	  A new password for whoever reads what is sent to a key.
 *
 * Everything that could have been somebody else's ends: all sessions and all
 * passwords of the user.  There is no new session: the user signs in.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "flow/flow.h"
#include "flow/proof.h"
#include "flow/request.h"
#include "secret/secret.h"
#include "sign_in/new_password.h"
#include "token/token.h"
#include "token/token_purpose.h"
#include "user/key.h"

PG_FUNCTION_INFO_V1(auth_request_password_reset);
PG_FUNCTION_INFO_V1(auth_reset_password);

/*
 * auth_request_password_reset(provider_id text, provider_user_id text,
 *							   client_address inet, data jsonb, OUT status text,
 *							   OUT retry_after interval)
 *
 * status is ok, whether there is such a key or not, or throttled after too
 * many messages to the key or from the address.  UA017 for a provider that
 * is not for clients, 22023 for data above 8 kB.
 */
Datum
auth_request_password_reset(PG_FUNCTION_ARGS)
{
	AuthRequest request = {.purpose = AUTH_TOKEN_PASSWORD_RESET,
						   .lifetime = auth_token_lifetime};

	PreventCommandIfReadOnly("auth_request_password_reset()");
	return auth_request_message(fcinfo, &request);
}

/* The key that was asked for, if any, and others that have a password. */
static bool
replace(const AuthToken *token, const char *hash)
{
	AuthKeyId id = {token->provider_id, token->address};
	AuthNewPassword password = {
		.user_id = token->user_id,
		.scope = AUTH_PASSWORD_FORGOTTEN,
		.key = token->provider_id != NULL ? &id : NULL,
		.hash = hash,
		.except_session = {.isnull = true},
		.reason = "reset",
	};

	return auth_new_password(&password) != NIL;
}

static bool
reset(AuthProof *proof, text *secret, text *password)
{
	AuthToken *token = &proof->token;
	char *hash;

	if (!auth_flow_find(token, AUTH_TOKEN_PASSWORD_RESET, secret))
		return false;
	hash = auth_key_hash_for_user(password, token->user_id);
	if (!auth_proof_take(proof, true))
		return false;
	auth_proof_accept(proof);
	return replace(token, hash);
}

/*
 * auth_reset_password(token text, new_password text, OUT status text,
 *					   OUT user_id text, OUT address text)
 *
 * Uses up the token, sets the password and ends all sessions.  status is ok
 * or refused.  UA010 when too many passwords are being hashed, UA011 for an
 * unacceptable one; the token can still be used then.
 */
Datum
auth_reset_password(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthProof proof = {.session_user = NULL};
	text *secret;
	text *password;
	bool done;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_reset_password()");
	secret = auth_secret_token_argument(fcinfo, 0);
	password = auth_secret_argument(fcinfo, 1, "new_password");
	done = reset(&proof, secret, password);
	auth_secret_end(&scope);
	return auth_flow_result(fcinfo, done ? &proof.token : NULL);
}
