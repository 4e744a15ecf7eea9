/*
 * import_token.c
 *	  What the stored ids of sessions are.
 *
 * The caller says it.  No text tells a token from the hash of one, and a hash
 * that is taken for a token signs in whoever has read the table.
 *
 * Of a token "id.secret" the id and a hash of the secret are stored.  Such a
 * session gets an id that no token has, but that both make again with the
 * secret of this installation: auth_adopt_session() finds it by the token.
 */
#include "postgres.h"

#include <sodium.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "import/import_token.h"
#include "secret/digest.h"
#include "secret/secret.h"

#define HASH_BYTES crypto_hash_sha256_BYTES

/* Digits of a hash in base64, without padding. */
#define BASE64_DIGITS ((HASH_BYTES * 4 + 2) / 3)

static const char *const names[] = {[AUTH_IDS_TOKEN] = "token",
									[AUTH_IDS_SHA256] = "sha256",
									[AUTH_IDS_SHA256_BASE64] = "sha256_base64",
									[AUTH_IDS_SECRET] = "secret"};

/* By the name that the caller gives; 22023 if there is no such. */
AuthImportIds
auth_import_ids(const char *name)
{
	for (AuthImportIds ids = 0; ids < lengthof(names); ids++)
	{
		if (strcmp(names[ids], name) == 0)
			return ids;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("session_ids must be \"token\", \"sha256\", "
					"\"sha256_base64\" or \"secret\"")));
}

static bool
is_bytea(const AuthImportSource *source, AuthImportField field)
{
	return getBaseType(source->types[field]) == BYTEAOID;
}

/* Whether the source has what the sessions' ids are said to be. */
void
auth_import_ids_check(AuthImportIds ids, const AuthImportSource *source)
{
	bool has_secret = source->columns[AUTH_IMPORT_SECRET] != NULL;

	if (has_secret != (ids == AUTH_IDS_SECRET))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 has_secret ?
					 errmsg("\"%s\" has a column \"secret_hash\", so that "
							"session_ids must be \"secret\"",
							source->table) :
					 errmsg("\"%s\" has no column \"secret_hash\", so that "
							"session_ids must not be \"secret\"",
							source->table)));
	if (ids != AUTH_IDS_SHA256 && is_bytea(source, AUTH_IMPORT_ID))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of \"%s\" is of type bytea, so that "
						"session_ids must be \"sha256\"",
						source->columns[AUTH_IMPORT_ID],
						source->table)));
}

static bool
copy_bytes(const AuthImportRow *row, AuthImportField field, unsigned char *hash)
{
	NullableDatum value = auth_import_get_value(row, field);
	bytea *bytes;

	if (value.isnull)
		return false;
	bytes = DatumGetByteaPP(value.value);
	if (VARSIZE_ANY_EXHDR(bytes) != HASH_BYTES)
		return false;
	memcpy(hash, VARDATA_ANY(bytes), HASH_BYTES);
	return true;
}

static bool
decode_digits(const char *text, unsigned char *hash)
{
	if (strlen(text) != 2 * HASH_BYTES ||
		strspn(text, "0123456789abcdefABCDEF") != 2 * HASH_BYTES)
		return false;
	(void) hex_decode(text, 2 * HASH_BYTES, (char *) hash);
	return true;
}

/* Of either alphabet, padded or not. */
static bool
decode_base64(const char *text, unsigned char *hash)
{
	static const int variants[] = {sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
								   sodium_base64_VARIANT_URLSAFE_NO_PADDING};
	size_t length = strlen(text);

	if (length == BASE64_DIGITS + 1 && text[BASE64_DIGITS] == '=')
		length--;
	if (length != BASE64_DIGITS)
		return false;
	for (int i = 0; i < lengthof(variants); i++)
	{
		size_t decoded;

		if (sodium_base642bin(hash,
							  HASH_BYTES,
							  text,
							  length,
							  NULL,
							  &decoded,
							  NULL,
							  variants[i]) == 0)
			return decoded == HASH_BYTES;
	}
	return false;
}

/* A hash of 32 bytes; false where the column has none. */
static bool
get_hash(const AuthImportRow *row, AuthImportField field, bool in_base64,
		 unsigned char *hash)
{
	char *text;

	if (is_bytea(row->source, field))
		return copy_bytes(row, field, hash);
	text = auth_import_get(row, field);
	if (text == NULL)
		return false;
	return in_base64 ? decode_base64(text, hash) : decode_digits(text, hash);
}

/* The stored id is the token itself. */
static bool
get_token_id(const AuthImportRow *row, pg_uuid_t *id)
{
	char *stored = auth_import_get(row, AUTH_IMPORT_ID);
	text *token;

	if (stored == NULL || stored[0] == '\0')
		return false;
	token = cstring_to_text(stored);
	auth_secret_id(token, id);
	auth_secret_wipe(token, VARSIZE(token));
	auth_secret_wipe(stored, strlen(stored));
	return true;
}

/* The id until the session is adopted. */
void
auth_import_secret_id(text *public_id, const unsigned char *hash, pg_uuid_t *id)
{
	AuthDigestPart parts[] = {auth_digest_text(public_id), {hash, HASH_BYTES}};

	auth_digest(id, AUTH_DIGEST_IMPORTED, parts, lengthof(parts));
}

static bool
get_secret_id(const AuthImportRow *row, pg_uuid_t *id)
{
	unsigned char hash[HASH_BYTES];
	char *public_id = auth_import_get(row, AUTH_IMPORT_ID);

	if (public_id == NULL || public_id[0] == '\0' ||
		strchr(public_id, '.') != NULL ||
		!get_hash(row, AUTH_IMPORT_SECRET, false, hash))
		return false;
	auth_import_secret_id(cstring_to_text(public_id), hash, id);
	return true;
}

/* The id of our session; false where the row has none. */
bool
auth_import_session_id(AuthImportIds ids, const AuthImportRow *row,
					   pg_uuid_t *id)
{
	unsigned char hash[HASH_BYTES];

	if (ids == AUTH_IDS_TOKEN)
		return get_token_id(row, id);
	if (ids == AUTH_IDS_SECRET)
		return get_secret_id(row, id);
	if (!get_hash(row, AUTH_IMPORT_ID, ids == AUTH_IDS_SHA256_BASE64, hash))
		return false;
	auth_secret_id_of_hash(hash, id);
	return true;
}
