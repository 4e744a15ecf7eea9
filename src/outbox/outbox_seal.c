/*
 * outbox_seal.c
 *	  Encryption of the tokens in the outbox.
 *
 * All that a worker is told is authenticated with the token, but for the
 * message's number: whoever can write to the table can neither have a token
 * sent elsewhere nor have anything sent that we have not written.  So messages
 * without a token have a ciphertext, too, of nothing.
 *
 * Without a file of keys the token is stored as it is.  With one, nothing else
 * is believed.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "outbox/outbox_seal.h"

#define LABEL "auth outbox message"

static StringInfoData
associated_data(const AuthMessage *message)
{
	StringInfoData data;

	initStringInfo(&data);
	auth_seal_append_uuid(&data, &message->token_id);
	auth_seal_append_time(&data, message->created_at);
	auth_seal_append_time(&data, message->expires_at);
	auth_seal_append_text(&data, message->purpose);
	auth_seal_append_text(&data, message->user_id);
	auth_seal_append_text(&data, message->provider_id);
	auth_seal_append_text(&data, message->address);
	auth_seal_append_jsonb(&data, message->data);
	return data;
}

/* The token's secret as it is stored. */
AuthSealed
auth_outbox_seal(const AuthMessage *message)
{
	const text *secret = message->secret;
	StringInfoData associated;

	if (!auth_seal_has_file())
		return (AuthSealed){NULL, message->secret};
	associated = associated_data(message);
	return auth_seal(LABEL,
					 &associated,
					 secret != NULL ? secret : cstring_to_text(""));
}

/* The same of what another key than the first has sealed; false: it has not. */
bool
auth_outbox_seal_again(const AuthMessage *message, AuthSealed old,
					   AuthSealed *sealed)
{
	StringInfoData associated = associated_data(message);

	return auth_seal_again(LABEL, &associated, old, sealed);
}

/* Open what was encrypted; why it cannot be, or NULL. */
static const char *
open_encrypted(AuthMessage *message, AuthSealed sealed)
{
	StringInfoData associated = associated_data(message);

	switch (auth_seal_open(LABEL, &associated, sealed, &message->secret))
	{
		case AUTH_SEAL_KEY_MISSING:
			return "is encrypted with a key that the file of "
				   "\"auth.key_file\" does not have";
		case AUTH_SEAL_CHANGED:
			return "has been changed";
		case AUTH_SEAL_OPENED:
			break;
	}
	return NULL;
}

/*
 * Give the token its secret again; why it cannot be, or NULL.  An empty one is
 * that of a message without a token.
 */
const char *
auth_outbox_open(AuthMessage *message, AuthSealed sealed)
{
	if (sealed.key_id != NULL)
		return open_encrypted(message, sealed);
	if (auth_seal_has_file())
		return "was written without a key, or by somebody else";
	message->secret = sealed.content;
	return NULL;
}
