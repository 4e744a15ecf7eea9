/*
 * import.h
 *	  The parts of auth_import_lucia(): layouts, sources and targets.
 */
#ifndef AUTH_IMPORT_H
#define AUTH_IMPORT_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "executor/spi.h"

#include "table/statement.h"

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

/* The tables of a version; NULL: it has none such. */
typedef struct AuthImportLayout
{
	const char *version;
	AuthImportShape users;
	AuthImportShape keys;
	AuthImportShape accounts; /* keys without a column "id" */
	AuthImportShape sessions;
	AuthImportShape passwords;
	bool may_hash_tokens; /* the id of a session can be the token's hash */
} AuthImportLayout;

/* A column that becomes an attribute. */
typedef struct AuthImportAttribute
{
	const char *name;
	AttrNumber number;
	Oid type;
	int32 typmod;
	Oid collation;
	int result; /* where it is in what is read */
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
} AuthImportSource;

/* A row of it. */
typedef struct AuthImportRow
{
	const AuthImportSource *source;
	HeapTuple tuple;
	TupleDesc descriptor;
} AuthImportRow;

/* An attribute as it is written. */
typedef struct AuthImportConversion
{
	const AuthImportAttribute *attribute;
	Oid type; /* its domains are left to the statement */
	Oid input;
	Oid io_parameter;
	Oid output;
} AuthImportConversion;

/* A table that is written, as its owner. */
typedef struct AuthImportTarget
{
	AuthTable table;
	int nfixed; /* columns of ours, before the attributes */
	int count;
	AuthImportConversion *conversions;
	AuthStatement statement;
	AuthStatement *kept;
	NullableDatum *values;
} AuthImportTarget;


#endif /* AUTH_IMPORT_H */
