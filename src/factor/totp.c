/*
 * totp.c
 *	  Authenticator apps: codes of a secret and the time.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "call/value.h"
#include "factor/totp.h"
#include "table/statement.h"

static AuthStatement count_confirmed = {
	.text = "SELECT count(*) FROM auth_totp"
			" WHERE user_id = $1 AND confirmed_at IS NOT NULL",
	AUTH_TYPES(TEXTOID),
	.results = (Oid[]){INT8OID},
	.table = AUTH_TOTP,
};

/* How many the user has that are confirmed. */
int64
auth_totp_count(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};
	NullableDatum count;

	(void) auth_statement_row(&count_confirmed,
							  arguments,
							  AccessShareLock,
							  1,
							  &count);
	return DatumGetInt64(count.value);
}
