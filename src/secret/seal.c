/*
 * seal.c
 *	  Secrets that must be read again, encrypted with a key of a file.
 *
 * XChaCha20-Poly1305 with a random nonce, which is stored before the
 * ciphertext.  The associated data names what the secret is of, so that a
 * ciphertext opens in its own row alone, and whoever can write to the table
 * can have no other believed.  The file has one key for all: what seals is
 * made of it for each use, which the label says.
 *
 * The keys are in the file of auth.key_file, of which the first seals and all
 * open.
 */
#include "postgres.h"

#include <sodium.h>

#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "utils/guc.h"

#include "secret/seal.h"
#include "secret/secret.h"
#include "secret/server_key.h"
#include "server/compat.h"
#include "server/setting.h"

#define SETTING "auth.key_file"
#define OLD_SETTING "auth.outbox_key_file" /* of 0.1.0 */

/* The shell's command that makes a file, but for one that is there. */
#define MAKE_FILE                                                           \
	"(set -C; umask 077; echo \"1:$(openssl rand -hex 32)\" > ~/auth.keys)" \
	" && psql -c \"LOAD 'auth'\" -c \"ALTER SYSTEM SET " SETTING            \
	" = '$(echo ~/auth.keys)'\" -c 'SELECT pg_reload_conf()'"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MAC crypto_aead_xchacha20poly1305_ietf_ABYTES
#define KEY crypto_aead_xchacha20poly1305_ietf_KEYBYTES

static char *key_file; /* empty: none */

/*
 * The old setting would be dropped with a warning, and then secrets would be
 * stored as they are: better not to work at all.
 */
static void
refuse_old_setting(void)
{
	const char *old = GetConfigOption(OLD_SETTING, true, false);

	if (old != NULL && old[0] != '\0')
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("the setting \"%s\" has another name", OLD_SETTING),
				 errhint("Set \"%s\" in its place.", SETTING)));
}

/*
 * Before other settings are defined, which is not done twice: who is refused
 * loads the library again.
 */
void
auth_seal_init(void)
{
	refuse_old_setting();
	auth_setting_file(SETTING,
					  "File with the keys that secrets are encrypted with.",
					  &key_file);
}

bool
auth_seal_has_file(void)
{
	return key_file[0] != '\0';
}

static const AuthServerKey *
load_key(const AuthSpan *id)
{
	AuthServerKeyFile file = {SETTING, key_file};

	return auth_server_key_load(file, id);
}

static const AuthServerKey *
find_key(const char *id)
{
	AuthSpan span = {id, strlen(id)};

	return load_key(&span);
}

/* Whether the file, if there is one, has the key. */
bool
auth_seal_has_key(const char *id)
{
	return find_key(id) != NULL;
}

static void
require_file(void)
{
	if (!auth_seal_has_file())
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("\"%s\" names no file with a key", SETTING),
				 errhint("Run, as the user of the operating system who runs "
						 "the server: %s",
						 MAKE_FILE)));
}

/* The key for the label, of which the zero at the end is a part. */
static unsigned char *
derive(const AuthServerKey *key, const char *label)
{
	unsigned char *derived = auth_secret_alloc(KEY);
	crypto_auth_hmacsha256_state state;

	StaticAssertStmt(KEY == crypto_auth_hmacsha256_BYTES,
					 "a key is made of one hash");
	crypto_auth_hmacsha256_init(&state, key->key, key->length);
	crypto_auth_hmacsha256_update(&state,
								  (const unsigned char *) label,
								  strlen(label) + 1);
	crypto_auth_hmacsha256_final(&state, derived);
	sodium_memzero(&state, sizeof(state));
	return derived;
}

/* How many bytes so many are when they are sealed. */
Size
auth_seal_length(Size length)
{
	return NONCE + length + MAC;
}

static bytea *
encrypt(const unsigned char *key, const StringInfoData *associated,
		const text *plain)
{
	Size length = VARSIZE_ANY_EXHDR(plain);
	Size size = VARHDRSZ + auth_seal_length(length);
	bytea *content = palloc(size);
	unsigned char *nonce = (unsigned char *) VARDATA(content);

	SET_VARSIZE(content, size);
	randombytes_buf(nonce, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE,
											   NULL,
											   (const unsigned char *)
												   VARDATA_ANY(plain),
											   length,
											   (const unsigned char *)
												   associated->data,
											   associated->len,
											   NULL,
											   nonce,
											   key);
	return content;
}

/* The first key of the file, in wiped memory. */
static const AuthServerKey *
first_key(void)
{
	require_file();
	return load_key(NULL);
}

/* The id of the key that seals; F0000 without a file. */
const char *
auth_seal_key_id(void)
{
	return first_key()->id;
}

/*
 * Seal a text, or bytes, for what the label says, which differs for each table
 * and column, and for the row that the associated data names.  F0000 without a
 * file: nothing is sealed with no key.
 */
