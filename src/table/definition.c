/*
 * definition.c
 *	  What is said of our tables in *.table.sql, as C knows it.
 *
 * The definitions are made by table.awk, so that a table is said once.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "table/definition.h"

static const AuthDefinition definitions[AUTH_TABLES] = {
#include "table/definitions.inc"
};

const AuthDefinition *
auth_relation_definition(AuthTable table)
{
	return &definitions[table];
}

const char *
auth_relation_name(AuthTable table)
{
	return definitions[table].name;
}

/* Whether a column of this name is ours, and no attribute. */
bool
auth_relation_owns_column(AuthTable table, const char *column)
{
	const AuthColumn *columns = definitions[table].columns;

	for (int i = 0; i < AUTH_COLUMNS && columns[i].name != NULL; i++)
	{
		if (strcmp(columns[i].name, column) == 0)
			return true;
	}
	return false;
}
