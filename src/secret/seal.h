/*
 * seal.h
 *	  Secrets that must be read again, encrypted with a key of a file.
 */
#ifndef AUTH_SEAL_H
#define AUTH_SEAL_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "table/definition.h"

/* A secret as it is stored. */
typedef struct AuthSealed
{
	const char *key_id; /* NULL: it is not encrypted */
	bytea *content;		/* NULL: there is none */
} AuthSealed;

typedef enum AuthSealStatus
{
	AUTH_SEAL_OPENED,
	AUTH_SEAL_KEY_MISSING, /* the file does not have the key */
	AUTH_SEAL_CHANGED	   /* or of another row, or of other use */
} AuthSealStatus;

extern void auth_seal_init(void);
extern bool auth_seal_has_file(void);
extern bool auth_seal_has_key(const char *id);
extern const char *auth_seal_key_id(void);
extern Size auth_seal_length(Size length);
extern AuthSealed auth_seal(const char *label, const StringInfoData *associated,
							const text *plain);
extern AuthSealStatus auth_seal_open(const char *label,
									 const StringInfoData *associated,
									 AuthSealed sealed, text **plain);
extern bool auth_seal_again(const char *label, const StringInfoData *associated,
							AuthSealed old, AuthSealed *sealed);
extern text *auth_seal_require(const char *label,
							   const StringInfoData *associated,
							   AuthSealed sealed, AuthTable table, int column);

/* Parts of associated data. */
extern void auth_seal_append_text(StringInfo associated, const text *value);
extern void auth_seal_append_uuid(StringInfo associated,
								  const pg_uuid_t *value);
extern void auth_seal_append_time(StringInfo associated, TimestampTz value);
extern void auth_seal_append_jsonb(StringInfo associated, Jsonb *value);

#endif /* AUTH_SEAL_H */
