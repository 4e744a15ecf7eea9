/*
 * old_names.c
 *	  What was called something else in layout 1.
 *
 * A client's address had the name of a mailbox.  That comes before anything
 * else is made: the statements would add the column anew beside it.
 */
#include "postgres.h"

#include "utils/lsyscache.h"

#include "setup/old_names.h"
#include "table/layout.h"
#include "table/statement.h"

static bool
has_column(AuthTable table, const char *name)
{
	Oid oid = auth_relation_find(table);

	return OidIsValid(oid) && get_attnum(oid, name) != InvalidAttrNumber;
}

/* As the owner of the tables. */
void
auth_old_names_change(void)
{
	if (!has_column(AUTH_EVENT, "address") ||
		has_column(AUTH_EVENT, "client_address"))
		return;
	auth_execution_run(
		"ALTER TABLE auth_event RENAME COLUMN address TO client_address");
	auth_execution_run("ALTER INDEX IF EXISTS auth_event_address_idx"
					   " RENAME TO auth_event_client_address_idx");
}
