/*
 * session_end.c
 *	  The end of sessions: signing out, revocation, removal of dead ones.
 *
 * A session that is ended has no row any more, or one whose times are all over
 * where the application holds on to it (removal.c).  Statements see the latest
 * committed rows, so that no isolation level hides a session from its end.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "call/argument.h"
#include "call/value.h"
#include "event/event.h"
#include "secret/secret.h"
#include "session/ended.h"
#include "session/refresh_family.h"
#include "session/session_end.h"
#include "table/purge.h"
#include "table/removal.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_invalidate_session);
PG_FUNCTION_INFO_V1(auth_sign_out);
PG_FUNCTION_INFO_V1(auth_invalidate_user_sessions);
PG_FUNCTION_INFO_V1(auth_delete_dead_user_sessions);
PG_FUNCTION_INFO_V1(auth_delete_dead_sessions);

/* Those of its rows that are there and have not ended. */
#define DELETE_SESSIONS(condition) "DELETE FROM auth_session WHERE " condition
#define END_SESSIONS(condition)                                       \
	"UPDATE auth_session SET expires_at = '-infinity',"               \
	" idle_expires_at = '-infinity', active_expires_at = '-infinity'" \
	" WHERE " condition " AND expires_at > '-infinity'"

#define SESSION "id = $1 AND ($2 IS NULL OR user_id = $2)"
#define OTHERS "user_id = $1 AND ($2 IS NULL OR id <> $2)"
#define LISTED "id = ANY ($1)"
#define DEAD_OF_USER "user_id = $1 AND (" AUTH_SESSION_IS_DEAD("$2") ")"

#define RETURNING " RETURNING user_id, family_id IS NOT NULL"

static Oid session_results[] = {TEXTOID, BOOLOID};

static const AuthRemoval remove_session =
	AUTH_REMOVAL(AUTH_SESSION, DELETE_SESSIONS(SESSION) RETURNING,
				 END_SESSIONS(SESSION) RETURNING, session_results, UUIDOID,
				 TEXTOID);

static const AuthRemoval remove_others =
	AUTH_REMOVAL(AUTH_SESSION, DELETE_SESSIONS(OTHERS), END_SESSIONS(OTHERS),
				 NULL, TEXTOID, UUIDOID);

static const AuthRemoval remove_listed =
	AUTH_REMOVAL(AUTH_SESSION, DELETE_SESSIONS(LISTED), END_SESSIONS(LISTED),
				 NULL, UUIDARRAYOID);

static const AuthRemoval remove_dead_of_user =
	AUTH_REMOVAL(AUTH_SESSION, DELETE_SESSIONS(DEAD_OF_USER),
				 END_SESSIONS(DEAD_OF_USER), NULL, TEXTOID, TIMESTAMPTZOID);

static const AuthRemoval remove_all =
	AUTH_REMOVAL_OF_ALL(AUTH_SESSION, DELETE_SESSIONS("true"),
						END_SESSIONS("true"));

static AuthPurge dead = AUTH_PURGE(AUTH_SESSION, "auth_session", "auth_session",
								   AUTH_SESSION_IS_DEAD("$1"));

/*
 * End the session, if there is one, with its refresh tokens, and record why:
 * one of the user's or, for NULL, whoever's it is.
 */
bool
auth_session_end(const pg_uuid_t *id, text *user_id, const char *reason)
{
	NullableDatum arguments[] = {auth_uuid(id), auth_text(user_id)};
	NullableDatum row[2];

	if (user_id == NULL ||
		auth_row_can_be_of_user(AUTH_REFRESH_TOKEN, PointerGetDatum(user_id)))
		auth_refresh_delete_session(id, user_id);
	if (!auth_removal_one(&remove_session, arguments, lengthof(row), row))
		return false;
	if (DatumGetBool(row[1].value))
		auth_refresh_delete_orphans(auth_as_text(row[0]));
	auth_event_record(&(AuthEvent){.kind = "session_ended",
								   .reason = reason,
								   .user_id = auth_as_text(row[0]),
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
	(void) auth_session_end(PG_GETARG_UUID_P(0), NULL, "invalidated");
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
	auth_secret_id_argument(fcinfo, 0, &id);
	ended = auth_session_end(&id, NULL, "sign_out");
	auth_secret_end(&scope);
	PG_RETURN_BOOL(ended);
}

static uint64
delete_rows(text *user_id, NullableDatum except_session)
{
	NullableDatum arguments[] = {auth_text(user_id), except_session};

	return auth_removal_execute(&remove_others, arguments);
}

/*
 * End all sessions of the user, whose row is locked, but the one, if it is not
 * null, and leave the record to the caller; their number.
 */
uint64
auth_session_delete_others(text *user_id, NullableDatum except_session)
{
	uint64 count;

	auth_refresh_delete_others(user_id, except_session);
	count = delete_rows(user_id, except_session);
	if (count > 0)
		auth_refresh_delete_orphans(user_id);
	return count;
}

static void
record_ended(text *user_id, uint64 count, const char *reason)
{
	if (count > 0)
		auth_event_record(&(AuthEvent){.kind = "session_ended",
									   .reason = reason,
									   .user_id = user_id,
									   .count = count});
}

/* End the user's sessions of these ids (uuid[]), whose families have ended. */
void
auth_session_end_listed(text *user_id, NullableDatum ids, const char *reason)
{
	record_ended(user_id, auth_removal_execute(&remove_listed, &ids), reason);
}

/* The same, with a record of why. */
uint64
auth_session_end_others(text *user_id, NullableDatum except_session,
						const char *reason)
{
	uint64 count = auth_session_delete_others(user_id, except_session);

	record_ended(user_id, count, reason);
	return count;
}

/*
 * End all sessions of all users; their number.  No user is locked, for there
 * are too many: what others have made and not committed is not seen, and stays.
 */
uint64
auth_session_end_all(const char *reason)
{
	uint64 count;

	auth_refresh_delete_all();
	count = auth_removal_execute(&remove_all, NULL);
	auth_refresh_delete_all_orphans();
	auth_event_record(&(
		AuthEvent){.kind = "session_ended", .reason = reason, .count = count});
	return count;
}

/*
 * auth_invalidate_user_sessions(user_id text, except_session uuid) bigint
 *
 * The number of sessions that were ended.  Waits for whoever is creating one.
 */
Datum
auth_invalidate_user_sessions(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");

	PreventCommandIfReadOnly("auth_invalidate_user_sessions()");
	(void) auth_user_lock(PointerGetDatum(user_id));
	PG_RETURN_INT64((int64) auth_session_end_others(user_id,
													fcinfo->args[1],
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
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_time(GetCurrentTimestamp())};

	PreventCommandIfReadOnly("auth_delete_dead_user_sessions()");
	PG_RETURN_INT64(
		(int64) auth_removal_execute(&remove_dead_of_user, arguments));
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
