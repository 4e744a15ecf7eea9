/*
 * second_set.c
 *	  Tables of an installation of the extension that was dropped.
 *
 * They stay when it is, and are not found any more when it is created again in
 * another schema: nobody could sign in to the empty ones that would be made
 * there.
 */
#include "postgres.h"

#include "call/value.h"
#include "catalog/pg_type.h"
#include "setup/second_set.h"
#include "table/relation.h"
#include "table/statement.h"

/* The role's own, by which nobody else keeps it from setting up. */
static AuthStatement list_layouts = {
	.text = "SELECT c.relnamespace::regnamespace::text FROM pg_class c"
			" WHERE c.relname = 'auth_layout'::name"
			" AND c.relkind = 'r'::\"char\" AND c.relnamespace <> $1"
			" AND c.relpersistence <> 't'::\"char\""
			" AND pg_has_role($2, c.relowner, 'USAGE'::text)"
			" AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
			" AND a.attname = 'layout'::name AND NOT a.attisdropped)"
			" ORDER BY c.relnamespace",
	AUTH_TYPES(OIDOID, OIDOID),
	.results = (Oid[]){TEXTOID},
};

/* The names of other schemas that have such tables of the role's, as in SQL. */
List *
auth_second_sets(Oid role)
{
	NullableDatum arguments[] = {auth_oid(auth_relation_schema()),
								 auth_oid(role)};
	AuthExecution execution;
	List *schemas = NIL;
	uint64 rows;

	auth_execution_begin(&execution, role);
	rows = auth_statement_run(&execution, &list_layouts, arguments);
	for (uint64 row = 0; row < rows; row++)
	{
		MemoryContext old = MemoryContextSwitchTo(execution.caller);
		Datum schema = auth_statement_require(&list_layouts, row, 1);

		schemas = lappend(schemas, TextDatumGetCString(schema));
		MemoryContextSwitchTo(old);
	}
	auth_execution_end(&execution);
	return schemas;
}
