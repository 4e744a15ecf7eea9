/*
 * import_report.h
 *	  What an import tells of the rows that it has read.
 */
#ifndef AUTH_IMPORT_REPORT_H
#define AUTH_IMPORT_REPORT_H

#include "postgres.h"

#include "fmgr.h"

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
	AUTH_OUTCOME_NOT_IMPORTED,
	AUTH_OUTCOME_SINGLE_USE
} AuthImportOutcome;

#define AUTH_OUTCOMES (AUTH_OUTCOME_SINGLE_USE + 1)

/* A row of a source; the texts are NULL where it has none. */
typedef struct AuthImportSubject
{
	AuthImportKind kind;
	const char *user;
	const char *name; /* of a key */
} AuthImportSubject;

typedef struct AuthImportReport
{
	bool read[AUTH_KINDS];
	int64 counts[AUTH_KINDS][AUTH_OUTCOMES];
	bool lists; /* what is not simply imported, row by row */
	FunctionCallInfo fcinfo;
} AuthImportReport;

extern const char *auth_import_kind_name(AuthImportKind kind);
extern void auth_import_report_row(AuthImportReport *report,
								   const AuthImportSubject *subject,
								   AuthImportOutcome outcome);
extern int64 auth_import_report_excluded(const AuthImportReport *report);
extern void auth_import_report_counts(const AuthImportReport *report);

#endif /* AUTH_IMPORT_REPORT_H */
