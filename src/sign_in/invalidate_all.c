/*
 * invalidate_all.c
 *	  The end of all access that anybody has: for the day on which nobody knows
 *	  what has been stolen.
 *
 * What ends is what lets in without the credentials: sessions, refresh tokens,
 * and the one-time tokens that a new password ends.  Passwords, keys and second
 * factors stay, or nobody would come in again.
 *
 * Families come before their sessions, and then tokens, as where the access to one
 * user ends.  Who has used a token and then ends sessions (the first proof, a new
 * password, a sign-in beyond the limit of sessions) has locked them the other way
 * round, which does no harm to who locks its user.  Here no user is locked, and one
 * of the two can fail with a deadlock.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "session/session_end.h"
#include "token/token_end.h"

PG_FUNCTION_INFO_V1(auth_invalidate_all_sessions);

/*
 * auth_invalidate_all_sessions() bigint
 *
 * The number of sessions that were ended, dead ones included.  09000 when a trigger
 * of the application's keeps devices; 40P01, and nothing has ended, when it is in
 * a deadlock with whoever has used a token.
 */
Datum
auth_invalidate_all_sessions(PG_FUNCTION_ARGS)
{
	uint64 count;

	PreventCommandIfReadOnly("auth_invalidate_all_sessions()");
	count = auth_session_end_all("all");
	auth_token_end_all();
	PG_RETURN_INT64((int64) count);
}
