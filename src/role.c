/*
 * role.c
 *	  Running code as another role, with a search path of ours.
 *
 * EXECUTE on a function is the gate, so the caller needs no rights on the
 * tables: what touches them runs as their owner, as the server's foreign key
 * triggers do.  That is also the role for the owner's own code, which our
 * functions would otherwise run as whoever calls them: triggers, defaults,
 * domain checks, casts.
 *
 * Such code must not find what the caller has put on the search path, which
 * is set to the extension's schema, with pg_catalog before it and the
 * temporary schema behind.  Kept plans stay valid by that, too, whatever path
 * the caller has.
 *
 * When an error is thrown, the end of the (sub)transaction restores both.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "relation.h"
#include "role.h"

/* Set a setting until auth_role_end. */
void
auth_role_set(const char *setting, const char *value)
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
	auth_role_set("search_path", path.data);
	pfree(path.data);
	pfree(schema);
}

/* Be the user until auth_role_end. */
void
auth_role_begin(AuthRole *role, Oid userid)
{
	role->nest_level = NewGUCNestLevel();
	pin_search_path();
	GetUserIdAndSecContext(&role->userid, &role->sec_context);
	SetUserIdAndSecContext(userid,
						   role->sec_context | SECURITY_LOCAL_USERID_CHANGE |
							   SECURITY_NOFORCE_RLS);
}

void
auth_role_end(AuthRole *role)
{
	SetUserIdAndSecContext(role->userid, role->sec_context);
	AtEOXact_GUC(true, role->nest_level);
}
