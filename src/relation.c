/*
 * relation.c
 *	  Our tables: where they are and what their columns are.
 *
 * The tables are ordinary ones that anybody with CREATE on the schema could
 * have made under our names, so they are believed only when auth_user
 * carries the trigger that calls our function (making it takes EXECUTE on
 * that function) and all of them have one owner.
 *
 * What was found is kept until an invalidation arrives.  Invalidations are
 * taken in while a lock is acquired, so that whoever holds a lock on one of
 * the tables reads column numbers that are true for as long as it does.  A
 * server that discards its caches for debugging calls the callbacks, too, but
 * without a message there is nothing new to be seen.
 * Locks are kept until the end of the transaction, as the executor does.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "executor/tuptable.h"
#include "storage/lmgr.h"
#include "storage/sinval.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "compat.h"
#include "error.h"
#include "relation.h"

typedef struct Column
{
	const char *name;
	Oid type;
} Column;

typedef struct Definition
{
	const char *name;
	int keys; /* the first columns are the primary key; 0: it has none */
	Column columns[AUTH_COLUMNS];
} Definition;

typedef struct Location
{
	Oid oid;
	Oid owner;
	Oid index;
	AttrNumber attributes[AUTH_COLUMNS];
	NameData primary_key;
	NameData user_reference; /* foreign key to auth_user, '' where none */
} Location;

