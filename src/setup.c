/*
 * setup.c
 *	  auth_setup(): makes our tables, and brings older layouts up to date.
 *
 * The statements (*.table.sql, in layout.inc) make what is missing and leave
 * alone what is there, so that one text serves every older layout.  They must
 * not adopt what somebody else has prepared under our names: without a layout
 * of ours, a table of such a name is refused beforehand, and afterwards all
 * of them must be as auth_relation_open demands, with one owner.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "error.h"
#include "grant.h"
#include "relation.h"
#include "statement.h"

PG_FUNCTION_INFO_V1(auth_setup);

static const char layout_statements[] =
#include "layout.inc"
	;

/* What an owner of the tables must be able to execute. */
static const char *const owner_functions[] = {"auth_generate_user_id",
											  "auth_user_deleted",
											  "auth_user_disabled",
											  NULL};

/* Indexes that are made where they are missing, if their name is free. */
static const struct
{
	const char *name;
	AuthTable table;
} indexes[] = {
	{"auth_key_user_id_idx", AUTH_KEY},
	{"auth_session_user_id_idx", AUTH_SESSION},
};

static AuthStatement save_layout = {
	.text = "INSERT INTO auth_layout (layout) VALUES ($1)"
			" ON CONFLICT (only_row) DO UPDATE SET layout = excluded.layout",
	.nargs = 1,
	.argtypes = (Oid[]){INT4OID},
	.table = AUTH_LAYOUT,
};

/* Two that set up at once: the second finds what the first has made. */
static void
lock_extension(void)
{
	LockDatabaseObject(ExtensionRelationId,
					   get_extension_oid("auth", false),
					   0,
					   ShareUpdateExclusiveLock);
}

static void
refuse_relation(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_TABLE),
			 errmsg("relation \"%s\" already exists and was not made by "
					"auth_setup()",
					name)));
}

static void
refuse_tables(void)
{
	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		if (OidIsValid(auth_relation_find(table)))
			refuse_relation(auth_relation_name(table));
	}
}

static void
require_layout_owner(Oid owner)
{
	if (!has_privs_of_role(GetUserId(), owner))
		aclcheck_error(ACLCHECK_NOT_OWNER,
					   OBJECT_TABLE,
					   auth_relation_name(AUTH_USER));
}

static Oid
table_owner(AuthTable table)
{
	Relation relation = table_open(auth_relation_find(table), AccessShareLock);
	Oid owner = relation->rd_rel->relowner;

	table_close(relation, NoLock);
	return owner;
}

/* Who is to own the tables: whoever owns them already, or the caller. */
static Oid
find_owner(int layout)
{
	Oid owner;

	if (layout == AUTH_NO_LAYOUT)
	{
		refuse_tables();
		return GetUserId();
	}
	owner = table_owner(AUTH_USER);
	require_layout_owner(owner);
	return owner;
}

static void
check_indexes(void)
{
	for (int i = 0; i < lengthof(indexes); i++)
	{
		Oid oid = get_relname_relid(indexes[i].name, auth_relation_schema());

		if (get_rel_relkind(oid) != RELKIND_INDEX ||
			IndexGetRelation(oid, false) !=
				auth_relation_find(indexes[i].table))
			refuse_relation(indexes[i].name);
	}
}

/* That something is there already is no news. */
static void
hush(void)
{
	(void) set_config_option("client_min_messages",
							 "warning",
							 PGC_USERSET,
							 PGC_S_SESSION,
							 GUC_ACTION_SAVE,
							 true,
							 0,
							 false);
}

static void
make_tables(Oid owner)
{
	AuthExecution execution;
	Datum layout = Int32GetDatum(AUTH_LAYOUT_NUMBER);

	auth_execution_begin(&execution, owner);
	hush();
	if (SPI_execute(layout_statements, false, 0) < 0)
		elog(ERROR, "could not make the tables");
	check_indexes();
	(void) auth_statement_run(&execution, &save_layout, &layout, NULL);
	auth_execution_end(&execution);
}

/*
 * auth_setup() void
 *
 * The caller needs EXECUTE on this function and CREATE on the extension's
 * schema, and becomes the owner of the tables.  UA012 when they have a newer
 * layout than this library knows, 42P07 when relations with their names
 * exist.
 */
Datum
auth_setup(PG_FUNCTION_ARGS)
{
	int layout;
	Oid owner;

	PreventCommandIfReadOnly("auth_setup()");
	lock_extension();
	layout = auth_relation_layout();
	if (layout > AUTH_LAYOUT_NUMBER)
		auth_error_newer_layout(layout, AUTH_LAYOUT_NUMBER);
	owner = find_owner(layout);
	auth_grant_lacking(fcinfo, owner_functions, owner);
	if (layout < AUTH_LAYOUT_NUMBER)
		make_tables(owner);
	table_close(auth_relation_open(AUTH_USER, AccessShareLock), NoLock);
	PG_RETURN_VOID();
}
