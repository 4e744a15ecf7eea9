/*
 * owner.c
 *	  Running code as the owner of our tables, with a search path of ours.
 *
 * EXECUTE on a function is the gate, so the caller needs no rights on the
 * tables: what touches them runs as their owner, as the server's foreign key
 * triggers do.  So does the owner's own code (triggers, defaults, domain
 * checks, casts), which would otherwise run as whoever calls our functions.
 *
 * Such code must not find what the caller has put on the search path, which
 * is set to the extension's schema, with pg_catalog before it and the
 * temporary schema behind.  Kept plans stay valid by that, too, whatever path
 * the caller has.
 *
 * Nor may it leave behind what would run when the caller is itself again, as
 * a cursor WITH HOLD or a deferred trigger does at the commit.  So it runs in
 * a security-restricted operation of the server's, like the functions of an
 * index or a materialized view, which refuses all of that, and its settings
 * end with it.  An owner who has the caller's rights anyway gains nothing by
 * such things, and is free to use deferred constraints.
 *
 * When an error is thrown, the end of the (sub)transaction restores it all.
 */
#include "postgres.h"

#include "catalog/objectaddress.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "table/owner.h"
#include "table/relation.h"

/* The owner of an object in a catalog of what has owners. */
Oid
auth_owner_of(Oid catalog, Oid object)
{
	int cache = get_object_catcache_oid(catalog);
	HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(object));
	bool isnull;
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for object %u", object);
	owner = DatumGetObjectId(SysCacheGetAttr(cache,
											 tuple,
											 get_object_attnum_owner(catalog),
											 &isnull));
	ReleaseSysCache(tuple);
	return owner;
}

/* Set a setting until auth_owner_end. */
void
auth_owner_set(const char *setting, const char *value)
{
	(void) set_config_option(setting,
							 value,
							 PGC_USERSET,
							 PGC_S_SESSION,
							 GUC_ACTION_SAVE,
							 true,
							 0,
							 false);
}

static void
pin_search_path(void)
{
	char *schema = get_namespace_name(auth_relation_schema());
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfo(&path, "%s, pg_temp", quote_identifier(schema));
	auth_owner_set("search_path", path.data);
	pfree(path.data);
	pfree(schema);
}

/*
 * Whether the user has all rights of those that its code could come to run as:
 * the caller and, where the caller is the current user by SET ROLE, who has
 * said that.
 */
static bool
has_rights_of_caller(Oid userid, Oid caller)
{
	return userid == caller || (has_privs_of_role(userid, caller) &&
								has_privs_of_role(userid, GetSessionUserId()));
}

/* Whether the error at hand is one of the server's about the restriction. */
static bool
is_restriction(void)
{
	MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);
	ErrorData *error = CopyErrorData();
	bool restriction =
		error->message_id != NULL &&
		strstr(error->message_id, "security-restricted operation") != NULL;

	FreeErrorData(error);
	MemoryContextSwitchTo(old);
	return restriction;
}

static void
explain_restriction(void *arg)
{
	if (geterrcode() == ERRCODE_INSUFFICIENT_PRIVILEGE && is_restriction())
		errhint("What the owner of the tables has attached to them runs "
				"restricted, unless the owner has the rights of the caller.");
}

/*
 * Run as the user until auth_owner_end.  What is begun within another such
 * scope ends within it.
 */
void
auth_owner_begin(AuthOwnerScope *scope, Oid userid)
{
	int sec_context = SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS;

	scope->nest_level = NewGUCNestLevel();
	pin_search_path();
	GetUserIdAndSecContext(&scope->userid, &scope->sec_context);
	scope->context.previous = error_context_stack;
	if (!has_rights_of_caller(userid, scope->userid))
	{
		scope->context.callback = explain_restriction;
		error_context_stack = &scope->context;
		sec_context |= SECURITY_RESTRICTED_OPERATION;
	}
	SetUserIdAndSecContext(userid, scope->sec_context | sec_context);
}

void
auth_owner_end(AuthOwnerScope *scope)
{
	error_context_stack = scope->context.previous;
	SetUserIdAndSecContext(scope->userid, scope->sec_context);
	AtEOXact_GUC(false, scope->nest_level);
}
