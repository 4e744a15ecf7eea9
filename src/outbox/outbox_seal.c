/*
 * outbox_seal.c
 *	  Encryption of the tokens in the outbox.
 *
 * XChaCha20-Poly1305 with a random nonce, which is stored before the
 * ciphertext.  All that a worker is told is authenticated with it, but for the
 * message's number: whoever can write to the table can neither have a token
 * sent elsewhere nor have anything sent that we have not written.  So messages
 * without a token have a ciphertext, too, of nothing.
 *
 * The keys are in the file of auth.outbox_key_file; without one the token is
 * stored as it is.  With one, nothing else is believed.
 */
#include "postgres.h"

#include <sodium.h>

#include "lib/stringinfo.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"

#include "outbox/outbox_seal.h"
#include "secret/secret.h"
#include "secret/server_key.h"
#include "server/compat.h"
#include "server/setting.h"

static char *outbox_key_file; /* empty: none */

void
auth_outbox_init(void)
{
	auth_setting_file(
		"auth.outbox_key_file",
		"File with the keys that tokens in the outbox are encrypted "
		"with.",
		&outbox_key_file);
}

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MAC crypto_aead_xchacha20poly1305_ietf_ABYTES
#define KEY crypto_aead_xchacha20poly1305_ietf_KEYBYTES

/* What the key is for: others may be made of the same file. */
static const unsigned char label[] = "auth outbox message";

static const AuthServerKey *
load_key(const AuthSpan *id)
{
	AuthServerKeyFile file = {"auth.outbox_key_file", outbox_key_file};

	return auth_server_key_load(file, id);
}

static unsigned char *
derive(const AuthServerKey *key)
{
	unsigned char *derived = auth_secret_alloc(KEY);
	crypto_auth_hmacsha256_state state;

	StaticAssertStmt(KEY == crypto_auth_hmacsha256_BYTES,
					 "a key is made of one hash");
	crypto_auth_hmacsha256_init(&state, key->key, key->length);
	crypto_auth_hmacsha256_update(&state, label, sizeof(label));
	crypto_auth_hmacsha256_final(&state, derived);
	sodium_memzero(&state, sizeof(state));
	return derived;
}

/* A part, if there is one, with its length: no two lists are the same bytes. */
static void
append_part(StringInfo data, const void *bytes, Size length)
{
	uint64 size = pg_hton64(bytes != NULL ? (uint64) length : PG_UINT64_MAX);

	appendBinaryStringInfo(data, (const char *) &size, sizeof(size));
	if (bytes != NULL)
		appendBinaryStringInfo(data, bytes, length);
}

static void
append_text(StringInfo data, const text *value)
{
	if (value == NULL)
		append_part(data, NULL, 0);
	else
		append_part(data, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

static void
append_time(StringInfo data, TimestampTz time)
{
	uint64 number = pg_hton64((uint64) time);

	append_part(data, &number, sizeof(number));
}

/* As text: a dump and its restore may store it otherwise. */
static void
append_jsonb(StringInfo data, Jsonb *value)
{
	char *shown = NULL;

	if (value != NULL)
		shown = JsonbToCString(NULL, &value->root, VARSIZE(value));
	append_part(data, shown, shown != NULL ? strlen(shown) : 0);
}

static StringInfoData
associated_data(const AuthMessage *message)
{
	StringInfoData data;

	initStringInfo(&data);
	append_part(&data, message->token_id.data, UUID_LEN);
	append_time(&data, message->created_at);
	append_time(&data, message->expires_at);
	append_text(&data, message->purpose);
	append_text(&data, message->user_id);
	append_text(&data, message->provider_id);
	append_text(&data, message->address);
	append_jsonb(&data, message->data);
	return data;
}

static bytea *
encrypt(const AuthMessage *message, const AuthServerKey *key)
{
	StringInfoData data = associated_data(message);
	bool has_secret = message->secret != NULL;
	Size length = has_secret ? VARSIZE_ANY_EXHDR(message->secret) : 0;
	const char *secret = has_secret ? VARDATA_ANY(message->secret) : "";
	bytea *content = palloc(VARHDRSZ + NONCE + length + MAC);
	unsigned char *nonce = (unsigned char *) VARDATA(content);

	SET_VARSIZE(content, VARHDRSZ + NONCE + length + MAC);
	randombytes_buf(nonce, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE,
											   NULL,
											   (const unsigned char *) secret,
											   length,
											   (unsigned char *) data.data,
											   data.len,
											   NULL,
											   nonce,
											   derive(key));
	return content;
}

/* The token's secret as it is stored. */
AuthSealed
auth_outbox_seal(const AuthMessage *message)
{
	const AuthServerKey *key = load_key(NULL);

	if (key == NULL)
		return (AuthSealed){NULL, (bytea *) message->secret};
	return (AuthSealed){key->id, encrypt(message, key)};
}

static text *
decrypt(const AuthMessage *message, const bytea *content,
		const AuthServerKey *key)
{
	StringInfoData data = associated_data(message);
	Size stored = VARSIZE_ANY_EXHDR(content);
	const unsigned char *nonce = (const unsigned char *) VARDATA_ANY(content);
	text *secret;

	if (stored < NONCE + MAC)
		return NULL;
	secret = auth_secret_alloc(VARHDRSZ + stored - NONCE - MAC);
	SET_VARSIZE(secret, VARHDRSZ + stored - NONCE - MAC);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *) VARDATA(
													   secret),
												   NULL,
												   NULL,
												   nonce + NONCE,
												   stored - NONCE,
												   (unsigned char *) data.data,
												   data.len,
												   nonce,
												   derive(key)) != 0)
		return NULL;
	return secret;
}

/* Open what was encrypted; why it cannot be, or NULL. */
static const char *
open_encrypted(AuthMessage *message, AuthSealed sealed)
{
	AuthSpan id = {sealed.key_id, strlen(sealed.key_id)};
	const AuthServerKey *key = load_key(&id);

	if (key == NULL)
		return "is encrypted with a key that the file of "
			   "\"auth.outbox_key_file\" does not have";
	if (sealed.content != NULL)
		message->secret = decrypt(message, sealed.content, key);
	return message->secret != NULL ? NULL : "has been changed";
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
	if (outbox_key_file[0] != '\0')
		return "was written without a key, or by somebody else";
	message->secret = (text *) sealed.content;
	return NULL;
}
