/*
 * setup.c
 *	  auth_setup(): makes our tables, and brings older layouts up to date.
 *
 * The statements (*.table.sql, in layout.inc) make what is missing and leave
 * alone what is there, so that one text serves every older layout and tables
 * that have lost a part.  They must not adopt what somebody else has prepared
 * under our names: tables that auth_user's trigger does not show to be ours
 * are taken only when they belong to the caller itself, and afterwards all of
 * them must be as auth_relation_open demands, with one owner.  Nor must they be
 * made beside others that hold the users.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "call/error.h"
#include "call/value.h"
#include "server/compat.h"
#include "setup/grant.h"
#include "setup/old_ids.h"
#include "setup/old_names.h"
#include "setup/part.h"
#include "setup/revoke.h"
#include "setup/second_set.h"
#include "setup/sequence.h"
#include "table/layout.h"
#include "table/locate.h"
#include "table/owner.h"
#include "table/relation.h"
#include "table/statement.h"
#include "token/token_purpose.h"
#include "user/key_fold.h"

PG_FUNCTION_INFO_V1(auth_setup);

static const char *const layout_statements[] = {
#include "setup/layout.inc"
};

static AuthStatement save_layout = {
	.text = "INSERT INTO auth_layout (layout) VALUES ($1)"
			" ON CONFLICT (only_row) DO UPDATE SET layout = excluded.layout",
	AUTH_TYPES(INT4OID),
	.table = AUTH_LAYOUT,
};

static void
refuse_relation(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_TABLE),
			 errmsg("relation \"%s\" already exists and was not made by "
					"auth_setup()",
					name),
			 errhint(
				 "Rename it, or drop the extension and create it in another "
				 "schema, with CREATE EXTENSION auth SCHEMA ...")));
}

static Oid
table_owner(Oid oid)
{
	Relation relation = relation_open(oid, AccessShareLock);
	Oid owner = relation->rd_rel->relowner;

	relation_close(relation, NoLock);
	return owner;
}

/* They may be ours, or have been prepared by whoever they belong to. */
static void
refuse_of_other(const char *name, Oid owner)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_TABLE),
			 errmsg("relation \"%s\" already exists and belongs to role "
					"\"%s\"",
					name,
					GetUserNameFromId(owner, false)),
			 errhint("If that role is to own the tables of the extension, have "
					 "it call auth_setup().")));
}

static void
refuse_table(AuthTable table, Oid oid, bool laid_out)
{
	const char *name = auth_relation_name(table);

	if (!laid_out)
		refuse_relation(name);
	if (table_owner(oid) != GetUserId())
		refuse_of_other(name, table_owner(oid));
}

/*
 * Tables without the trigger that shows them to be ours are taken only when
 * they say that they have a layout and are the caller's own.
 */
static void
refuse_tables(void)
{
	bool laid_out = auth_relation_layout() > 0;

	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		Oid oid = auth_relation_find(table);

		if (OidIsValid(oid))
			refuse_table(table, oid, laid_out);
	}
}

/* New tables beside others that hold the users would be empty. */
static void
refuse_second_set(void)
{
	List *schemas;

	if (OidIsValid(auth_relation_find(AUTH_LAYOUT)))
		return;
	schemas = auth_second_sets(GetUserId());
	if (schemas == NIL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_TABLE),
			 errmsg("schema %s has tables that auth_setup() has made",
					(char *) linitial(schemas)),
			 errhint("Create the extension in that schema, or move the tables "
					 "to the schema of the extension.  To leave them aside, "
					 "rename table %s.auth_layout.",
					 (char *) linitial(schemas))));
}

/* Who is to own the tables: whoever owns them already, or the caller. */
static Oid
find_owner(void)
{
	Oid owner;

	if (!auth_relation_is_marked())
	{
		refuse_tables();
		refuse_second_set();
		return GetUserId();
	}
	owner = table_owner(auth_relation_find(AUTH_USER));
	if (!has_privs_of_role(GetUserId(), owner))
		aclcheck_error(ACLCHECK_NOT_OWNER,
					   OBJECT_TABLE,
					   auth_relation_name(AUTH_USER));
	return owner;
}

/*
 * Somebody may have been quicker than a statement that makes a table: what is
 * there then belongs to somebody else, and must not be touched any more.
 */
static void
check_owners(Oid owner)
{
	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		Oid oid = auth_relation_find(table);

		if (OidIsValid(oid) && table_owner(oid) != owner)
			refuse_relation(auth_relation_name(table));
	}
}

/*
 * Refuse what has the name of an index of ours and is none of the table: the
 * index was made only if its name was free.
 */
static void
check_indexes(void)
{
	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		const char *const *names = auth_relation_definition(table)->indexes;

		for (int i = 0; i < AUTH_INDEXES && names[i] != NULL; i++)
		{
			if (!auth_part_has_index(table, names[i]))
				refuse_relation(names[i]);
		}
	}
}

