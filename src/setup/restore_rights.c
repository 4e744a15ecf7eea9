/*
 * restore_rights.c
 *	  Rights on functions outlive an update.
 *
 * A function that is dropped and made anew is nobody's; the script has written
 * down before who could call it (src/upgrade/prologue.sql).
 *
 * Of rights that the server sees in a script, it takes those that are there
 * for the extension's own, and leaves them out of a dump: a restored database
 * would not have them.  So within the script all are taken back, also those
 * that a function has kept, and then given as if by hand.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/value.h"
#include "setup/revoke.h"
#include "table/statement.h"

PG_FUNCTION_INFO_V1(auth_restore_rights);

#define MEMBERS                                           \
	" FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid" \
	" AND d.classid = 'pg_proc'::regclass::oid"           \
	" AND d.refclassid = 'pg_extension'::regclass::oid"   \
	" AND d.refobjid = $1 AND d.deptype = 'e'::\"char\""

/* CASCADE: who could pass a right on may have done so. */
static AuthStatement list_revocations = {
	.text = "SELECT 'REVOKE ALL ON FUNCTION '::text"
			" || p.oid::regprocedure::text || ' FROM '::text"
			" || a.grantee::regrole::text || ' CASCADE'::text" MEMBERS
			" CROSS JOIN aclexplode(p.proacl) a"
			" WHERE a.grantee <> p.proowner AND a.grantee <> 0::oid",
	AUTH_TYPES(OIDOID),
	.results = (Oid[]){TEXTOID},
};

static AuthStatement list_grants = {
	.text = "SELECT 'GRANT EXECUTE ON FUNCTION '::text"
			" || p.oid::regprocedure::text || ' TO '::text"
			" || r.grantee::regrole::text || CASE WHEN r.is_grantable"
			" THEN ' WITH GRANT OPTION'::text ELSE ''::text END" MEMBERS
			" JOIN pg_temp.auth_right r ON r.proname = p.proname",
	AUTH_TYPES(OIDOID),
	.results = (Oid[]){TEXTOID},
};

/* Run the statements that the query makes. */
static void
run_listed(AuthExecution *execution, AuthStatement *list)
{
	NullableDatum arguments[] = {auth_oid(CurrentExtensionObject)};
	uint64 rows = auth_statement_run(execution, list, arguments);
	List *statements = NIL;
	ListCell *cell;

	for (uint64 row = 0; row < rows; row++)
		statements =
			lappend(statements,
					TextDatumGetCString(auth_statement_require(list, row, 1)));
	foreach (cell, statements)
	{
		auth_execution_run(lfirst(cell));
	}
}

/*
 * auth_restore_rights() void
 *
 * The last thing that an update calls: who could call a function before it can
 * call what has its name now.  55000 outside of a script.
 */
Datum
auth_restore_rights(PG_FUNCTION_ARGS)
{
	AuthExecution execution;

	auth_revoke_require_script("auth_restore_rights()");
	auth_execution_begin(&execution, GetUserId());
	run_listed(&execution, &list_revocations);
	creating_extension = false; /* an error ends the script, and resets it */
	run_listed(&execution, &list_grants);
	creating_extension = true;
	auth_execution_end(&execution);
	PG_RETURN_VOID();
}
