/*
 * layout.c
 *	  Our tables by their names, before anything else is known of them.
 *
 * The tables are ordinary ones that anybody with CREATE on the schema could
 * have made under our names, so they are believed only when auth_user
 * carries the trigger that calls our function: making that trigger takes
 * EXECUTE on the function.  Which layout the tables have stands in auth_layout.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "server/compat.h"
#include "table/layout.h"

/* The function of the trigger by which auth_user is known to be ours. */
#define MARK_FUNCTION "auth_user_deleted"

/* The schema that the extension is installed in, which is also the tables'. */
Oid
auth_relation_extension_schema(void)
{
	return auth_get_extension_schema(get_extension_oid("auth", false));
}

/* The table's OID, or InvalidOid; it may be anybody's. */
Oid
auth_relation_find(AuthTable table)
{
	return get_relname_relid(auth_relation_name(table),
							 auth_relation_extension_schema());
}

static bool
is_table(AuthTable table, char relkind)
{
	return relkind == RELKIND_RELATION ||
		   (relkind == RELKIND_PARTITIONED_TABLE &&
			auth_relation_definition(table)->is_record);
}

/* Lock and open a table by its name; NULL when there is no table. */
Relation
auth_relation_open_found(AuthTable table)
{
	Oid oid = auth_relation_find(table);
	Relation relation = NULL;

	if (OidIsValid(oid))
		relation = try_table_open(oid, AccessShareLock);
	if (relation != NULL && !is_table(table, relation->rd_rel->relkind))
	{
		table_close(relation, NoLock);
		return NULL;
	}
	return relation;
}

static bool
is_mark(Oid function, Oid schema)
{
	char *name;

	if (get_func_namespace(function) != schema)
		return false;
	name = get_func_name(function);
	return name != NULL && strcmp(name, MARK_FUNCTION) == 0;
}

static List *
list_trigger_functions(const TriggerDesc *triggers)
{
	List *functions = NIL;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
		functions = lappend_oid(functions, triggers->triggers[i].tgfoid);
	return functions;
}

/* Whether the table carries the trigger by which it is known to be ours. */
bool
auth_relation_has_mark(Relation auth_user)
{
	Oid schema = RelationGetNamespace(auth_user);
	List *functions = list_trigger_functions(auth_user->trigdesc);
	ListCell *cell;

	foreach (cell, functions)
	{
		if (is_mark(lfirst_oid(cell), schema))
			return true;
	}
	return false;
}

/* Whether auth_user exists and is known to be ours. */
bool
auth_relation_is_marked(void)
{
	Relation relation = auth_relation_open_found(AUTH_USER);
	bool marked;

	if (relation == NULL)
		return false;
	marked = auth_relation_has_mark(relation);
	table_close(relation, NoLock);
	return marked;
}

static int
read_layout(Relation relation, AttrNumber column)
{
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	TableScanDesc scan = table_beginscan(relation, snapshot, 0, NULL);
	int layout = 0;

	if (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool isnull;
		Datum value = slot_getattr(slot, column, &isnull);

		layout = isnull ? 0 : DatumGetInt32(value);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	return layout;
}

/* The layout that the tables say they have; 0 when they do not say. */
int
auth_relation_layout(void)
{
	Relation relation = auth_relation_open_found(AUTH_LAYOUT);
	AttrNumber column;
	int layout = 0;

	if (relation == NULL)
		return 0;
	column = SPI_fnumber(RelationGetDescr(relation), "layout");
	if (column > 0 &&
		TupleDescAttr(RelationGetDescr(relation), column - 1)->atttypid ==
			INT4OID)
		layout = read_layout(relation, column);
	table_close(relation, NoLock);
	return layout;
}
