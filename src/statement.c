/*
 * statement.c
 *	  Kept SPI plans, run as the owner of our tables.
 *
 * EXECUTE on a function is the gate, so the caller needs no rights on the
 * tables: around each statement the role is switched to the table's owner,
 * as the server's foreign key triggers do.  The owner's triggers and defaults
 * then run with the owner's rights, and must not find what the caller put on
 * the search path: it is set to the extension's schema, with pg_catalog
 * before it and the temporary schema behind.  Kept plans stay valid by that,
 * too, whatever path the caller has.
 *
 * Every statement sees the latest committed rows, in any isolation level: a
 * revocation that does not see a session would not revoke it.
 *
 * When an error is thrown, the end of the (sub)transaction restores the role,
 * the search path and SPI's stack.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "statement.h"

/*
 * Statements that name the application's columns are kept, too, up to this
 * number.  None is ever dropped to make place, since it might be running.
 */
#define KEPT_STATEMENTS 64

static AuthStatement kept[KEPT_STATEMENTS];
static int nkept = 0;
static MemoryContext kept_context = NULL;

static void
pin_search_path(void)
{
	char *schema = get_namespace_name(auth_relation_schema());
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfo(&path, "%s, pg_temp", quote_identifier(schema));
	(void) set_config_option("search_path",
							 path.data,
							 PGC_USERSET,
							 PGC_S_SESSION,
							 GUC_ACTION_SAVE,
							 true,
							 0,
							 false);
	pfree(path.data);
	pfree(schema);
}

/* Connect SPI and run as the role until auth_execution_end. */
void
auth_execution_begin(AuthExecution *execution, Oid role)
{
	execution->caller = CurrentMemoryContext;
	execution->nest_level = NewGUCNestLevel();
	pin_search_path();
	GetUserIdAndSecContext(&execution->userid, &execution->sec_context);
	SetUserIdAndSecContext(role,
						   execution->sec_context |
							   SECURITY_LOCAL_USERID_CHANGE |
							   SECURITY_NOFORCE_RLS);
	SPI_connect();
}

void
auth_execution_end(AuthExecution *execution)
{
	SPI_finish();
	SetUserIdAndSecContext(execution->userid, execution->sec_context);
	AtEOXact_GUC(true, execution->nest_level);
}

/*
 * Run as the owner of the table until auth_execution_end; with
 * AccessShareLock to read, on a standby too, RowExclusiveLock to write.
 */
void
auth_statement_begin(AuthExecution *execution, AuthTable table,
					 LOCKMODE lockmode)
{
	Relation relation = auth_relation_open(table, lockmode);
	Oid owner = relation->rd_rel->relowner;

	table_close(relation, NoLock);
	auth_execution_begin(execution, owner);
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
 * Called with an error of the server's at hand; comes back when it is none
 * that the statement has a better answer to.
 */
static void
translate_conflict(MemoryContext caller, AuthStatement *statement,
				   const Datum *values)
{
	ErrorData *error;
	AuthConflict conflict;

	if (statement->conflict == NULL)
		return;
	MemoryContextSwitchTo(caller);
	error = CopyErrorData();
	if (error->sqlerrcode == ERRCODE_UNIQUE_VIOLATION &&
		auth_relation_is_primary_key(statement->table, error))
		conflict = AUTH_CONFLICT_PRIMARY_KEY;
	else if (error->sqlerrcode == ERRCODE_FOREIGN_KEY_VIOLATION &&
			 auth_relation_is_user_reference(statement->table, error))
		conflict = AUTH_CONFLICT_USER;
	else
		return;
	statement->conflict(conflict, values);
}

/* Run once; the number of rows, in auth_statement_get where there are any. */
uint64
auth_statement_run(AuthExecution *execution, AuthStatement *statement,
				   Datum *values, const char *nulls)
{
	int result;

	if (statement->plan == NULL)
		prepare(statement);
	PG_TRY();
	{
		result = SPI_execute_snapshot(statement->plan,
									  values,
									  nulls,
									  GetLatestSnapshot(),
									  InvalidSnapshot,
									  false,
									  true,
									  0);
	}
	PG_CATCH();
	{
		translate_conflict(execution->caller, statement, values);
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
auth_statement_execute(AuthStatement *statement, Datum *values,
					   const char *nulls)
{
	AuthExecution execution;
	uint64 rows;

	auth_statement_begin(&execution, statement->table, RowExclusiveLock);
	rows = auth_statement_run(&execution, statement, values, nulls);
	auth_execution_end(&execution);
	return rows;
}

/* A value of a row that the statement returned, in SPI's memory. */
Datum
auth_statement_get(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row],
						 SPI_tuptable->tupdesc,
						 column,
						 isnull);
}

static bool
same_statement(const AuthStatement *a, const AuthStatement *b)
{
	return a->nargs == b->nargs &&
		   memcmp(a->argtypes, b->argtypes, a->nargs * sizeof(Oid)) == 0 &&
		   strcmp(a->text, b->text) == 0;
}

static AuthStatement *
keep_copy(const AuthStatement *statement)
{
	AuthStatement *copy = &kept[nkept];
	Size types = statement->nargs * sizeof(Oid);

	if (kept_context == NULL)
		kept_context = AllocSetContextCreate(CacheMemoryContext,
											 "auth statements",
											 ALLOCSET_SMALL_SIZES);
	*copy = *statement;
	copy->text = MemoryContextStrdup(kept_context, statement->text);
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
