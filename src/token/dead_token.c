/*
 * dead_token.c
 *	  Removal of one-time tokens and codes that are of no use any more.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "outbox/token_good.h"
#include "table/purge.h"

PG_FUNCTION_INFO_V1(auth_delete_dead_tokens);

/* One that has expired is left while an older one of its slot would live. */
static AuthPurge dead =
	AUTH_PURGE(AUTH_TOKEN, "auth_token", "auth_token t",
			   "NOT (" AUTH_TOKEN_IS_GOOD ")"
			   " OR expires_at < $1 AND NOT EXISTS (SELECT FROM auth_token o"
			   " WHERE o.slot = t.slot AND o.expires_at >= $1)");

/*
 * auth_delete_dead_tokens(batch_size int) bigint
 *
 * Removes rows of expired tokens and codes, at most so many; their number.
 * Rows that somebody holds locked are passed over.
 */
Datum
auth_delete_dead_tokens(PG_FUNCTION_ARGS)
{
	return auth_purge(fcinfo, &dead, "auth_delete_dead_tokens()");
}
