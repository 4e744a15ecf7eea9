/*
 * argument.c
 *	  Arguments of SQL functions: checked, and named in the errors.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "call/argument.h"

/*
 * The longest period.  Three of them in a row still end long before timestamps
 * do.
 */
#define MAX_YEARS 10000

#define MAX_ROWS 1000000

void
auth_argument_required(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be null", name)));
}

text *
auth_argument_text(FunctionCallInfo fcinfo, int number, const char *name)
{
	auth_argument_required(fcinfo, number, name);
	return PG_GETARG_TEXT_PP(number);
}

text *
auth_argument_require_identifier(text *value, const char *name)
{
	Size length = VARSIZE_ANY_EXHDR(value);

	if (length == 0 || length > AUTH_IDENTIFIER_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be 1 to %d bytes long",
						name,
						AUTH_IDENTIFIER_BYTES)));
	return value;
}

/* An identifier that is going to be stored. */
text *
auth_argument_new_identifier(FunctionCallInfo fcinfo, int number,
							 const char *name)
{
	return auth_argument_require_identifier(auth_argument_text(fcinfo,
															   number,
															   name),
											name);
}

void
auth_argument_invalid_period(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s is out of range", name),
			 errhint("Periods are positive and at most %d years; an idle "
					 "period may be 0.",
					 MAX_YEARS)));
}

static bool
is_longer(Interval *a, Interval *b)
{
	return DatumGetBool(DirectFunctionCall2(interval_gt,
											IntervalPGetDatum(a),
											IntervalPGetDatum(b)));
}

/*
 * A period of time, or NULL.  One of mixed signs is refused, too: it would be
 * longer than nothing on some dates only.
 */
Interval *
auth_argument_period(FunctionCallInfo fcinfo, int number, const char *name)
{
	Interval *period;
	Interval longest = {.month = MAX_YEARS * MONTHS_PER_YEAR};

	if (PG_ARGISNULL(number))
		return NULL;
	period = PG_GETARG_INTERVAL_P(number);
	if (period->month < 0 || period->day < 0 || period->time < 0 ||
		is_longer(period, &longest))
		auth_argument_invalid_period(name);
	return period;
}

/* A jsonb object. */
Jsonb *
auth_argument_object(FunctionCallInfo fcinfo, int number, const char *name)
{
	Jsonb *object;

	auth_argument_required(fcinfo, number, name);
	object = PG_GETARG_JSONB_P(number);
	if (!JB_ROOT_IS_OBJECT(object))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a JSON object", name)));
	return object;
}

/* An integer in a range, or 22023. */
int32
auth_argument_int(FunctionCallInfo fcinfo, int number, const char *name,
				  int32 low, int32 high)
{
	int32 value;

	auth_argument_required(fcinfo, number, name);
	value = PG_GETARG_INT32(number);
	if (value < low || value > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between %d and %d", name, low, high)));
	return value;
}

/* How many rows at most.  22023 outside 1 to 1,000,000. */
int32
auth_argument_rows(FunctionCallInfo fcinfo, int number, const char *name)
{
	return auth_argument_int(fcinfo, number, name, 1, MAX_ROWS);
}
