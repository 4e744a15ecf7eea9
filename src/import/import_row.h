/*
 * import_row.h
 *	  What becomes of the rows that an import reads.
 */
#ifndef AUTH_IMPORT_ROW_H
#define AUTH_IMPORT_ROW_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "import/import_report.h"
#include "import/import_source.h"
#include "import/import_target.h"
#include "import/import_token.h"

typedef struct AuthImport
{
	AuthImportIds session_ids;
	char *identifier_column; /* and provider of the passwords */
	TimestampTz clock;
	AuthImportSource *users; /* or NULL, and so on */
	AuthImportSource *keys;
	AuthImportSource *sessions;
	AuthImportSource *passwords;
	AuthImportTarget *user_target;
	AuthImportTarget *session_target;
	AuthImportSubject subject; /* the row that is being written */
	AuthImportReport report;
} AuthImport;

/* Writes what becomes of a row that has been read. */
typedef void (*AuthImportWriter)(AuthImport *import, AuthExecution *execution,
								 const AuthImportRow *row);

extern const char *const auth_import_user_columns[];
extern const Oid auth_import_user_types[];
extern const char *const auth_import_session_columns[];
extern const Oid auth_import_session_types[];

extern void auth_import_write_user(AuthImport *import, AuthExecution *execution,
								   const AuthImportRow *row);
extern void auth_import_write_key(AuthImport *import, AuthExecution *execution,
								  const AuthImportRow *row);
extern void auth_import_write_password(AuthImport *import,
									   AuthExecution *execution,
									   const AuthImportRow *row);
extern void auth_import_write_session(AuthImport *import,
									  AuthExecution *execution,
									  const AuthImportRow *row);

#endif /* AUTH_IMPORT_ROW_H */
