/*
 * grant.c
 *	  auth_grant(): the sets of functions that roles may call.
 *
 * EXECUTE on a function is the only gate there is.  GRANT runs as the owner
 * of our functions, so that an admin who is no superuser can pass rights on.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "call/argument.h"
#include "call/value.h"
#include "setup/grant.h"
#include "table/relation.h"
#include "table/statement.h"

PG_FUNCTION_INFO_V1(auth_grant);

/*
 * The functions of each set, and our types: identity has what policies ask,
 * client what concerns whoever knows a password or a token, service users, keys
 * and sessions by their ids, and who sends messages (worker) needs nothing else.
 */
#include "setup/rights.inc"

static const struct
{
	const char *privilege;
	const char *const *functions; /* NULL: all that can be called */
} sets[] = {
	{"identity", identity_functions},
	{"client", client_functions},
	{"service", service_functions},
	{"worker", worker_functions},
	{"admin", NULL},
};

/*
 * The functions as a list for GRANT: those with the names, or all that
 * can be called; with a role, only what it cannot execute yet.
 */
static AuthStatement list_functions = {
	.text = "SELECT string_agg(p.oid::regprocedure::text, ', '::text)"
			" FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid"
			" AND d.classid = 'pg_proc'::regclass::oid"
			" AND d.refclassid = 'pg_extension'::regclass::oid"
			" AND d.refobjid = $1 AND d.deptype = 'e'::\"char\""
			" WHERE (p.proname = ANY ($2) OR"
			" $2 IS NULL AND p.prorettype <> 'trigger'::regtype::oid"
			" AND p.prorettype <> 'index_am_handler'::regtype::oid"
			" AND p.prorettype <> 'internal'::regtype::oid)"
			" AND ($3 IS NULL OR"
			" NOT has_function_privilege($3, p.oid, 'EXECUTE'::text))",
	AUTH_TYPES(OIDOID, TEXTARRAYOID, OIDOID),
	.results = (Oid[]){TEXTOID},
};

/* The owner of the function that is being called. */
static Oid
function_owner(FunctionCallInfo fcinfo)
{
	return auth_owner_of(ProcedureRelationId, fcinfo->flinfo->fn_oid);
}

static NullableDatum
make_names(const char *const *functions)
{
	Datum names[lengthof(service_functions)];
	int count = 0;

	for (; functions[count] != NULL; count++)
	{
		Assert(count < lengthof(names));
		names[count] = CStringGetTextDatum(functions[count]);
	}
	return auth_pointer(
		construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * The names of the functions as a list, in SPI's memory; NULL when there are
 * none.
 */
static char *
list_names(AuthExecution *execution, const char *const *functions, Oid lacking)
{
	NullableDatum arguments[] = {
		auth_oid(get_extension_oid("auth", false)),
		functions != NULL ? make_names(functions) : auth_null(),
		OidIsValid(lacking) ? auth_oid(lacking) : auth_null(),
	};

	(void) auth_statement_run(execution, &list_functions, arguments);
	return auth_as_string(auth_statement_get(&list_functions, 0, 1));
}

static void
grant(const char *what, const char *objects, Oid role)
{
	char *name = GetUserNameFromId(role, false);

	auth_execution_run(
		psprintf("GRANT %s %s TO %s", what, objects, quote_identifier(name)));
}

/*
 * Have the role execute what the owner of the tables must be able to; as the
 * owner of the function that is being called.  Nothing is changed where it can
 * already.
 */
void
auth_grant_owner(FunctionCallInfo fcinfo, Oid role)
{
	AuthExecution execution;
	char *list;

	auth_execution_begin(&execution, function_owner(fcinfo));
	list = list_names(&execution, owner_functions, role);
	if (list != NULL)
		grant("EXECUTE ON FUNCTION", list, role);
	auth_execution_end(&execution);
}

/* Whether there is something that it would have to be granted. */
bool
auth_grant_is_lacking(Oid role)
{
	AuthExecution execution;
	bool lacking;

	auth_execution_begin(&execution, role);
	lacking = list_names(&execution, owner_functions, role) != NULL;
	auth_execution_end(&execution);
	return lacking;
}

/*
 * Grant the functions of the set, and what it takes to name our schema and
 * types.
 */
static void
grant_set(FunctionCallInfo fcinfo, const char *const *functions, Oid role)
{
	AuthExecution execution;
	char *schema = get_namespace_name(auth_relation_schema());

	auth_execution_begin(&execution, function_owner(fcinfo));
	grant("USAGE ON SCHEMA", quote_identifier(schema), role);
	grant("USAGE ON TYPE", TYPES, role);
	grant("EXECUTE ON FUNCTION",
		  list_names(&execution, functions, InvalidOid),
		  role);
	auth_execution_end(&execution);
}

/*
 * auth_grant(role regrole, privilege text) void
 *
 * 'identity', 'client', 'service' or 'admin', each with all that the one before
 * it has; 'worker', which is apart.  22023 for anything else.
 */
Datum
auth_grant(PG_FUNCTION_ARGS)
{
	char *privilege;
	Oid role;

	PreventCommandIfReadOnly("auth_grant()");
	auth_argument_required(fcinfo, 0, "role");
	role = PG_GETARG_OID(0);
	privilege = text_to_cstring(auth_argument_text(fcinfo, 1, "privilege"));
	auth_relation_lock();
	for (int i = 0; i < lengthof(sets); i++)
	{
		if (strcmp(sets[i].privilege, privilege) != 0)
			continue;
		grant_set(fcinfo, sets[i].functions, role);
		PG_RETURN_VOID();
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("privilege must be \"identity\", \"client\", "
					"\"service\", \"worker\" or \"admin\"")));
}
