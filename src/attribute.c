/*
 * attribute.c
 *	  Attributes: the application's own columns of our tables, as jsonb.
 *
 * Values are converted by the server's own jsonb functions, each by its
 * column's type.  Column names come from the catalog, quoted as identifiers;
 * what the caller wrote is only ever compared with them.
 *
 * Which columns are shown is worked out once and kept until a table or a
 * setting changes.  Showing a value may run functions of the application,
 * which may call us again, so that a list can become outdated while it is
 * being read: it is then left to the end of the transaction to free.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/varlena.h"

#include "attribute.h"
#include "compat.h"
#include "error.h"
#include "role.h"
#include "settings.h"

typedef struct Shown
{
	AttrNumber number;
	Oid type;
	bool is_virtual;
	bool runs_code; /* that of somebody who is no superuser */
	NameData name;
	FmgrInfo to_jsonb;
} Shown;

typedef struct ShownList
{
	MemoryContext context;
	uint64 relation_generation;
	uint64 attributes_generation;
	int count;
	Shown *shown;
} ShownList;

static ShownList lists[AUTH_TABLES];

static const char *
shown_setting(AuthTable table)
{
	return table == AUTH_USER ? auth_user_attributes : auth_session_attributes;
}

static List *
parse_names(const char *setting)
{
	List *names = NIL;

	(void) SplitIdentifierString(pstrdup(setting), ',', &names);
	return names;
}