static const Definition definitions[AUTH_TABLES] = {
	[AUTH_LAYOUT] = {"auth_layout",
					 1,
					 {[AUTH_LAYOUT_ONLY_ROW] = {"only_row", BOOLOID},
					  [AUTH_LAYOUT_LAYOUT] = {"layout", INT4OID},
					  [AUTH_LAYOUT_SECRET] = {"secret", UUIDOID}}},
	[AUTH_USER] = {"auth_user",
				   1,
				   {[AUTH_USER_ID] = {"id", TEXTOID},
					[AUTH_USER_CREATED_AT] = {"created_at", TIMESTAMPTZOID},
					[AUTH_USER_DISABLED_AT] = {"disabled_at", TIMESTAMPTZOID}}},
	[AUTH_KEY] = {"auth_key",
				  2,
				  {[AUTH_KEY_PROVIDER_ID] = {"provider_id", TEXTOID},
				   [AUTH_KEY_PROVIDER_USER_ID] = {"provider_user_id", TEXTOID},
				   [AUTH_KEY_USER_ID] = {"user_id", TEXTOID},
				   [AUTH_KEY_HASHED_PASSWORD] = {"hashed_password", TEXTOID},
				   [AUTH_KEY_CREATED_AT] = {"created_at", TIMESTAMPTZOID},
				   [AUTH_KEY_PASSWORD_CHANGED_AT] = {"password_changed_at",
													 TIMESTAMPTZOID}}},
	[AUTH_SESSION] =
		{"auth_session",
		 1,
		 {[AUTH_SESSION_ID] = {"id", UUIDOID},
		  [AUTH_SESSION_USER_ID] = {"user_id", TEXTOID},
		  [AUTH_SESSION_CREATED_AT] = {"created_at", TIMESTAMPTZOID},
		  [AUTH_SESSION_ACTIVE_EXPIRES_AT] = {"active_expires_at",
											  TIMESTAMPTZOID},
		  [AUTH_SESSION_IDLE_EXPIRES_AT] = {"idle_expires_at", TIMESTAMPTZOID},
		  [AUTH_SESSION_EXPIRES_AT] = {"expires_at", TIMESTAMPTZOID},
		  [AUTH_SESSION_ACTIVE_PERIOD] = {"active_period", INTERVALOID},
		  [AUTH_SESSION_IDLE_PERIOD] = {"idle_period", INTERVALOID}}},
	[AUTH_REFRESH_TOKEN] =
		{"auth_refresh_token",
		 1,
		 {[AUTH_REFRESH_ID] = {"id", UUIDOID},
		  [AUTH_REFRESH_USER_ID] = {"user_id", TEXTOID},
		  [AUTH_REFRESH_SESSION_ID] = {"session_id", UUIDOID},
		  [AUTH_REFRESH_TOKEN_HASH] = {"token_hash", UUIDOID},
		  [AUTH_REFRESH_SIBLING_HASHES] = {"sibling_hashes", UUIDARRAYOID},
		  [AUTH_REFRESH_SPENT_HASH] = {"spent_hash", UUIDOID},
		  [AUTH_REFRESH_ROTATED_AT] = {"rotated_at", TIMESTAMPTZOID},
		  [AUTH_REFRESH_CREATED_AT] = {"created_at", TIMESTAMPTZOID},
		  [AUTH_REFRESH_EXPIRES_AT] = {"expires_at", TIMESTAMPTZOID},
		  [AUTH_REFRESH_ENDS_AT] = {"ends_at", TIMESTAMPTZOID},
		  [AUTH_REFRESH_LIFETIME] = {"lifetime", INTERVALOID}}},
	[AUTH_TOKEN] = {"auth_token",
					1,
					{[AUTH_TOKEN_ID] = {"id", UUIDOID},
					 [AUTH_TOKEN_ATTEMPTS] = {"attempts", INT4OID},
					 [AUTH_TOKEN_PURPOSE] = {"purpose", TEXTOID},
					 [AUTH_TOKEN_USER_ID] = {"user_id", TEXTOID},
					 [AUTH_TOKEN_PROVIDER_ID] = {"provider_id", TEXTOID},
					 [AUTH_TOKEN_ADDRESS] = {"address", TEXTOID},
					 [AUTH_TOKEN_SLOT] = {"slot", UUIDOID},
					 [AUTH_TOKEN_CODE_HASH] = {"code_hash", UUIDOID},
					 [AUTH_TOKEN_CREATED_AT] = {"created_at", TIMESTAMPTZOID},
					 [AUTH_TOKEN_EXPIRES_AT] = {"expires_at", TIMESTAMPTZOID},
					 [AUTH_TOKEN_DATA] = {"data", JSONBOID}}},
	[AUTH_OUTBOX] = {"auth_outbox",
					 1,
					 {[AUTH_OUTBOX_ID] = {"id", INT8OID},
					  [AUTH_OUTBOX_CREATED_AT] = {"created_at", TIMESTAMPTZOID},
					  [AUTH_OUTBOX_EXPIRES_AT] = {"expires_at", TIMESTAMPTZOID},
					  [AUTH_OUTBOX_PURPOSE] = {"purpose", TEXTOID},
					  [AUTH_OUTBOX_USER_ID] = {"user_id", TEXTOID},
					  [AUTH_OUTBOX_PROVIDER_ID] = {"provider_id", TEXTOID},
					  [AUTH_OUTBOX_ADDRESS] = {"address", TEXTOID},
					  [AUTH_OUTBOX_TOKEN_ID] = {"token_id", UUIDOID},
					  [AUTH_OUTBOX_KEY_ID] = {"key_id", TEXTOID},
					  [AUTH_OUTBOX_SECRET] = {"secret", BYTEAOID},
					  [AUTH_OUTBOX_DATA] = {"data", JSONBOID}}},
	[AUTH_EVENT] = {"auth_event",
					1,
					{[AUTH_EVENT_ID] = {"id", INT8OID},
					 [AUTH_EVENT_CREATED_AT] = {"created_at", TIMESTAMPTZOID},
					 [AUTH_EVENT_KIND] = {"kind", TEXTOID},
					 [AUTH_EVENT_REASON] = {"reason", TEXTOID},
					 [AUTH_EVENT_USER_ID] = {"user_id", TEXTOID},
					 [AUTH_EVENT_PROVIDER_ID] = {"provider_id", TEXTOID},
					 [AUTH_EVENT_PROVIDER_USER_ID] = {"provider_user_id",
													  TEXTOID},
					 [AUTH_EVENT_SESSION_ID] = {"session_id", UUIDOID},
					 [AUTH_EVENT_ADDRESS] = {"address", INETOID},
					 [AUTH_EVENT_COUNT] = {"count", INT8OID},
					 [AUTH_EVENT_ROLE] = {"role", TEXTOID}}},
	[AUTH_THROTTLE] = {"auth_throttle",
					   0,
					   {[AUTH_THROTTLE_DIGEST] = {"digest", UUIDOID},
						[AUTH_THROTTLE_FAILED_AT] = {"failed_at",
													 TIMESTAMPTZOID},
						[AUTH_THROTTLE_FAILURES] = {"failures", INT4OID},
						[AUTH_THROTTLE_CARRY] = {"carry", INT4OID}}},
	[AUTH_COMMON_PASSWORD] = {"auth_common_password",
							  1,
							  {[AUTH_COMMON_PASSWORD_PASSWORD] = {"password",
																  TEXTOID}}},
};

