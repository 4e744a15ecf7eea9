/*
 * import_row.h
 *	  What becomes of the rows that an import reads.
 */
#ifndef AUTH_IMPORT_ROW_H
#define AUTH_IMPORT_ROW_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "import/import_source.h"
#include "import/import_target.h"

typedef enum AuthImportKind
{
	AUTH_KIND_USERS,
	AUTH_KIND_KEYS,
	AUTH_KIND_SESSIONS
} AuthImportKind;

#define AUTH_KINDS (AUTH_KIND_SESSIONS + 1)

typedef enum AuthImportOutcome
{
	AUTH_OUTCOME_IMPORTED,
	AUTH_OUTCOME_UNVERIFIABLE_HASH, /* imported, too */
	AUTH_OUTCOME_EXISTS,
	AUTH_OUTCOME_TAKEN,
	AUTH_OUTCOME_EXPIRED,
	AUTH_OUTCOME_MALFORMED_ID,
	AUTH_OUTCOME_NO_EXPIRY,
	AUTH_OUTCOME_NO_USER,
	AUTH_OUTCOME_SINGLE_USE
} AuthImportOutcome;

#define AUTH_OUTCOMES (AUTH_OUTCOME_SINGLE_USE + 1)

typedef struct AuthImport
{
	bool may_hash_tokens;
	char *identifier_column; /* and provider of the passwords */
	TimestampTz clock;
	AuthImportSource *users; /* or NULL, and so on */
	AuthImportSource *keys;
	AuthImportSource *sessions;
	AuthImportSource *passwords;
	AuthImportTarget *user_target;
	AuthImportTarget *session_target;
	bool read[AUTH_KINDS];
	int64 counts[AUTH_KINDS][AUTH_OUTCOMES];
	AuthImportKind kind; /* of the row that is being written */
	const char *user;	 /* its user, or NULL */
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
