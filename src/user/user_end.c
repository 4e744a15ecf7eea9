/*
 * user_end.c
 *	  The end of users: deletion, and what ends when they are disabled.
 *
 * What belongs to a deleted user goes with it by two ways, a trigger of ours
 * and foreign keys, so that one is left if an application takes away the
 * other.  The second to come would pass all rows that the first has left dead,
 * which doubles the time of a user with many sessions; so the trigger leaves
 * tables to their foreign keys where those are about to do the same.
 *
 * Whichever way deletes them, rows are locked in the order of belongings[]: a
 * rotation of a refresh token locks the family and then its session, and one
 * that met a deletion coming from the other end would be a deadlock.  Foreign
 * keys fire in an order that is nobody's rule, that in which they were made
 * here or by a restore, and therefore only the tables at the end of the list
 * whose keys happen to keep it are left to them.
 *
 * Not so in REPEATABLE READ and SERIALIZABLE.  There a foreign key refuses to
 * delete a row that the transaction's snapshot does not see, as a session that
 * was created meanwhile (40001, and the user stays), and the trigger does it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "call/argument.h"
#include "call/error.h"
#include "event/event.h"
#include "outbox/outbox.h"
#include "session/refresh_token.h"
#include "session/session.h"
#include "table/statement.h"
#include "token/token.h"
#include "user/key.h"
#include "user/user.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_delete_user);
PG_FUNCTION_INFO_V1(auth_user_deleted);
PG_FUNCTION_INFO_V1(auth_users_deleted);
PG_FUNCTION_INFO_V1(auth_user_disabled);

static AuthStatement delete_user = {
	.text = "DELETE FROM auth_user WHERE id = $1",
	.nargs = 1,
	.argtypes = (Oid[]){TEXTOID},
	.table = AUTH_USER,
};

/*
 * What is deleted with a user, and how: first what has no foreign key, then by
 * name, as auth_setup() makes the foreign keys and pg_dump restores them.
 */
static const struct
{
	AuthTable table;
	void (*delete_all)(Datum user_id);
} belongings[] = {
	{AUTH_OUTBOX, auth_outbox_delete_all},
	{AUTH_TOKEN, auth_token_delete_all},
	{AUTH_KEY, auth_key_delete_all},
	{AUTH_REFRESH_TOKEN, auth_refresh_delete_all},
	{AUTH_SESSION, auth_session_delete_rows},
};

/*
 * auth_delete_user(user_id text) void
 *
 * With its keys and sessions; succeeds for an id that does not exist.
 */
Datum
auth_delete_user(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	Datum values[] = {PointerGetDatum(user_id)};

	PreventCommandIfReadOnly("auth_delete_user()");
	(void) auth_statement_execute(&delete_user, values, NULL);
	PG_RETURN_VOID();
}

static bool
has_deleted_table(const TriggerData *trigger)
{
	const char *name = trigger->tg_trigger->tgoldtable;

	return name != NULL && strcmp(name, "deleted") == 0;
}

/*
 * What a trigger of auth_user is called with, which has to be one after
 * "event": for each row, or with the transition table.
 */
static TriggerData *
trigger_data(FunctionCallInfo fcinfo, TriggerEvent event, bool for_row,
			 const char *name)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		(trigger->tg_event & TRIGGER_EVENT_OPMASK) != event ||
		!TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		(TRIGGER_FIRED_FOR_ROW(trigger->tg_event) != 0) != for_row ||
		(!for_row && !has_deleted_table(trigger)) ||
		RelationGetRelid(trigger->tg_relation) != auth_relation_find(AUTH_USER))
		auth_error_trigger_misused(name);
	return trigger;
}

