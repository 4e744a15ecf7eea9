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

/* Whether there is such a member. */
static bool
find(Jsonb *data, const char *name, enum jbvType type, JsonbValue *value)
{
	return getKeyJsonValueFromContainer(&data->root,
										name,
										strlen(name),
										value) != NULL &&
		   value->type == type;
}

static bool
get_number(Jsonb *data, const char *name, int64 *number)
{
	JsonbValue value;

	if (!find(data, name, jbvNumeric, &value))
		return false;
	*number = DatumGetInt64(
		DirectFunctionCall1(numeric_int8, NumericGetDatum(value.val.numeric)));
	return true;
}

static Interval *
get_period(Jsonb *data, const char *name)
{
	Interval *period = palloc0(sizeof(Interval));

	return get_number(data, name, &period->time) ? period : NULL;
}

/* False: it is not as it was written. */
bool
auth_pending_read(AuthPending *pending, Jsonb *data)
{
	JsonbValue attributes;
	int64 methods;

	if (data == NULL || !JB_ROOT_IS_OBJECT(data) ||
		!get_number(data, METHODS, &methods) ||
		!find(data, ATTRIBUTES, jbvBinary, &attributes))
		return false;
	pending->methods = (int32) methods;
	pending->attributes = JsonbValueToJsonb(&attributes);
	pending->periods = (AuthPeriods){get_period(data, ACTIVE),
									 get_period(data, IDLE),
									 get_period(data, LIFETIME)};
	return true;
}
