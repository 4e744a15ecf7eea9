/*
 * import_source.c
 *	  Tables of Lucia, which are read as the caller: by its rights and as its
 *	  row security shows them.
 *
 * Statements name tables and columns as the catalog has them, quoted, and
 * contain no operator or function that a search path could find elsewhere.
 * Values become texts by their types' own output functions.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"

#include "call/value.h"
#include "import/import_source.h"
#include "table/relation.h"

static void
refuse(const char *message, const char *table, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg(message, table),
			 hint != NULL ? errhint("%s", hint) : 0));
}

/* Refuse what cannot be read, and our own tables. */
static void
check_relation(Relation relation)
{
	switch (relation->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
		case RELKIND_FOREIGN_TABLE:
			break;
		default:
			refuse("\"%s\" is not a table or view",
				   RelationGetRelationName(relation),
				   NULL);
	}
	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		if (auth_relation_is(table, relation))
			refuse("\"%s\" is a table of this extension",
				   RelationGetRelationName(relation),
				   "Lucia's tables of the same names must be in another "
				   "schema.");
	}
}

static Relation
open_source(Oid oid)
{
	Relation relation = try_relation_open(oid, AccessShareLock);

	if (relation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", oid)));
	return relation;
}

bool
auth_import_has_column(Oid oid, const char *column)
{
	return get_attnum(oid, column) > 0;
}

static void
check_type(const AuthImportSource *source, AuthImportField field)
{
	Oid type = getBaseType(source->types[field]);
	const char *wanted = NULL;

	if ((field == AUTH_IMPORT_ACTIVE || field == AUTH_IMPORT_IDLE) &&
		type != INT8OID)
		wanted = "bigint";
	if ((field == AUTH_IMPORT_EXPIRES || field == AUTH_IMPORT_CREATED) &&
		type != TIMESTAMPTZOID && type != TIMESTAMPOID)
		wanted = "timestamp with or without time zone";
	if (wanted != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of \"%s\" must be of type %s",
						source->columns[field],
						source->table,
						wanted)));
}

/* Let the source have the field in the column, or raise 42703. */
void
auth_import_source_add(AuthImportSource *source, AuthImportField field,
					   const char *column)
{
	AttrNumber number = get_attnum(source->oid, column);

	if (number <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of \"%s\" does not exist",
						column,
						source->table)));
	if (source->columns[field] != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_AMBIGUOUS_COLUMN),
				 errmsg("\"%s\" has both a column \"%s\" and a column \"%s\"",
						source->table,
						source->columns[field],
						column)));
	source->columns[field] = column;
	source->types[field] = get_atttype(source->oid, number);
	check_type(source, field);
}

/* Open a table of this shape; the lock stays, and with it the names. */
AuthImportSource *
auth_import_source(Oid oid, AuthImportShape shape)
{
	AuthImportSource *source = palloc0(sizeof(AuthImportSource));
	Relation relation = open_source(oid);
	char *schema = get_namespace_name(RelationGetNamespace(relation));

	check_relation(relation);
	source->oid = oid;
	source->table = pstrdup(RelationGetRelationName(relation));
	source->name = quote_qualified_identifier(schema, source->table);
	relation_close(relation, NoLock);
	for (; shape->name != NULL; shape++)
	{
		if (shape->required || auth_import_has_column(oid, shape->name))
			auth_import_source_add(source, shape->field, shape->name);
	}
	return source;
}

static bool
is_in_shape(AuthImportShape shape, const char *column)
{
	for (; shape->name != NULL; shape++)
	{
		if (strcmp(shape->name, column) == 0)
			return true;
	}
	return false;
}

static void
refuse_attribute(const AuthImportSource *source, const char *column,
				 AuthTable table)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_COLUMN),
			 errmsg("column \"%s\" of \"%s\" cannot become an attribute",
					column,
					source->table),
			 errdetail("Table \"%s\" has a column of this name with another "
					   "meaning.",
					   auth_relation_name(table)),
			 errhint("Rename it, or import from a view without it.")));
}

/* What names of columns have that hold hashes, keys and the like. */
static const char *const secret_words[] = {"passw",
										   "passphrase",
										   "pwd",
										   "hash",
										   "secret",
										   "token",
										   "salt",
										   "otp",
										   "mfa",
										   "2fa",
										   "credential",
										   "apikey",
										   "api_key",
										   "privatekey",
										   "private_key"};

static bool
has_secret_word(const char *name)
{
	char *lower = asc_tolower(name, strlen(name));

	for (int i = 0; i < lengthof(secret_words); i++)
	{
		if (strstr(lower, secret_words[i]) != NULL)
			return true;
	}
	return false;
}

static bool
is_named(const char *name, List *names)
{
	ListCell *cell;

	foreach (cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* An attribute is shown with its user to whoever may validate a session. */
void
auth_import_refuse_secret(const AuthImportSource *source, const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("column \"%s\" of \"%s\" looks like a secret and would "
					"become an attribute",
					column,
					source->table),
			 errdetail("Attributes are shown with their users and sessions."),
			 errhint("Import from a view without it, or in which it has the "
					 "name that the version of Lucia gives it; if it is an "
					 "attribute, name it in secret_columns.")));
}

