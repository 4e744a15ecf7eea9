/*
 * statement.c
 *	  Kept SPI plans, run as the owner of our tables.
 *
 * Every statement sees the latest committed rows, in any isolation level: a
 * revocation that does not see a session would not revoke it.
 *
 * Operators are applied to operands of exactly their types, as pg_catalog has
 * them, and functions to arguments of exactly theirs: what somebody creates
 * in the extension's schema could only be a better match otherwise.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "call/error.h"
#include "call/result.h"
#include "table/owner.h"
#include "table/statement.h"

/*
 * Statements that name the application's columns are kept, too, up to this
 * number.  None is ever dropped to make place, since it might be running.
 */
#define KEPT_STATEMENTS 64

static AuthStatement kept[KEPT_STATEMENTS];
static int nkept = 0;
static MemoryContext kept_context = NULL;

/* Connect SPI and run as the user until auth_execution_end. */
void
auth_execution_begin(AuthExecution *execution, Oid userid)
{
	execution->caller = CurrentMemoryContext;
	auth_owner_begin(&execution->scope, userid);
	SPI_connect();
}

/* Run a statement that is made for this once. */
void
auth_execution_run(const char *text)
{
	if (SPI_execute(text, false, 0) < 0)
		elog(ERROR, "could not execute \"%s\"", text);
}

void
auth_execution_end(AuthExecution *execution)
{
	SPI_finish();
	auth_owner_end(&execution->scope);
}

static void
begin_as_owner(AuthExecution *execution, Relation relation)
{
	Oid owner = relation->rd_rel->relowner;

	table_close(relation, NoLock);
	auth_execution_begin(execution, owner);
}

/*
 * Run as the owner of the table until auth_execution_end; with
 * AccessShareLock to read, on a standby too, RowExclusiveLock to write.
 */
void
auth_statement_begin(AuthExecution *execution, AuthTable table,
					 LOCKMODE lockmode)
{
	begin_as_owner(execution, auth_relation_open(table, lockmode));
}

/* The same with a record, unless that is out of order. */
bool
auth_statement_try_begin(AuthExecution *execution, AuthTable record,
						 LOCKMODE lockmode, AuthProblem *problem)
{
	Relation relation = auth_relation_try_open(record, lockmode, problem);

	if (relation == NULL)
		return false;
	begin_as_owner(execution, relation);
	return true;
}

static void
prepare(AuthStatement *statement)
{
	SPIPlanPtr plan = SPI_prepare_cursor(statement->text,
										 statement->nargs,
										 statement->argtypes,
										 CURSOR_OPT_GENERIC_PLAN);

	if (plan == NULL)
		elog(ERROR,
			 "could not prepare \"%s\": %s",
			 statement->text,
			 SPI_result_code_string(SPI_result));
	if (!statement->transient)
		SPI_keepplan(plan);
	statement->plan = plan;
}

/*
 * Whether it was the server that described a row: its violations name the
 * table, but for that of a view.  What a trigger raises says what its author
 * wants it to say.
 */
static bool
shows_row(const ErrorData *error)
{
	return error->table_name != NULL ||
		   error->sqlerrcode == ERRCODE_WITH_CHECK_OPTION_VIOLATION;
}

/*
 * The server's error without its detail, which shows values of the row: those
 * of attributes that are hidden, a password hash, a token.  Schema, table,
 * column and constraint are named by fields of their own.
 */
static void
rethrow_without_detail(ErrorData *error)
{
	FlushErrorState();
	error->detail = NULL;
	error->detail_log = NULL;
	ReThrowError(error);
}

/*
 * Called with an error of the server's at hand; comes back when there is no
 * better answer to it.
 */
static void
translate_violation(MemoryContext caller, AuthStatement *statement,
					const NullableDatum *arguments)
{
	AuthTable table = statement->table;
	ErrorData *error;

	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	if (statement->duplicate != NULL &&
		error->sqlerrcode == ERRCODE_UNIQUE_VIOLATION &&
		auth_relation_is_primary_key(table, error))
		statement->duplicate();
	if (statement->user > 0 &&
		error->sqlerrcode == ERRCODE_FOREIGN_KEY_VIOLATION &&
		auth_relation_is_user_reference(table, error))
		auth_error_user_gone(
			TextDatumGetCString(arguments[statement->user - 1].value));
	if (shows_row(error))
		rethrow_without_detail(error);
}

/* Called with the error at hand that a right is missing. */
static void
explain_denial(MemoryContext caller)
{
	ErrorData *error;

	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	if (error->hint != NULL || strstr(error->message, " auth_") == NULL)
		return;
	FlushErrorState();
	error->hint = "SELECT auth_setup() gives the owner of the tables the "
				  "rights that it needs on functions.";
	ReThrowError(error);
}

