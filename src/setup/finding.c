/*
 * finding.c
 *	  Rows of auth_check().
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "call/result.h"
#include "call/value.h"
#include "setup/finding.h"

/* The statement may be NULL: none mends it. */
void
auth_finding_add(FunctionCallInfo fcinfo, const char *severity,
				 const char *kind, const char *finding, const char *statement)
{
	NullableDatum values[] = {auth_string(severity),
							  auth_string(kind),
							  auth_string(finding),
							  auth_string(statement)};

	auth_result_add(fcinfo, values, lengthof(values));
}

static char *
call_of_setup(void)
{
	char *schema = get_namespace_name(auth_relation_schema());

	return psprintf("SELECT %s.auth_setup()", quote_identifier(schema));
}

/* What loses nothing is left to auth_setup(). */
void
auth_finding_add_problem(FunctionCallInfo fcinfo, const char *severity,
						 const char *kind, const AuthProblem *problem)
{
	auth_finding_add(fcinfo,
					 severity,
					 kind,
					 problem->text,
					 problem->loses_nothing || problem->mend == NULL ?
						 call_of_setup() :
						 problem->mend);
}

void
auth_finding_add_problems(FunctionCallInfo fcinfo, const char *severity,
						  const char *kind, const List *problems)
{
	ListCell *cell;

	foreach (cell, problems)
	{
		const AuthProblem *problem = lfirst(cell);

		auth_finding_add_problem(fcinfo, severity, kind, problem);
	}
}

/* What a statement finds, whose rows are those of auth_check(); how many. */
uint64
auth_finding_run(FunctionCallInfo fcinfo, AuthExecution *execution,
				 AuthStatement *statement, const NullableDatum *arguments)
{
	uint64 rows = auth_statement_run(execution, statement, arguments);

	for (uint64 row = 0; row < rows; row++)
	{
		NullableDatum values[4];

		for (int i = 0; i < lengthof(values); i++)
			values[i] = auth_statement_get(statement, row, i + 1);
		auth_result_add(fcinfo, values, lengthof(values));
	}
	return rows;
}
