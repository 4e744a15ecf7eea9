/*
 * user_end.c
 *	  The end of users: what goes with them.
 *
 * What belongs to a deleted user goes with it by two ways, a trigger of ours
 * and foreign keys, so that one is left if an application takes away the
 * other.  The second to come would pass all rows that the first has left dead,
 * which doubles the time of a user with many sessions; so the trigger leaves
 * tables to their foreign keys where those are about to do the same.
 *
 * Whichever way deletes them, rows are locked in the order of the tables: a
 * rotation of a refresh token locks the family and then its session, and one
 * that met a deletion coming from the other end would be a deadlock.  Foreign
 * keys fire in an order that is nobody's rule, that in which they were made
 * here or by a restore, and therefore only the tables at the end of it
 * whose keys happen to keep it are left to them.
 *
 * Not so in REPEATABLE READ and SERIALIZABLE.  There a foreign key refuses to
 * delete a row that the transaction's snapshot does not see, as a session that
 * was created meanwhile (40001, and the user stays), and the trigger does it.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "call/argument.h"
#include "call/value.h"
#include "event/event.h"
#include "server/subtransaction.h"
#include "table/layout.h"
#include "table/locate.h"
#include "table/removal.h"
#include "table/row.h"
#include "table/statement.h"
#include "table/trigger.h"
#include "user/user_end.h"

PG_FUNCTION_INFO_V1(auth_delete_user);
PG_FUNCTION_INFO_V1(auth_user_deleted);
PG_FUNCTION_INFO_V1(auth_users_deleted);

static AuthStatement delete_user = {
	.text = "DELETE FROM auth_user WHERE id = $1",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_USER,
};

static AuthStatement disable_user = {
	.text = "UPDATE auth_user SET disabled_at ="
			" coalesce(disabled_at, clock_timestamp()), disabled_until = NULL"
			" WHERE id = $1"
			" AND (disabled_at IS NULL OR disabled_until IS NOT NULL)",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_USER,
};

static bool
delete_row(void *argument)
{
	(void) auth_statement_execute(&delete_user, argument);
	return true;
}

/* Delete the user, if there is one, or let a foreign key refuse it. */
void
auth_user_delete(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	(void) delete_row(arguments);
}

/* Whether something of the application's may hold what belongs to users. */
static bool
can_be_held(void)
{
	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		if (auth_relation_definition(table)->refers_to_user &&
			auth_removal_can_fail(table))
			return true;
	}
	return false;
}

/* Whether that is what has failed, and no foreign key to the user itself. */
static bool
is_held(const ErrorData *error)
{
	return auth_removal_has_failed(error) &&
		   auth_removal_referenced(error) != auth_relation_find(AUTH_USER);
}

/*
 * The same, but where a foreign key of the application's holds what belongs to
 * the user, who is disabled then.
 */
void
auth_user_end(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	if (!can_be_held())
		(void) delete_row(arguments);
	else if (!auth_subtransaction_try(delete_row, arguments, is_held))
	{
		(void) auth_statement_execute(&disable_user, arguments);
		auth_removal_warn(AUTH_USER, 1, "disabled");
	}
}

/*
 * auth_delete_user(user_id text) void
 *
 * With its keys and sessions; succeeds for an id that does not exist.  23503
 * when a foreign key of the application's to auth_user keeps the user.  One to
 * what belongs to the user keeps that: the user is disabled then.
 */
Datum
auth_delete_user(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");

	PreventCommandIfReadOnly("auth_delete_user()");
	auth_user_end(user_id);
	PG_RETURN_VOID();
}

/* Several rows that no foreign key deletes are locked the newest first. */
static char *
deletion_text(AuthTable table)
{
	const char *name = auth_relation_name(table);

	if (auth_relation_definition(table)->refers_to_user)
		return psprintf("DELETE FROM %s WHERE user_id = $1", name);
	return psprintf("DELETE FROM %s WHERE id = ANY (ARRAY(SELECT id FROM %s"
					" WHERE user_id = $1"
					" ORDER BY created_at DESC, id DESC FOR UPDATE))",
					name,
					name);
}

/* Delete the rows of the table that belong to the user. */
static void
delete_rows(AuthTable table, Datum user_id)
{
	static AuthStatement statements[AUTH_TABLES];
	static Oid types[] = {TEXTOID};
	AuthStatement *statement = &statements[table];
	NullableDatum arguments[] = {auth_datum(user_id)};

	if (statement->text == NULL)
		*statement = (AuthStatement){
			.text =
				MemoryContextStrdup(CacheMemoryContext, deletion_text(table)),
			.nargs = lengthof(types),
			.argtypes = types,
			.table = table,
		};
	(void) auth_statement_execute(statement, arguments);
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

/*
 * From which table on the rows are left to foreign keys: those fire, and in the
 * order of the tables.
 */
static int
find_left(Relation auth_user)
{
	int left = AUTH_TABLES;
	int next = PG_INT32_MAX;

	for (int table = AUTH_TABLES - 1; table >= 0; table--)
	{
		int place;

		if (!auth_relation_definition(table)->refers_to_user)
			continue;
		place = cascade_place(auth_user, table);
		if (place < 0 || place > next)
			break;
		next = place;
		left = table;
	}
	return left;
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
	TriggerData *trigger = auth_trigger_data(fcinfo,
											 TRIGGER_EVENT_DELETE,
											 true,
											 "auth_user_deleted");
	Datum user_id = auth_trigger_user(trigger);
	int left = IsolationUsesXactSnapshot() ? AUTH_TABLES :
											 find_left(trigger->tg_relation);

	for (int table = 0; table < left; table++)
	{
		if (auth_relation_definition(table)->of_user &&
			auth_row_can_be_of_user(table, user_id))
			delete_rows(table, user_id);
	}
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
	auth_event_record_deleted(auth_trigger_data(fcinfo,
												TRIGGER_EVENT_DELETE,
												false,
												"auth_users_deleted"));
	return PointerGetDatum(NULL);
}