static bool
contains_name(List *names, const char *name)
{
	ListCell *cell;

	foreach (cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

static bool
is_attribute(AuthTable table, Form_pg_attribute column)
{
	return !column->attisdropped &&
		   !auth_relation_owns_column(table, NameStr(column->attname));
}

/* Prepare a polymorphic jsonb function for an argument of the type. */
static void
init_function(FmgrInfo *function, Oid oid, Oid type, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Const *argument = makeNullConst(type, -1, InvalidOid);

	fmgr_info_cxt(oid, function, context);
	fmgr_info_set_expr((Node *) makeFuncExpr(oid,
											 JSONBOID,
											 list_make1(argument),
											 InvalidOid,
											 InvalidOid,
											 COERCE_EXPLICIT_CALL),
					   function);
	MemoryContextSwitchTo(old);
}

/*
 * Whether to_jsonb may run a function that the type's owner has written: a
 * cast to json, of the type itself or of one inside it.
 */
static bool
runs_code(Oid type)
{
	Oid base = getBaseType(type);
	Oid element = get_element_type(base);
	Oid function;

	if (OidIsValid(element))
		return runs_code(element);
	if (base < FirstNormalObjectId)
		return false;
	return type_is_rowtype(base) ||
		   find_coercion_pathway(JSONOID, base, COERCION_EXPLICIT, &function) ==
			   COERCION_PATH_FUNC;
}

static void
add_shown(ShownList *list, Form_pg_attribute column)
{
	Shown *shown = &list->shown[list->count++];

	shown->number = column->attnum;
	shown->type = column->atttypid;
	shown->is_virtual = auth_is_virtual_column(column);
	shown->runs_code = runs_code(column->atttypid);
	shown->name = column->attname;
	init_function(&shown->to_jsonb,
				  F_TO_JSONB,
				  column->atttypid,
				  list->context);
}

/* The list is filled aside, so that a failure leaves the old one in place. */
static void
make_list(ShownList *list, AuthTable table, TupleDesc descriptor)
{
	const char *setting = shown_setting(table);
	bool all = strcmp(setting, "*") == 0;
	List *names = all ? NIL : parse_names(setting);
	Size size = Max(descriptor->natts, 1) * sizeof(Shown);

	list->relation_generation = auth_relation_generation();
	list->attributes_generation = auth_attributes_generation;
	list->count = 0;
	list->context = AllocSetContextCreate(CurrentMemoryContext,
										  "auth attributes",
										  ALLOCSET_SMALL_SIZES);
	list->shown = MemoryContextAllocZero(list->context, size);
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(descriptor, i);

		if (is_attribute(table, column) &&
			(all || contains_name(names, NameStr(column->attname))))
			add_shown(list, column);
	}
}

static const ShownList *
current_list(AuthTable table, TupleDesc descriptor)
{
	ShownList *list = &lists[table];
	ShownList fresh;

	if (list->context != NULL &&
		list->relation_generation == auth_relation_generation() &&
		list->attributes_generation == auth_attributes_generation)
		return list;
	make_list(&fresh, table, descriptor);
	if (list->context != NULL)
		MemoryContextSetParent(list->context, TopTransactionContext);
	MemoryContextSetParent(fresh.context, CacheMemoryContext);
	*list = fresh;
	return list;
}

static void
set_string(JsonbValue *target, char *bytes, int length)
{
	target->type = jbvString;
	target->val.string.val = bytes;
	target->val.string.len = length;
}

/* What the server's to_jsonb makes of the value. */
static Jsonb *
convert(Shown *shown, Datum value, Oid owner)
{
	AuthRole role;
	Jsonb *converted;

	if (!shown->runs_code)
		return DatumGetJsonbP(FunctionCall1(&shown->to_jsonb, value));
	auth_role_begin(&role, owner);
	converted = DatumGetJsonbP(FunctionCall1(&shown->to_jsonb, value));
	auth_role_end(&role);
	return converted;
}

static void
set_converted(JsonbValue *target, Jsonb *converted)
{
	if (JB_ROOT_IS_SCALAR(converted))
		JsonbExtractScalar(&converted->root, target);
	else
	{
		target->type = jbvBinary;
		target->val.binary.data = &converted->root;
		target->val.binary.len = VARSIZE(converted) - VARHDRSZ;
	}
}

static void
set_integer(JsonbValue *target, int64 value)
{
	target->type = jbvNumeric;
	target->val.numeric = int64_to_numeric(value);
}

/* The most common types take a shorter way to the same result. */
static void
set_value(JsonbValue *target, Shown *shown, Datum value, bool isnull, Oid owner)
{
	if (isnull)
		target->type = jbvNull;
	else if (shown->type == TEXTOID || shown->type == VARCHAROID)
	{
		text *string = DatumGetTextPP(value);

		set_string(target, VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
	}
	else if (shown->type == BOOLOID)
	{
		target->type = jbvBool;
		target->val.boolean = DatumGetBool(value);
	}
	else if (shown->type == INT4OID)
		set_integer(target, DatumGetInt32(value));
	else if (shown->type == INT8OID)
		set_integer(target, DatumGetInt64(value));
	else
		set_converted(target, convert(shown, value, owner));
}

static Datum
get_shown(AuthRow *row, const Shown *shown, bool *isnull)
{
	if (shown->is_virtual)
		return auth_virtual_column(row->relation,
								   row->slot,
								   shown->number,
								   isnull);
	return slot_getattr(row->slot, shown->number, isnull);
}

static Datum
empty_object(void)
{
	static Jsonb object = {.root.header = JB_FOBJECT};

	SET_VARSIZE(&object, sizeof(object));
	return JsonbPGetDatum(&object);
}

/* The shown attributes of a row, a jsonb object that is not to be changed. */
Datum
auth_attribute_read(AuthRow *row)
{
	const ShownList *list =
		current_list(row->table, RelationGetDescr(row->relation));
	int count = list->count;
	Shown *shown = list->shown;
	Oid owner = row->relation->rd_rel->relowner;
	JsonbParseState *state = NULL;

	if (count == 0)
		return empty_object();
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < count; i++)
	{
		JsonbValue value;
		bool isnull;
		Datum datum;

		set_string(&value,
				   NameStr(shown[i].name),
				   strlen(NameStr(shown[i].name)));
		pushJsonbValue(&state, WJB_KEY, &value);
		datum = get_shown(row, &shown[i], &isnull);
		set_value(&value, &shown[i], datum, isnull, owner);
		pushJsonbValue(&state, WJB_VALUE, &value);
	}
	return JsonbPGetDatum(
		JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

/*
 * No assignments yet, with room for all columns that are ours and for all
 * members of the object.
 */
AuthAssignments *
auth_attribute_assignments(AuthTable table, Jsonb *object)
{
	AuthAssignments *assignments = palloc(sizeof(AuthAssignments));
	Size room =
		AUTH_COLUMNS + Min(JB_ROOT_COUNT(object), MaxHeapAttributeNumber);

	assignments->table = table;
	assignments->count = 0;
	assignments->columns = palloc(room * sizeof(char *));
	assignments->types = palloc(room * sizeof(Oid));
	assignments->values = palloc(room * sizeof(Datum));
	assignments->nulls = palloc(room);
	return assignments;
}

/* The column's name is kept as a pointer. */
void
auth_attribute_assign(AuthAssignments *assignments, const char *column,
					  Oid type, Datum value, bool isnull)
{
	int i = assignments->count++;

	assignments->columns[i] = column;
	assignments->types[i] = type;
	assignments->values[i] = value;
	assignments->nulls[i] = isnull ? 'n' : ' ';
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
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(descriptor, i);

		if (column->attisdropped || strcmp(NameStr(column->attname), name) != 0)
			continue;
		if (!is_attribute(table, column))
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
	invalid_attribute("attribute \"%.*s\" does not exist in table \"%s\"",
					  name,
					  table);
	pg_unreachable();
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
static Datum
convert_member(Jsonb *object, Form_pg_attribute column, bool *isnull)
{
	ErrorContextCallback context;
	FmgrInfo populate;
	Datum record;

	init_function(&populate,
				  F_JSONB_POPULATE_RECORD,
				  RECORDOID,
				  CurrentMemoryContext);
	context.callback = name_attribute;
	context.arg = NameStr(column->attname);
	context.previous = error_context_stack;
	error_context_stack = &context;
	record =
		FunctionCall2(&populate, make_record(column), JsonbPGetDatum(object));
	error_context_stack = context.previous;
	return GetAttributeByNum(DatumGetHeapTupleHeader(record), 1, isnull);
}

static void
assign_member(AuthAssignments *assignments, Jsonb *object, TupleDesc descriptor,
			  const JsonbValue *key)
{
	char *name = pnstrdup(key->val.string.val, key->val.string.len);
	Form_pg_attribute column =
		find_attribute(assignments->table, descriptor, name);
	bool isnull;
	Datum value = convert_member(object, column, &isnull);

	auth_attribute_assign(assignments, name, column->atttypid, value, isnull);
}

/*
 * Every member of the object becomes an assignment, or an error names it.
 * Values are read as the table's owner, whose domains may check them.
 */
void
auth_attribute_assign_object(AuthAssignments *assignments, Jsonb *object)
{
	Relation relation = auth_relation_open(assignments->table, AccessShareLock);
	JsonbIterator *iterator = JsonbIteratorInit(&object->root);
	JsonbIteratorToken token;
	JsonbValue value;
	AuthRole role;

	auth_role_begin(&role, relation->rd_rel->relowner);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			assign_member(assignments,
						  object,
						  RelationGetDescr(relation),
						  &value);
	}
	auth_role_end(&role);
	table_close(relation, NoLock);
}

/* INSERT INTO table (columns) VALUES (arguments) RETURNING id */
static char *
insert_text(const AuthAssignments *assignments)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text,
					 "INSERT INTO %s",
					 auth_relation_name(assignments->table));
	for (int i = 0; i < assignments->count; i++)
		appendStringInfo(&text,
						 "%s%s",
						 i == 0 ? " (" : ", ",
						 quote_identifier(assignments->columns[i]));
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

/* The id of the row that was written, in the caller's memory; 0 for none. */
static Datum
run(const AuthAssignments *assignments, AuthStatement *statement)
{
	AuthExecution execution;
	Datum id = (Datum) 0;
	bool isnull;

	statement->table = assignments->table;
	statement->nargs = assignments->count;
	statement->argtypes = assignments->types;
	statement = auth_statement_keep(statement);
	auth_statement_begin(&execution, assignments->table, RowExclusiveLock);
	if (auth_statement_run(&execution,
						   statement,
						   assignments->values,
						   assignments->nulls) > 0)
		auth_statement_copy(0, 1, &id, &isnull);
	auth_execution_end(&execution);
	return id;
}

/* Insert the row; its id. */
Datum
auth_attribute_insert(const AuthAssignments *assignments,
					  AuthConflictHandler conflict)
{
	AuthStatement statement = {.text = insert_text(assignments),
							   .conflict = conflict};
	Datum id = run(assignments, &statement);

	if (id == (Datum) 0)
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
				 errmsg("a trigger suppressed the new row of table \"%s\"",
						auth_relation_name(assignments->table))));
	return id;
}

/* Update the row that the first assignment selects; false: there is none. */
bool
auth_attribute_update(const AuthAssignments *assignments)
{
	AuthStatement statement = {.text = update_text(assignments)};

	return run(assignments, &statement) != (Datum) 0;
}
