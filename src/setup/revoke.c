/*
 * revoke.c
 *	  What is made is its owner's alone.
 *
 * ALTER DEFAULT PRIVILEGES gives whoever it names rights on what is made
 * later: on password hashes, or on the function that grants the rest.  They
 * are taken back in the transaction that makes it, so that nobody ever has
 * them.  What was there before keeps its grants.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "call/value.h"
#include "setup/revoke.h"
#include "table/layout.h"

PG_FUNCTION_INFO_V1(auth_revoke_defaults);

/*
 * Who has rights on an extension's members, but for their owners.  Array
 * types have no rights of their own, as their elements have them.
 */
static AuthStatement list_member_grants = {
	.text = "SELECT CASE WHEN p.oid IS NOT NULL THEN 'ROUTINE'::text"
			" WHEN t.oid IS NOT NULL THEN 'TYPE'::text ELSE 'TABLE'::text END,"
			" i.identity, a.grantee, d.xmin FROM pg_depend d"
			" LEFT JOIN pg_proc p ON p.oid = d.objid"
			" AND d.classid = 'pg_proc'::regclass::oid"
			" LEFT JOIN pg_type t ON t.oid = d.objid"
			" AND d.classid = 'pg_type'::regclass::oid"
			" LEFT JOIN pg_class c ON c.oid = d.objid"
			" AND d.classid = 'pg_class'::regclass::oid"
			" CROSS JOIN pg_identify_object(d.classid, d.objid, 0) i"
			" CROSS JOIN aclexplode(coalesce(p.proacl, t.typacl, c.relacl)) a"
			" WHERE d.refclassid = 'pg_extension'::regclass::oid"
			" AND d.refobjid = $1 AND d.deptype = 'e'::\"char\""
			" AND a.grantee <> coalesce(p.proowner, t.typowner, c.relowner)",
	AUTH_TYPES(OIDOID),
	.results = (Oid[]){TEXTOID, TEXTOID, OIDOID, XIDOID},
};

/* Tables and what depends on them, with who else has rights on each. */
static AuthStatement list_relation_grants = {
	.text = "SELECT 'TABLE'::text, i.identity, a.grantee, c.oid FROM pg_class c"
			" CROSS JOIN pg_identify_object('pg_class'::regclass::oid, c.oid,"
			" 0) i LEFT JOIN aclexplode(c.relacl) a ON a.grantee <> c.relowner"
			" WHERE c.oid = ANY ($1) OR c.oid IN (SELECT d.objid"
			" FROM pg_depend d WHERE d.classid = 'pg_class'::regclass::oid"
			" AND d.refclassid = 'pg_class'::regclass::oid"
			" AND d.refobjid = ANY ($1))",
	AUTH_TYPES(OIDARRAYOID),
	.results = (Oid[]){TEXTOID, TEXTOID, OIDOID, OIDOID},
};

/* The statement that takes back what a row of either says. */
static char *
revocation(const AuthStatement *grants, uint64 row)
{
	Oid grantee = DatumGetObjectId(auth_statement_require(grants, row, 3));

	return psprintf("REVOKE ALL ON %s %s FROM %s",
					TextDatumGetCString(auth_statement_require(grants, row, 1)),
					TextDatumGetCString(auth_statement_require(grants, row, 2)),
					OidIsValid(grantee) ?
						quote_identifier(GetUserNameFromId(grantee, false)) :
						"PUBLIC");
}

static void
execute(List *statements)
{
	ListCell *cell;

	foreach (cell, statements)
	{
		auth_execution_run(lfirst(cell));
	}
}

static bool
is_new_member(uint64 row)
{
	Datum xmin = auth_statement_require(&list_member_grants, row, 4);

	return TransactionIdIsCurrentTransactionId(DatumGetTransactionId(xmin));
}

/* Raise 55000 but for a script of the extension, which calls the function. */
void
auth_revoke_require_script(const char *function)
{
	if (!creating_extension)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s can only be called by a script of the extension",
						function)));
}

/*
 * auth_revoke_defaults() void
 *
 * What a script of the extension calls behind the rest.  What it has made is
 * what became a member in this transaction; what it has replaced was one
 * before.  55000 outside of a script.
 */
Datum
auth_revoke_defaults(PG_FUNCTION_ARGS)
{
	AuthExecution execution;
	NullableDatum arguments[] = {auth_oid(CurrentExtensionObject)};
	List *statements = NIL;
	uint64 rows;

	auth_revoke_require_script("auth_revoke_defaults()");
	auth_execution_begin(&execution, GetUserId());
	rows = auth_statement_run(&execution, &list_member_grants, arguments);
	for (uint64 row = 0; row < rows; row++)
	{
		if (is_new_member(row))
			statements =
				lappend(statements, revocation(&list_member_grants, row));
	}
	execute(statements);
	auth_execution_end(&execution);
	PG_RETURN_VOID();
}

static uint64
list_relations(AuthExecution *execution)
{
	Datum tables[AUTH_TABLES];
	NullableDatum argument;

	for (AuthTable table = 0; table < AUTH_TABLES; table++)
		tables[table] = ObjectIdGetDatum(auth_relation_find(table));
	argument = auth_pointer(construct_array(tables,
											AUTH_TABLES,
											OIDOID,
											sizeof(Oid),
											true,
											TYPALIGN_INT));
	return auth_statement_run(execution, &list_relation_grants, &argument);
}

static Oid
get_relation(uint64 row)
{
	return DatumGetObjectId(
		auth_statement_require(&list_relation_grants, row, 4));
}

static bool
has_grantee(uint64 row)
{
	return !auth_statement_get(&list_relation_grants, row, 3).isnull;
}

/* Our tables and their sequences, as far as they are there. */
List *
auth_revoke_present(AuthExecution *execution)
{
	uint64 rows = list_relations(execution);
	List *present = NIL;

	for (uint64 row = 0; row < rows; row++)
		present = lappend_oid(present, get_relation(row));
	return present;
}

/* Leave to the owner alone what was not present. */
void
auth_revoke_new(AuthExecution *execution, List *present)
{
	uint64 rows = list_relations(execution);
	List *statements = NIL;

	for (uint64 row = 0; row < rows; row++)
	{
		if (has_grantee(row) && !list_member_oid(present, get_relation(row)))
			statements =
				lappend(statements, revocation(&list_relation_grants, row));
	}
	execute(statements);
}
