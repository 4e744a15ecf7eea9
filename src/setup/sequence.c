/*
 * sequence.c
 *	  Sequences of our tables that are behind their rows.
 *
 * Logical replication and restores of single tables carry rows and no
 * sequences.  A sequence that begins anew gives ids that are there already.
 */
#include "postgres.h"

#include "call/value.h"
#include "catalog/pg_type.h"
#include "setup/sequence.h"

static AuthStatement find_sequence = {
	.text = "SELECT pg_get_serial_sequence($1, $2)",
	AUTH_TYPES(TEXTOID, TEXTOID),
	.results = (Oid[]){TEXTOID},
};

/* The sequence of an identity column as it is written in SQL, or NULL. */
static char *
sequence_name(AuthExecution *execution, const char *table, const char *column)
{
	NullableDatum arguments[] = {auth_string(table), auth_string(column)};

	(void) auth_statement_run(execution, &find_sequence, arguments);
	return auth_as_string(auth_statement_get(&find_sequence, 0, 1));
}

/* Whether the next id may be there already, and the highest one that is. */
static bool
is_behind(AuthExecution *execution, const char *sequence, const char *table,
		  const char *column, int64 *highest)
{
	AuthStatement compare =
		{.text = psprintf("SELECT t.highest FROM (SELECT max(%s) AS highest"
						  " FROM %s) t, %s s WHERE t.highest > s.last_value"
						  " OR t.highest = s.last_value AND NOT s.is_called",
						  column,
						  table,
						  sequence),
		 .results = (Oid[]){INT8OID},
		 .transient = true};
	bool behind = auth_statement_run(execution, &compare, NULL) > 0;

	if (behind)
		*highest = DatumGetInt64(auth_statement_require(&compare, 0, 1));
	return behind;
}

static List *
append_problem(List *problems, AuthExecution *execution, const char *table,
			   const char *column)
{
	char *sequence = sequence_name(execution, table, column);
	AuthProblem *problem;
	int64 highest;

	if (sequence == NULL ||
		!is_behind(execution, sequence, table, column, &highest))
		return problems;
	problem = palloc(sizeof(AuthProblem));
	*problem = (AuthProblem){
		.text = psprintf("the sequence of column \"%s\" of table \"%s\" is "
						 "behind its rows",
						 column,
						 table),
		.mend = psprintf("SELECT setval(%s, " INT64_FORMAT ")",
						 quote_literal_cstr(sequence),
						 highest),
		.loses_nothing = true};
	return lappend(problems, problem);
}

static List *
append_problems(List *problems, AuthExecution *execution, AuthTable table)
{
	const AuthDefinition *definition = auth_relation_definition(table);
	const AuthColumn *columns = definition->columns;

	for (int i = 0; i < AUTH_COLUMNS && columns[i].name != NULL; i++)
	{
		if (columns[i].fill != NULL)
			problems = append_problem(problems,
									  execution,
									  definition->name,
									  columns[i].name);
	}
	return problems;
}

/*
 * An AuthProblem for each that is behind, in SPI's memory, of the tables that
 * are in order; run as their owner.
 */
List *
auth_sequence_problems(AuthExecution *execution)
{
	List *problems = NIL;

	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		if (auth_relation_is_located(table))
			problems = append_problems(problems, execution, table);
	}
	return problems;
}
