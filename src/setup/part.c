/*
 * part.c
 *	  Parts of our tables that the functions work without: indexes, triggers
 *	  and foreign keys to users.
 *
 * Nobody notices when one is lost, until a statement takes an hour or a row
 * outlives its user.
 */
#include "postgres.h"

#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "utils/lsyscache.h"

#include "setup/part.h"
#include "table/layout.h"
#include "table/locate.h"

/* Whether the table has the index of that name. */
bool
auth_part_has_index(AuthTable table, const char *name)
{
	Oid oid = get_relname_relid(name, auth_relation_schema());
	char relkind = get_rel_relkind(oid);

	return (relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX) &&
		   IndexGetRelation(oid, false) == auth_relation_find(table);
}

static bool
has_trigger(AuthTable table, const char *name)
{
	return OidIsValid(get_trigger_oid(auth_relation_find(table), name, true));
}

static List *
append_lost(List *problems, AuthTable table, const char *part, const char *name)
{
	AuthProblem *problem = palloc(sizeof(AuthProblem));

	*problem =
		(AuthProblem){.text = psprintf("table \"%s\" has lost its %s \"%s\"",
									   auth_relation_name(table),
									   part,
									   name),
					  .mend = pstrdup("SELECT auth_setup()"),
					  .loses_nothing = true};
	return lappend(problems, problem);
}

static List *
append_problems(List *problems, AuthTable table)
{
	const AuthDefinition *definition = auth_relation_definition(table);
	const char *const *indexes = definition->indexes;
	const char *const *triggers = definition->triggers;

	for (int i = 0; i < AUTH_INDEXES && indexes[i] != NULL; i++)
	{
		if (table != AUTH_THROTTLE && !auth_part_has_index(table, indexes[i]))
			problems = append_lost(problems, table, "index", indexes[i]);
	}
	for (int i = 0; i < AUTH_TRIGGERS && triggers[i] != NULL; i++)
	{
		if (!has_trigger(table, triggers[i]))
			problems = append_lost(problems, table, "trigger", triggers[i]);
	}
	if (definition->refers_to_user && !auth_relation_has_user_reference(table))
		problems = append_lost(problems, table, "foreign key to", "auth_user");
	return problems;
}

/*
 * An AuthProblem for each that is missing, of the tables that are in order.  The
 * index of auth_throttle is needed, and known by what it is and not by its name.
 */
List *
auth_part_problems(void)
{
	List *problems = NIL;

	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		if (auth_relation_is_located(table))
			problems = append_problems(problems, table);
	}
	return problems;
}
