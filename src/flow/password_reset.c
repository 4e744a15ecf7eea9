/*
 * password_reset.c
 *	  A new password for whoever reads what is sent to a key.
 *
 * Everything that could have been somebody else's ends: all sessions and all
 * passwords of the user.  There is no new session: the user signs in.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "event/event.h"
#include "flow/request.h"
#include "secret/secret.h"
#include "session/session_end.h"
#include "sign_in/update_password.h"
#include "table/statement.h"
#include "throttle/attempt.h"
#include "user/key_row.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_request_password_reset);
PG_FUNCTION_INFO_V1(auth_reset_password);

/* The key that was asked for, and others that have a password. */
static AuthStatement replace_passwords = {
	.text = "UPDATE auth_key SET hashed_password = $2,"
			" password_changed_at = $3"
			" WHERE user_id = $1 AND (hashed_password IS NOT NULL OR"
			" provider_id = $4 AND provider_user_id = $5)"
			" RETURNING provider_id, provider_user_id",
	.nargs = 5,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, TEXTOID},
	.results = AUTH_KEY_ID_RESULTS,
	.table = AUTH_KEY,
};

/*
 * auth_request_password_reset(provider_id text, provider_user_id text,
 *							   address inet, OUT status text,
 *							   OUT retry_after interval)
 *
 * status is ok, whether there is such a key or not, or throttled after too
 * many messages to the key or from the address.  UA017 for a provider that
 * is not for clients.
 */
Datum
auth_request_password_reset(PG_FUNCTION_ARGS)
{
	PreventCommandIfReadOnly("auth_request_password_reset()");
	return auth_request_for_key(fcinfo, AUTH_TOKEN_PASSWORD_RESET);
}

/* Set the password, and lift what has stopped the keys. */
static void
replace(const AuthToken *token, const char *hash)
{
	AuthExecution execution;
	bool has_key = token->provider_id != NULL && token->address != NULL;
	Datum values[] = {PointerGetDatum(token->user_id),
					  CStringGetTextDatum(hash),
					  TimestampTzGetDatum(GetCurrentTimestamp()),
					  PointerGetDatum(token->provider_id),
					  PointerGetDatum(token->address)};

	auth_statement_begin(&execution, AUTH_KEY, RowExclusiveLock);
	auth_key_lift_written(&replace_passwords,
						  auth_statement_run(&execution,
											 &replace_passwords,
											 values,
											 has_key ? NULL : "   nn"));
	auth_execution_end(&execution);
	auth_attempt_lift_user(token->user_id);
}

static void
end_others(const AuthToken *token)
{
	AuthKeyId id = {token->provider_id, token->address};

	auth_session_end_others(token->user_id,
							(Datum) 0,
							true,
							"password_changed");
	auth_token_end(token->user_id);
	auth_event_record(
		&(AuthEvent){.event = AUTH_EVENT_PASSWORD_CHANGED,
					 .reason = "reset",
					 .user_id = token->user_id,
					 .key = token->provider_id != NULL ? &id : NULL});
}

static bool
reset(AuthToken *token, text *secret, text *password)
{
	char *hash;

	if (!auth_request_find(token, AUTH_TOKEN_PASSWORD_RESET, secret))
		return false;
	hash = auth_key_hash_for_user(password, token->user_id);
	if (!auth_user_lock(PointerGetDatum(token->user_id)) ||
		!auth_request_still_holds(token) || !auth_token_consume(token))
		return false;
	replace(token, hash);
	end_others(token);
	return true;
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
	AuthToken token;
	bool done;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_reset_password()");
	auth_argument_required(fcinfo, 0, "token");
	auth_argument_required(fcinfo, 1, "new_password");
	done = reset(&token,
				 auth_secret_text(PG_GETARG_DATUM(0)),
				 auth_secret_text(PG_GETARG_DATUM(1)));
	auth_secret_end(&scope);
	return auth_request_result(fcinfo, done ? &token : NULL);
}
