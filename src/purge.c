/*
 * purge.c
 *	  Removal of rows whose time is over, a batch at a time.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "argument.h"
#include "purge.h"

/*
 * What a function with the one argument batch_size answers: the number of
 * rows that were removed.  The statement's arguments are the time and the
 * size.  22023 for a size outside 1 to 1,000,000.
 */
Datum
auth_purge(FunctionCallInfo fcinfo, AuthStatement *statement,
		   const char *function)
{
	Datum values[2];

	PreventCommandIfReadOnly(function);
	values[0] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[1] = Int32GetDatum(auth_argument_rows(fcinfo, 0, "batch_size"));
	PG_RETURN_INT64((int64) auth_statement_execute(statement, values, NULL));
}