static void
add_attribute(AuthImportSource *source, Form_pg_attribute column,
			  List *secret_columns)
{
	AuthImportAttribute *attribute = &source->attributes[source->nattributes++];

	attribute->name = pstrdup(NameStr(column->attname));
	attribute->is_secret = is_named(attribute->name, secret_columns);
	if (!attribute->is_secret && has_secret_word(attribute->name))
		auth_import_refuse_secret(source, attribute->name);
	attribute->number = column->attnum;
	attribute->type = column->atttypid;
	attribute->typmod = column->atttypmod;
	attribute->collation = column->attcollation;
}

/* The columns that the shape does not have are attributes. */
void
auth_import_source_attributes(AuthImportSource *source, AuthImportShape shape,
							  AuthTable table, List *secret_columns)
{
	Relation relation = open_source(source->oid);
	TupleDesc descriptor = RelationGetDescr(relation);

	source->attributes =
		palloc0(Max(descriptor->natts, 1) * sizeof(AuthImportAttribute));
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(descriptor, i);
		const char *name = NameStr(column->attname);

		if (column->attisdropped || is_in_shape(shape, name))
			continue;
		if (auth_relation_owns_column(table, name))
			refuse_attribute(source, name, table);
		add_attribute(source, column, secret_columns);
	}
	relation_close(relation, NoLock);
}

static void
append_column(StringInfo text, int number, const char *column)
{
	appendStringInfo(text,
					 "%s%s",
					 number == 1 ? "SELECT " : ", ",
					 quote_identifier(column));
}

/* SELECT fields, attributes FROM table */
void
auth_import_source_query(AuthImportSource *source)
{
	StringInfoData text;
	int count = 0;

	initStringInfo(&text);
	for (int field = 0; field < AUTH_IMPORT_FIELDS; field++)
	{
		if (source->columns[field] == NULL)
			continue;
		append_column(&text, ++count, source->columns[field]);
		source->results[field] = count;
	}
	for (int i = 0; i < source->nattributes; i++)
	{
		append_column(&text, ++count, source->attributes[i].name);
		source->attributes[i].result = count;
	}
	appendStringInfo(&text, " FROM %s", source->name);
	source->query = text.data;
}

/*
 * Passwords, each with its user's column.  Ids are compared as the texts that
 * they become; concat() makes them of any type by its output function, where
 * a cast could be somebody's own.
 */
void
auth_import_source_join(AuthImportSource *source, const AuthImportSource *users,
						const char *column)
{
	AttrNumber number = get_attnum(users->oid, column);

	if (number <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of \"%s\" does not exist",
						column,
						users->table),
				 errhint("identifier_column is the column by which users "
						 "sign in with their password.")));
	source->columns[AUTH_IMPORT_IDENTIFIER] = column;
	source->types[AUTH_IMPORT_IDENTIFIER] = get_atttype(users->oid, number);
	source->results[AUTH_IMPORT_USER] = 1;
	source->results[AUTH_IMPORT_HASH] = 2;
	source->results[AUTH_IMPORT_IDENTIFIER] = 3;
	source->query =
		psprintf("SELECT p.%s, p.%s, u.%s FROM %s p LEFT JOIN %s u"
				 " ON pg_catalog.concat(u.id)"
				 " OPERATOR(pg_catalog.=) pg_catalog.concat(p.%s)",
				 quote_identifier(source->columns[AUTH_IMPORT_USER]),
				 quote_identifier(source->columns[AUTH_IMPORT_HASH]),
				 quote_identifier(column),
				 source->name,
				 users->name,
				 quote_identifier(source->columns[AUTH_IMPORT_USER]));
}

static void
check_result_type(const AuthImportSource *source, TupleDesc descriptor,
				  int result, Oid type)
{
	if (result <= descriptor->natts &&
		TupleDescAttr(descriptor, result - 1)->atttypid == type)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("\"%s\" has changed during the import", source->table)));
}

/*
 * Values are taken for what their columns were when the source was opened.
 * No lock keeps this very session from changing them since, as a function in
 * a view that is read before might do.
 */
void
auth_import_source_check(const AuthImportSource *source, TupleDesc descriptor)
{
	for (int field = 0; field < AUTH_IMPORT_FIELDS; field++)
	{
		if (source->columns[field] != NULL)
			check_result_type(source,
							  descriptor,
							  source->results[field],
							  source->types[field]);
	}
	for (int i = 0; i < source->nattributes; i++)
		check_result_type(source,
						  descriptor,
						  source->attributes[i].result,
						  source->attributes[i].type);
}

/* The value of a field that the source has. */
NullableDatum
auth_import_get_value(const AuthImportRow *row, AuthImportField field)
{
	NullableDatum value;

	value.value = SPI_getbinval(row->tuple,
								row->descriptor,
								row->source->results[field],
								&value.isnull);
	return value;
}

/* The field as text; NULL when it is, or when there is none such. */
char *
auth_import_get(const AuthImportRow *row, AuthImportField field)
{
	Oid function;
	bool is_varlena;
	NullableDatum value;

	if (row->source->columns[field] == NULL)
		return NULL;
	value = auth_import_get_value(row, field);
	if (value.isnull || row->source->types[field] == TEXTOID)
		return auth_as_string(value);
	getTypeOutputInfo(row->source->types[field], &function, &is_varlena);
	return OidOutputFunctionCall(function, value.value);
}
