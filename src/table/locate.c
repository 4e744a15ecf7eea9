/*
 * locate.c
 *	  How our tables have to be, and whether they are.
 *
 * The tables' owner can change their definitions.  What the library relies on
 * is looked at here, whenever they may have changed: they are ours and have one
 * owner (layout.c tells by what they are known); each of our columns is
 * there, of its type, computed from no other, and without NULLs where the
 * layout has none; the tables are ordinary ones, without children whose rows
 * could have NULLs all the same; and those whose pages are written to directly
 * are heaps.  A record may be partitioned, and is not needed.
 *
 * Catalogs are read while a table is open, and by that its cache entry may be
 * built anew: nothing in it is walked meanwhile.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "call/error.h"
#include "count/count_method.h"
#include "server/compat.h"
#include "table/layout.h"
#include "table/locate.h"

/*
 * What follows looks at the tables and returns what is wrong with them, or
 * nothing when all is well.
 */

static const AuthProblem no_problem = {NULL};

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
not_filled(const char *table, const AuthColumn *column)
{
	return (AuthProblem){.text =
							 psprintf("column \"%s\" of table \"%s\" has no "
									  "default value",
									  column->name,
									  table),
						 .mend = psprintf("ALTER TABLE %s ALTER %s %s",
										  table,
										  column->name,
										  column->fill),
						 .loses_nothing = true};
}

static AuthProblem
check_column(const char *table, const AuthColumn *column, TupleDesc descriptor,
			 AttrNumber number)
{
	Form_pg_attribute attribute;

	if (number <= 0)
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
	if (column->fill != NULL && attribute->attidentity == '\0' &&
		!attribute->atthasdef)
		return not_filled(table, column);
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
		AttrNumber number = SPI_fnumber(descriptor, column->name);
		AuthProblem problem =
			check_column(definition->name, column, descriptor, number);

		if (problem.text != NULL)
			return problem;
		location->attributes[i] = number;
	}
	return no_problem;
}

/* The statement that makes the primary key, after another action. */
static char *
add_primary_key(const AuthDefinition *definition, const char *first)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text,
					 "ALTER TABLE %s %sADD PRIMARY KEY",
					 definition->name,
					 first);
	for (int i = 0; i < definition->keys; i++)
		appendStringInfo(&text,
						 "%s%s",
						 i == 0 ? " (" : ", ",
						 definition->columns[i].name);
	appendStringInfoChar(&text, ')');
	return text.data;
}

static AuthProblem
no_primary_key(const AuthDefinition *definition)
{
	return (AuthProblem){.text = psprintf("table \"%s\" has no primary key",
										  definition->name),
						 .mend = add_primary_key(definition, ""),
						 .loses_nothing = true};
}

/* Rows that are unique by fewer of its columns are so by all of them. */
static AuthProblem
other_primary_key(const AuthDefinition *definition, const char *name,
				  bool is_part)
{
	char *drop = psprintf("DROP CONSTRAINT %s, ", quote_identifier(name));

	return (AuthProblem){
		.text = psprintf("the primary key of table \"%s\" is on other columns",
						 definition->name),
		.mend = add_primary_key(definition, drop),
		.loses_nothing = is_part};
}

static AuthProblem
locate_primary_key(const AuthDefinition *definition, Relation relation,
				   AuthLocation *location)
{
	Relation index;
	int keys;
	bool is_part;

	location->index = auth_get_primary_key(relation);
	if (!OidIsValid(location->index))
		return no_primary_key(definition);
	index = index_open(location->index, AccessShareLock);
	keys = IndexRelationGetNumberOfKeyAttributes(index);
	is_part = index->rd_rel->relam == BTREE_AM_OID && keys <= definition->keys;
	for (int i = 0; is_part && i < keys; i++)
		is_part = index->rd_index->indkey.values[i] == location->attributes[i];
	location->primary_key = index->rd_rel->relname;
	index_close(index, NoLock);
	if (!is_part || keys < definition->keys)
		return other_primary_key(definition,
								 NameStr(location->primary_key),
								 is_part);
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
	AttrNumber user_id = SPI_fnumber(RelationGetDescr(relation), "user_id");
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

/* Whether the index finds every row with this user_id. */
static bool
finds_users(Relation index, AttrNumber user_id, Oid collation)
{
	return index->rd_rel->relam == BTREE_AM_OID &&
		   index->rd_index->indisvalid &&
		   index->rd_index->indkey.values[0] == user_id &&
		   index->rd_opfamily[0] == TEXT_BTREE_FAM_OID &&
		   index->rd_indcollation[0] == collation &&
		   heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL);
}

/*
 * Note an index that finds all rows of a user.  There may be none, as the owner
 * can drop it: nothing but speed depends on it.
 */
