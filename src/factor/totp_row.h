/*
 * totp_row.h
 *	  The row of an authenticator app, as it is read and written.
 */
#ifndef AUTH_TOTP_ROW_H
#define AUTH_TOTP_ROW_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/uuid.h"

#include "factor/totp_rule.h"
#include "secret/seal.h"
#include "secret/sealed_rows.h"
#include "table/statement.h"

/* What a statement returns of an app, and the types of that. */
#define AUTH_TOTP_APP                                                    \
	"id, user_id, algorithm, digits, period, key_id, secret, last_step," \
	" created_at, name, last_used_at"
#define AUTH_TOTP_APP_RESULTS                                           \
	(Oid[])                                                             \
	{                                                                   \
		UUIDOID, TEXTOID, TEXTOID, INT2OID, INT2OID, TEXTOID, BYTEAOID, \
			INT8OID, TIMESTAMPTZOID, TEXTOID, TIMESTAMPTZOID            \
	}

/* An app; its rule has no secret before that is opened. */
typedef struct AuthTotp
{
	pg_uuid_t id;
	text *user_id;
	AuthTotpRule rule;
	AuthSealed sealed;
	int64 last_step;
	NullableDatum created_at; /* as are the next two, of one that was read */
	NullableDatum name;
	NullableDatum last_used_at;
	const char *out_of_range; /* a column; NULL: none is */
} AuthTotp;

extern const AuthSealedRows auth_totp_sealed_rows;

extern List *auth_totp_read(AuthStatement *statement,
							const NullableDatum *arguments);
extern bool auth_totp_try_open(AuthTotp *totp);
extern void auth_totp_open(AuthTotp *totp);
extern void auth_totp_insert(const AuthTotp *totp, text *name, bool confirmed);

#endif /* AUTH_TOTP_ROW_H */
