/*
 * locate.c
 *	  How our tables have to be, and whether they are.
 *
 * The tables' owner can change their definitions.  What the library relies on
 * is looked at here, whenever they may have changed: each of our columns is
 * there, of its type, computed from no other, and without NULLs where the
 * layout has none; the tables are ordinary ones, without children whose rows
 * could have NULLs all the same; and those whose pages are written to directly
 * are heaps.
 *
 * Catalogs are read while a table is open, and by that its cache entry may be
 * built anew: nothing in it is walked meanwhile.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "call/error.h"
#include "count/count_method.h"
#include "server/compat.h"
#include "table/locate.h"

/* The function of the trigger by which auth_user is known to be ours. */
#define MARK_FUNCTION "auth_user_deleted"

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

static bool
has_mark(Relation auth_user)
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

/*
 * What follows looks at the tables and returns what is wrong with them, or
 * nothing when all is well.
 */

static const AuthProblem no_problem = {NULL};

/* The number of the column, or InvalidAttrNumber. */
static AttrNumber
find_column(TupleDesc descriptor, const char *name)
{
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (!attribute->attisdropped &&
			strcmp(NameStr(attribute->attname), name) == 0)
			return attribute->attnum;
	}
	return InvalidAttrNumber;
}

static AuthProblem
wrong_type(const char *table, const AuthColumn *column)
{
	char *type = format_type_be(column->type);

	return (AuthProblem){
		.text = psprintf("column \"%s\" of table \"%s\" is not of type %s",
						 column->name,
						 table,
						 type),
		.mend = psprintf("ALTER TABLE %s ALTER %s TYPE %s",
						 table,
						 column->name,
						 type)};
}

static AuthProblem
generated(const char *table, const AuthColumn *column, bool is_virtual)
{
	AuthProblem problem = {
		psprintf("column \"%s\" of table \"%s\" is generated",
				 column->name,
				 table)};

	if (!is_virtual)
		problem.mend = psprintf("ALTER TABLE %s ALTER %s DROP EXPRESSION",
								table,
								column->name);
	return problem;
}

static AuthProblem
nullable(const char *table, const AuthColumn *column)
{
	return (AuthProblem){
		.text = psprintf("column \"%s\" of table \"%s\" allows null values",
						 column->name,
						 table),
		.mend = psprintf("ALTER TABLE %s ALTER %s SET NOT NULL",
						 table,
						 column->name),
		.loses_nothing = true};
}

static AuthProblem
check_column(const char *table, const AuthColumn *column, TupleDesc descriptor,
			 AttrNumber number)
{
	Form_pg_attribute attribute;

	if (number == InvalidAttrNumber)
		return (AuthProblem){
			psprintf("table \"%s\" has no column \"%s\"", table, column->name)};
	attribute = TupleDescAttr(descriptor, number - 1);
	if (attribute->atttypid != column->type || attribute->atttypmod != -1)
		return wrong_type(table, column);
	if (attribute->attgenerated != '\0')
		return generated(table, column, auth_is_virtual_column(attribute));
	if (column->nullability == AUTH_NOT_NULL &&
		!auth_is_not_null(descriptor, number))
		return nullable(table, column);
	return no_problem;
}

/* Nothing is looked up while the descriptor, which is the cache's, is read. */
static AuthProblem
locate_columns(const AuthDefinition *definition, Relation relation,
			   AuthLocation *location)
{
	TupleDesc descriptor = RelationGetDescr(relation);

	for (int i = 0; i < AUTH_COLUMNS && definition->columns[i].name; i++)
	{
		const AuthColumn *column = &definition->columns[i];
		AttrNumber number = find_column(descriptor, column->name);
		AuthProblem problem =
			check_column(definition->name, column, descriptor, number);

		if (problem.text != NULL)
			return problem;
		location->attributes[i] = number;
	}
	return no_problem;
}

static AuthProblem
no_primary_key(const AuthDefinition *definition)
{
	StringInfoData mend;

	initStringInfo(&mend);
	appendStringInfo(&mend, "ALTER TABLE %s ADD PRIMARY KEY", definition->name);
	for (int i = 0; i < definition->keys; i++)
		appendStringInfo(&mend,
						 "%s%s",
						 i == 0 ? " (" : ", ",
						 definition->columns[i].name);
	appendStringInfoChar(&mend, ')');
	return (AuthProblem){.text = psprintf("table \"%s\" has no primary key",
										  definition->name),
						 .mend = mend.data,
						 .loses_nothing = true};
}

