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
#include "table/locate.h"

static const AuthDefinition definitions[AUTH_TABLES] = {
	[AUTH_LAYOUT] =
		{"auth_layout",
		 1,
		 {[AUTH_LAYOUT_ONLY_ROW] = {"only_row", BOOLOID, AUTH_NOT_NULL},
		  [AUTH_LAYOUT_LAYOUT] = {"layout", INT4OID, AUTH_NOT_NULL},
		  [AUTH_LAYOUT_SECRET] = {"secret", UUIDOID, AUTH_NOT_NULL}}},
	[AUTH_USER] = {"auth_user",
				   1,
				   {[AUTH_USER_ID] = {"id", TEXTOID, AUTH_NOT_NULL},
					[AUTH_USER_CREATED_AT] = {"created_at",
											  TIMESTAMPTZOID,
											  AUTH_NOT_NULL},
					[AUTH_USER_DISABLED_AT] = {"disabled_at", TIMESTAMPTZOID}}},
	[AUTH_KEY] =
		{"auth_key",
		 2,
		 {[AUTH_KEY_PROVIDER_ID] = {"provider_id", TEXTOID, AUTH_NOT_NULL},
		  [AUTH_KEY_PROVIDER_USER_ID] = {"provider_user_id",
										 TEXTOID,
										 AUTH_NOT_NULL},
		  [AUTH_KEY_USER_ID] = {"user_id", TEXTOID, AUTH_NOT_NULL},
		  [AUTH_KEY_HASHED_PASSWORD] = {"hashed_password", TEXTOID},
		  [AUTH_KEY_CREATED_AT] = {"created_at", TIMESTAMPTZOID, AUTH_NOT_NULL},
		  [AUTH_KEY_PASSWORD_CHANGED_AT] = {"password_changed_at",
											TIMESTAMPTZOID}}},
	[AUTH_SESSION] =
		{"auth_session",
		 1,
		 {[AUTH_SESSION_ID] = {"id", UUIDOID, AUTH_NOT_NULL},
		  [AUTH_SESSION_USER_ID] = {"user_id", TEXTOID, AUTH_NOT_NULL},
		  [AUTH_SESSION_CREATED_AT] = {"created_at",
									   TIMESTAMPTZOID,
									   AUTH_NOT_NULL},
		  [AUTH_SESSION_ACTIVE_EXPIRES_AT] = {"active_expires_at",
											  TIMESTAMPTZOID,
											  AUTH_NOT_NULL},
		  [AUTH_SESSION_IDLE_EXPIRES_AT] = {"idle_expires_at",
											TIMESTAMPTZOID,
											AUTH_NOT_NULL},
		  [AUTH_SESSION_EXPIRES_AT] = {"expires_at",
									   TIMESTAMPTZOID,
									   AUTH_NOT_NULL},
		  [AUTH_SESSION_ACTIVE_PERIOD] = {"active_period", INTERVALOID},
		  [AUTH_SESSION_IDLE_PERIOD] = {"idle_period", INTERVALOID},
		  [AUTH_SESSION_FAMILY_ID] = {"family_id", UUIDOID}}},
	[AUTH_REFRESH_TOKEN] =
		{"auth_refresh_token",
		 1,
		 {[AUTH_REFRESH_ID] = {"id", UUIDOID, AUTH_NOT_NULL},
		  [AUTH_REFRESH_USER_ID] = {"user_id", TEXTOID, AUTH_NOT_NULL},
		  [AUTH_REFRESH_SESSION_ID] = {"session_id", UUIDOID, AUTH_NOT_NULL},
		  [AUTH_REFRESH_TOKEN_HASH] = {"token_hash", UUIDOID, AUTH_NOT_NULL},
		  [AUTH_REFRESH_SIBLING_HASHES] = {"sibling_hashes", UUIDARRAYOID},
		  [AUTH_REFRESH_SPENT_HASH] = {"spent_hash", UUIDOID},
		  [AUTH_REFRESH_ROTATED_AT] = {"rotated_at", TIMESTAMPTZOID},
		  [AUTH_REFRESH_CREATED_AT] = {"created_at",
									   TIMESTAMPTZOID,
									   AUTH_NOT_NULL},
		  [AUTH_REFRESH_EXPIRES_AT] = {"expires_at",
									   TIMESTAMPTZOID,
									   AUTH_NOT_NULL},
		  [AUTH_REFRESH_ENDS_AT] = {"ends_at", TIMESTAMPTZOID, AUTH_NOT_NULL},
		  [AUTH_REFRESH_LIFETIME] = {"lifetime", INTERVALOID}}},
	[AUTH_ENDED] =
		{"auth_ended",
		 2,
		 {[AUTH_ENDED_ID] = {"id", UUIDOID, AUTH_NOT_NULL},
		  [AUTH_ENDED_MARK] = {"mark", UUIDOID, AUTH_NOT_NULL},
		  [AUTH_ENDED_USER_ID] = {"user_id", TEXTOID, AUTH_NOT_NULL},
		  [AUTH_ENDED_ENDED_AT] = {"ended_at", TIMESTAMPTZOID, AUTH_NOT_NULL}},
		 .is_heap = true},
	[AUTH_TOKEN] = {"auth_token",
					1,
					{[AUTH_TOKEN_ID] = {"id", UUIDOID, AUTH_NOT_NULL},
					 [AUTH_TOKEN_PURPOSE] = {"purpose", TEXTOID, AUTH_NOT_NULL},
					 [AUTH_TOKEN_USER_ID] = {"user_id", TEXTOID},
					 [AUTH_TOKEN_PROVIDER_ID] = {"provider_id", TEXTOID},
					 [AUTH_TOKEN_ADDRESS] = {"address", TEXTOID},
					 [AUTH_TOKEN_SLOT] = {"slot", UUIDOID},
					 [AUTH_TOKEN_CODE_HASH] = {"code_hash", UUIDOID},
					 [AUTH_TOKEN_CREATED_AT] = {"created_at",
												TIMESTAMPTZOID,
												AUTH_NOT_NULL},
					 [AUTH_TOKEN_EXPIRES_AT] = {"expires_at",
												TIMESTAMPTZOID,
												AUTH_NOT_NULL},
					 [AUTH_TOKEN_DATA] = {"data", JSONBOID}}},
	[AUTH_OUTBOX] =
		{"auth_outbox",
		 1,
		 {[AUTH_OUTBOX_ID] = {"id", INT8OID, AUTH_NOT_NULL},
		  [AUTH_OUTBOX_CREATED_AT] = {"created_at",
									  TIMESTAMPTZOID,
									  AUTH_NOT_NULL},
		  [AUTH_OUTBOX_EXPIRES_AT] = {"expires_at",
									  TIMESTAMPTZOID,
									  AUTH_NOT_NULL},
		  [AUTH_OUTBOX_PURPOSE] = {"purpose", TEXTOID, AUTH_NOT_NULL},
		  [AUTH_OUTBOX_USER_ID] = {"user_id", TEXTOID},
		  [AUTH_OUTBOX_PROVIDER_ID] = {"provider_id", TEXTOID},
		  [AUTH_OUTBOX_ADDRESS] = {"address", TEXTOID, AUTH_NOT_NULL},
		  [AUTH_OUTBOX_TOKEN_ID] = {"token_id", UUIDOID},
		  [AUTH_OUTBOX_KEY_ID] = {"key_id", TEXTOID},
		  [AUTH_OUTBOX_SECRET] = {"secret", BYTEAOID},
		  [AUTH_OUTBOX_DATA] = {"data", JSONBOID}}},
	[AUTH_EVENT] = {"auth_event",
					1,
					{[AUTH_EVENT_ID] = {"id", INT8OID, AUTH_NOT_NULL},
					 [AUTH_EVENT_CREATED_AT] = {"created_at",
												TIMESTAMPTZOID,
												AUTH_NOT_NULL},
					 [AUTH_EVENT_KIND] = {"kind", TEXTOID, AUTH_NOT_NULL},
					 [AUTH_EVENT_REASON] = {"reason", TEXTOID},
					 [AUTH_EVENT_USER_ID] = {"user_id", TEXTOID},
					 [AUTH_EVENT_PROVIDER_ID] = {"provider_id", TEXTOID},
					 [AUTH_EVENT_PROVIDER_USER_ID] = {"provider_user_id",
													  TEXTOID},
					 [AUTH_EVENT_SESSION_ID] = {"session_id", UUIDOID},
					 [AUTH_EVENT_ADDRESS] = {"address", INETOID},
					 [AUTH_EVENT_COUNT] = {"count", INT8OID},
					 [AUTH_EVENT_ROLE] = {"role", TEXTOID, AUTH_NOT_NULL}},
					.is_heap = true},
	[AUTH_THROTTLE] =
		{"auth_throttle",
		 1,
		 {[AUTH_THROTTLE_PLACE] = {"place", BOOLOID, AUTH_NOT_NULL}}},
	[AUTH_COMMON_PASSWORD] = {"auth_common_password",
							  1,
							  {[AUTH_COMMON_PASSWORD_PASSWORD] =
								   {"password", TEXTOID, AUTH_NOT_NULL}}},
};

