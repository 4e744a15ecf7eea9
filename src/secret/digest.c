/*
 * digest.c
 *	  Keyed digests: names that only this installation can make.
 *
 * The secret is in auth_layout, and so in a dump.
 */
#include "postgres.h"

#include <sodium.h>


#include "call/error.h"
#include "secret/digest.h"
#include "table/relation.h"
#include "table/row.h"

static pg_uuid_t secret;
static uint64 secret_generation;
static bool secret_known = false;

static void
read_secret(void)
{
	Datum only_row = BoolGetDatum(true);
	AuthRow row;

	if (!auth_row_open(&row, AUTH_LAYOUT, &only_row))
		auth_error_not_set_up("table \"auth_layout\" has no row",
							  "Run SELECT auth_setup().");
	secret = *DatumGetUUIDP(auth_row_require(&row, AUTH_LAYOUT_SECRET));
	secret_generation = auth_relation_generation();
	secret_known = true;
	auth_row_close(&row);
}

/* The digest of texts and bytes, which are told apart by their lengths. */
void
auth_digest(pg_uuid_t *digest, AuthDigestKind kind, const AuthDigestPart *parts,
			int count)
{
	unsigned char tag = kind;
	crypto_generichash_state state;

	if (!secret_known || secret_generation != auth_relation_generation())
		read_secret();
	crypto_generichash_init(&state, secret.data, UUID_LEN, UUID_LEN);
	crypto_generichash_update(&state, &tag, sizeof(tag));
	for (int i = 0; i < count; i++)
	{
		uint64 length = parts[i].length;

		crypto_generichash_update(&state,
								  (unsigned char *) &length,
								  sizeof(length));
		crypto_generichash_update(&state, parts[i].bytes, parts[i].length);
	}
	crypto_generichash_final(&state, digest->data, UUID_LEN);
	sodium_memzero(&state, sizeof(state));
}

AuthDigestPart
auth_digest_text(text *value)
{
	return (AuthDigestPart){VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}