static AuthProblem
locate_primary_key(const AuthDefinition *definition, Relation relation,
				   AuthLocation *location)
{
	Relation index;
	bool fits;

	location->index = auth_get_primary_key(relation);
	if (!OidIsValid(location->index))
		return no_primary_key(definition);
	index = index_open(location->index, AccessShareLock);
	fits = index->rd_rel->relam == BTREE_AM_OID &&
		   IndexRelationGetNumberOfKeyAttributes(index) == definition->keys;
	for (int i = 0; fits && i < definition->keys; i++)
		fits = index->rd_index->indkey.values[i] == location->attributes[i];
	location->primary_key = index->rd_rel->relname;
	index_close(index, NoLock);
	if (!fits)
		return (AuthProblem){
			psprintf("the primary key of table \"%s\" is on other columns",
					 definition->name)};
	return no_problem;
}

/* Whether it is a foreign key of this column alone to auth_user. */
bool
auth_relation_is_user_key(const ForeignKeyCacheInfo *key, AttrNumber user_id,
						  Oid auth_user)
{
	return key->confrelid == auth_user && key->nkeys == 1 &&
		   key->conkey[0] == user_id;
}

/* The foreign key of user_id to auth_user, or InvalidOid. */
static Oid
find_user_reference(Relation relation, Oid auth_user)
{
	AttrNumber user_id = find_column(RelationGetDescr(relation), "user_id");
	ListCell *cell;

	foreach (cell, RelationGetFKeyList(relation))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (auth_relation_is_user_key(key, user_id, auth_user))
			return key->conoid;
	}
	return InvalidOid;
}

static void
locate_user_reference(Relation relation, Oid auth_user, NameData *name)
{
	Oid reference = find_user_reference(relation, auth_user);

	if (OidIsValid(reference))
		namestrcpy(name, get_constraint_name(reference));
}

static bool
is_count_index(Oid oid)
{
	Relation index = try_relation_open(oid, AccessShareLock);
	bool is;

	if (index == NULL)
		return false;
	is = auth_count_is_index(index);
	relation_close(index, AccessShareLock);
	return is;
}

static AuthProblem
locate_counts(Relation relation, AuthLocation *location)
{
	ListCell *cell;

	foreach (cell, RelationGetIndexList(relation))
	{
		location->counts = lfirst_oid(cell);
		if (is_count_index(location->counts))
			return no_problem;
	}
	return (AuthProblem){
		psprintf("table \"%s\" has no permanent index of access method "
				 "\"auth_count\"",
				 RelationGetRelationName(relation))};
}

/* Lock and open a table by its name; NULL when there is no table. */
static Relation
open_found(AuthTable table)
{
	Oid oid = auth_relation_find(table);
	Relation relation = NULL;

	if (OidIsValid(oid))
		relation = try_table_open(oid, AccessShareLock);
	if (relation != NULL && relation->rd_rel->relkind != RELKIND_RELATION)
	{
		table_close(relation, NoLock);
		return NULL;
	}
	return relation;
}

static AuthProblem
check_children(const char *table, Oid oid)
{
	List *children = find_inheritance_children(oid, NoLock);
	Oid child;

	if (children == NIL)
		return no_problem;
	child = linitial_oid(children);
	return (AuthProblem){
		.text = psprintf("table \"%s\" has child tables", table),
		.mend =
			psprintf("ALTER TABLE %s NO INHERIT %s",
					 quote_qualified_identifier(get_namespace_name(
													get_rel_namespace(child)),
												get_rel_name(child)),
					 table)};
}

/* What does not depend on its columns. */
static AuthProblem
check_table(const AuthDefinition *definition, Relation relation)
{
	if (definition->is_heap && relation->rd_rel->relam != HEAP_TABLE_AM_OID)
		return (AuthProblem){
			.text = psprintf("table \"%s\" does not have access method "
							 "\"heap\"",
							 definition->name),
			.mend = psprintf("ALTER TABLE %s SET ACCESS METHOD heap",
							 definition->name),
			.loses_nothing = true};
	if (relation->rd_rel->relhassubclass)
		return check_children(definition->name, RelationGetRelid(relation));
	return no_problem;
}

