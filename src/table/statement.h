/*
 * statement.h
 *	  Kept SPI plans, run as the owner of our tables.
 */
#ifndef AUTH_STATEMENT_H
#define AUTH_STATEMENT_H

#include "postgres.h"

#include "executor/spi.h"
#include "utils/uuid.h"

#include "table/owner.h"
#include "table/relation.h"

/*
 * A statement and its plan.  Tables are named without their schema, as the
 * search path is ours while it runs.
 */
typedef struct AuthStatement
{
	const char *text;
	int nargs;
	Oid *argtypes;	 /* both by AUTH_TYPES, where they are known */
	Oid *results;	 /* the types of what it returns, if that is looked at */
	AuthTable table; /* whose owner runs it */

	/* Errors of ours in the place of the server's. */
	void (*duplicate)(void); /* the primary key is taken; or NULL */
	int user; /* the argument, from 1, whose user may be gone; or 0 */

	SPIPlanPtr plan; /* of a static statement: NULL until it first runs */
	bool transient;	 /* the plan ends with the call */
} AuthStatement;

/* The types of a statement's arguments, and their number. */
#define AUTH_TYPES(...) \
	.argtypes = (Oid[]){__VA_ARGS__}, .nargs = lengthof(((Oid[]){__VA_ARGS__}))

/* Between begin and end SPI is connected and the owner the current user. */
typedef struct AuthExecution
{
	MemoryContext caller;
	AuthOwnerScope scope;
} AuthExecution;

extern void auth_execution_begin(AuthExecution *execution, Oid userid);
extern void auth_execution_run(const char *text);
extern void auth_execution_end(AuthExecution *execution);

extern void auth_statement_begin(AuthExecution *execution, AuthTable table,
								 LOCKMODE lockmode);
extern bool auth_statement_try_begin(AuthExecution *execution, AuthTable record,
									 LOCKMODE lockmode, AuthProblem *problem);
extern uint64 auth_statement_run(AuthExecution *execution,
								 AuthStatement *statement,
								 const NullableDatum *arguments);
extern uint64 auth_statement_execute(AuthStatement *statement,
									 const NullableDatum *arguments);

/* What the statement has returned; columns count from 1. */
extern NullableDatum auth_statement_get(const AuthStatement *statement,
										uint64 row, int column);
extern Datum auth_statement_require(const AuthStatement *statement, uint64 row,
									int column);
extern void auth_statement_copy(const AuthStatement *statement, uint64 row,
								int columns, NullableDatum *values);
extern void auth_statement_copy_required(const AuthStatement *statement,
										 uint64 row, int columns,
										 NullableDatum *values);

/*
 * Run a statement from begin to end and take what it returns: of the first row,
 * as the function's set, ids of type uuid, or texts.
 */
extern uint64 auth_statement_row(AuthStatement *statement,
								 const NullableDatum *arguments,
								 LOCKMODE lockmode, int columns,
								 NullableDatum *row);
extern void auth_statement_result(FunctionCallInfo fcinfo,
								  AuthStatement *statement,
								  const NullableDatum *arguments, int columns);
extern uint64 auth_statement_uuids(AuthStatement *statement,
								   const NullableDatum *arguments,
								   LOCKMODE lockmode, pg_uuid_t **ids);
extern List *auth_statement_texts(AuthStatement *statement,
								  const NullableDatum *arguments, int column);

extern AuthStatement *auth_statement_keep(AuthStatement *statement);

#endif /* AUTH_STATEMENT_H */
