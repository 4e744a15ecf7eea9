/*
 * key_row.h
 *	  The row of a key, as it is read and written.
 */
#ifndef AUTH_KEY_ROW_H
#define AUTH_KEY_ROW_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "call/key_id.h"
#include "server/compat.h"
#include "table/statement.h"

/* The columns of an auth_key_object. */
#define AUTH_KEY_OBJECT                       \
	"user_id, provider_id, provider_user_id," \
	" hashed_password IS NOT NULL, created_at, verified_at"
#define AUTH_KEY_OBJECT_COLUMNS 6
#define AUTH_KEY_OBJECT_RESULTS                                            \
	(Oid[])                                                                \
	{                                                                      \
		TEXTOID, TEXTOID, TEXTOID, BOOLOID, TIMESTAMPTZOID, TIMESTAMPTZOID \
	}

/*
 * Condition on a key: it is of an address, of which the providers are an
 * argument, or has a password, or has had one.  One comes in with any other on
 * the word of its provider.
 */
#define AUTH_KEY_TAKES_PASSWORD(providers)                              \
	"(provider_id = ANY (" providers ") OR hashed_password IS NOT NULL" \
	" OR password_changed_at IS NOT NULL)"

/* What a statement returns that only names keys. */
#define AUTH_KEY_ID_RESULTS \
	(Oid[])                 \
	{                       \
		TEXTOID, TEXTOID    \
	}

/* A key as it was at one moment, copied. */
typedef struct AuthKey
{
	NullableDatum values[AUTH_KEY_OBJECT_COLUMNS];
	char *hash; /* NULL: no password */
	bool had_password;
} AuthKey;

extern bool auth_key_read(AuthKeyId *id, AuthKey *key);
extern void auth_key_hold(const AuthKeyId *id);
extern void auth_key_require(AuthKeyId *id, AuthKey *key);
extern AuthKeyId auth_key_id(const AuthKey *key);
extern text *auth_key_user_id(const AuthKey *key);
extern bool auth_key_is_verified(const AuthKey *key);
extern bool auth_key_is_proven(AuthKeyId id);
extern bool auth_key_takes_password(const AuthKey *key);
extern bool auth_key_write(AuthStatement *statement,
						   const NullableDatum *arguments, AuthKey *key);
extern List *auth_key_write_all(AuthStatement *statement,
								const NullableDatum *arguments);
extern Datum auth_key_result(FunctionCallInfo fcinfo, AuthKey *key);
pg_noreturn extern void auth_key_invalid(const AuthKeyId *id);

#endif /* AUTH_KEY_ROW_H */
