/*
 * session.c
 *	  Sessions: what a signed-in client holds a token of.
 *
 * The token is an opaque random string that only its holder knows; the row
 * has the first half of its SHA-256 as its id.
 */
#include "postgres.h"

#include <sodium.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "secret/secret.h"
#include "session/amr.h"
#include "session/session.h"
#include "session/session_limit.h"
#include "session/session_live.h"
#include "session/session_period.h"
#include "table/assignment.h"
#include "table/statement.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_session_id);
PG_FUNCTION_INFO_V1(auth_create_session);
PG_FUNCTION_INFO_V1(auth_get_session);
PG_FUNCTION_INFO_V1(auth_validate_session);
PG_FUNCTION_INFO_V1(auth_get_user_sessions);
PG_FUNCTION_INFO_V1(auth_update_session_attributes);

/*
 * A validation that finds the session being renewed leaves it alone: it neither
 * waits for the other nor writes again.  A session that was made to expire
 * since it was read stays dead.
 */
static AuthStatement renew_session = {
	.text = "UPDATE auth_session"
			" SET active_expires_at = $3, idle_expires_at = $4"
			" WHERE id = (SELECT id FROM auth_session"
			" WHERE id = $1 AND active_expires_at = $2"
			" AND idle_expires_at >= $5 AND expires_at >= $5"
			" FOR NO KEY UPDATE SKIP LOCKED)",
	AUTH_TYPES(UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
			   TIMESTAMPTZOID),
	.table = AUTH_SESSION,
};

static AuthStatement select_live_ids = {
	.text = "SELECT id FROM auth_session WHERE user_id = $1"
			" AND idle_expires_at >= $2 AND expires_at >= $2"
			" ORDER BY created_at, id",
	AUTH_TYPES(TEXTOID, TIMESTAMPTZOID),
	.results = (Oid[]){UUIDOID},
	.table = AUTH_SESSION,
};

/* Start the session's periods anew; false when somebody else does so. */
static bool
renew(AuthLiveSession *live, const pg_uuid_t *id)
{
	AuthPeriods periods = {
		.active = auth_as_interval(
			auth_row_get(&live->session, AUTH_SESSION_ACTIVE_PERIOD)),
		.idle = auth_as_interval(
			auth_row_get(&live->session, AUTH_SESSION_IDLE_PERIOD)),
	};
	TimestampTz clock = GetCurrentTimestamp();
	AuthExpiries expiries =
		auth_period_renew(clock, &periods, live->expires_at);
	NullableDatum arguments[] = {auth_uuid(id),
								 auth_time(live->active_expires_at),
								 auth_time(expiries.active),
								 auth_time(expiries.idle),
								 auth_time(clock)};

	return auth_statement_execute(&renew_session, arguments) > 0;
}

/*
 * Open the session if it lives now.  One that is idle has its periods started
 * anew before that, which is told, unless the transaction is read-only.  False,
 * with nothing to close, when it is dead.
 */
bool
auth_session_validate(AuthLiveSession *live, const pg_uuid_t *id, bool *renewed)
{
	bool lives = auth_session_open(live, id);

	*renewed = false;
	if (!lives || live->active || XactReadOnly)
		return lives;
	*renewed = renew(live, id);
	auth_session_close(live);
	return auth_session_open(live, id);
}

/*
 * auth_session_id(token text) uuid
 *
 * The id that a token has, whoever made the token: inserted with it, the
 * sessions of another system go on.
 */
Datum
auth_session_id(PG_FUNCTION_ARGS)
{
	pg_uuid_t *id = palloc(sizeof(pg_uuid_t));

	auth_secret_id_argument(fcinfo, 0, id);
	PG_RETURN_UUID_P(id);
}

/*
 * auth_get_session(token text) SETOF auth_session_object
 *
 * The session as it is; never writes.  No row: no such living session.
 */
Datum
auth_get_session(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthLiveSession live;
	pg_uuid_t id;

	auth_secret_begin(&scope);
	auth_result_begin_set(fcinfo);
	auth_secret_id_argument(fcinfo, 0, &id);
	if (auth_session_open(&live, &id))
	{
		auth_session_add(fcinfo, &live, false);
		auth_session_close(&live);
	}
	auth_secret_end(&scope);
	return (Datum) 0;
}

/*
 * auth_validate_session(token text) SETOF auth_session_object
 *
 * The session, whose periods start anew when it was idle; in a read-only
 * transaction and on a standby it is left as it is.  No row: no such living
 * session.
 */
Datum
auth_validate_session(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthLiveSession live;
	pg_uuid_t id;
	bool renewed;

	auth_secret_begin(&scope);
	auth_result_begin_set(fcinfo);
	auth_secret_id_argument(fcinfo, 0, &id);
	if (auth_session_validate(&live, &id, &renewed))
	{
		auth_session_add(fcinfo, &live, renewed);
		auth_session_close(&live);
	}
	auth_secret_end(&scope);
	return (Datum) 0;
}