AuthSealed
auth_seal(const char *label, const StringInfoData *associated,
		  const text *plain)
{
	const AuthServerKey *key = first_key();

	return (AuthSealed){key->id,
						encrypt(derive(key, label), associated, plain)};
}

/* In wiped memory; NULL if it is not what was sealed. */
static text *
decrypt(const unsigned char *key, const StringInfoData *associated,
		const bytea *content)
{
	Size stored = VARSIZE_ANY_EXHDR(content);
	const unsigned char *nonce = (const unsigned char *) VARDATA_ANY(content);
	text *plain;

	if (stored < auth_seal_length(0))
		return NULL;
	plain = auth_secret_alloc(VARHDRSZ + stored - NONCE - MAC);
	SET_VARSIZE(plain, VARHDRSZ + stored - NONCE - MAC);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *) VARDATA(
													   plain),
												   NULL,
												   NULL,
												   nonce + NONCE,
												   stored - NONCE,
												   (const unsigned char *)
													   associated->data,
												   associated->len,
												   nonce,
												   key) != 0)
		return NULL;
	return plain;
}

/* Open what was sealed, or say why it cannot be; "plain" is wiped memory. */
AuthSealStatus
auth_seal_open(const char *label, const StringInfoData *associated,
			   AuthSealed sealed, text **plain)
{
	const AuthServerKey *key;

	*plain = NULL;
	if (sealed.key_id == NULL || sealed.content == NULL)
		return AUTH_SEAL_CHANGED;
	key = find_key(sealed.key_id);
	if (key == NULL)
		return AUTH_SEAL_KEY_MISSING;
	*plain = decrypt(derive(key, label), associated, sealed.content);
	return *plain != NULL ? AUTH_SEAL_OPENED : AUTH_SEAL_CHANGED;
}

/* Seal with the first key what another has sealed; false: it does not open. */
bool
auth_seal_again(const char *label, const StringInfoData *associated,
				AuthSealed old, AuthSealed *sealed)
{
	text *plain;

	if (auth_seal_open(label, associated, old, &plain) != AUTH_SEAL_OPENED)
		return false;
	*sealed = auth_seal(label, associated, plain);
	return true;
}

static void
refuse_changed(const char *table, const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("column \"%s\" of a row of table \"%s\" was changed, or is "
					"of another row",
					column,
					table)));
}

static void
refuse_key_missing(const char *key_id, const char *table, const char *column)
{
	int shown = pg_mbcliplen(key_id, (int) strlen(key_id), AUTH_SERVER_KEY_ID);

	ereport(ERROR,
			(errcode(ERRCODE_CONFIG_FILE_ERROR),
			 errmsg("column \"%s\" of a row of table \"%s\" is encrypted with "
					"a key that the file of \"%s\" does not have",
					column,
					table,
					SETTING),
			 errhint("Put key \"%.*s\" into the file again.", shown, key_id)));
}

/*
 * Open what must be opened, of the column: XX001 if it was changed or is of
 * another row, F0000 if its key is not there.
 */
text *
auth_seal_require(const char *label, const StringInfoData *associated,
				  AuthSealed sealed, AuthTable table, int column)
{
	const AuthDefinition *definition = auth_relation_definition(table);
	const char *name = definition->columns[column].name;
	text *plain;

	switch (auth_seal_open(label, associated, sealed, &plain))
	{
		case AUTH_SEAL_CHANGED:
			refuse_changed(definition->name, name);
			break;
		case AUTH_SEAL_KEY_MISSING:
			refuse_key_missing(sealed.key_id, definition->name, name);
			break;
		case AUTH_SEAL_OPENED:
			break;
	}
	return plain;
}

/* A part, if there is one, with its length: no two lists are the same bytes. */
static void
append_part(StringInfo associated, const void *bytes, Size length)
{
	uint64 size = pg_hton64(bytes != NULL ? (uint64) length : PG_UINT64_MAX);

	appendBinaryStringInfo(associated, (const char *) &size, sizeof(size));
	if (bytes != NULL)
		appendBinaryStringInfo(associated, bytes, length);
}

/* NULL is there, too, and no empty text. */
void
auth_seal_append_text(StringInfo associated, const text *value)
{
	if (value == NULL)
		append_part(associated, NULL, 0);
	else
		append_part(associated, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

void
auth_seal_append_uuid(StringInfo associated, const pg_uuid_t *value)
{
	append_part(associated, value->data, UUID_LEN);
}

void
auth_seal_append_time(StringInfo associated, TimestampTz value)
{
	uint64 number = pg_hton64((uint64) value);

	append_part(associated, &number, sizeof(number));
}

/* As text: a dump and its restore may store it otherwise. */
void
auth_seal_append_jsonb(StringInfo associated, Jsonb *value)
{
	char *shown = NULL;

	if (value != NULL)
		shown = JsonbToCString(NULL, &value->root, VARSIZE(value));
	append_part(associated, shown, shown != NULL ? strlen(shown) : 0);
}
