/*
 * assignment.c
 *	  What a statement writes into a row: columns of ours and attributes.
 *
 * Values of attributes are read by the server's own jsonb_populate_record(),
 * each by its column's type.  Column names come from the catalog, quoted as
 * identifiers; what the caller wrote is only ever compared with them.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

#include "call/error.h"
#include "call/value.h"
#include "table/assignment.h"
#include "table/attribute.h"
#include "table/owner.h"
#include "table/statement.h"

/*
 * No assignments yet, with room for all columns that are ours and for all
 * members of the object.
 */
AuthAssignments *
auth_assignment_begin(AuthTable table, Jsonb *object)
{
	AuthAssignments *assignments = palloc(sizeof(AuthAssignments));
	Size room =
		AUTH_COLUMNS + Min(JB_ROOT_COUNT(object), MaxHeapAttributeNumber);

	assignments->table = table;
	assignments->count = 0;
	assignments->columns = palloc(room * sizeof(char *));
	assignments->types = palloc(room * sizeof(Oid));
	assignments->values = palloc(room * sizeof(NullableDatum));
	return assignments;
}

/* Add an assignment.  The column's name is not copied. */
void
auth_assignment_add(AuthAssignments *assignments, const char *column, Oid type,
					NullableDatum value)
{
	int i = assignments->count++;

	assignments->columns[i] = column;
	assignments->types[i] = type;
	assignments->values[i] = value;
}

static void
invalid_attribute(const char *message, const char *name, AuthTable table)
{
	int shown = pg_mbcliplen(name, strlen(name), NAMEDATALEN);

	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_ATTRIBUTE),
			 errmsg(message, shown, name, auth_relation_name(table)),
			 errdetail_internal("AUTH_INVALID_ATTRIBUTE")));
}

static Form_pg_attribute
find_attribute(AuthTable table, TupleDesc descriptor, const char *name)
{
	int number = SPI_fnumber(descriptor, name);
	Form_pg_attribute column;

	if (number <= 0)
		invalid_attribute("attribute \"%.*s\" does not exist in table \"%s\"",
						  name,
						  table);
	column = TupleDescAttr(descriptor, number - 1);
	if (!auth_attribute_is_one(table, column))
		invalid_attribute("column \"%.*s\" of table \"%s\" is not an "
						  "attribute",
						  name,
						  table);
	if (column->attgenerated != '\0' ||
		column->attidentity == ATTRIBUTE_IDENTITY_ALWAYS)
		invalid_attribute("attribute \"%.*s\" of table \"%s\" is "
						  "generated and cannot be written",
						  name,
						  table);
	return column;
}

static void
name_attribute(void *name)
{
	errcontext("attribute \"%s\"", (const char *) name);
}

/* An anonymous row of the one column, holding NULL. */
static Datum
make_record(Form_pg_attribute column)
{
	TupleDesc descriptor = CreateTemplateTupleDesc(1);
	Datum value = (Datum) 0;
	bool isnull = true;

	TupleDescInitEntry(descriptor,
					   1,
					   NameStr(column->attname),
					   column->atttypid,
					   column->atttypmod,
					   0);
	TupleDescInitEntryCollation(descriptor, 1, column->attcollation);
	BlessTupleDesc(descriptor);
	return HeapTupleGetDatum(heap_form_tuple(descriptor, &value, &isnull));
}

/* The object's member of the column's name, as a value of its type. */
static NullableDatum
convert_member(Jsonb *object, Form_pg_attribute column)
{
	ErrorContextCallback context;
	FmgrInfo populate;
	HeapTupleHeader record;
	NullableDatum value;

	auth_attribute_init_function(&populate,
								 F_JSONB_POPULATE_RECORD,
								 RECORDOID,
								 CurrentMemoryContext);
	context.callback = name_attribute;
	context.arg = NameStr(column->attname);
	context.previous = error_context_stack;
	error_context_stack = &context;
	record = DatumGetHeapTupleHeader(
		FunctionCall2(&populate, make_record(column), JsonbPGetDatum(object)));
	error_context_stack = context.previous;
	value.value = GetAttributeByNum(record, 1, &value.isnull);
	return value;
}