static void
assign_time(AuthAssignments *row, const char *column, TimestampTz time)
{
	auth_assignment_add(row, column, TIMESTAMPTZOID, auth_time(time));
}

static void
assign_period(AuthAssignments *row, const char *column, const Interval *period)
{
	auth_assignment_add(row, column, INTERVALOID, auth_interval(period));
}

static void
insert_session(pg_uuid_t *id, text *user_id, int32 methods,
			   const AuthPeriods *periods, Jsonb *attributes)
{
	AuthAssignments *row = auth_assignment_begin(AUTH_SESSION, attributes);
	TimestampTz clock = GetCurrentTimestamp();
	AuthExpiries expiries = auth_period_start(clock, periods);

	auth_assignment_add(row, "id", UUIDOID, auth_uuid(id));
	auth_assignment_add(row, "user_id", TEXTOID, auth_text(user_id));
	assign_time(row, "created_at", clock);
	assign_time(row, "active_expires_at", expiries.active);
	assign_time(row, "idle_expires_at", expiries.idle);
	assign_time(row, "expires_at", expiries.end);
	assign_period(row, "active_period", periods->active);
	assign_period(row, "idle_period", periods->idle);
	auth_assignment_add(row, "methods", INT4OID, auth_int32(methods));
	auth_assignment_add_object(row, attributes);
	(void) auth_assignment_insert(row, NULL, 2);
}

/* Make a token, and the id that it has. */
text *
auth_session_token(pg_uuid_t *id)
{
	text *token = auth_secret_token();

	auth_secret_id(token, id);
	return token;
}

/*
 * Make a session of a user who was authenticated by these methods, and its
 * token, whose only place is the answer.  Where the user has as many as it may,
 * older ones end.
 */
text *
auth_session_start(text *user_id, int32 methods, Jsonb *attributes,
				   const AuthPeriods *periods, pg_uuid_t *id)
{
	text *token = auth_session_token(id);

	auth_session_make_room(user_id);
	insert_session(id, user_id, methods, periods, attributes);
	return token;
}

/*
 * auth_create_session(user_id text, session_attributes jsonb,
 *					   active_period interval, idle_period interval,
 *					   lifetime interval, amr text[]) auth_session_object
 *
 * The only place where the token is seen.  Whoever calls it has authenticated
 * the user, by the methods that amr names.  UA001, UA008, UA013; 22023 for a
 * period that is not finite or not positive, and for a word that names no
 * method.
 */
Datum
auth_create_session(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	Jsonb *attributes = auth_argument_object(fcinfo, 1, "session_attributes");
	AuthPeriods periods = auth_period_arguments(fcinfo, 2);
	int32 methods = auth_amr_argument(fcinfo, 5);
	text *token;
	pg_uuid_t id;

	PreventCommandIfReadOnly("auth_create_session()");
	auth_user_require_enabled(user_id);
	token = auth_session_start(user_id, methods, attributes, &periods, &id);
	return auth_session_result(fcinfo, &id, token);
}

/* Visit the session, unless it has ended since it was listed. */
static void
visit_one(const pg_uuid_t *id, AuthSessionVisit visit, void *argument)
{
	AuthLiveSession live;

	if (!auth_session_open(&live, id))
		return;
	visit(&live, argument);
	auth_session_close(&live);
}

/* Visit the living sessions of the user, the oldest first. */
void
auth_session_each(text *user_id, AuthSessionVisit visit, void *argument)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_time(GetCurrentTimestamp())};
	pg_uuid_t *ids;
	uint64 count = auth_statement_uuids(&select_live_ids,
										arguments,
										AccessShareLock,
										&ids);
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext,
													  "auth user session",
													  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(row_context);

	for (uint64 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		visit_one(&ids[i], visit, argument);
		MemoryContextReset(row_context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(row_context);
}

static void
add(AuthLiveSession *live, void *argument)
{
	auth_session_add(argument, live, false);
}

/*
 * auth_get_user_sessions(user_id text) SETOF auth_session_object
 *
 * The living ones, oldest first.  UA001 when there is no such user.
 */
Datum
auth_get_user_sessions(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");

	auth_result_begin_set(fcinfo);
	auth_user_require(user_id);
	auth_session_each(user_id, add, fcinfo);
	return (Datum) 0;
}

/*
 * auth_update_session_attributes(session_id uuid, session_attributes jsonb)
 *		auth_session_object
 *
 * UA005 when there is no such living session, UA008.
 */
Datum
auth_update_session_attributes(PG_FUNCTION_ARGS)
{
	pg_uuid_t *id;
	Jsonb *attributes;

	PreventCommandIfReadOnly("auth_update_session_attributes()");
	auth_argument_required(fcinfo, 0, "session_id");
	id = PG_GETARG_UUID_P(0);
	attributes = auth_argument_object(fcinfo, 1, "session_attributes");
	if (!auth_assignment_update(AUTH_SESSION, UUIDPGetDatum(id), attributes))
		auth_error_invalid_session();
	return auth_session_result(fcinfo, id, NULL);
}
