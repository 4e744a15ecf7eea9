/*
 * purge.c
 *	  Removal of rows whose time is over, a batch at a time.
 *
 * Each batch goes on behind the one before it, where this backend knows of
 * one: from the start of the table it would have to pass all rows that stay,
 * and all that the earlier batches have left for VACUUM.  The place is a hint
 * and no more.  A batch that is not full at the end of the table goes on at its
 * start, so that fewer rows than were asked for means that there are no more.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/value.h"
#include "table/purge.h"

static void
go_to_start(AuthPurge *purge)
{
	ItemPointerSet(&purge->reached, 0, 0);
}

/* Remove at most so many rows behind the place, and move it; their number. */
static int64
remove_behind(AuthPurge *purge, TimestampTz before, int rows)
{
	AuthExecution execution;
	NullableDatum arguments[] = {auth_time(before),
								 auth_int32(rows),
								 auth_pointer(&purge->reached)};
	NullableDatum last;
	int64 count;

	auth_statement_begin(&execution, purge->statement.table, RowExclusiveLock);
	auth_statement_run(&execution, &purge->statement, arguments);
	count = DatumGetInt64(auth_statement_require(&purge->statement, 0, 1));
	last = auth_statement_get(&purge->statement, 0, 2);
	if (!last.isnull)
		purge->reached = *(ItemPointer) DatumGetPointer(last.value);
	auth_execution_end(&execution);
	return count;
}

/* Remove at most so many of the rows that are dead at the time. */
int64
auth_purge_rows(AuthPurge *purge, TimestampTz before, int rows)
{
	int64 count = 0;
	bool whole;

	do
	{
		whole = ItemPointerGetOffsetNumberNoCheck(&purge->reached) ==
				InvalidOffsetNumber;
		count += remove_behind(purge, before, rows - (int) count);
		if (count < rows)
			go_to_start(purge);
	} while (count < rows && !whole);
	return count;
}

/*
 * What a function with the one argument batch_size answers: the number of
 * rows that were removed.  22023 for a size outside 1 to 1,000,000.
 */
Datum
auth_purge(FunctionCallInfo fcinfo, AuthPurge *purge, const char *function)
{
	PreventCommandIfReadOnly(function);
	PG_RETURN_INT64(
		auth_purge_rows(purge,
						GetCurrentTimestamp(),
						auth_argument_rows(fcinfo, 0, "batch_size")));
}