static AuthProblem
locate_open(AuthTable table, Relation relation, AuthLocation *found)
{
	const AuthDefinition *definition = auth_relation_definition(table);
	AuthLocation *location = &found[table];
	AuthProblem problem;

	location->oid = RelationGetRelid(relation);
	location->owner = relation->rd_rel->relowner;
	if (location->owner != found[AUTH_LAYOUT].owner)
		return (AuthProblem){
			psprintf("table \"%s\" has another owner than \"%s\"",
					 definition->name,
					 auth_relation_name(AUTH_LAYOUT))};
	if (table == AUTH_USER && !has_mark(relation))
		return (AuthProblem){"table \"auth_user\" has not the trigger that "
							 "auth_setup() makes"};
	problem = check_table(definition, relation);
	if (problem.text == NULL)
		problem = locate_columns(definition, relation, location);
	if (problem.text == NULL)
		problem = locate_primary_key(definition, relation, location);
	if (problem.text == NULL && table == AUTH_THROTTLE)
		problem = locate_counts(relation, location);
	if (problem.text == NULL)
		locate_user_reference(relation,
							  found[AUTH_USER].oid,
							  &location->user_reference);
	return problem;
}

static AuthProblem
no_table(AuthTable table)
{
	const char *name = auth_relation_name(table);

	if (OidIsValid(auth_relation_find(table)))
		return (AuthProblem){
			psprintf("relation \"%s\" is not an ordinary table", name)};
	return (AuthProblem){
		psprintf("table \"%s\" does not exist in schema \"%s\"",
				 name,
				 get_namespace_name(auth_relation_schema()))};
}

static AuthProblem
locate_table(AuthTable table, AuthLocation *found)
{
	Relation relation = open_found(table);
	AuthProblem problem;

	if (relation == NULL)
		return no_table(table);
	problem = locate_open(table, relation, found);
	table_close(relation, NoLock);
	return problem;
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
	Relation relation = open_found(AUTH_LAYOUT);
	AttrNumber column;
	int layout = 0;

	if (relation == NULL)
		return 0;
	column = find_column(RelationGetDescr(relation), "layout");
	if (column != InvalidAttrNumber &&
		TupleDescAttr(RelationGetDescr(relation), column - 1)->atttypid ==
			INT4OID)
		layout = read_layout(relation, column);
	table_close(relation, NoLock);
	return layout;
}

/*
 * Fill in where the tables are, first that whose owner is to be all others',
 * and that by which they are known to be ours.
 */
AuthProblem
auth_relation_locate(AuthLocation *found)
{
	AuthProblem problem = locate_table(AUTH_LAYOUT, found);
	int layout;

	if (problem.text == NULL)
		problem = locate_table(AUTH_USER, found);
	for (int i = 0; i < AUTH_TABLES && problem.text == NULL; i++)
		problem = locate_table(i, found);
	layout = auth_relation_layout();
	if (problem.text == NULL && layout < AUTH_LAYOUT_NUMBER)
		problem.text = psprintf("the tables have layout %d and layout %d is "
								"needed",
								layout,
								AUTH_LAYOUT_NUMBER);
	if (layout > AUTH_LAYOUT_NUMBER)
		auth_error_newer_layout(layout, AUTH_LAYOUT_NUMBER);
	return problem;
}

/* Whether a foreign key holds the table's rows to their users. */
bool
auth_relation_has_user_reference(AuthTable table)
{
	Relation relation = open_found(table);
	bool found;

	if (relation == NULL)
		return false;
	found = OidIsValid(
		find_user_reference(relation, auth_relation_find(AUTH_USER)));
	table_close(relation, NoLock);
	return found;
}

/* Whether auth_user exists and is known to be ours. */
bool
auth_relation_is_marked(void)
{
	Relation relation = open_found(AUTH_USER);
	bool marked;

	if (relation == NULL)
		return false;
	marked = has_mark(relation);
	table_close(relation, NoLock);
	return marked;
}
