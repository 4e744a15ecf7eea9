/*
 * removal.c
 *	  Deleting rows that something of the application's may hold on to.
 *
 * A foreign key without ON DELETE keeps rows, and so does a trigger that lets
 * none be deleted.  What is to end must end all the same: rows that cannot be
 * deleted are ended where they are, so that they are dead, and a warning names
 * what holds them.
 *
 * Only where the table has anything that could hold its rows, a subtransaction
 * is begun, one for all rows.  A foreign key that is checked at the commit fails
 * that, and nothing can be done about it here.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "mb/pg_wchar.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "server/subtransaction.h"
#include "table/relation.h"
#include "table/removal.h"

/* What has held rows last. */
static char holder[NAMEDATALEN];
static char holder_table[NAMEDATALEN];

typedef struct Work
{
	AuthStatement *statement;
	const NullableDatum *arguments;
	int columns; /* of the row that is returned; 0: none */
	NullableDatum *row;
	uint64 count;
} Work;

/* Whether there are foreign keys to the table, or triggers on its deletions. */
bool
auth_removal_can_fail(AuthTable table)
{
	Relation relation = auth_relation_open(table, AccessShareLock);
	bool can = auth_relation_location(table)->has_delete_triggers;

	table_close(relation, NoLock);
	return can;
}

/* A trigger of the application's may raise such an error with any names. */
static void
keep_name(char *kept, const char *name)
{
	const char *from = name != NULL ? name : "";
	int length = pg_mbcliplen(from, (int) strlen(from), NAMEDATALEN - 1);

	memcpy(kept, from, length);
	kept[length] = '\0';
}

/* Whether a foreign key has held rows; which, is kept for the warning. */
bool
auth_removal_has_failed(const ErrorData *error)
{
	if (error->sqlerrcode != ERRCODE_FOREIGN_KEY_VIOLATION &&
		error->sqlerrcode != ERRCODE_RESTRICT_VIOLATION)
		return false;
	keep_name(holder, error->constraint_name);
	keep_name(holder_table, error->table_name);
	return true;
}

/* The foreign key that the error names, or InvalidOid. */
static Oid
foreign_key_of(const ErrorData *error)
{
	Oid table;

	if (error->schema_name == NULL || error->table_name == NULL ||
		error->constraint_name == NULL)
		return InvalidOid;
	table = get_relname_relid(error->table_name,
							  get_namespace_oid(error->schema_name, true));
	return get_relation_constraint_oid(table, error->constraint_name, true);
}

/* The table that it leads to, or InvalidOid. */
Oid
auth_removal_referenced(const ErrorData *error)
{
	HeapTuple tuple =
		SearchSysCache1(CONSTROID, ObjectIdGetDatum(foreign_key_of(error)));
	Oid referenced = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		referenced = ((Form_pg_constraint) GETSTRUCT(tuple))->confrelid;
		ReleaseSysCache(tuple);
	}
	return referenced;
}

/* Warn of rows that could not be deleted, and "what" they are instead. */
void
auth_removal_warn(AuthTable table, uint64 rows, const char *what)
{
	ereport(
		WARNING,
		(errcode(ERRCODE_WARNING),
		 errmsg_plural("%llu row of table \"%s\" could not be deleted (%s)",
					   "%llu rows of table \"%s\" could not be deleted (%s)",
					   (unsigned long) rows,
					   (unsigned long long) rows,
					   auth_relation_name(table),
					   what),
		 holder[0] == '\0' ? 0 :
							 errdetail("Foreign key \"%s\" of table "
									   "\"%s\" holds it.",
									   holder,
									   holder_table),
		 errhint("Let foreign keys say ON DELETE CASCADE or SET NULL.")));
}

static bool
run(void *argument)
{
	Work *work = argument;

	work->count = auth_statement_row(work->statement,
									 work->arguments,
									 RowExclusiveLock,
									 work->columns,
									 work->row);
	return true;
}

/* Run the one statement and, if rows may be left, the other; how many rows. */
static uint64
execute(const AuthRemoval *removal, Work *work)
{
	AuthTable table = removal->remove->table;
	uint64 removed;

	work->statement = removal->remove;
	if (!auth_removal_can_fail(table))
	{
		(void) run(work);
		return work->count;
	}
	holder[0] = '\0';
	if (!auth_subtransaction_try(run, work, auth_removal_has_failed))
		work->count = 0;
	removed = work->count;
	work->statement = removal->end;
	(void) run(work);
	if (work->count > 0)
		auth_removal_warn(table, work->count, "ended in place");
	return removed + work->count;
}

/* Delete the rows, or end those that cannot be deleted; how many these are. */
uint64
auth_removal_execute(const AuthRemoval *removal, const NullableDatum *arguments)
{
	Work work = {.arguments = arguments};

	return execute(removal, &work);
}

/* The same for one row, and what is returned of it; false: there is none. */
bool
auth_removal_one(const AuthRemoval *removal, const NullableDatum *arguments,
				 int columns, NullableDatum *row)
{
	Work work = {.arguments = arguments, .columns = columns, .row = row};

	return execute(removal, &work) > 0;
}
