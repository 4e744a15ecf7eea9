/*
 * import_target.h
 *	  Our tables, as an import writes them: as their owner, with columns that
 *	  are added for attributes which have none yet.
 */
#ifndef AUTH_IMPORT_TARGET_H
#define AUTH_IMPORT_TARGET_H

#include "postgres.h"

#include "import/import_source.h"
#include "table/statement.h"

/* An attribute as it is written. */
typedef struct AuthImportConversion
{
	const AuthImportAttribute *attribute;
	Oid from; /* the types without their domains, which */
	Oid type; /* are left to the statement */
	Oid input;
	Oid io_parameter;
	Oid output;
	bool is_zoned; /* both are times, one of them without a zone */
	int32 typmod;
	Oid coercion; /* the function that applies it, or InvalidOid */
	bool is_text; /* and not said to be a secret */
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
	const char *converting; /* the column of the value that is, or NULL */
} AuthImportTarget;

extern AuthImportTarget *auth_import_target(AuthTable table,
											const char *const *columns,
											const Oid *types,
											const AuthImportSource *source);
extern void auth_import_target_begin(AuthImportTarget *target);
extern bool auth_import_write(AuthImportTarget *target,
							  AuthExecution *execution,
							  const AuthImportRow *row);

#endif /* AUTH_IMPORT_TARGET_H */
