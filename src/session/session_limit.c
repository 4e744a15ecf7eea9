/*
 * session_limit.c
 *	  How many sessions a user may have.
 *
 * Who makes one more ends those that have been of no use for longest.  Of two
 * who make one at the same time the second waits until the transaction of the
 * first has ended, and counts what that has made: each locks the user's row.
 * Signing in, both hold that row already, which such a lock does not mind, so
 * that neither waits for the other.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "call/value.h"
#include "server/setting.h"
#include "session/session_end.h"
#include "session/session_limit.h"
#include "session/session_period.h"
#include "table/statement.h"
#include "user/user_row.h"

/*
 * A session that gets another id while it is ended, by a refresh token, is in
 * use: then it is asked anew which ones are too many, but not for ever.
 */
#define MAX_ROUNDS 3

static int user_max_sessions; /* 0: any number */

static const AuthIntSetting settings[] = {
	{"auth.user_max_sessions",
	 "Most living sessions of a user; a new one ends the oldest; 0 is no "
	 "limit.",
	 &user_max_sessions,
	 0,
	 0,
	 1000000,
	 0},
};

void
auth_session_limit_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

/*
 * When a session was renewed last, or made, as auth_get_own_sessions() shows
 * it: days are those of UTC, and it was not later than now, though the setting
 * may be shorter since.  A long period before a short life would be no time at
 * all.
 */
#define PERIOD "COALESCE(active_period, $3)"
#define IN_UTC " AT TIME ZONE 'UTC'"
#define RENEWED_AT                                                            \
	"LEAST($2, CASE WHEN created_at" IN_UTC " + " PERIOD                      \
	" >= active_expires_at" IN_UTC                                            \
	" THEN created_at ELSE (active_expires_at" IN_UTC " - " PERIOD ")" IN_UTC \
	" END)"

#define LIVING "user_id = $1 AND NOT (" AUTH_SESSION_IS_DEAD("$2") ")"

static AuthStatement select_surplus = {
	.text = "SELECT id FROM auth_session WHERE " LIVING " ORDER BY " RENEWED_AT
			" DESC, active_expires_at DESC, created_at DESC, id OFFSET $4",
	AUTH_TYPES(TEXTOID, TIMESTAMPTZOID, INTERVALOID, INT8OID),
	.results = (Oid[]){UUIDOID},
	.table = AUTH_SESSION,
};

/* The ids of the user's sessions but for those used last, one less than may be. */
static uint64
list_surplus(text *user_id, pg_uuid_t **ids)
{
	Interval period = {.time = auth_session_active_period * USECS_PER_SEC};
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_time(GetCurrentTimestamp()),
								 auth_interval(&period),
								 auth_int64(user_max_sessions - 1)};

	return auth_statement_uuids(&select_surplus,
								arguments,
								AccessShareLock,
								ids);
}

/* End them; whether all that were found too many have ended. */
static bool
end_surplus(text *user_id)
{
	pg_uuid_t *ids;
	uint64 count = list_surplus(user_id, &ids);
	bool all = true;

	for (uint64 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!auth_session_end(&ids[i], user_id, "too_many"))
			all = false;
	}
	return all;
}

/* Let the user have one session less than it may have, for another one. */
void
auth_session_make_room(text *user_id)
{
	if (user_max_sessions == 0)
		return;
	auth_user_lock_no_key(PointerGetDatum(user_id));
	if (!auth_row_can_be_so_many(AUTH_SESSION,
								 PointerGetDatum(user_id),
								 user_max_sessions))
		return;
	for (int i = 0; i < MAX_ROUNDS && !end_surplus(user_id); i++)
		;
}