/* The id of the row that a trigger is called for. */
static Datum
trigger_user(const TriggerData *trigger)
{
	TupleDesc descriptor = RelationGetDescr(trigger->tg_relation);
	int column = SPI_fnumber(descriptor, "id");
	Datum id = (Datum) 0;
	bool isnull = true;

	if (column > 0 && SPI_gettypeid(descriptor, column) == TEXTOID)
		id = heap_getattr(trigger->tg_trigtuple, column, descriptor, &isnull);
	if (isnull)
		auth_error_null("auth_user", "id");
	return id;
}

static bool
is_enabled(const Trigger *trigger)
{
	return trigger->tgenabled == TRIGGER_FIRES_ALWAYS ||
		   trigger->tgenabled ==
			   (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA ?
					TRIGGER_FIRES_ON_REPLICA :
					TRIGGER_FIRES_ON_ORIGIN);
}

/* The trigger that fires the cascade of this foreign key, or -1. */
static int
find_cascade(const TriggerDesc *triggers, Oid foreign_key)
{
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (trigger->tgconstraint == foreign_key &&
			trigger->tgfoid == F_RI_FKEY_CASCADE_DEL && is_enabled(trigger))
			return i;
	}
	return -1;
}

/*
 * When a foreign key from user_id is going to delete the user's rows, as its
 * place among the triggers, which fire in their order; -1 when none is.
 * Nothing is looked up while the triggers, which are the cache's, are read.
 */
static int
cascade_place(Relation auth_user, AuthTable table)
{
	Relation relation = auth_relation_open(table, AccessShareLock);
	AttrNumber user_id = get_attnum(RelationGetRelid(relation), "user_id");
	int place = -1;
	ListCell *cell;

	foreach (cell, RelationGetFKeyList(relation))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (place < 0 && auth_relation_is_user_key(key,
												   user_id,
												   RelationGetRelid(auth_user)))
			place = find_cascade(auth_user->trigdesc, key->conoid);
	}
	table_close(relation, NoLock);
	return place;
}

/* How many of the belongings are not left to foreign keys. */
static int
count_own(Relation auth_user)
{
	int count = lengthof(belongings);
	int next = PG_INT32_MAX;

	while (count > 0)
	{
		int place = cascade_place(auth_user, belongings[count - 1].table);

		if (place < 0 || place > next)
			break;
		next = place;
		count--;
	}
	return count;
}

/*
 * auth_user_deleted() trigger
 *
 * What belongs to a deleted user goes with it.  The trigger fires
 * after the row is gone, when no other trigger can keep it any more, and by
 * its name before the triggers of the foreign keys.
 */
Datum
auth_user_deleted(PG_FUNCTION_ARGS)
{
	TriggerData *trigger =
		trigger_data(fcinfo, TRIGGER_EVENT_DELETE, true, "auth_user_deleted");
	Datum user_id = trigger_user(trigger);
	int count = IsolationUsesXactSnapshot() ? lengthof(belongings) :
											  count_own(trigger->tg_relation);

	for (int i = 0; i < count; i++)
		belongings[i].delete_all(user_id);
	return PointerGetDatum(NULL);
}

/*
 * auth_users_deleted() trigger
 *
 * Records the users that a statement has deleted.
 */
Datum
auth_users_deleted(PG_FUNCTION_ARGS)
{
	auth_event_record_deleted(trigger_data(fcinfo,
										   TRIGGER_EVENT_DELETE,
										   false,
										   "auth_users_deleted"));
	return PointerGetDatum(NULL);
}

/*
 * auth_user_disabled() trigger
 *
 * The sessions of a user that has been disabled are ended.
 */
Datum
auth_user_disabled(PG_FUNCTION_ARGS)
{
	Datum user_id = trigger_user(
		trigger_data(fcinfo, TRIGGER_EVENT_UPDATE, true, "auth_user_disabled"));

	(void) auth_user_lock(user_id);
	auth_event_record(&(AuthEvent){.event = AUTH_EVENT_USER_DISABLED,
								   .user_id = DatumGetTextPP(user_id),
								   .count = auth_session_delete_all(user_id)});
	return PointerGetDatum(NULL);
}