/* The function of the trigger by which auth_user is known to be ours. */
#define MARK_FUNCTION "auth_user_deleted"

/* Meaningful while "located" is true. */
static Oid schema;
static NameData schema_name;
static Location locations[AUTH_TABLES];

static bool located = false;
static uint64 generation = 0;

static void
invalidate(Datum arg, Oid relid)
{
	bool ours = !located || !OidIsValid(relid);

	for (int i = 0; i < AUTH_TABLES && !ours; i++)
		ours = relid == locations[i].oid || relid == locations[i].index;
	if (ours)
	{
		located = false;
		generation++;
	}
}

/*
 * The schema's name may have changed, or which values are shown by functions
 * of somebody's.
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

const char *
auth_relation_name(AuthTable table)
{
	return definitions[table].name;
}

/* The number of columns in the primary key, which are the first ones. */
int
auth_relation_keys(AuthTable table)
{
	return definitions[table].keys;
}

Oid
auth_relation_type(AuthTable table, int column)
{
	return definitions[table].columns[column].type;
}

/* Where one of our columns is, for whoever has the table open. */
AttrNumber
auth_relation_attribute(AuthTable table, int column)
{
	return locations[table].attributes[column];
}

/* The index of the primary key, for whoever has the table open. */
Oid
auth_relation_index(AuthTable table)
{
	return locations[table].index;
}

bool
auth_relation_owns_column(AuthTable table, const char *column)
{
	const Column *columns = definitions[table].columns;

	for (int i = 0; i < AUTH_COLUMNS && columns[i].name != NULL; i++)
	{
		if (strcmp(columns[i].name, column) == 0)
			return true;
	}
	return false;
}

static bool
same_name(const NameData *name, const char *text)
{
	return text != NULL && strcmp(NameStr(*name), text) == 0;
}

/* Table names are alike in several schemas, constraint names in tables. */
static bool
is_constraint(AuthTable table, const NameData *name, const ErrorData *error)
{
	return same_name(name, error->constraint_name) &&
		   same_name(&schema_name, error->schema_name) &&
		   error->table_name != NULL &&
		   strcmp(definitions[table].name, error->table_name) == 0;
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
	return auth_get_extension_schema(get_extension_oid("auth", false));
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

/* The table's OID, or InvalidOid; it may be anybody's. */
Oid
auth_relation_find(AuthTable table)
{
	return get_relname_relid(definitions[table].name, auth_relation_schema());
}

static bool
has_mark(Relation auth_user)
{
	TriggerDesc *triggers = auth_user->trigdesc;
	Oid own_schema = RelationGetNamespace(auth_user);

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		Oid function = triggers->triggers[i].tgfoid;
		char *name;

		if (get_func_namespace(function) != own_schema)
			continue;
		name = get_func_name(function);
		if (name != NULL && strcmp(name, MARK_FUNCTION) == 0)
			return true;
	}
	return false;
}

/*
 * What follows looks at the tables and returns what is wrong with them, or
 * NULL when all is well.
 */