static void
assign_member(AuthAssignments *assignments, Jsonb *object, TupleDesc descriptor,
			  const JsonbValue *key)
{
	char *name = pnstrdup(key->val.string.val, key->val.string.len);
	Form_pg_attribute column =
		find_attribute(assignments->table, descriptor, name);

	auth_assignment_add(assignments,
						name,
						column->atttypid,
						convert_member(object, column));
}

/*
 * Every member of the object becomes an assignment, or an error names it.
 * Values are read as the table's owner, whose domains may check them.
 */
void
auth_assignment_add_object(AuthAssignments *assignments, Jsonb *object)
{
	Relation relation;
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue value;
	AuthOwnerScope scope;

	if (JB_ROOT_COUNT(object) == 0)
		return;
	relation = auth_relation_open(assignments->table, AccessShareLock);
	iterator = JsonbIteratorInit(&object->root);
	auth_owner_begin(&scope, relation->rd_rel->relowner);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			assign_member(assignments,
						  object,
						  RelationGetDescr(relation),
						  &value);
	}
	auth_owner_end(&scope);
	table_close(relation, NoLock);
}

/* INSERT INTO table (columns) VALUES (arguments) RETURNING id */
static char *
insert_text(const AuthAssignments *assignments)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, "INSERT INTO ");
	appendStringInfoString(&text, auth_relation_name(assignments->table));
	for (int i = 0; i < assignments->count; i++)
	{
		appendStringInfoString(&text, i == 0 ? " (" : ", ");
		appendStringInfoString(&text,
							   quote_identifier(assignments->columns[i]));
	}
	for (int i = 0; i < assignments->count; i++)
		appendStringInfo(&text, "%s$%d", i == 0 ? ") VALUES (" : ", ", i + 1);
	appendStringInfoString(&text,
						   assignments->count == 0 ?
							   " DEFAULT VALUES RETURNING id" :
							   ") RETURNING id");
	return text.data;
}

/* UPDATE table SET columns = arguments WHERE the first one RETURNING id */
static char *
update_text(const AuthAssignments *assignments)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text,
					 "UPDATE %s",
					 auth_relation_name(assignments->table));
	for (int i = 1; i < assignments->count; i++)
		appendStringInfo(&text,
						 "%s%s = $%d",
						 i == 1 ? " SET " : ", ",
						 quote_identifier(assignments->columns[i]),
						 i + 1);
	appendStringInfo(&text,
					 " WHERE %s = $1 RETURNING id",
					 quote_identifier(assignments->columns[0]));
	return text.data;
}

static Oid id_types[] = {[AUTH_USER] = TEXTOID, [AUTH_SESSION] = UUIDOID};

/* The id of the row that was written, in the caller's memory; null: none. */
static NullableDatum
run(const AuthAssignments *assignments, AuthStatement *statement)
{
	NullableDatum id = auth_null();

	statement->table = assignments->table;
	statement->results = &id_types[assignments->table];
	statement->nargs = assignments->count;
	statement->argtypes = assignments->types;
	statement = auth_statement_keep(statement);
	(void) auth_statement_row(statement,
							  assignments->values,
							  RowExclusiveLock,
							  1,
							  &id);
	return id;
}

/* Insert the row; its id.  "duplicate" and "user" as in a statement. */
Datum
auth_assignment_insert(const AuthAssignments *assignments,
					   void (*duplicate)(void), int user)
{
	AuthStatement statement = {.text = insert_text(assignments),
							   .duplicate = duplicate,
							   .user = user};
	NullableDatum id = run(assignments, &statement);

	if (id.isnull)
		auth_error_suppressed_row(auth_relation_name(assignments->table));
	return id.value;
}

/*
 * Write the attributes into the row of this id; false: there is none.  For {}
 * nothing is looked at.
 */
bool
auth_assignment_update(AuthTable table, Datum id, Jsonb *attributes)
{
	AuthAssignments *row = auth_assignment_begin(table, attributes);
	AuthStatement statement = {0};

	if (JB_ROOT_COUNT(attributes) == 0)
		return true;
	auth_assignment_add(row, "id", id_types[table], auth_datum(id));
	auth_assignment_add_object(row, attributes);
	statement.text = update_text(row);
	return !run(row, &statement).isnull;
}
