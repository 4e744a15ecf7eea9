/*
 * relation.h
 *	  Our tables: where they are and what their columns are.
 */
#ifndef AUTH_RELATION_H
#define AUTH_RELATION_H

#include "postgres.h"

#include "utils/rel.h"

#include "table/tables.inc"

/* The layout of the tables that this library works with. */
#define AUTH_LAYOUT_NUMBER 2

typedef enum AuthNullability
{
	AUTH_NULLABLE,
	AUTH_NOT_NULL
} AuthNullability;

typedef struct AuthColumn
{
	const char *name;
	Oid type;
	AuthNullability nullability;
} AuthColumn;

typedef struct AuthDefinition
{
	const char *name;
	int keys; /* the first columns are the primary key */
	AuthColumn columns[AUTH_COLUMNS];
	const char *indexes[AUTH_INDEXES]; /* beside that of the primary key */
	bool is_heap;					   /* its pages are written to directly */
	bool of_user;					   /* its rows go with their users */
	bool refers_to_user;			   /* by a foreign key */
} AuthDefinition;

/* Where a table is that is as its definition says. */
typedef struct AuthLocation
{
	Oid oid;
	Oid owner;
	Oid index;
	Oid counts; /* index of counts, of auth_throttle */
	AttrNumber attributes[AUTH_COLUMNS];
	NameData primary_key;
	NameData user_reference; /* foreign key to auth_user, '' where none */
} AuthLocation;

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
extern const AuthDefinition *auth_relation_definition(AuthTable table);
extern const char *auth_relation_name(AuthTable table);
extern const AuthLocation *auth_relation_location(AuthTable table);
extern bool auth_relation_owns_column(AuthTable table, const char *column);

/* Whether an error is about the constraint; no catalog is read for it. */
extern bool auth_relation_is_primary_key(AuthTable table,
										 const ErrorData *error);
extern bool auth_relation_is_user_reference(AuthTable table,
											const ErrorData *error);

/* For auth_setup(), which meets tables that are not in order, and grants. */
extern void auth_relation_lock(void);
extern AuthProblem auth_relation_problem(void);
extern Oid auth_relation_find(AuthTable table);

#endif /* AUTH_RELATION_H */