static char *
locate_columns(const Definition *definition, Relation relation,
			   Location *location)
{
	TupleDesc descriptor = RelationGetDescr(relation);

	for (int i = 0; i < AUTH_COLUMNS && definition->columns[i].name; i++)
	{
		const Column *column = &definition->columns[i];
		AttrNumber number = get_attnum(location->oid, column->name);

		if (number == InvalidAttrNumber)
			return psprintf("table \"%s\" has no column \"%s\"",
							definition->name,
							column->name);
		if (TupleDescAttr(descriptor, number - 1)->atttypid != column->type)
			return psprintf("column \"%s\" of table \"%s\" is not of type %s",
							column->name,
							definition->name,
							format_type_be(column->type));
		location->attributes[i] = number;
	}
	return NULL;
}

static char *
locate_primary_key(const Definition *definition, Relation relation,
				   Location *location)
{
	Relation index;
	bool fits;

	if (definition->keys == 0)
		return NULL;
	location->index = auth_get_primary_key(relation);
	if (!OidIsValid(location->index))
		return psprintf("table \"%s\" has no primary key", definition->name);
	index = index_open(location->index, AccessShareLock);
	fits = index->rd_rel->relam == BTREE_AM_OID &&
		   IndexRelationGetNumberOfKeyAttributes(index) == definition->keys;
	for (int i = 0; fits && i < definition->keys; i++)
		fits = index->rd_index->indkey.values[i] == location->attributes[i];
	location->primary_key = index->rd_rel->relname;
	index_close(index, NoLock);
	if (!fits)
		return psprintf("the primary key of table \"%s\" is on other columns",
						definition->name);
	return NULL;
}

/* Whether it is a foreign key of this column alone to auth_user. */
bool
auth_relation_is_user_key(const ForeignKeyCacheInfo *key, AttrNumber user_id,
						  Oid auth_user)
{
	return key->confrelid == auth_user && key->nkeys == 1 &&
		   key->conkey[0] == user_id;
}

/* The foreign key of user_id to auth_user, or InvalidOid. */
static Oid
find_user_reference(Relation relation, Oid auth_user)
{
	AttrNumber user_id = get_attnum(RelationGetRelid(relation), "user_id");
	ListCell *cell;

	foreach (cell, RelationGetFKeyList(relation))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (auth_relation_is_user_key(key, user_id, auth_user))
			return key->conoid;
	}
	return InvalidOid;
}

static void
locate_user_reference(Relation relation, Oid auth_user, NameData *name)
{
	Oid reference = find_user_reference(relation, auth_user);

	if (OidIsValid(reference))
		namestrcpy(name, get_constraint_name(reference));
}

/* Lock and open a table by its name; NULL when there is no table. */
static Relation
open_found(AuthTable table)
{
	Oid oid = auth_relation_find(table);
	Relation relation = NULL;

	if (OidIsValid(oid))
		relation = try_table_open(oid, AccessShareLock);
	if (relation != NULL && relation->rd_rel->relkind != RELKIND_RELATION)
	{
		table_close(relation, NoLock);
		return NULL;
	}
	return relation;
}

static char *
locate_open(AuthTable table, Relation relation, Location *found)
{
	const Definition *definition = &definitions[table];
	Location *location = &found[table];
	char *problem;

	location->oid = RelationGetRelid(relation);
	location->owner = relation->rd_rel->relowner;
	if (location->owner != found[AUTH_LAYOUT].owner)
		return psprintf("table \"%s\" has another owner than \"%s\"",
						definition->name,
						definitions[AUTH_LAYOUT].name);
	if (table == AUTH_USER && !has_mark(relation))
		return "table \"auth_user\" has not the trigger that auth_setup() "
			   "makes";
	problem = locate_columns(definition, relation, location);
	if (problem == NULL)
		problem = locate_primary_key(definition, relation, location);
	if (problem == NULL)
		locate_user_reference(relation,
							  found[AUTH_USER].oid,
							  &location->user_reference);
	return problem;
}

