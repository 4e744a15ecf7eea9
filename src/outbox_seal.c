/*
 * outbox_seal.c
 *	  Encryption of the tokens in the outbox.
 *
 * XChaCha20-Poly1305 with a random nonce, which is stored before the
 * ciphertext.  The token's id, the purpose and the address are authenticated
 * with it: whoever can write to the table cannot have a token sent elsewhere.
 *
 * The keys are in the file of auth.outbox_key_file; without one the token is
 * stored as it is.
 */
#include "postgres.h"

#include <sodium.h>

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "compat.h"
#include "outbox.h"
#include "secret.h"
#include "server_key.h"
#include "settings.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MAC crypto_aead_xchacha20poly1305_ietf_ABYTES
#define KEY crypto_aead_xchacha20poly1305_ietf_KEYBYTES

/* What the key is for: others may be made of the same file. */
static const unsigned char label[] = "auth outbox";

static const AuthServerKey *
load_key(const AuthHashSpan *id)
{
	AuthServerKeyFile file = {"auth.outbox_key_file", auth_outbox_key_file};

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

/* Texts hold no zeros, so that one tells where the first ends. */
static StringInfoData
associated_data(const AuthToken *token)
{
	StringInfoData data;

	initStringInfo(&data);
	appendBinaryStringInfo(&data, (const char *) token->id.data, UUID_LEN);
	appendBinaryStringInfo(&data,
						   VARDATA_ANY(token->purpose),
						   VARSIZE_ANY_EXHDR(token->purpose));
	appendStringInfoChar(&data, '\0');
	appendBinaryStringInfo(&data,
						   VARDATA_ANY(token->address),
						   VARSIZE_ANY_EXHDR(token->address));
	return data;
}

static bytea *
encrypt(const AuthToken *token, const AuthServerKey *key)
{
	StringInfoData data = associated_data(token);
	Size length = VARSIZE_ANY_EXHDR(token->secret);
	bytea *content = palloc(VARHDRSZ + NONCE + length + MAC);
	unsigned char *nonce = (unsigned char *) VARDATA(content);

	SET_VARSIZE(content, VARHDRSZ + NONCE + length + MAC);
	randombytes_buf(nonce, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE,
											   NULL,
											   (unsigned char *) VARDATA_ANY(
												   token->secret),
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
auth_outbox_seal(const AuthToken *token)
{
	const AuthServerKey *key = load_key(NULL);

	if (key == NULL)
		return (AuthSealed){NULL, (bytea *) token->secret};
	return (AuthSealed){key->id, encrypt(token, key)};
}

static text *
decrypt(const AuthToken *token, const bytea *content, const AuthServerKey *key)
{
	StringInfoData data = associated_data(token);
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

static const AuthServerKey *
require_key(const char *key_id)
{
	AuthHashSpan id = {key_id, strlen(key_id)};
	const AuthServerKey *key = load_key(&id);

	if (key == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("the file of \"auth.outbox_key_file\" does not have "
						"the key of a message"),
				 errdetail_log("Its id is \"%s\".", key_id)));
	return key;
}

/* The secret again; an error when it is not the one of this token. */
text *
auth_outbox_open(const AuthToken *token, AuthSealed sealed)
{
	text *secret;

	if (sealed.key_id == NULL)
		return (text *) sealed.content;
	secret = decrypt(token, sealed.content, require_key(sealed.key_id));
	if (secret == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a message in table \"auth_outbox\" has been "
						"changed")));
	return secret;
}
