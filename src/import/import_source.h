/*
 * import_source.h
 *	  Tables of Lucia, which are read as the caller: by its rights and as its
 *	  row security shows them.
 */
#ifndef AUTH_IMPORT_SOURCE_H
#define AUTH_IMPORT_SOURCE_H

#include "postgres.h"

#include "executor/spi.h"

#include "server/compat.h"
#include "table/definition.h"

/* What a column of a source means. */
typedef enum AuthImportField
{
	AUTH_IMPORT_ID,			/* of the user, or the token of the session */
	AUTH_IMPORT_USER,		/* whose key or session it is */
	AUTH_IMPORT_KEY,		/* provider:identifier */
	AUTH_IMPORT_PROVIDER,	/* or these two */
	AUTH_IMPORT_IDENTIFIER, /* of a password of version 3: without provider */
	AUTH_IMPORT_HASH,
	AUTH_IMPORT_SINGLE_USE, /* when not NULL */
	AUTH_IMPORT_SECRET,		/* the hash of the second half of a token */
	AUTH_IMPORT_ACTIVE,		/* milliseconds */
	AUTH_IMPORT_IDLE,		/* milliseconds */
	AUTH_IMPORT_EXPIRES,	/* a timestamp */
	AUTH_IMPORT_CREATED		/* a timestamp */
} AuthImportField;

#define AUTH_IMPORT_FIELDS (AUTH_IMPORT_CREATED + 1)

typedef struct AuthImportColumn
{
	const char *name;
	AuthImportField field;
	bool required;
} AuthImportColumn;

/* A table's columns; what ends the list has no name. */
typedef const AuthImportColumn *AuthImportShape;

/* A column that becomes an attribute. */
typedef struct AuthImportAttribute
{
	const char *name;
	AttrNumber number;
	Oid type;
	int32 typmod;
	Oid collation;
	int result;		/* where it is in what is read */
	bool is_secret; /* and the caller says that it is to be carried */
} AuthImportAttribute;

/* A table that is read, as the caller. */
typedef struct AuthImportSource
{
	Oid oid;
	char *table; /* as messages show it */
	char *name;	 /* as statements do: qualified and quoted */
	const char *columns[AUTH_IMPORT_FIELDS]; /* NULL: it has none such */
	Oid types[AUTH_IMPORT_FIELDS];
	int results[AUTH_IMPORT_FIELDS];
	AuthImportAttribute *attributes;
	int nattributes;
	char *query;
	text *zone; /* of timestamps without one; NULL: there are none */
} AuthImportSource;

/* A row of it. */
typedef struct AuthImportRow
{
	const AuthImportSource *source;
	HeapTuple tuple;
	TupleDesc descriptor;
} AuthImportRow;

extern AuthImportSource *auth_import_source(Oid oid, AuthImportShape shape);
extern bool auth_import_has_column(Oid oid, const char *column);
extern void auth_import_source_add(AuthImportSource *source,
								   AuthImportField field, const char *column);
extern void auth_import_source_attributes(AuthImportSource *source,
										  AuthImportShape shape,
										  AuthTable table,
										  List *secret_columns);
pg_noreturn extern void
auth_import_refuse_secret(const AuthImportSource *source, const char *column);
extern void auth_import_source_query(AuthImportSource *source);
extern void auth_import_source_join(AuthImportSource *source,
									const AuthImportSource *users,
									const char *column);
extern void auth_import_source_check(const AuthImportSource *source,
									 TupleDesc descriptor);
extern char *auth_import_get(const AuthImportRow *row, AuthImportField field);
extern NullableDatum auth_import_get_value(const AuthImportRow *row,
										   AuthImportField field);

#endif /* AUTH_IMPORT_SOURCE_H */
