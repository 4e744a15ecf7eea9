/*
 * pending.c
 *	  What a challenge keeps of the sign-in that waits for it.
 *
 * A jsonb object: the methods that were proven, the attributes of the session,
 * and the periods that were chosen, in microseconds.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "call/period.h"
#include "sign_in/pending.h"

#define METHODS "methods"
#define ATTRIBUTES "attributes"
#define ACTIVE "active_period"
#define IDLE "idle_period"
#define LIFETIME "lifetime"

static void
put(JsonbParseState **state, const char *name, JsonbValue *value)
{
	JsonbValue key = {.type = jbvString,
					  .val.string = {strlen(name), unconstify(char *, name)}};

	(void) pushJsonbValue(state, WJB_KEY, &key);
	(void) pushJsonbValue(state, WJB_VALUE, value);
}

static void
put_number(JsonbParseState **state, const char *name, int64 number)
{
	JsonbValue value = {.type = jbvNumeric,
						.val.numeric = int64_to_numeric(number)};

	put(state, name, &value);
}

/* Without a period the setting of then will hold. */
static void
put_period(JsonbParseState **state, const char *name, Interval *period)
{
	TimestampTz clock = GetCurrentTimestamp();

	if (period != NULL)
		put_number(state, name, auth_period_later(clock, period, 0) - clock);
}

Jsonb *
auth_pending_write(const AuthPending *pending)
{
	const AuthPeriods *periods = &pending->periods;
	JsonbParseState *state = NULL;
	JsonbValue attributes;

	JsonbToJsonbValue(pending->attributes, &attributes);
	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	put_number(&state, METHODS, pending->methods);
	put(&state, ATTRIBUTES, &attributes);
	put_period(&state, ACTIVE, periods->active);
	put_period(&state, IDLE, periods->idle);
	put_period(&state, LIFETIME, periods->lifetime);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

/* Longer than any period that is written. */
#define LONGEST (INT64CONST(10000) * 366 * USECS_PER_DAY)

static bool
find(Jsonb *data, const char *name, JsonbValue *value)
{
	return getKeyJsonValueFromContainer(&data->root,
										name,
										strlen(name),
										value) != NULL;
}

static bool
compare(PGFunction function, Numeric a, int64 b)
{
	return DatumGetBool(
		DirectFunctionCall2(function,
							NumericGetDatum(a),
							NumericGetDatum(int64_to_numeric(b))));
}

/* False: it is no number from "least" to "most"; NaN is more than all. */
static bool
get_number(const JsonbValue *value, int64 least, int64 most, int64 *number)
{
	if (value->type != jbvNumeric ||
		!compare(numeric_ge, value->val.numeric, least) ||
		!compare(numeric_le, value->val.numeric, most))
		return false;
	*number = DatumGetInt64(
		DirectFunctionCall1(numeric_int8, NumericGetDatum(value->val.numeric)));
	return true;
}

static bool
get_methods(Jsonb *data, int32 *methods)
{
	JsonbValue value;
	int64 number;

	if (!find(data, METHODS, &value) ||
		!get_number(&value, 0, PG_INT32_MAX, &number))
		return false;
	*methods = (int32) number;
	return true;
}

static bool
get_attributes(Jsonb *data, Jsonb **attributes)
{
	JsonbValue value;

	if (!find(data, ATTRIBUTES, &value) || value.type != jbvBinary ||
		!JsonContainerIsObject(value.val.binary.data))
		return false;
	*attributes = JsonbValueToJsonb(&value);
	return true;
}

/* NULL where there is none. */
static bool
get_period(Jsonb *data, const char *name, int64 least, Interval **period)
{
	JsonbValue value;

	*period = NULL;
	if (!find(data, name, &value))
		return true;
	*period = palloc0(sizeof(Interval));
	return get_number(&value, least, LONGEST, &(*period)->time);
}

/* False: it is not as it was written, whatever somebody has made of it. */
bool
auth_pending_read(AuthPending *pending, Jsonb *data)
{
	AuthPeriods *periods = &pending->periods;

	return data != NULL && JB_ROOT_IS_OBJECT(data) &&
		   get_methods(data, &pending->methods) &&
		   get_attributes(data, &pending->attributes) &&
		   get_period(data, ACTIVE, 1, &periods->active) &&
		   get_period(data, IDLE, 0, &periods->idle) &&
		   get_period(data, LIFETIME, 1, &periods->lifetime);
}
