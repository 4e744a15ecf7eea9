/*
 * dead_factor.c
 *	  Removal of authenticator apps that were never put to use.
 */
#include "postgres.h"

#include "factor/totp.h"
#include "table/purge.h"

PG_FUNCTION_INFO_V1(auth_delete_dead_factors);

static AuthPurge dead =
	AUTH_PURGE(AUTH_TOTP, "auth_totp", "auth_totp",
			   "confirmed_at IS NULL"
			   " AND created_at < $1 - " AUTH_TOTP_TO_CONFIRM);

/*
 * auth_delete_dead_factors(batch_size int) bigint
 *
 * Removes those that were not confirmed in time, at most so many; their number.
 * Rows that somebody holds locked are passed over.
 */
Datum
auth_delete_dead_factors(PG_FUNCTION_ARGS)
{
	return auth_purge(fcinfo, &dead, "auth_delete_dead_factors()");
}
