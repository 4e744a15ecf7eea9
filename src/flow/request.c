/*
 * request.c
 *	  Requests for a message with a token: of clients, who name a key, and for
 *	  users who are known.
 *
 * What is done is the same whether there is such a key or not, and so are the
 * answer and the time that it takes: token and message are made in any case, and
 * undone when nobody is to have them.
 *
 * A message goes to the key's own address.  Where the key is no address, as a
 * user name, it goes to one of the same user that is proven.  An address that
 * is not proven is nobody's as long as its user is proven by another key: it was
 * added by somebody who may not read what is sent there.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "call/argument.h"
#include "flow/flow.h"
#include "flow/request.h"
#include "outbox/outbox.h"
#include "server/subtransaction.h"
#include "sign_in/client.h"
#include "throttle/network.h"
#include "token/token_code.h"
#include "user/key_name.h"
#include "user/key_proof.h"
#include "user/key_row.h"
#include "user/user_row.h"

/* What a client may have stored for each message. */
#define MAX_DATA_BYTES 8192

typedef struct Making
{
	const AuthRequest *request;
	AuthToken token;
} Making;

/* A jsonb object for whoever writes the message, or NULL. */
Jsonb *
auth_request_data_argument(FunctionCallInfo fcinfo, int number)
{
	Jsonb *data;

	if (PG_ARGISNULL(number))
		return NULL;
	data = auth_argument_object(fcinfo, number, "data");
	if (VARSIZE(data) > MAX_DATA_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("data must be at most %d bytes long", MAX_DATA_BYTES)));
	return data;
}

/*
 * Whose the key is, or NULL for nobody; "id" becomes the key that the message
 * goes to.  An address that is nobody's stays as it was typed: who added a key
 * of that name has chosen another spelling.
 */
static text *
find_user(AuthKeyId *id)
{
	AuthKeyId typed = *id;
	bool is_address = auth_key_is_email_provider(id->provider_id);
	AuthKey key;
	bool found = auth_key_read(id, &key);
	text *user_id = found ? auth_key_user_id(&key) : auth_nobody();
	bool reached = is_address ? !auth_key_proof_of_user(user_id) ||
									(found && auth_key_is_verified(&key)) :
								auth_key_proof_address(user_id, id);

	if (found && reached)
		return user_id;
	*id = typed;
	return NULL;
}

/* Whether anybody is to have the message. */
static bool
is_wanted(const AuthRequest *request, const AuthKeyId *id, text *user_id)
{
	bool enabled = auth_user_is_enabled(
		PointerGetDatum(user_id != NULL ? user_id : auth_nobody()));

	if (user_id == NULL)
		return request->to_nobody &&
			   auth_key_is_email_provider(id->provider_id);
	return enabled || request->known != NULL;
}

static void
issue(Making *making)
{
	if (making->request->is_code)
		auth_token_code_issue(&making->token);
	else
		auth_token_issue(&making->token, true);
}

/* Send it to the user, who may have the key that nobody is to have. */
static void
send_message(const Making *making, text *user_id, bool known)
{
	AuthToken message = making->token;

	message.user_id = user_id;
	if (known)
		message.purpose = cstring_to_text(making->request->known);
	auth_token_send(&message);
}

/* Make token and message; whether they are to be kept. */
static bool
make_message(void *argument)
{
	Making *making = argument;
	AuthToken *token = &making->token;
	AuthKeyId id = {token->provider_id, token->address};
	text *user_id = find_user(&id);
	bool wanted = is_wanted(making->request, &id, user_id);

	token->user_id = making->request->known == NULL ? user_id : NULL;
	token->provider_id = id.provider_id;
	token->address = id.provider_user_id;
	issue(making);
	send_message(making,
				 user_id,
				 user_id != NULL && making->request->known != NULL);
	return auth_flow_may_send(token->address, user_id != NULL, wanted);
}

/* Make the same, and undo it when nobody is to have it. */
static void
make(Making *making, bool (*work)(void *argument))
{
	(void) auth_subtransaction_keep(work, making);
	auth_flow_wipe(&making->token);
	auth_outbox_notify();
}

/*
 * Have a message sent to a key: the arguments provider_id, provider_user_id,
 * address and data.  The time to wait; 0: it was done.
 */
int64
auth_request_send(FunctionCallInfo fcinfo, const AuthRequest *request)
{
	Making making = {.request = request};
	AuthIp ip;
	AuthKeyId id;
	int64 wait;

	auth_token_begin(&making.token, cstring_to_text(request->purpose));
	auth_key_new_id_arguments(&id, fcinfo, 0);
	auth_client_check_provider(id.provider_id);
	making.token.provider_id = id.provider_id;
	making.token.address = id.provider_user_id;
	auth_ip_argument(&ip, fcinfo, 2);
	making.token.data = auth_request_data_argument(fcinfo, 3);
	making.token.browser = request->browser;
	auth_token_expire(&making.token, NULL, request->lifetime);
	wait = auth_network_count_request(&ip);
	if (wait == 0)
		make(&making, make_message);
	return wait;
}

/* The same, and the answer. */
Datum
auth_request_message(FunctionCallInfo fcinfo, const AuthRequest *request)
{
	return auth_flow_answer(fcinfo, auth_request_send(fcinfo, request));
}

/* Whose the address is that the message goes to; or NULL. */
static text *
find_owner(const AuthToken *token)
{
	AuthKeyId id = {token->provider_id, token->address};
	AuthKey key;

	return auth_key_read(&id, &key) ? auth_key_user_id(&key) : NULL;
}

/*
 * Make token and message for the token's user.  A new address that is
 * somebody's already is told so, and the answer tells nobody else.
 */
static bool
make_message_for_user(void *argument)
{
	Making *making = argument;
	AuthToken *token = &making->token;
	text *owner = making->request->known != NULL ? find_owner(token) : NULL;

	issue(making);
	send_message(making, owner != NULL ? owner : token->user_id, owner != NULL);
	return auth_flow_may_send_for(token->user_id) &&
		   auth_flow_may_send(token->address, true, true);
}

/* Have a message sent for a user who is known, to the token's address. */
Datum
auth_request_for_user(FunctionCallInfo fcinfo, const AuthRequest *request,
					  const AuthToken *token)
{
	Making making = {request, *token};

	make(&making, make_message_for_user);
	return auth_flow_answer(fcinfo, 0);
}