/* Meaningful while "located" is true. */
static Oid schema;
static NameData schema_name;
static AuthLocation locations[AUTH_TABLES];

static bool located = false;
static uint64 generation = 0;

static void
invalidate(Datum arg, Oid relid)
{
	bool ours = !located || !OidIsValid(relid);

	for (int i = 0; i < AUTH_TABLES && !ours; i++)
		ours = relid == locations[i].oid || relid == locations[i].index ||
			   relid == locations[i].counts;
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

const AuthDefinition *
auth_relation_definition(AuthTable table)
{
	return &definitions[table];
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

const char *
auth_relation_column(AuthTable table, int column)
{
	return definitions[table].columns[column].name;
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

/* The index that counts are kept in, for whoever has auth_throttle open. */
Oid
auth_relation_counts(void)
{
	return locations[AUTH_THROTTLE].counts;
}

bool
auth_relation_owns_column(AuthTable table, const char *column)
{
	const AuthColumn *columns = definitions[table].columns;

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

/*
 * Find all tables, again when something changed while we looked.  What is
 * wrong with them, or nothing when all is well and known.
 */
AuthProblem
auth_relation_problem(void)
{
	uint64 seen;
	uint64 messages;
	AuthLocation found[AUTH_TABLES];
	AuthProblem problem;

	if (located)
		return (AuthProblem){NULL};
	do
	{
		seen = generation;
		messages = SharedInvalidMessageCounter;
		memset(found, 0, sizeof(found));
		problem = auth_relation_locate(found);
	} while (seen != generation && messages != SharedInvalidMessageCounter);
	if (problem.text != NULL)
		return problem;
	memcpy(locations, found, sizeof(found));
	schema = get_rel_namespace(found[AUTH_LAYOUT].oid);
	namestrcpy(&schema_name, get_namespace_name(schema));
	located = true;
	return problem;
}

static void
require_located(void)
{
	AuthProblem problem = auth_relation_problem();

	if (problem.text != NULL)
		auth_error_not_set_up(problem.text, "Run SELECT auth_setup().");
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
