/*
 * refresh_end.c
 *	  The end of families of refresh tokens: replay, revocation, removal of
 *	  dead ones.
 *
 * A replay has happened even if the caller rolls back, and whoever holds the
 * tokens must not get on then.  So a row that is kept ends the family and its
 * session (ended.c), besides removing their rows with the transaction.
 *
 * The user comes before its families, and a family before its session, so that
 * no two wait for each other.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/value.h"
#include "event/event.h"
#include "secret/secret.h"
#include "session/ended.h"
#include "session/refresh_end.h"
#include "session/refresh_family.h"
#include "session/session_end.h"
#include "session/session_live.h"
#include "table/purge.h"
#include "table/statement.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_revoke_refresh_token);
PG_FUNCTION_INFO_V1(auth_revoke_user_refresh_tokens);
PG_FUNCTION_INFO_V1(auth_delete_dead_refresh_tokens);

#define FAMILY "id = $1"
#define RETURNING " RETURNING session_id, user_id"

static Oid family_results[] = {UUIDOID, TEXTOID};

static const AuthRemoval remove_family =
	AUTH_REMOVAL(AUTH_REFRESH_TOKEN, AUTH_REFRESH_REMOVE(FAMILY) RETURNING,
				 AUTH_REFRESH_END(FAMILY) RETURNING, family_results, UUIDOID);

static AuthStatement lock_families = {
	.text = "WITH family AS (SELECT session_id FROM auth_refresh_token"
			" WHERE user_id = $1 AND ends_at > '-infinity' FOR UPDATE)"
			" SELECT count(*), ARRAY(SELECT session_id FROM family)"
			" FROM family",
	AUTH_TYPES(TEXTOID),
	.results = (Oid[]){INT8OID, UUIDARRAYOID},
	.table = AUTH_REFRESH_TOKEN,
};

static AuthPurge dead =
	AUTH_PURGE(AUTH_REFRESH_TOKEN, "auth_refresh_token", "auth_refresh_token",
			   "expires_at < $1 OR ends_at < $1"
			   " OR EXISTS (SELECT FROM auth_ended"
			   " WHERE auth_ended.id = auth_refresh_token.id)");

/*
 * End the family and give the ids of its session and its user; false when there
 * is none.
 */
static bool
end_family(const pg_uuid_t *id, NullableDatum *row)
{
	NullableDatum arguments[] = {auth_uuid(id)};

	return auth_removal_one(&remove_family, arguments, 2, row);
}

/*
 * End the family of a token that was replayed, and its session; false when
 * somebody else has ended the family before, and the session goes on with
 * another one.
 *
 * What is kept is on disk before anything is waited for.  It is there for
 * everybody, and a purge may be the first to remove the rows that it has ended.
 */
bool
auth_refresh_end_replayed(const AuthRefreshFamily *family, const AuthIp *ip)
{
	NullableDatum row[2];

	auth_ended_keep(&family->id, family->user_id);
	auth_event_record_for_good(&(AuthEvent){.kind = "refresh_token_reused",
											.user_id = family->user_id,
											.session = &family->session,
											.ip = ip});
	XLogFlush(XactLastRecEnd);
	if (!end_family(&family->id, row))
		return auth_session_user_of(&family->session) == NULL;
	(void) auth_session_end(DatumGetUUIDP(row[0].value),
							NULL,
							"refresh_token_reused");
	return true;
}

static void
record_revoked(text *user_id, const pg_uuid_t *session)
{
	auth_event_record(&(AuthEvent){.kind = "refresh_token_revoked",
								   .user_id = user_id,
								   .session = session});
	(void) auth_session_end(session, NULL, "refresh_token_revoked");
}

static bool
revoke_family(const pg_uuid_t *id)
{
	NullableDatum row[2];

	if (!end_family(id, row))
		return false;
	record_revoked(auth_as_text(row[1]), DatumGetUUIDP(row[0].value));
	return true;
}

/*
 * auth_revoke_refresh_token(refresh_token text) boolean
 *
 * Whether there was a family to end.  A spent token of it will do.
 */
Datum
auth_revoke_refresh_token(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthRefreshToken token;
	bool ended;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_revoke_refresh_token()");
	ended = auth_refresh_token_argument(&token, fcinfo, 0) &&
			revoke_family(&token.family);
	auth_secret_end(&scope);
	PG_RETURN_BOOL(ended);
}

/* End the families of the user: their number, and ids of their sessions. */
static void
end_families(text *user_id, NullableDatum *ended)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	(void) auth_statement_row(&lock_families,
							  arguments,
							  RowExclusiveLock,
							  2,
							  ended);
	auth_refresh_delete_others(user_id, auth_null());
}

static void
record_all_revoked(text *user_id, int64 count, NullableDatum sessions)
{
	auth_event_record(&(AuthEvent){.kind = "refresh_token_revoked",
								   .user_id = user_id,
								   .count = (uint64) count});
	auth_session_end_listed(user_id, sessions, "refresh_token_revoked");
}

/*
 * auth_revoke_user_refresh_tokens(user_id text) bigint
 *
 * The number of families that were ended, each with its session.  Sessions
 * without a refresh token stay.  Waits for whoever is creating one.
 */
Datum
auth_revoke_user_refresh_tokens(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	NullableDatum ended[2];
	int64 count;

	PreventCommandIfReadOnly("auth_revoke_user_refresh_tokens()");
	(void) auth_user_lock(PointerGetDatum(user_id));
	end_families(user_id, ended);
	count = DatumGetInt64(ended[0].value);
	if (count > 0)
		record_all_revoked(user_id, count, ended[1]);
	PG_RETURN_INT64(count);
}

/*
 * auth_delete_dead_refresh_tokens(batch_size int) bigint
 *
 * Removes rows of expired families, at most so many; their number.  Rows that
 * somebody holds locked are passed over.  22023 for a size outside 1 to
 * 1,000,000.
 */
Datum
auth_delete_dead_refresh_tokens(PG_FUNCTION_ARGS)
{
	Datum count =
		auth_purge(fcinfo, &dead, "auth_delete_dead_refresh_tokens()");

	auth_ended_purge(auth_argument_rows(fcinfo, 0, "batch_size"));
	return count;
}
