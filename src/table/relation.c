/*
 * relation.c
 *	  Our tables: where they are and what their columns are.
 *
 * What was found is kept until an invalidation arrives.  Invalidations are
 * taken in while a lock is acquired, so that whoever holds a lock on one of
 * the tables reads column numbers that are true for as long as it does.  A
 * record that is out of order is looked for at every use.  A server that
 * discards its caches for debugging calls the callbacks, too, but without a
 * message there is nothing new to be seen.
 * Locks are kept until the end of the transaction, as the executor does.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "storage/lmgr.h"
#include "storage/sinval.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "call/error.h"
#include "server/compat.h"
#include "table/layout.h"
#include "table/relation.h"

/* Meaningful while "located" is true. */
static Oid schema;
static NameData schema_name;
static AuthLocation locations[AUTH_TABLES];

static bool located = false;  /* all but records that are out of order */
static bool complete = false; /* and those, too */
static uint64 generation = 0;

static void
invalidate(Datum arg, Oid relid)
{
	bool ours = !located || !OidIsValid(relid);

	for (int i = 0; i < AUTH_TABLES && !ours; i++)
		ours = relid == locations[i].oid || relid == locations[i].index ||
			   relid == locations[i].user_index || relid == locations[i].counts;
	if (ours)
	{
		located = false;
		generation++;
	}
}

/*
 * A schema was renamed, or a cast came or went that decides whether showing a
 * value runs the application's code.
 */
static void
invalidate_all(Datum arg, int cache, uint32 hash)
{
	located = false;
	generation++;
}

void
auth_relation_init(void)
{
	CacheRegisterRelcacheCallback(invalidate, (Datum) 0);
	CacheRegisterSyscacheCallback(CASTSOURCETARGET, invalidate_all, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, invalidate_all, (Datum) 0);
}

/* Grows whenever the definition of one of our tables may have changed. */
uint64
auth_relation_generation(void)
{
	return generation;
}

/*
 * Where the table is, for whoever has it open: as long as it is locked, what
 * is found anew is the same.
 */
const AuthLocation *
auth_relation_location(AuthTable table)
{
	return &locations[table];
}

static bool
same_name(const NameData *name, const char *text)
{
	return text != NULL && strcmp(NameStr(*name), text) == 0;
}

/*
 * Whether the error is about this constraint of our table.  Tables of other
 * schemas, and constraints of other tables, can have the same names.
 */
static bool
is_constraint(AuthTable table, const NameData *name, const ErrorData *error)
{
	return same_name(name, error->constraint_name) &&
		   same_name(&schema_name, error->schema_name) &&
		   error->table_name != NULL &&
		   strcmp(auth_relation_name(table), error->table_name) == 0;
}

bool
auth_relation_is_primary_key(AuthTable table, const ErrorData *error)
{
	return is_constraint(table, &locations[table].primary_key, error);
}

bool
auth_relation_is_user_reference(AuthTable table, const ErrorData *error)
{
	return is_constraint(table, &locations[table].user_reference, error);
}

/* The schema that the extension is installed in, which is also the tables'. */
Oid
auth_relation_schema(void)
{
	if (located)
		return schema;
	return auth_relation_extension_schema();
}

/* Whether a relation that is open is this table, by its name. */
bool
auth_relation_is(AuthTable table, Relation relation)
{
	return RelationGetNamespace(relation) == auth_relation_schema() &&
		   strcmp(RelationGetRelationName(relation),
				  auth_relation_name(table)) == 0;
}

/*
 * Whoever sets up or grants waits for another who does, and then finds what
 * the other has done.
 */
void
auth_relation_lock(void)
{
	LockDatabaseObject(ExtensionRelationId,
					   get_extension_oid("auth", false),
					   0,
					   ShareUpdateExclusiveLock);
}

/*
 * Find all tables, again when something changed while we looked.  What is
 * wrong with them, or nothing when all is well and known; what is wrong with a
 * record does not keep the others from being known.
 */
AuthProblem
auth_relation_problem(void)
{
	uint64 seen;
	uint64 messages;
	AuthLocation found[AUTH_TABLES];
	AuthProblem problem;
	AuthProblem of_record;

	if (located && complete)
		return (AuthProblem){NULL};
	do
	{
		seen = generation;
		messages = SharedInvalidMessageCounter;
		memset(found, 0, sizeof(found));
		problem = auth_relation_locate(found, &of_record);
	} while (seen != generation && messages != SharedInvalidMessageCounter);
	if (problem.text != NULL)
		return problem;
	memcpy(locations, found, sizeof(found));
	schema = get_rel_namespace(found[AUTH_LAYOUT].oid);
	namestrcpy(&schema_name, get_namespace_name(schema));
	located = true;
	complete = of_record.text == NULL;
	return of_record;
}

/* Whether the table can be opened, as far as is known. */
bool
auth_relation_is_located(AuthTable table)
{
	return located && OidIsValid(locations[table].oid);
}

/* Open it, or NULL with what is wrong. */
static Relation
open_located(AuthTable table, LOCKMODE lockmode, AuthProblem *problem)
{
	for (;;)
	{
		uint64 messages = SharedInvalidMessageCounter;
		Relation relation;

		if (!auth_relation_is_located(table))
			*problem = auth_relation_problem();
		if (!auth_relation_is_located(table))
			return NULL;
		relation = try_table_open(locations[table].oid, lockmode);
		if (relation != NULL && (auth_relation_is_located(table) ||
								 messages == SharedInvalidMessageCounter))
			return relation;
		if (relation != NULL)
			table_close(relation, lockmode);
		located = false;
	}
}

static void
refuse(AuthProblem problem)
{
	auth_error_not_set_up(problem.text, "Run SELECT auth_setup().");
}

/*
 * Open one of our tables, or raise UA012 with the advice to set up.  Close
 * it with NoLock.
 */
Relation
auth_relation_open(AuthTable table, LOCKMODE lockmode)
{
	AuthProblem problem;
	Relation relation = open_located(table, lockmode, &problem);

	if (relation == NULL)
		refuse(problem);
	return relation;
}

/*
 * The same of a record; where that alone is out of order, NULL and what is
 * wrong with it.
 */
Relation
auth_relation_try_open(AuthTable record, LOCKMODE lockmode,
					   AuthProblem *problem)
{
	Relation relation = open_located(record, lockmode, problem);

	if (relation == NULL && !located)
		refuse(*problem);
	return relation;
}
