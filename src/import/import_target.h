/*
 * import_target.h
 *	  Our tables, as an import writes them: as their owner, with columns that
 *	  are added for attributes which have none yet.
 */
#ifndef AUTH_IMPORT_TARGET_H
#define AUTH_IMPORT_TARGET_H

#include "postgres.h"

#include "import/import.h"

extern AuthImportTarget *auth_import_target(AuthTable table,
											const char *const *columns,
											const Oid *types,
											const AuthImportSource *source);
extern void auth_import_target_begin(AuthImportTarget *target);
extern bool auth_import_write(AuthImportTarget *target,
							  AuthExecution *execution,
							  const AuthImportRow *row);

#endif /* AUTH_IMPORT_TARGET_H */