static bool
is_violation(void)
{
	int code = geterrcode();

	return code == ERRCODE_WITH_CHECK_OPTION_VIOLATION ||
		   ERRCODE_TO_CATEGORY(code) == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION;
}

/*
 * A snapshot that is taken when all tables of the plan are locked: an older
 * one finds no row in a table that was rewritten while a lock was waited for.
 */
static Snapshot
locked_snapshot(const AuthStatement *statement)
{
	ResourceOwner owner = statement->transient ? NULL : CurrentResourceOwner;

	ReleaseCachedPlan(SPI_plan_get_cached_plan(statement->plan), owner);
	return GetLatestSnapshot();
}

/* SPI takes values and nulls apart. */
static int
execute(const AuthStatement *statement, const NullableDatum *arguments)
{
	Datum *values = palloc(statement->nargs * sizeof(Datum));
	char *nulls = palloc(statement->nargs);

	for (int i = 0; i < statement->nargs; i++)
	{
		values[i] = arguments[i].value;
		nulls[i] = arguments[i].isnull ? 'n' : ' ';
	}
	return SPI_execute_snapshot(statement->plan,
								values,
								nulls,
								locked_snapshot(statement),
								InvalidSnapshot,
								false,
								true,
								0);
}

/*
 * Run the statement; returns the number of rows that it has written or
 * returned, which auth_statement_get reads.
 */
uint64
auth_statement_run(AuthExecution *execution, AuthStatement *statement,
				   const NullableDatum *arguments)
{
	int result;

	if (statement->plan == NULL)
		prepare(statement);
	PG_TRY();
	{
		result = execute(statement, arguments);
	}
	PG_CATCH();
	{
		if (is_violation())
			translate_violation(execution->caller, statement, arguments);
		if (geterrcode() == ERRCODE_INSUFFICIENT_PRIVILEGE)
			explain_denial(execution->caller);
		PG_RE_THROW();
	}
	PG_END_TRY();
	if (result < 0)
		elog(ERROR,
			 "could not execute \"%s\": %s",
			 statement->text,
			 SPI_result_code_string(result));
	return SPI_processed;
}

/* Begin, write and end where only the number of rows matters. */
uint64
auth_statement_execute(AuthStatement *statement, const NullableDatum *arguments)
{
	AuthExecution execution;
	uint64 rows;

	auth_statement_begin(&execution, statement->table, RowExclusiveLock);
	rows = auth_statement_run(&execution, statement, arguments);
	auth_execution_end(&execution);
	return rows;
}

/*
 * The description of a column that the statement has returned, which is of the
 * type that the statement says: plans are made anew when a table changes.  It
 * can be interrupted, as there may be as many rows as the owner likes, of which
 * each takes a while.
 */
static Form_pg_attribute
require_result(const AuthStatement *statement, uint64 row, int column)
{
	Form_pg_attribute attribute = NULL;

	CHECK_FOR_INTERRUPTS();
	if (SPI_tuptable != NULL && row < SPI_tuptable->numvals &&
		column <= SPI_tuptable->tupdesc->natts)
		attribute = TupleDescAttr(SPI_tuptable->tupdesc, column - 1);
	if (attribute == NULL || statement->results == NULL ||
		attribute->atttypid != statement->results[column - 1])
		elog(ERROR,
			 "statement \"%s\" has not returned what it should",
			 statement->text);
	return attribute;
}

/* A value of a row that the statement returned, in SPI's memory. */
NullableDatum
auth_statement_get(const AuthStatement *statement, uint64 row, int column)
{
	NullableDatum value;

	(void) require_result(statement, row, column);
	value.value = SPI_getbinval(SPI_tuptable->vals[row],
								SPI_tuptable->tupdesc,
								column,
								&value.isnull);
	return value;
}

/* A value of a column of ours that has no NULLs, or UA012. */
Datum
auth_statement_require(const AuthStatement *statement, uint64 row, int column)
{
	NullableDatum value = auth_statement_get(statement, row, column);

	if (value.isnull)
		auth_error_null(auth_relation_name(statement->table),
						SPI_fname(SPI_tuptable->tupdesc, column));
	return value.value;
}

/* The values of a row, copied to where SPI was connected from. */
void
auth_statement_copy(const AuthStatement *statement, uint64 row, int columns,
					NullableDatum *values)
{
	for (int i = 0; i < columns; i++)
	{
		Form_pg_attribute column = require_result(statement, row, i + 1);

		values[i] = auth_statement_get(statement, row, i + 1);
		if (!values[i].isnull)
			values[i].value = SPI_datumTransfer(values[i].value,
												column->attbyval,
												column->attlen);
	}
}

