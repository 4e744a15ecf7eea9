/*
 * attribute.c
 *	  Attributes: the application's own columns of our tables, as jsonb.
 *
 * This is the way out of the table; assignment.c is the way in.  Values are
 * converted by the server's own to_jsonb(), each by its column's type.
 *
 * Which columns are shown is worked out once and kept until a table or a
 * setting changes.  Showing a value may run functions of the application,
 * which may call us again, so that a list can become outdated while it is
 * being read: it is then left to the end of the transaction to free.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "parser/parse_coerce.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/varlena.h"

#include "call/error.h"
#include "call/value.h"
#include "server/compat.h"
#include "server/setting.h"
#include "table/attribute.h"
#include "table/owner.h"

/* The lists of columns that are shown; the first two are those of the tables. */
typedef enum ListName
{
	OF_SESSION,
	OF_USER,
	OF_NOTICE,
	LISTS
} ListName;

static char *settings[LISTS];

void
auth_attribute_init(void)
{
	auth_setting_attributes(
		"auth.session_attributes",
		"Columns of auth_session shown as session attributes.",
		&settings[OF_SESSION],
		"*");
	auth_setting_attributes("auth.user_attributes",
							"Columns of auth_user shown as user attributes.",
							&settings[OF_USER],
							"*");
	auth_setting_attributes("auth.notice_attributes",
							"Columns of auth_user that notices show.",
							&settings[OF_NOTICE],
							"");
}

typedef struct Shown
{
	AttrNumber number;
	Oid type;
	bool is_virtual;
	bool runs_code; /* of somebody who is no superuser, to be shown */
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

static ShownList lists[LISTS];

static ListName
list_of(AuthTable table)
{
	return table == AUTH_USER ? OF_USER : OF_SESSION;
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

/* Whether the column is the application's. */
bool
auth_attribute_is_one(AuthTable table, Form_pg_attribute column)
{
	return !column->attisdropped &&
		   !auth_relation_owns_column(table, NameStr(column->attname));
}

/* Prepare a polymorphic jsonb function for a first argument of the type. */
void
auth_attribute_init_function(FmgrInfo *function, Oid oid, Oid type,
							 MemoryContext context)
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
	auth_attribute_init_function(&shown->to_jsonb,
								 F_TO_JSONB,
								 column->atttypid,
								 list->context);
}

/* The list is filled aside, so that a failure leaves the old one in place. */
static void
make_list(ShownList *list, ListName name, AuthRow *row)
{
	TupleDesc descriptor = RelationGetDescr(row->relation);
	const char *setting = settings[name];
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

		if (auth_attribute_is_one(row->table, column) &&
			(all || contains_name(names, NameStr(column->attname))))
			add_shown(list, column);
	}
}

static const ShownList *
current_list(ListName name, AuthRow *row)
{
	ShownList *list = &lists[name];
	ShownList fresh;

	if (list->context != NULL &&
		list->relation_generation == auth_relation_generation() &&
		list->attributes_generation == auth_attributes_generation)
		return list;
	make_list(&fresh, name, row);
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
	AuthOwnerScope scope;
	Jsonb *converted;

	if (!shown->runs_code)
		return DatumGetJsonbP(FunctionCall1(&shown->to_jsonb, value));
	auth_owner_begin(&scope, owner);
	converted = DatumGetJsonbP(FunctionCall1(&shown->to_jsonb, value));
	auth_owner_end(&scope);
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
set_value(JsonbValue *target, Shown *shown, NullableDatum from, Oid owner)
{
	Datum value = from.value;

	if (from.isnull)
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

static NullableDatum
get_shown(AuthRow *row, const Shown *shown)
{
	NullableDatum value;

	if (shown->is_virtual)
		return auth_virtual_column(row->relation, row->slot, shown->number);
	value.value = slot_getattr(row->slot, shown->number, &value.isnull);
	return value;
}

static Datum
empty_object(void)
{
	static Jsonb object = {.root.header = JB_FOBJECT};

	SET_VARSIZE(&object, sizeof(object));
	return JsonbPGetDatum(&object);
}

static Datum
read_list(AuthRow *row, ListName name)
{
	const ShownList *list = current_list(name, row);
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

		set_string(&value,
				   NameStr(shown[i].name),
				   strlen(NameStr(shown[i].name)));
		pushJsonbValue(&state, WJB_KEY, &value);
		set_value(&value, &shown[i], get_shown(row, &shown[i]), owner);
		pushJsonbValue(&state, WJB_VALUE, &value);
	}
	return JsonbPGetDatum(
		JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

/* The shown attributes of a row, a jsonb object that is not to be changed. */
Datum
auth_attribute_read(AuthRow *row)
{
	return read_list(row, list_of(row->table));
}

/* Those of a user that notices show, likewise. */
Datum
auth_attribute_read_for_notice(AuthRow *user)
{
	return read_list(user, OF_NOTICE);
}

/*
 * One attribute of a row, as jsonb, or null.  UA008 where none of this name is
 * shown, which says nothing of one that is hidden.
 */
NullableDatum
auth_attribute_read_one(AuthRow *row, const char *name)
{
	const ShownList *list = current_list(list_of(row->table), row);

	for (int i = 0; i < list->count; i++)
	{
		Shown *shown = &list->shown[i];
		NullableDatum stored;
		JsonbValue value;

		if (strcmp(NameStr(shown->name), name) != 0)
			continue;
		stored = get_shown(row, shown);
		if (stored.isnull)
			return stored;
		set_value(&value, shown, stored, row->relation->rd_rel->relowner);
		return auth_jsonb(JsonbValueToJsonb(&value));
	}
	auth_error_no_attribute(name, row->definition->name);
}
