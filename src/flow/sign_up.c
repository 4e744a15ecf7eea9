/*
 * sign_up.c
 *	  Signing up: a user for whoever reads what is sent to an address.
 *
 * The request makes no user, and does not tell whether there is one: to an
 * address that is nobody's, and to one that is somebody's, a message with a
 * token goes.  What is said there differs, and who reads it has the address.
 *
 * Who uses the token makes the user, its key, which is proven, and its session,
 * in the caller's transaction, and chooses the password: nobody else has had a
 * say in it.  When the address has become somebody's, nothing is made and the
 * token is left.  This is told to none but its owner.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/argument.h"
#include "call/error.h"
#include "event/event.h"
#include "flow/request.h"
#include "flow/sign_up.h"
#include "secret/secret.h"
#include "server/subtransaction.h"
#include "session/level.h"
#include "sign_in/client.h"
#include "sign_in/door.h"
#include "token/token_code.h"
#include "token/token_purpose.h"
#include "user/key.h"
#include "user/key_name.h"
#include "user/key_proof.h"
#include "user/key_row.h"
#include "user/spelling.h"
#include "user/user.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_request_sign_up);
PG_FUNCTION_INFO_V1(auth_sign_up);
PG_FUNCTION_INFO_V1(auth_sign_up_with_code);

/* What a message to an address that is somebody's is about. */
#define KNOWN "sign_up_known"

/* What the record says of a user that was made so, and of its session. */
#define REASON "sign_up"

/*
 * auth_request_sign_up(provider_id text, provider_user_id text,
 *						client_address inet, data jsonb, code boolean, OUT status text,
 *						OUT retry_after interval)
 *
 * status is ok, whether there is such a key or not, or throttled after too many
 * messages from the address.  UA017 for a provider that is not for clients;
 * 22023 for one whose names are no addresses, and for data above 8 kB.
 */
Datum
auth_request_sign_up(PG_FUNCTION_ARGS)
{
	AuthRequest request = {.purpose = AUTH_TOKEN_SIGN_UP,
						   .to_nobody = true,
						   .lifetime = auth_token_lifetime,
						   .known = KNOWN};
	text *provider_id = auth_argument_text(fcinfo, 0, "provider_id");

	PreventCommandIfReadOnly("auth_request_sign_up()");
	auth_argument_required(fcinfo, 4, "code");
	request.is_code = PG_GETARG_BOOL(4);
	auth_client_check_provider(provider_id);
	auth_key_require_email_provider(provider_id);
	return auth_request_message(fcinfo, &request);
}

/* Look for a token of an address that was nobody's. */
bool
auth_sign_up_find(AuthToken *token, const char *purpose, text *secret)
{
	return auth_token_find(token, purpose, secret) && token->user_id == NULL &&
		   token->provider_id != NULL && token->address != NULL;
}

/* Use up the token, or the code that is one of the provider. */
static bool
take(AuthSignUp *up)
{
	text *provider_id = up->token.provider_id;

	if (up->code == NULL)
		return auth_token_consume(&up->token);
	return auth_token_code_use(&up->token, up->code) &&
		   up->token.provider_id != NULL &&
		   auth_spelling_same(AUTH_KEY,
							  AUTH_KEY_PROVIDER_ID,
							  up->token.provider_id,
							  provider_id);
}

static bool
is_somebodys(AuthKeyId id)
{
	AuthKey key;

	return auth_key_read(&id, &key);
}

/*
 * Make the user and its key; NULL when somebody has it meanwhile.  Attributes
 * that are refused cost no hash: the token stays good, for another try.
 */
static text *
make_user(AuthSignUp *up, AuthNewKey *key)
{
	text *user_id = auth_user_insert(up->user_attributes, NULL);

	if (up->password != AUTH_NO_PASSWORD)
		key->hash =
			auth_key_hash_argument(up->fcinfo, up->password, &key->id, NULL);
	if (!auth_key_insert_free(key, user_id))
		return NULL;
	auth_event_record(&(AuthEvent){.kind = "user_created",
								   .reason = REASON,
								   .user_id = user_id,
								   .key = &key->id,
								   .ip = &up->ip});
	return user_id;
}

