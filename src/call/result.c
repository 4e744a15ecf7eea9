/*
 * result.c
 *	  Rows that SQL functions return.
 *
 * Sets are returned in materialize mode, which costs least for one row, with
 * the row type that the executor expects: looking our own up again would
 * cost more than reading the session.
 *
 * Tables say "never" by a time at infinity, which compares as it should.  Many
 * drivers fail on such a time, after the statement has done its work: no row
 * that is returned has one, and NULL is never.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "call/result.h"

/* The most columns that one of our functions returns. */
#define MAX_COLUMNS 19

/* A row as the server takes it. */
typedef struct Parts
{
	Datum values[MAX_COLUMNS];
	bool nulls[MAX_COLUMNS];
} Parts;

static bool
is_infinite(Form_pg_attribute column, Datum value)
{
	return column->atttypid == TIMESTAMPTZOID &&
		   TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(value));
}

static void
split(Parts *parts, TupleDesc descriptor, const NullableDatum *values,
	  int columns)
{
	if (descriptor->natts != columns || columns > MAX_COLUMNS)
		elog(ERROR, "return type has another number of columns");
	for (int i = 0; i < columns; i++)
	{
		parts->values[i] = values[i].value;
		parts->nulls[i] =
			values[i].isnull ||
			is_infinite(TupleDescAttr(descriptor, i), values[i].value);
	}
}

/* One row of "columns" values, of the function's composite type. */
Datum
auth_result_row(FunctionCallInfo fcinfo, const NullableDatum *values,
				int columns)
{
	TupleDesc descriptor;
	Parts parts;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	split(&parts, descriptor, values, columns);
	return HeapTupleGetDatum(
		heap_form_tuple(BlessTupleDesc(descriptor), parts.values, parts.nulls));
}

static ReturnSetInfo *
set_info(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *info = (ReturnSetInfo *) fcinfo->resultinfo;

	if (info == NULL || !IsA(info, ReturnSetInfo) ||
		!(info->allowedModes & SFRM_Materialize) || info->expectedDesc == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot "
						"accept a set")));
	return info;
}

/* Announce a set; it is empty until a row is added. */
void
auth_result_begin_set(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *info = set_info(fcinfo);

	info->returnMode = SFRM_Materialize;
	info->setResult = NULL;
	info->setDesc = NULL;
}

/* Add a row of "columns" values to the set. */
void
auth_result_add(FunctionCallInfo fcinfo, const NullableDatum *values,
				int columns)
{
	ReturnSetInfo *info = set_info(fcinfo);
	Parts parts;

	split(&parts, info->expectedDesc, values, columns);
	if (info->setResult == NULL)
	{
		MemoryContext old =
			MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);

		info->setResult = tuplestore_begin_heap((info->allowedModes &
												 SFRM_Materialize_Random) != 0,
												false,
												work_mem);
		MemoryContextSwitchTo(old);
	}
	tuplestore_putvalues(info->setResult,
						 info->expectedDesc,
						 parts.values,
						 parts.nulls);
}
