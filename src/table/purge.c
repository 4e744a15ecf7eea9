/*
 * purge.c
 *	  Removal of rows whose time is over, a batch at a time.
 *
 * Each batch goes on behind the one before it, where this backend knows of
 * one: from the start of the table it would have to pass all rows that stay,
 * and all that the earlier batches have left for VACUUM.  The place is a hint
 * and no more.  A batch that is not full at the end of the table goes on at its
 * start, so that fewer rows than were asked for means that there are no more
 * that can be removed.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/value.h"
#include "server/subtransaction.h"
#include "table/purge.h"
#include "table/removal.h"

static void
go_to_start(AuthPurge *purge)
{
	ItemPointerSet(&purge->reached, 0, 0);
}

typedef struct Batch
{
	AuthPurge *purge;
	TimestampTz before;
	int rows;	 /* at most */
	int64 count; /* that were removed */
} Batch;

static void
set_place(AuthPurge *purge, NullableDatum place)
{
	if (!place.isnull)
		purge->reached = *(ItemPointer) DatumGetPointer(place.value);
}

/* Run a statement on so many rows behind the place; what it returns. */
static uint64
run(AuthExecution *execution, AuthStatement *statement, const Batch *batch)
{
	NullableDatum arguments[] = {auth_time(batch->before),
								 auth_int32(batch->rows),
								 auth_pointer(&batch->purge->reached)};

	auth_statement_begin(execution, statement->table, RowExclusiveLock);
	return auth_statement_run(execution, statement, arguments);
}

/* Remove the batch behind the place, and move it. */
static bool
remove_batch(void *argument)
{
	Batch *batch = argument;
	AuthStatement *statement = &batch->purge->statement;
	AuthExecution execution;

	(void) run(&execution, statement, batch);
	batch->count = DatumGetInt64(auth_statement_require(statement, 0, 1));
	set_place(batch->purge, auth_statement_get(statement, 0, 2));
	auth_execution_end(&execution);
	return true;
}

/* Go on behind the first row of the batch; false: there is none. */
static bool
pass_over(const Batch *batch)
{
	AuthStatement *statement = &batch->purge->first;
	AuthExecution execution;
	bool found = run(&execution, statement, batch) > 0;

	if (found)
		set_place(batch->purge, auth_statement_get(statement, 0, 1));
	auth_execution_end(&execution);
	return found;
}

/*
 * Remove at most so many rows of those that something may hold on to, up to the
 * end of the table.  A batch that fails is halved, until it is the one row that
 * is held, which is passed over.
 */
static int64
remove_loose(AuthPurge *purge, TimestampTz before, int rows)
{
	Batch batch = {purge, before, rows};
	int64 count = 0;
	uint64 held = 0;

	while (count < rows)
	{
		CHECK_FOR_INTERRUPTS();
		if (auth_subtransaction_try(remove_batch,
									&batch,
									auth_removal_has_failed))
		{
			count += batch.count;
			if (batch.count < batch.rows)
				break;
			batch.rows = (int) Min((int64) batch.rows * 2, rows - count);
		}
		else if (batch.rows > 1)
			batch.rows /= 2;
		else if (!pass_over(&batch))
			break;
		else
			held++;
	}
	if (held > 0)
		auth_removal_warn(purge->statement.table, held, "dead");
	return count;
}

static int64
remove_behind(AuthPurge *purge, TimestampTz before, int rows)
{
	Batch batch = {purge, before, rows};

	if (auth_removal_can_fail(purge->statement.table))
		return remove_loose(purge, before, rows);
	(void) remove_batch(&batch);
	return batch.count;
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
