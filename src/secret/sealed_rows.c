/*
 * sealed_rows.c
 *	  Rows of a table that are sealed again with the first key of the file.
 *
 * Each is locked, opened with its key and sealed with the first.  What somebody
 * else has locked is left for another time, and what does not open for somebody
 * to look at.
 */
#include "postgres.h"

#include "call/error.h"
#include "call/value.h"
#include "secret/sealed_rows.h"

/* So many rows at a time: their secrets are in memory together. */
#define PAGE 1000

typedef struct Resealing
{
	const AuthSealedRows *rows;
	const char *key_id; /* with which nothing is to be done */
	NullableDatum last; /* the id of the last row that was looked at */
	int64 resealed;
	int64 refused; /* do not open */
} Resealing;

/* The arguments of a change. */
typedef struct Change
{
	NullableDatum arguments[3];
} Change;

/* Seal the rows that were selected; the changes that come of it. */
static List *
seal_rows(Resealing *resealing, uint64 count)
{
	AuthStatement *select = resealing->rows->select;
	List *changes = NIL;

	for (uint64 row = 0; row < count; row++)
	{
		Change *change = palloc(sizeof(Change));
		AuthSealed sealed;

		if (!resealing->rows->reseal(select, row, &sealed))
		{
			resealing->refused++;
			continue;
		}
		change->arguments[0] =
			auth_datum(auth_statement_require(select, row, 1));
		change->arguments[1] = auth_string(sealed.key_id);
		change->arguments[2] = auth_bytes(sealed.content);
		changes = lappend(changes, change);
	}
	return changes;
}

static void
write_changes(Resealing *resealing, AuthExecution *execution, List *changes)
{
	AuthStatement *update = resealing->rows->update;
	ListCell *cell;

	foreach (cell, changes)
	{
		Change *change = lfirst(cell);

		if (auth_statement_run(execution, update, change->arguments) == 0)
			auth_error_suppressed_row(auth_relation_name(update->table));
		resealing->resealed++;
	}
}

/* Look at no more rows than this behind the last; how many there were. */
static uint64
reseal_page(Resealing *resealing, int rows)
{
	AuthStatement *select = resealing->rows->select;
	NullableDatum arguments[] = {auth_string(resealing->key_id),
								 auth_int32(rows),
								 resealing->last};
	AuthExecution execution;
	uint64 count;
	List *changes;

	auth_statement_begin(&execution, select->table, RowExclusiveLock);
	count = auth_statement_run(&execution, select, arguments);
	changes = seal_rows(resealing, count);
	if (count > 0)
		auth_statement_copy_required(select, count - 1, 1, &resealing->last);
	write_changes(resealing, &execution, changes);
	auth_execution_end(&execution);
	return count;
}

static void
warn_of_refused(const Resealing *resealing)
{
	ereport(WARNING,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg_plural("%lld row of table \"%s\" could not be opened",
						   "%lld rows of table \"%s\" could not be opened",
						   (unsigned long) resealing->refused,
						   (long long) resealing->refused,
						   auth_relation_name(resealing->rows->select->table)),
			 errdetail("The key is not in the file, or the row was changed.")));
}

/*
 * Seal again what another key than the first has sealed, at most so many rows;
 * how many.  A warning for those that do not open, which stay as they are.
 */
int64
auth_sealed_rows_reseal(const AuthSealedRows *rows, int64 limit)
{
	Resealing resealing = {.rows = rows,
						   .key_id = auth_seal_key_id(),
						   .last = auth_null()};
	bool more = true;

	while (more && resealing.resealed < limit)
	{
		int page = (int) Min(limit - resealing.resealed, PAGE);

		more = reseal_page(&resealing, page) == (uint64) page;
	}
	if (resealing.refused > 0)
		warn_of_refused(&resealing);
	return resealing.resealed;
}