/* Copy the values of a row of columns that have no NULLs, or raise UA012. */
void
auth_statement_copy_required(const AuthStatement *statement, uint64 row,
							 int columns, NullableDatum *values)
{
	for (int i = 0; i < columns; i++)
		(void) auth_statement_require(statement, row, i + 1);
	auth_statement_copy(statement, row, columns, values);
}

/*
 * Run, and copy from the first row columns that have no NULLs, or UA012; the
 * number of rows.
 */
uint64
auth_statement_row(AuthStatement *statement, const NullableDatum *arguments,
				   LOCKMODE lockmode, int columns, NullableDatum *row)
{
	AuthExecution execution;
	uint64 count;

	auth_statement_begin(&execution, statement->table, lockmode);
	count = auth_statement_run(&execution, statement, arguments);
	if (count > 0)
		auth_statement_copy_required(statement, 0, columns, row);
	auth_execution_end(&execution);
	return count;
}

/* Read, and add each row to the function's set. */
void
auth_statement_result(FunctionCallInfo fcinfo, AuthStatement *statement,
					  const NullableDatum *arguments, int columns)
{
	NullableDatum *shown = palloc(columns * sizeof(NullableDatum));
	AuthExecution execution;
	uint64 count;

	auth_statement_begin(&execution, statement->table, AccessShareLock);
	count = auth_statement_run(&execution, statement, arguments);
	for (uint64 row = 0; row < count; row++)
	{
		for (int i = 0; i < columns; i++)
			shown[i] = auth_statement_get(statement, row, i + 1);
		auth_result_add(fcinfo, shown, columns);
	}
	auth_execution_end(&execution);
}

/*
 * Run the statement and copy the ids in its first column to the caller's
 * memory; returns their number.
 */
uint64
auth_statement_uuids(AuthStatement *statement, const NullableDatum *arguments,
					 LOCKMODE lockmode, pg_uuid_t **ids)
{
	AuthExecution execution;
	uint64 count;

	auth_statement_begin(&execution, statement->table, lockmode);
	count = auth_statement_run(&execution, statement, arguments);
	*ids = MemoryContextAllocHuge(execution.caller, count * sizeof(pg_uuid_t));
	for (uint64 row = 0; row < count; row++)
		(*ids)[row] = *DatumGetUUIDP(auth_statement_require(statement, row, 1));
	auth_execution_end(&execution);
	return count;
}

/* Read the texts (text *) in a column, into the caller's memory. */
List *
auth_statement_texts(AuthStatement *statement, const NullableDatum *arguments,
					 int column)
{
	AuthExecution execution;
	List *texts = NIL;
	uint64 count;

	auth_statement_begin(&execution, statement->table, AccessShareLock);
	count = auth_statement_run(&execution, statement, arguments);
	for (uint64 row = 0; row < count; row++)
	{
		Datum value = auth_statement_require(statement, row, column);
		MemoryContext old = MemoryContextSwitchTo(execution.caller);

		texts = lappend(texts, DatumGetTextPCopy(value));
		MemoryContextSwitchTo(old);
	}
	auth_execution_end(&execution);
	return texts;
}

static bool
same_statement(const AuthStatement *a, const AuthStatement *b)
{
	return a->nargs == b->nargs &&
		   memcmp(a->argtypes, b->argtypes, a->nargs * sizeof(Oid)) == 0 &&
		   strcmp(a->text, b->text) == 0;
}

static char *
keep_text(const char *text)
{
	if (kept_context == NULL)
		kept_context = AllocSetContextCreate(CacheMemoryContext,
											 "auth statements",
											 ALLOCSET_SMALL_SIZES);
	return MemoryContextStrdup(kept_context, text);
}

static AuthStatement *
keep_copy(const AuthStatement *statement)
{
	AuthStatement *copy = &kept[nkept];
	Size types = statement->nargs * sizeof(Oid);

	*copy = *statement;
	copy->text = keep_text(statement->text);
	copy->argtypes = MemoryContextAlloc(kept_context, types);
	memcpy(copy->argtypes, statement->argtypes, types);
	nkept++;
	return copy;
}

/*
 * The kept twin of a statement whose text was made for this call.  When no
 * place is left it is the statement itself, whose plan ends with the call.
 */
AuthStatement *
auth_statement_keep(AuthStatement *statement)
{
	for (int i = 0; i < nkept; i++)
	{
		if (same_statement(&kept[i], statement))
			return &kept[i];
	}
	if (nkept < KEPT_STATEMENTS)
		return keep_copy(statement);
	statement->transient = true;
	return statement;
}
