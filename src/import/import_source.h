/*
 * import_source.h
 *	  Tables of Lucia, which are read as the caller: by its rights and as its
 *	  row security shows them.
 */
#ifndef AUTH_IMPORT_SOURCE_H
#define AUTH_IMPORT_SOURCE_H

#include "postgres.h"

#include "import/import.h"

extern AuthImportSource *auth_import_source(Oid oid, AuthImportShape shape);
extern bool auth_import_has_column(Oid oid, const char *column);
extern void auth_import_source_add(AuthImportSource *source,
								   AuthImportField field, const char *column);
extern void auth_import_source_attributes(AuthImportSource *source,
										  AuthImportShape shape,
										  AuthTable table);
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