/* Nobody else knows of the user, which need not be held. */
static Datum
start_session(AuthSignUp *up, text *user_id, const AuthKeyId *key)
{
	AuthHeldUser user;

	if (!auth_user_find(&user, user_id))
		auth_error_user_disabled(text_to_cstring(user_id));
	return auth_door_ask(up->fcinfo,
						 &(AuthSignIn){.user = &user,
									   .methods = AUTH_METHOD_LINK,
									   .key = key,
									   .ip = &up->ip,
									   .reason = REASON,
									   .attributes = up->session_attributes,
									   .periods = &up->periods});
}

/* Use up the token and make everything; false: nothing of it is to stay. */
static bool
make_all(void *argument)
{
	AuthSignUp *up = argument;
	AuthNewKey key = {.verified = true};
	text *user_id = NULL;

	up->is_taken = false;
	if (!take(up))
		return false;
	key.id = (AuthKeyId){up->token.provider_id, up->token.address};
	auth_key_proof_release(&key.id, REASON);
	if (!is_somebodys(key.id))
		user_id = make_user(up, &key);
	up->is_taken = user_id == NULL;
	if (!up->is_taken)
		up->result = start_session(up, user_id, &key.id);
	return !up->is_taken;
}

/* The answer, with a session if the token was good and the address free. */
Datum
auth_sign_up_complete(AuthSignUp *up)
{
	if (auth_subtransaction_keep(make_all, up))
		return up->result;
	return up->is_taken ? auth_door_taken(up->fcinfo) :
						  auth_door_refuse(up->fcinfo);
}

/* The arguments from client_address on. */
void
auth_sign_up_arguments(AuthSignUp *up, FunctionCallInfo fcinfo, int first)
{
	up->fcinfo = fcinfo;
	auth_ip_argument(&up->ip, fcinfo, first);
	up->user_attributes =
		auth_client_object(fcinfo, first + 1, "user_attributes", AUTH_USER);
	up->session_attributes = auth_client_object(fcinfo,
												first + 2,
												"session_attributes",
												AUTH_SESSION);
	up->periods = auth_client_periods(fcinfo, first + 3);
}

/*
 * auth_sign_up(token text, password text, client_address inet,
 *				user_attributes jsonb, session_attributes jsonb,
 *				active_period interval, idle_period interval,
 *				lifetime interval) auth_sign_in_result
 *
 * status is ok, with a new user and its session; taken, when the address has
 * become somebody's; or refused.  Without a password the user has none.
 * Periods only shorten.  UA008 for attributes that are none or not for clients,
 * UA010 when too many hashes are computed at a time, UA011 for an unacceptable
 * password, UA013 where the application has users disabled from the beginning,
 * 22023 for periods that make no sense; a violated constraint of the
 * application's passes through, without its detail.  The token can still be
 * used then.
 */
Datum
auth_sign_up(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthSignUp up = {.password = 1};
	text *secret;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_sign_up()");
	secret = auth_secret_token_argument(fcinfo, 0);
	auth_sign_up_arguments(&up, fcinfo, 2);
	if (auth_sign_up_find(&up.token, AUTH_TOKEN_SIGN_UP, secret))
		result = auth_sign_up_complete(&up);
	else
		result = auth_door_refuse(fcinfo);
	auth_secret_end(&scope);
	return result;
}

/*
 * auth_sign_up_with_code(provider_id text, provider_user_id text, code text,
 *						  password text, client_address inet,
 *						  user_attributes jsonb, session_attributes jsonb,
 *						  active_period interval, idle_period interval,
 *						  lifetime interval) auth_sign_in_result
 *
 * The same with a code for the key.  UA017 for a provider that is not for
 * clients.
 */
Datum
auth_sign_up_with_code(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthSignUp up = {.password = 3};
	AuthKeyId id;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_sign_up_with_code()");
	auth_key_id_arguments(&id, fcinfo, 0);
	auth_client_check_provider(id.provider_id);
	up.code = auth_secret_argument(fcinfo, 2, "code");
	auth_sign_up_arguments(&up, fcinfo, 4);
	auth_token_begin(&up.token, cstring_to_text(AUTH_TOKEN_SIGN_UP));
	up.token.provider_id = id.provider_id;
	up.token.address = id.provider_user_id;
	result = auth_sign_up_complete(&up);
	auth_secret_end(&scope);
	return result;
}
