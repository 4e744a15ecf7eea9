/*
 * evaluate_once.c
 *	  auth_evaluate_once(): auth_once() for functions of the application.
 *
 * Only a superuser may give a function a support function, as that is code which
 * the planner trusts.  Ours is safe for any function that it is for, so whoever
 * owns one may have it.  The catalog is written to directly: ALTER FUNCTION would
 * have to run as a superuser, and look the function up by its name.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "call/argument.h"
#include "server/compat.h"

PG_FUNCTION_INFO_V1(auth_evaluate_once);

/* auth_once(), which is in the schema of the function that is being called. */
static Oid
find_support(FunctionCallInfo fcinfo)
{
	char *schema =
		get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid));
	Oid argument = INTERNALOID;

	return LookupFuncName(list_make2(makeString(schema),
									 makeString(pstrdup("auth_once"))),
						  1,
						  &argument,
						  false);
}

static bool
has_pseudo_type(Form_pg_proc function)
{
	for (int i = 0; i < function->pronargs; i++)
	{
		if (get_typtype(function->proargtypes.values[i]) == TYPTYPE_PSEUDO)
			return true;
	}
	return get_typtype(function->prorettype) == TYPTYPE_PSEUDO;
}

/* Why a call of the function cannot have one value in a statement, or NULL. */
static const char *
find_objection(Form_pg_proc function, Oid support)
{
	if (function->prokind != PROKIND_FUNCTION)
		return "It is an aggregate, a window function or a procedure.";
	if (function->proretset)
		return "It returns a set.";
	if (function->provolatile != PROVOLATILE_STABLE)
		return "It is not STABLE.";
	if (has_pseudo_type(function))
		return "It takes or returns a pseudo-type.";
	if (OidIsValid(function->prosupport) && function->prosupport != support)
		return "It has another support function.";
	if (OidIsValid(getExtensionOfObject(ProcedureRelationId, function->oid)))
		return "It belongs to an extension.";
	return NULL;
}

static void
check_function(Form_pg_proc function, Oid support)
{
	const char *objection;

	if (!auth_owns_function(function->oid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER,
					   OBJECT_FUNCTION,
					   format_procedure(function->oid));
	objection = find_objection(function, support);
	if (objection != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("function %s cannot be evaluated once",
						format_procedure(function->oid)),
				 errdetail_internal("%s", objection)));
}

/*
 * Give the function its support function, as ALTER FUNCTION does.  What was
 * checked is this version of its row; somebody else's change is an error.
 */
static void
set_support(Relation catalog, HeapTuple tuple, Oid support)
{
	Form_pg_proc function = (Form_pg_proc) GETSTRUCT(tuple);
	ObjectAddress dependent;
	ObjectAddress referenced;

	function->prosupport = support;
	ObjectAddressSet(dependent, ProcedureRelationId, function->oid);
	ObjectAddressSet(referenced, ProcedureRelationId, support);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	recordDependencyOn(&dependent, &referenced, DEPENDENCY_NORMAL);
	InvokeObjectPostAlterHook(ProcedureRelationId, function->oid, 0);
	CommandCounterIncrement();
}

/*
 * auth_evaluate_once(function regprocedure) void
 *
 * Have calls of a function with constants evaluated once in a statement, until
 * it is replaced.  42501 unless the caller owns it, 42883 where there is none,
 * 42809 for one that is not STABLE, returns a set, has a pseudo-type or another
 * support function, or belongs to an extension.
 */
Datum
auth_evaluate_once(PG_FUNCTION_ARGS)
{
	Oid support = find_support(fcinfo);
	Relation catalog;
	HeapTuple tuple;

	PreventCommandIfReadOnly("auth_evaluate_once()");
	auth_argument_required(fcinfo, 0, "function");
	catalog = table_open(ProcedureRelationId, RowExclusiveLock);
	tuple = SearchSysCacheCopy1(PROCOID, PG_GETARG_DATUM(0));
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("function with OID %u does not exist",
						PG_GETARG_OID(0))));
	check_function((Form_pg_proc) GETSTRUCT(tuple), support);
	if (((Form_pg_proc) GETSTRUCT(tuple))->prosupport != support)
		set_support(catalog, tuple, support);
	table_close(catalog, NoLock);
	PG_RETURN_VOID();
}
