/*
 * import_target.c
 *	  Our tables, as an import writes them: as their owner, with columns that
 *	  are added for attributes which have none yet.
 *
 * The owner's statements run the code of a column's type: checks of domains,
 * casts to json.  So a column is added only when its type belongs to somebody
 * who could act as the owner anyhow; the caller may be a lesser role.
 *
 * Values go over as they are where the type is the same, or else as text.
 * They are given to the statement without their domain, so that it checks
 * that.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "parser/parse_coerce.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "import/import_target.h"
#include "import/import_time.h"
#include "password/password.h"

static void
check_type_owner(const AuthImportAttribute *attribute, AuthTable table,
				 Oid owner)
{
	if (has_privs_of_role(auth_owner_of(TypeRelationId, attribute->type),
						  owner))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("column \"%s\" of type %s is not added to table \"%s\"",
					attribute->name,
					format_type_be(attribute->type),
					auth_relation_name(table)),
			 errdetail("The type belongs to another role than the table."),
			 errhint("Have the table's owner add the column.")));
}

static bool
has_own_collation(const AuthImportAttribute *attribute)
{
	return OidIsValid(attribute->collation) &&
		   attribute->collation != get_typcollation(attribute->type);
}

/* Add a column for the attribute, as the owner of the table. */
static void
add_column(const AuthImportAttribute *attribute, AuthTable table)
{
	StringInfoData text;
	char *type = format_type_extended(attribute->type,
									  attribute->typmod,
									  FORMAT_TYPE_TYPEMOD_GIVEN |
										  FORMAT_TYPE_FORCE_QUALIFY);

	initStringInfo(&text);
	appendStringInfo(&text,
					 "ALTER TABLE %s ADD COLUMN %s %s",
					 auth_relation_name(table),
					 quote_identifier(attribute->name),
					 type);
	if (has_own_collation(attribute))
		appendStringInfo(&text,
						 " COLLATE %s",
						 generate_collation_name(attribute->collation));
	auth_execution_run(text.data);
	ereport(NOTICE,
			(errmsg("added column \"%s\" to table \"%s\"",
					attribute->name,
					auth_relation_name(table))));
}

/* The attributes that the table has no columns for; the table's owner. */
static List *
list_missing(AuthTable table, const AuthImportSource *source, Oid *owner)
{
	Relation relation = auth_relation_open(table, AccessShareLock);
	List *missing = NIL;

	*owner = relation->rd_rel->relowner;
	for (int i = 0; i < source->nattributes; i++)
	{
		AuthImportAttribute *attribute = &source->attributes[i];

		if (SPI_fnumber(RelationGetDescr(relation), attribute->name) > 0)
			continue;
		check_type_owner(attribute, table, *owner);
		missing = lappend(missing, attribute);
	}
	table_close(relation, NoLock);
	return missing;
}

static void
add_missing(AuthTable table, const AuthImportSource *source)
{
	AuthExecution execution;
	ListCell *cell;
	Oid owner;
	List *missing = list_missing(table, source, &owner);

	if (missing == NIL)
		return;
	auth_execution_begin(&execution, owner);
	foreach (cell, missing)
	{
		add_column(lfirst(cell), table);
	}
	auth_execution_end(&execution);
}

/*
 * Whether the column is written: what the table computes itself is not carried.
 */
static bool
is_written(Form_pg_attribute column, AuthTable table)
{
	if (column->attgenerated == '\0' &&
		column->attidentity != ATTRIBUTE_IDENTITY_ALWAYS)
		return true;
	ereport(NOTICE,
			(errmsg("column \"%s\" of table \"%s\" is generated and not "
					"imported",
					NameStr(column->attname),
					auth_relation_name(table))));
	return false;
}

/* A length or precision is applied here, where the column can be named. */
static void
prepare_typmod(AuthImportConversion *conversion, int32 typmod)
{
	conversion->typmod = typmod;
	if (typmod < 0 || find_typmod_coercion_function(conversion->type,
													&conversion->coercion) !=
						  COERCION_PATH_FUNC)
		conversion->coercion = InvalidOid;
}

static void
prepare_conversion(AuthImportConversion *conversion,
				   const AuthImportAttribute *attribute,
				   const AuthImportSource *source, Form_pg_attribute column)
{
	bool is_varlena;

	conversion->attribute = attribute;
	conversion->from = getBaseType(attribute->type);
	conversion->type = getBaseType(column->atttypid);
	conversion->is_text = !attribute->is_secret &&
						  TypeCategory(conversion->from) == TYPCATEGORY_STRING;
	prepare_typmod(conversion, column->atttypmod);
	conversion->is_zoned =
		auth_import_is_zoned(conversion->from, conversion->type);
	if (conversion->is_zoned)
		auth_import_require_zone(source, attribute->name, source->zone);
	getTypeOutputInfo(attribute->type, &conversion->output, &is_varlena);
	if (conversion->type != conversion->from)
		getTypeInputInfo(conversion->type,
						 &conversion->input,
						 &conversion->io_parameter);
}

static void
prepare_conversions(AuthImportTarget *target, const AuthImportSource *source)
{
	Relation relation = auth_relation_open(target->table, AccessShareLock);

	for (int i = 0; i < source->nattributes; i++)
	{
		const AuthImportAttribute *attribute = &source->attributes[i];
		int number = SPI_fnumber(RelationGetDescr(relation), attribute->name);
		Form_pg_attribute column;

		if (number <= 0)
			elog(ERROR, "column \"%s\" was not added", attribute->name);
		column = TupleDescAttr(RelationGetDescr(relation), number - 1);
		if (is_written(column, target->table))
			prepare_conversion(&target->conversions[target->count++],
							   attribute,
							   source,
							   column);
	}
	table_close(relation, NoLock);
}

