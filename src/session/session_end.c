/*
 * session_end.c
 *	  The end of sessions: signing out, revocation, removal of dead ones.
 *
 * A session that is ended has no row any more.  Statements see the latest
 * committed rows, so that no isolation level hides a session from its end.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "call/argument.h"
#include "event/event.h"
#include "secret/secret.h"
#include "session/ended.h"
#include "session/refresh_end.h"
#include "session/session_end.h"
#include "table/purge.h"
#include "table/statement.h"
#include "table/trigger.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_invalidate_session);
PG_FUNCTION_INFO_V1(auth_sign_out);
PG_FUNCTION_INFO_V1(auth_invalidate_user_sessions);
PG_FUNCTION_INFO_V1(auth_delete_dead_user_sessions);
PG_FUNCTION_INFO_V1(auth_delete_dead_sessions);
PG_FUNCTION_INFO_V1(auth_user_disabled);

/* A session that a refresh token can still bring back is not dead. */
#define IS_DEAD(clock)                                       \
	"expires_at < " clock " OR family_id IS NOT NULL"        \
	" AND EXISTS (SELECT FROM auth_ended"                    \
	" WHERE auth_ended.id = auth_session.family_id)"         \
	" OR idle_expires_at < " clock                           \
	" AND NOT EXISTS (SELECT FROM auth_refresh_token family" \
	" WHERE family.user_id = auth_session.user_id"           \
	" AND family.session_id = auth_session.id"               \
	" AND family.expires_at >= " clock " AND family.ends_at >= " clock ")"

static AuthStatement delete_session = {
	.text = "DELETE FROM auth_session WHERE id = $1"
			" RETURNING user_id, family_id IS NOT NULL",
	.nargs = 1,
	.argtypes = (Oid[]){UUIDOID},
	.results = (Oid[]){TEXTOID, BOOLOID},
	.table = AUTH_SESSION,
};

static AuthStatement delete_others = {
	.text = "DELETE FROM auth_session WHERE user_id = $1"
			" AND ($2 IS NULL OR id <> $2)",
	.nargs = 2,
	.argtypes = (Oid[]){TEXTOID, UUIDOID},
	.table = AUTH_SESSION,
};

static AuthStatement delete_dead_of_user = {
	.text = "DELETE FROM auth_session WHERE user_id = $1"
			" AND (" IS_DEAD("$2") ")",
	.nargs = 2,
	.argtypes = (Oid[]){TEXTOID, TIMESTAMPTZOID},
	.table = AUTH_SESSION,
};

static AuthPurge dead =
	AUTH_PURGE(AUTH_SESSION, "auth_session", "auth_session", IS_DEAD("$1"));

/*
 * End the session, if there is one, with its refresh tokens, and record why.
 */
bool
auth_session_end(const pg_uuid_t *id, const char *reason)
{
	Datum values[] = {UUIDPGetDatum(id)};
	AuthExecution execution;
	Datum row[2];
	bool ended;

	auth_refresh_delete_session(id);
	auth_statement_begin(&execution, AUTH_SESSION, RowExclusiveLock);
	ended = auth_statement_run(&execution, &delete_session, values, NULL) > 0;
	if (ended)
		auth_statement_copy_required(&delete_session, 0, 2, row);
	auth_execution_end(&execution);
	if (!ended)
		return false;
	if (DatumGetBool(row[1]))
		auth_refresh_delete_orphans(row[0]);
	auth_event_record(&(AuthEvent){.kind = "session_ended",
								   .reason = reason,
								   .user_id = DatumGetTextPP(row[0]),
								   .session = id});
	return true;
}

/*
 * auth_invalidate_session(session_id uuid) void
 *
 * Succeeds for a session that does not exist.
 */
Datum
auth_invalidate_session(PG_FUNCTION_ARGS)
{
	PreventCommandIfReadOnly("auth_invalidate_session()");
	auth_argument_required(fcinfo, 0, "session_id");
	(void) auth_session_end(PG_GETARG_UUID_P(0), "invalidated");
	PG_RETURN_VOID();
}