static void
locate_user_index(Relation relation, AuthLocation *location)
{
	TupleDesc descriptor = RelationGetDescr(relation);
	AttrNumber user_id = SPI_fnumber(descriptor, "user_id");
	Oid collation = TupleDescAttr(descriptor, user_id - 1)->attcollation;
	ListCell *cell;

	foreach (cell, RelationGetIndexList(relation))
	{
		Relation index = try_relation_open(lfirst_oid(cell), AccessShareLock);

		if (index == NULL)
			continue;
		if (finds_users(index, user_id, collation))
			location->user_index = RelationGetRelid(index);
		relation_close(index, AccessShareLock);
	}
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

/*
 * What does not depend on its columns.  Partitions have those of their table,
 * and whether one is a heap is looked at when it is written to.
 */
static AuthProblem
check_table(const AuthDefinition *definition, Relation relation)
{
	if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		return no_problem;
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

static bool
has_delete_triggers(Relation relation)
{
	const TriggerDesc *triggers = relation->trigdesc;

	return triggers != NULL && (triggers->trig_delete_before_row ||
								triggers->trig_delete_after_row ||
								triggers->trig_delete_before_statement ||
								triggers->trig_delete_after_statement);
}

static AuthProblem
locate_open(AuthTable table, Relation relation, AuthLocation *found)
{
	const AuthDefinition *definition = auth_relation_definition(table);
	AuthLocation *location = &found[table];
	AuthProblem problem;

	location->oid = RelationGetRelid(relation);
	location->owner = relation->rd_rel->relowner;
	location->is_partitioned =
		relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
	location->has_delete_triggers = has_delete_triggers(relation);
	if (location->owner != found[AUTH_LAYOUT].owner)
		return (AuthProblem){
			psprintf("table \"%s\" has another owner than \"%s\"",
					 definition->name,
					 auth_relation_name(AUTH_LAYOUT))};
	if (table == AUTH_USER && !auth_relation_has_mark(relation))
		return (AuthProblem){"table \"auth_user\" has not the trigger that "
							 "auth_setup() makes"};
	problem = check_table(definition, relation);
	if (problem.text == NULL)
		problem = locate_columns(definition, relation, location);
	if (problem.text == NULL)
		problem = locate_primary_key(definition, relation, location);
	if (problem.text == NULL && definition->of_user)
		locate_user_index(relation, location);
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
				 get_namespace_name(auth_relation_extension_schema()))};
}

static AuthProblem
locate_table(AuthTable table, AuthLocation *found)
{
	Relation relation = auth_relation_open_found(table);
	AuthProblem problem;

	if (relation == NULL)
		return no_table(table);
	problem = locate_open(table, relation, found);
	table_close(relation, NoLock);
	return problem;
}

/* A record that is out of order is nowhere. */
static AuthProblem
locate_record(AuthTable table, AuthLocation *found)
{
	AuthProblem problem = locate_table(table, found);

	if (problem.text != NULL)
		found[table].oid = InvalidOid;
	return problem;
}

static AuthProblem
old_layout(int layout)
{
	return (AuthProblem){
		psprintf("the tables have layout %d and layout %d is needed",
				 layout,
				 AUTH_LAYOUT_NUMBER)};
}

/*
 * Fill in where the tables are, first that whose owner is to be all others',
 * and that by which they are known to be ours.  What is wrong with a record is
 * told apart, unless the layout is old, too: the number of a new one is written
 * when all that can be mended has been.
 */
AuthProblem
auth_relation_locate(AuthLocation *found, AuthProblem *of_record)
{
	AuthProblem problem = locate_table(AUTH_LAYOUT, found);
	int layout;

	*of_record = no_problem;
	if (problem.text == NULL)
		problem = locate_table(AUTH_USER, found);
	for (int i = 0; i < AUTH_TABLES && problem.text == NULL; i++)
	{
		if (auth_relation_definition(i)->is_record)
			*of_record = locate_record(i, found);
		else
			problem = locate_table(i, found);
	}
	layout = auth_relation_layout();
	if (problem.text == NULL && layout < AUTH_LAYOUT_NUMBER)
		problem = of_record->loses_nothing ? *of_record : old_layout(layout);
	if (layout > AUTH_LAYOUT_NUMBER)
		auth_error_newer_layout(layout, AUTH_LAYOUT_NUMBER);
	return problem;
}

/* Whether a foreign key holds the table's rows to their users. */
bool
auth_relation_has_user_reference(AuthTable table)
{
	Relation relation = auth_relation_open_found(table);
	bool found;

	if (relation == NULL)
		return false;
	found = OidIsValid(
		find_user_reference(relation, auth_relation_find(AUTH_USER)));
	table_close(relation, NoLock);
	return found;
}