static char *
locate_table(AuthTable table, Location *found)
{
	Relation relation = open_found(table);
	char *problem;

	if (relation == NULL)
		return psprintf("table \"%s\" does not exist in schema \"%s\"",
						definitions[table].name,
						get_namespace_name(auth_relation_schema()));
	problem = locate_open(table, relation, found);
	table_close(relation, NoLock);
	return problem;
}

static int
read_layout(Relation relation, AttrNumber column)
{
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	TableScanDesc scan = table_beginscan(relation, snapshot, 0, NULL);
	int layout = 0;

	if (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool isnull;
		Datum value = slot_getattr(slot, column, &isnull);

		layout = isnull ? 0 : DatumGetInt32(value);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	return layout;
}

/* The layout that the tables say they have; 0 when they do not say. */
int
auth_relation_layout(void)
{
	Relation relation = open_found(AUTH_LAYOUT);
	AttrNumber column;
	int layout = 0;

	if (relation == NULL)
		return 0;
	column = get_attnum(RelationGetRelid(relation), "layout");
	if (column != InvalidAttrNumber &&
		TupleDescAttr(RelationGetDescr(relation), column - 1)->atttypid ==
			INT4OID)
		layout = read_layout(relation, column);
	table_close(relation, NoLock);
	return layout;
}

static char *
locate_all(Location *found)
{
	char *problem = NULL;
	int layout;

	for (int i = 0; i < AUTH_TABLES && problem == NULL; i++)
		problem = locate_table(i, found);
	layout = auth_relation_layout();
	if (problem == NULL && layout < AUTH_LAYOUT_NUMBER)
		problem = psprintf("the tables have layout %d and layout %d is needed",
						   layout,
						   AUTH_LAYOUT_NUMBER);
	if (layout > AUTH_LAYOUT_NUMBER)
		auth_error_newer_layout(layout, AUTH_LAYOUT_NUMBER);
	return problem;
}

/*
 * Find all tables, again when something changed while we looked.  What is
 * wrong with them, or NULL when all is well and known.
 */
char *
auth_relation_problem(void)
{
	uint64 seen;
	uint64 messages;
	Location found[AUTH_TABLES];
	char *problem;

	if (located)
		return NULL;
	do
	{
		seen = generation;
		messages = SharedInvalidMessageCounter;
		memset(found, 0, sizeof(found));
		problem = locate_all(found);
	} while (seen != generation && messages != SharedInvalidMessageCounter);
	if (problem != NULL)
		return problem;
	memcpy(locations, found, sizeof(found));
	schema = get_rel_namespace(found[AUTH_LAYOUT].oid);
	namestrcpy(&schema_name, get_namespace_name(schema));
	located = true;
	return NULL;
}

static void
require_located(void)
{
	char *problem = auth_relation_problem();

	if (problem != NULL)
		auth_error_not_set_up(problem, "Run SELECT auth_setup().");
}

/*
 * Open one of our tables, or raise UA012 with the advice to set up.  Close
 * it with NoLock.
 */
Relation
auth_relation_open(AuthTable table, LOCKMODE lockmode)
{
	for (;;)
	{
		uint64 messages = SharedInvalidMessageCounter;
		Relation relation;

		require_located();
		relation = try_table_open(locations[table].oid, lockmode);
		if (relation != NULL &&
			(located || messages == SharedInvalidMessageCounter))
			return relation;
		if (relation != NULL)
			table_close(relation, lockmode);
		located = false;
	}
}

/* Whether a foreign key holds the table's rows to their users. */
bool
auth_relation_has_user_reference(AuthTable table)
{
	Relation relation = open_found(table);
	bool found;

	if (relation == NULL)
		return false;
	found = OidIsValid(
		find_user_reference(relation, auth_relation_find(AUTH_USER)));
	table_close(relation, NoLock);
	return found;
}

/* Whether auth_user exists and is known to be ours. */
bool
auth_relation_is_marked(void)
{
	Relation relation = open_found(AUTH_USER);
	bool marked;

	if (relation == NULL)
		return false;
	marked = has_mark(relation);
	table_close(relation, NoLock);
	return marked;
}
