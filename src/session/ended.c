/*
 * ended.c
 *	  Families of refresh tokens that a replay has ended.
 *
 * A row here ends a family and its session for everybody at once, and stays
 * when the transaction is rolled back (keep.c).  Nobody updates it, so that
 * no change of the session or the family, made before, meanwhile or after,
 * can undo the end.
 *
 * The session's row names its family, and goes on naming it when a rotation
 * gives it another id: one row ends both, a rotation in flight included.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "call/value.h"
#include "session/ended.h"
#include "table/keep.h"
#include "table/purge.h"
#include "table/row.h"
#include "table/statement.h"

static AuthStatement insert_ended = {
	.text = "INSERT INTO auth_ended (id, user_id, ended_at)"
			" VALUES ($1, $2, $3) RETURNING " AUTH_KEEP_PLACE,
	AUTH_TYPES(UUIDOID, TEXTOID, TIMESTAMPTZOID),
	.results = AUTH_KEEP_TYPES,
	.table = AUTH_ENDED,
};

/*
 * A row is needed as long as there is a session or a family that it ends,
 * whoever's that is by now: an application may have merged two users.
 */
static AuthPurge needless =
	AUTH_PURGE(AUTH_ENDED, "auth_ended", "auth_ended",
			   "NOT EXISTS (SELECT FROM auth_refresh_token family"
			   " WHERE family.id = auth_ended.id)"
			   " AND NOT EXISTS (SELECT FROM auth_session session"
			   " WHERE session.family_id = auth_ended.id)");

/* Whether a replay had ended the family when the other row was read. */
bool
auth_ended_has(Datum family, const AuthRow *beside)
{
	return auth_row_exists_beside(AUTH_ENDED, family, beside);
}

/* Let the family have ended, whatever becomes of the transaction. */
void
auth_ended_keep(const pg_uuid_t *family, text *user_id)
{
	NullableDatum arguments[] = {auth_uuid(family),
								 auth_text(user_id),
								 auth_time(GetCurrentTimestamp())};
	AuthExecution execution;

	auth_statement_begin(&execution, AUTH_ENDED, RowExclusiveLock);
	if (auth_statement_run(&execution, &insert_ended, arguments) == 1)
		auth_keep_returned(&insert_ended, true);
	auth_execution_end(&execution);
}

/* Remove at most so many rows of which nothing is left to end. */
void
auth_ended_purge(int rows)
{
	(void) auth_purge_rows(&needless, GetCurrentTimestamp(), rows);
}