/* INSERT INTO table (columns) VALUES (arguments) unless it is there */
static char *
insert_text(const AuthImportTarget *target, const char *const *columns)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text,
					 "INSERT INTO %s",
					 auth_relation_name(target->table));
	for (int i = 0; i < target->nfixed; i++)
		appendStringInfo(&text, "%s%s", i == 0 ? " (" : ", ", columns[i]);
	for (int i = 0; i < target->count; i++)
		appendStringInfo(&text,
						 ", %s",
						 quote_identifier(
							 target->conversions[i].attribute->name));
	for (int i = 1; i <= target->nfixed + target->count; i++)
		appendStringInfo(&text, "%s$%d", i == 1 ? ") VALUES (" : ", ", i);
	appendStringInfoString(&text, ") ON CONFLICT (id) DO NOTHING");
	return text.data;
}

static int
count_columns(const char *const *columns)
{
	int count = 0;

	while (columns[count] != NULL)
		count++;
	return count;
}

static Oid *
list_types(const AuthImportTarget *target, const Oid *types)
{
	Oid *list = palloc((target->nfixed + target->count) * sizeof(Oid));

	memcpy(list, types, target->nfixed * sizeof(Oid));
	for (int i = 0; i < target->count; i++)
		list[target->nfixed + i] = target->conversions[i].type;
	return list;
}

/*
 * A table that is going to be written: columns of ours, a list that ends with
 * NULL, and the source's attributes, which get the columns that they lack.
 */
AuthImportTarget *
auth_import_target(AuthTable table, const char *const *columns,
				   const Oid *types, const AuthImportSource *source)
{
	AuthImportTarget *target = palloc0(sizeof(AuthImportTarget));
	int room;

	add_missing(table, source);
	target->table = table;
	target->nfixed = count_columns(columns);
	room = target->nfixed + source->nattributes;
	target->conversions =
		palloc0((source->nattributes + 1) * sizeof(AuthImportConversion));
	prepare_conversions(target, source);
	target->values = palloc0(room * sizeof(NullableDatum));
	target->statement.text = insert_text(target, columns);
	target->statement.nargs = target->nfixed + target->count;
	target->statement.argtypes = list_types(target, types);
	target->statement.table = table;
	return target;
}

static Datum
convert(const AuthImportConversion *conversion, Datum value, text *zone)
{
	char *text;

	if (conversion->is_zoned)
		return auth_import_convert_zoned(value,
										 conversion->from,
										 conversion->type,
										 zone);
	if (!OidIsValid(conversion->input))
		return value;
	text = OidOutputFunctionCall(conversion->output, value);
	return OidInputFunctionCall(conversion->input,
								text,
								conversion->io_parameter,
								-1);
}

/* As the statement would: what does not fit is an error. */
static Datum
apply_typmod(const AuthImportConversion *conversion, Datum value)
{
	if (!OidIsValid(conversion->coercion))
		return value;
	return OidFunctionCall3(conversion->coercion,
							value,
							Int32GetDatum(conversion->typmod),
							BoolGetDatum(false));
}

/* Whatever the column is called, hashes of passwords are no attributes. */
static void
check_secret(const AuthImportConversion *conversion,
			 const AuthImportSource *source, Datum value)
{
	AuthHash hash;
	AuthHashStatus status;
	char *text;

	if (!conversion->is_text)
		return;
	text = OidOutputFunctionCall(conversion->output, value);
	status = auth_password_parse(text, &hash);
	if (status == AUTH_HASH_READABLE || status == AUTH_HASH_TOO_COSTLY)
		auth_import_refuse_secret(source, conversion->attribute->name);
	pfree(text);
}

static void
set_attribute(AuthImportTarget *target, int i, const AuthImportRow *row)
{
	const AuthImportConversion *conversion = &target->conversions[i];
	NullableDatum *value = &target->values[target->nfixed + i];

	value->value = SPI_getbinval(row->tuple,
								 row->descriptor,
								 conversion->attribute->result,
								 &value->isnull);
	if (value->isnull)
		return;
	check_secret(conversion, row->source, value->value);
	value->value = convert(conversion, value->value, row->source->zone);
	value->value = apply_typmod(conversion, value->value);
}

static void
set_attributes(AuthImportTarget *target, const AuthImportRow *row)
{
	for (int i = 0; i < target->count; i++)
	{
		target->converting = target->conversions[i].attribute->name;
		set_attribute(target, i, row);
	}
	target->converting = NULL;
}

/* Before each batch: a plan that is not kept has ended with the last one. */
void
auth_import_target_begin(AuthImportTarget *target)
{
	if (target->kept == NULL)
		target->kept = auth_statement_keep(&target->statement);
	if (target->kept->transient)
		target->kept->plan = NULL;
}

/*
 * Write the row, whose own columns are set; false when it is there already,
 * or a trigger has suppressed it.
 */
bool
auth_import_write(AuthImportTarget *target, AuthExecution *execution,
				  const AuthImportRow *row)
{
	set_attributes(target, row);
	return auth_statement_run(execution, target->kept, target->values) > 0;
}
