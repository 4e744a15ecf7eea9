/*
 * import_token.h
 *	  What the stored ids of sessions are.
 */
#ifndef AUTH_IMPORT_TOKEN_H
#define AUTH_IMPORT_TOKEN_H

#include "postgres.h"

#include "utils/uuid.h"

#include "import/import_source.h"

typedef enum AuthImportIds
{
	AUTH_IDS_TOKEN,			/* tokens */
	AUTH_IDS_SHA256,		/* their hashes, as bytes or hexadecimal digits */
	AUTH_IDS_SHA256_BASE64, /* or as base64 */
	AUTH_IDS_SECRET			/* what stands before the dot of the token */
} AuthImportIds;

extern AuthImportIds auth_import_ids(const char *name);
extern void auth_import_ids_check(AuthImportIds ids,
								  const AuthImportSource *source);
extern bool auth_import_session_id(AuthImportIds ids, const AuthImportRow *row,
								   pg_uuid_t *id);
extern void auth_import_secret_id(text *public_id, const unsigned char *hash,
								  pg_uuid_t *id);

#endif /* AUTH_IMPORT_TOKEN_H */
