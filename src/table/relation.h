/*
 * relation.h
 *	  Our tables: where they are and what their columns are.
 */
#ifndef AUTH_RELATION_H
#define AUTH_RELATION_H

#include "postgres.h"

#include "utils/rel.h"

/* The layout of the tables that this library works with. */
#define AUTH_LAYOUT_NUMBER 2

typedef enum AuthTable
{
	AUTH_LAYOUT,
	AUTH_USER,
	AUTH_KEY,
	AUTH_SESSION,
	AUTH_REFRESH_TOKEN,
	AUTH_ENDED,
	AUTH_TOKEN,
	AUTH_OUTBOX,
	AUTH_EVENT,
	AUTH_THROTTLE,
	AUTH_COMMON_PASSWORD
} AuthTable;

#define AUTH_TABLES (AUTH_COMMON_PASSWORD + 1)

/* The columns that are ours, in each table; all others are attributes. */
typedef enum AuthLayoutColumn
{
	AUTH_LAYOUT_ONLY_ROW,
	AUTH_LAYOUT_LAYOUT,
	AUTH_LAYOUT_SECRET
} AuthLayoutColumn;

typedef enum AuthUserColumn
{
	AUTH_USER_ID,
	AUTH_USER_CREATED_AT,
	AUTH_USER_DISABLED_AT
} AuthUserColumn;

typedef enum AuthKeyColumn
{
	AUTH_KEY_PROVIDER_ID,
	AUTH_KEY_PROVIDER_USER_ID,
	AUTH_KEY_USER_ID,
	AUTH_KEY_HASHED_PASSWORD,
	AUTH_KEY_CREATED_AT,
	AUTH_KEY_PASSWORD_CHANGED_AT
} AuthKeyColumn;

typedef enum AuthSessionColumn
{
	AUTH_SESSION_ID,
	AUTH_SESSION_USER_ID,
	AUTH_SESSION_CREATED_AT,
	AUTH_SESSION_ACTIVE_EXPIRES_AT,
	AUTH_SESSION_IDLE_EXPIRES_AT,
	AUTH_SESSION_EXPIRES_AT,
	AUTH_SESSION_ACTIVE_PERIOD,
	AUTH_SESSION_IDLE_PERIOD,
	AUTH_SESSION_FAMILY_ID
} AuthSessionColumn;

typedef enum AuthRefreshColumn
{
	AUTH_REFRESH_ID,
	AUTH_REFRESH_USER_ID,
	AUTH_REFRESH_SESSION_ID,
	AUTH_REFRESH_TOKEN_HASH,
	AUTH_REFRESH_SIBLING_HASHES,
	AUTH_REFRESH_SPENT_HASH,
	AUTH_REFRESH_ROTATED_AT,
	AUTH_REFRESH_CREATED_AT,
	AUTH_REFRESH_EXPIRES_AT,
	AUTH_REFRESH_ENDS_AT,
	AUTH_REFRESH_LIFETIME
} AuthRefreshColumn;

typedef enum AuthEndedColumn
{
	AUTH_ENDED_ID,
	AUTH_ENDED_MARK,
	AUTH_ENDED_USER_ID,
	AUTH_ENDED_ENDED_AT
} AuthEndedColumn;

typedef enum AuthTokenColumn
{
	AUTH_TOKEN_ID,
	AUTH_TOKEN_PURPOSE,
	AUTH_TOKEN_USER_ID,
	AUTH_TOKEN_PROVIDER_ID,
	AUTH_TOKEN_ADDRESS,
	AUTH_TOKEN_SLOT,
	AUTH_TOKEN_CODE_HASH,
	AUTH_TOKEN_CREATED_AT,
	AUTH_TOKEN_EXPIRES_AT,
	AUTH_TOKEN_DATA
} AuthTokenColumn;

typedef enum AuthOutboxColumn
{
	AUTH_OUTBOX_ID,
	AUTH_OUTBOX_CREATED_AT,
	AUTH_OUTBOX_EXPIRES_AT,
	AUTH_OUTBOX_PURPOSE,
	AUTH_OUTBOX_USER_ID,
	AUTH_OUTBOX_PROVIDER_ID,
	AUTH_OUTBOX_ADDRESS,
	AUTH_OUTBOX_TOKEN_ID,
	AUTH_OUTBOX_KEY_ID,
	AUTH_OUTBOX_SECRET,
	AUTH_OUTBOX_DATA
} AuthOutboxColumn;

typedef enum AuthEventColumn
{
	AUTH_EVENT_ID,
	AUTH_EVENT_CREATED_AT,
	AUTH_EVENT_KIND,
	AUTH_EVENT_REASON,
	AUTH_EVENT_USER_ID,
	AUTH_EVENT_PROVIDER_ID,
	AUTH_EVENT_PROVIDER_USER_ID,
	AUTH_EVENT_SESSION_ID,
	AUTH_EVENT_ADDRESS,
	AUTH_EVENT_COUNT,
	AUTH_EVENT_ROLE
} AuthEventColumn;

typedef enum AuthThrottleColumn
{
	AUTH_THROTTLE_PLACE
} AuthThrottleColumn;

typedef enum AuthCommonPasswordColumn
{
	AUTH_COMMON_PASSWORD_PASSWORD
} AuthCommonPasswordColumn;

#define AUTH_COLUMNS (AUTH_EVENT_ROLE + 1)

/* What is wrong with the tables; without a text, nothing. */
typedef struct AuthProblem
{
	char *text;
	char *mend;			/* a statement that mends it, or NULL */
	bool loses_nothing; /* so that auth_setup() runs it */
} AuthProblem;

extern void auth_relation_init(void);
extern uint64 auth_relation_generation(void);
extern Relation auth_relation_open(AuthTable table, LOCKMODE lockmode);

extern Oid auth_relation_schema(void);
extern const char *auth_relation_name(AuthTable table);
extern int auth_relation_keys(AuthTable table);
extern const char *auth_relation_column(AuthTable table, int column);
extern Oid auth_relation_type(AuthTable table, int column);
extern AttrNumber auth_relation_attribute(AuthTable table, int column);
extern Oid auth_relation_index(AuthTable table);
extern Oid auth_relation_counts(void);
extern bool auth_relation_owns_column(AuthTable table, const char *column);

/* Whether an error is about the constraint; no catalog is read for it. */
extern bool auth_relation_is_primary_key(AuthTable table,
										 const ErrorData *error);
extern bool auth_relation_is_user_reference(AuthTable table,
											const ErrorData *error);
extern bool auth_relation_is_user_key(const ForeignKeyCacheInfo *key,
									  AttrNumber user_id, Oid auth_user);

/* For auth_setup(), which meets tables that are not in order, and grants. */
extern void auth_relation_lock(void);
extern AuthProblem auth_relation_problem(void);
extern Oid auth_relation_find(AuthTable table);
extern int auth_relation_layout(void);
extern bool auth_relation_is_marked(void);
extern bool auth_relation_has_user_reference(AuthTable table);

#endif /* AUTH_RELATION_H */