/* DROP EXTENSION takes the default of the user id with it. */
static void
restore_default(void)
{
	Relation relation =
		table_open(auth_relation_find(AUTH_USER), AccessShareLock);
	AttrNumber id = get_attnum(RelationGetRelid(relation), "id");
	bool lost = id != InvalidAttrNumber &&
				!TupleDescAttr(RelationGetDescr(relation), id - 1)->atthasdef;

	table_close(relation, NoLock);
	if (lost)
		auth_execution_run("ALTER TABLE auth_user"
						   " ALTER id SET DEFAULT auth_generate_user_id(15)");
}

/* DROP TABLE auth_user takes the foreign keys to it; orphans are refused. */
static void
restore_references(void)
{
	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		if (auth_relation_definition(table)->refers_to_user &&
			!auth_relation_has_user_reference(table))
			auth_execution_run(
				psprintf("ALTER TABLE %s ADD FOREIGN KEY (user_id)"
						 " REFERENCES auth_user ON DELETE CASCADE",
						 auth_relation_name(table)));
	}
}

/* Mend definitions that somebody has changed, one after the other. */
static void
restore_definitions(void)
{
	for (int i = 0; i < AUTH_TABLES * AUTH_COLUMNS; i++)
	{
		AuthProblem problem = auth_relation_problem();

		if (!problem.loses_nothing)
			return;
		auth_execution_run(problem.mend);
	}
}

#define OLD_TOKENS                                     \
	"auth_token WHERE purpose IN"                      \
	" ('" AUTH_TOKEN_DEVICE "', '" AUTH_TOKEN_RECOVERY \
	"', '" AUTH_TOKEN_SECOND_FACTOR "')"

/*
 * An application of layout 1 gave its tokens any purpose.  Of those that second
 * factors have since, one would stand for a device or for a recovery code that
 * its user does not know of.
 */
static void
delete_old_tokens(void)
{
	auth_execution_run("DELETE FROM " OLD_TOKENS);
	auth_execution_run("SELECT FROM " OLD_TOKENS " LIMIT 1");
	if (SPI_processed > 0)
		auth_error_suppressed_deletion(auth_relation_name(AUTH_TOKEN));
}

static void
make_tables(Oid owner)
{
	AuthExecution execution;
	NullableDatum layout = auth_int32(AUTH_LAYOUT_NUMBER);
	int old_layout = auth_relation_layout();
	List *present;

	auth_execution_begin(&execution, owner);
	present = auth_revoke_present(&execution);

	/* Nobody needs to hear that something is there already. */
	auth_owner_set("client_min_messages", "warning");
	auth_old_names_change();
	for (int i = 0; i < lengthof(layout_statements); i++)
	{
		auth_execution_run(layout_statements[i]);
		check_owners(owner);
	}
	restore_default();
	restore_definitions();
	restore_references();
	check_indexes();
	if (old_layout == 1)
	{
		auth_old_ids_mark();
		delete_old_tokens();
	}
	auth_revoke_new(&execution, present);
	(void) auth_statement_run(&execution, &save_layout, &layout);
	auth_execution_end(&execution);
}

/* Set sequences to where the rows are; that one was behind is news. */
static void
restore_sequences(Oid owner)
{
	AuthExecution execution;
	ListCell *cell;

	auth_execution_begin(&execution, owner);
	foreach (cell, auth_sequence_problems(&execution))
	{
		const AuthProblem *problem = lfirst(cell);

		auth_execution_run(problem->mend);
		ereport(NOTICE, (errmsg_internal("%s: set", problem->text)));
	}
	auth_execution_end(&execution);
}

static bool
needs_making(void)
{
	return auth_relation_problem().text != NULL || auth_part_problems() != NIL;
}

static void
require_set_up(void)
{
	AuthProblem problem = auth_relation_problem();

	if (problem.text != NULL)
		auth_error_not_set_up(problem.text,
							  problem.mend != NULL ?
								  psprintf("Run %s.", problem.mend) :
								  NULL);
}

/*
 * auth_setup() void
 *
 * The caller needs EXECUTE on this function and CREATE on the extension's
 * schema, and becomes the owner of the tables.  UA012 when they have a newer
 * layout than this library knows or have been changed beyond repair, 42P07
 * when relations with their names belong to somebody else, or another schema has
 * such tables.  A notice for sequences that
 * were behind, and a warning for keys that cannot be found by their names.
 */
Datum
auth_setup(PG_FUNCTION_ARGS)
{
	Oid owner;

	PreventCommandIfReadOnly("auth_setup()");
	auth_relation_lock();
	owner = find_owner();
	auth_grant_owner(fcinfo, owner);
	if (needs_making())
	{
		make_tables(owner);
		require_set_up();
	}
	restore_sequences(owner);
	auth_key_fold_stored();
	PG_RETURN_VOID();
}