/*
 * auth_sign_out(token text) boolean
 *
 * Whether there was a session to end.
 */
Datum
auth_sign_out(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	pg_uuid_t id;
	bool ended;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_sign_out()");
	auth_secret_id_argument(fcinfo, 0, "token", &id);
	ended = auth_session_end(&id, "sign_out");
	auth_secret_end(&scope);
	PG_RETURN_BOOL(ended);
}

static uint64
delete_rows(Datum user_id, Datum except_session, bool isnull)
{
	Datum values[] = {user_id, except_session};
	char nulls[] = {' ', isnull ? 'n' : ' '};

	return auth_statement_execute(&delete_others, values, nulls);
}

static uint64
delete_user_sessions(Datum user_id, Datum except_session, bool isnull)
{
	uint64 count;

	auth_refresh_delete_others(user_id, except_session, isnull);
	count = delete_rows(user_id, except_session, isnull);
	if (count > 0)
		auth_refresh_delete_orphans(user_id);
	return count;
}

static uint64
end_others(text *user_id, Datum except_session, bool isnull, const char *reason)
{
	uint64 count =
		delete_user_sessions(PointerGetDatum(user_id), except_session, isnull);

	if (count > 0)
		auth_event_record(&(AuthEvent){.kind = "session_ended",
									   .reason = reason,
									   .user_id = user_id,
									   .count = count});
	return count;
}

/* End all sessions of the user but the one, if there is one. */
void
auth_session_end_others(text *user_id, Datum except_session, bool isnull,
						const char *reason)
{
	(void) end_others(user_id, except_session, isnull, reason);
}

/* End all sessions of the user; their number, for the record of why. */
static uint64
delete_all(Datum user_id)
{
	return delete_user_sessions(user_id, (Datum) 0, true);
}

/*
 * auth_invalidate_user_sessions(user_id text, except_session uuid) bigint
 *
 * The number of sessions that were ended.
 */
Datum
auth_invalidate_user_sessions(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");

	PreventCommandIfReadOnly("auth_invalidate_user_sessions()");
	PG_RETURN_INT64((int64) end_others(user_id,
									   PG_GETARG_DATUM(1),
									   PG_ARGISNULL(1),
									   "invalidated"));
}

/*
 * auth_delete_dead_user_sessions(user_id text) bigint
 *
 * Removes the rows of the user's sessions that have expired; their number.
 */
Datum
auth_delete_dead_user_sessions(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	Datum values[] = {PointerGetDatum(user_id),
					  TimestampTzGetDatum(GetCurrentTimestamp())};

	PreventCommandIfReadOnly("auth_delete_dead_user_sessions()");
	PG_RETURN_INT64(
		(int64) auth_statement_execute(&delete_dead_of_user, values, NULL));
}

/*
 * auth_delete_dead_sessions(batch_size int) bigint
 *
 * Removes rows of expired sessions, at most so many; their number.  Rows that
 * somebody holds locked are passed over.  22023 for a size outside 1 to
 * 1,000,000.
 */
Datum
auth_delete_dead_sessions(PG_FUNCTION_ARGS)
{
	Datum count = auth_purge(fcinfo, &dead, "auth_delete_dead_sessions()");

	auth_ended_purge(auth_argument_rows(fcinfo, 0, "batch_size"));
	return count;
}

/*
 * auth_user_disabled() trigger
 *
 * The sessions of a user that has been disabled are ended.
 */
Datum
auth_user_disabled(PG_FUNCTION_ARGS)
{
	Datum user_id = auth_trigger_user(auth_trigger_data(fcinfo,
														TRIGGER_EVENT_UPDATE,
														true,
														"auth_user_disabled"));

	(void) auth_user_lock(user_id);
	auth_event_record(&(AuthEvent){.kind = "user_disabled",
								   .user_id = DatumGetTextPP(user_id),
								   .count = delete_all(user_id)});
	return PointerGetDatum(NULL);
}
