/*
 * import_report.c
 *	  What an import tells of the rows that it has read: how many have become
 *	  what, and if that is asked for, which were not simply imported.
 *
 * A session is told by its user, since what else names it is the token.
 */
#include "postgres.h"

#include "call/result.h"
#include "call/value.h"
#include "import/import_report.h"

static const char *const kind_names[AUTH_KINDS] = {"user", "key", "session"};

static const char *const reasons[AUTH_OUTCOMES] =
	{[AUTH_OUTCOME_IMPORTED] = NULL,
	 [AUTH_OUTCOME_UNVERIFIABLE_HASH] = "unverifiable_hash",
	 [AUTH_OUTCOME_EXISTS] = "exists",
	 [AUTH_OUTCOME_TAKEN] = "taken",
	 [AUTH_OUTCOME_EXPIRED] = "expired",
	 [AUTH_OUTCOME_MALFORMED_ID] = "malformed_id",
	 [AUTH_OUTCOME_NO_EXPIRY] = "no_expiry",
	 [AUTH_OUTCOME_NO_USER] = "no_user",
	 [AUTH_OUTCOME_NOT_IMPORTED] = "not_imported",
	 [AUTH_OUTCOME_SINGLE_USE] = "single_use"};

const char *
auth_import_kind_name(AuthImportKind kind)
{
	return kind_names[kind];
}

/* So many rows, of which one is told by what it is. */
static void
add(const AuthImportReport *report, const AuthImportSubject *subject,
	AuthImportOutcome outcome, int64 rows)
{
	const char *result = outcome < AUTH_OUTCOME_EXISTS ? "imported" : "skipped";
	NullableDatum values[] = {auth_string(kind_names[subject->kind]),
							  auth_string(result),
							  auth_string(reasons[outcome]),
							  auth_string(subject->user),
							  auth_string(subject->name),
							  auth_int64(rows)};

	auth_result_add(report->fcinfo, values, lengthof(values));
}

void
auth_import_report_row(AuthImportReport *report,
					   const AuthImportSubject *subject,
					   AuthImportOutcome outcome)
{
	report->counts[subject->kind][outcome]++;
	if (report->lists && outcome != AUTH_OUTCOME_IMPORTED)
		add(report, subject, outcome, 1);
}

int64
auth_import_report_excluded(const AuthImportReport *report)
{
	int64 excluded = 0;

	for (int kind = 0; kind < AUTH_KINDS; kind++)
	{
		for (int outcome = AUTH_OUTCOME_EXISTS; outcome < AUTH_OUTCOMES;
			 outcome++)
			excluded += report->counts[kind][outcome];
	}
	return excluded;
}

/* What has been listed is not counted once more. */
static bool
is_counted(const AuthImportReport *report, AuthImportKind kind,
		   AuthImportOutcome outcome)
{
	if (outcome == AUTH_OUTCOME_IMPORTED)
		return report->read[kind];
	return report->counts[kind][outcome] > 0 && !report->lists;
}

void
auth_import_report_counts(const AuthImportReport *report)
{
	for (AuthImportKind kind = 0; kind < AUTH_KINDS; kind++)
	{
		AuthImportSubject all = {.kind = kind};

		for (AuthImportOutcome outcome = 0; outcome < AUTH_OUTCOMES; outcome++)
		{
			if (is_counted(report, kind, outcome))
				add(report, &all, outcome, report->counts[kind][outcome]);
		}
	}
}
