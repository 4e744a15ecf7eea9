/*
 * throttle_rule.c
 *	  When another attempt is allowed after failures.  Pure: no server is
 *	  needed.
 */
#include "count/throttle_rule.h"
#include "server/clock.h"

#define USECS_PER_MSEC 1000

static int64_t
elapsed(const AuthThrottleCount *count, int64_t now)
{
	if (auth_clock_is_future(count->failed_at, now))
		return INT64_MAX;
	return now > count->failed_at ? now - count->failed_at : 0;
}

/* Take off the failures that are forgotten by now. */
void
auth_throttle_forget(AuthThrottleCount *count, const AuthThrottleRule *rule,
					 int64_t now)
{
	int64_t time;

	if (rule->forget == 0 || count->failures == 0)
		return;
	time = elapsed(count, now) / USECS_PER_MSEC + count->carry;
	if (time / rule->forget >= count->failures)
	{
		count->failures = 0;
		count->carry = 0;
	}
	else
	{
		count->failures -= (int32_t) (time / rule->forget);
		count->carry = (int32_t) (time % rule->forget);
	}
}

/* The delay that follows a failure. */
static int64_t
delay_after(int32_t failures, const AuthThrottleRule *rule)
{
	int64_t delay = rule->delay;

	for (int32_t i = rule->free;
		 i < failures && delay > 0 && delay < rule->max_delay;
		 i++)
		delay *= 2; /* both are below 2^51: there is room */
	return delay < rule->max_delay ? delay : rule->max_delay;
}

/*
 * How long an attempt has to wait, in microseconds: 0 when it is allowed,
 * AUTH_THROTTLE_STOPPED when no time will do.
 */
int64_t
auth_throttle_wait(const AuthThrottleCount *count, const AuthThrottleRule *rule,
				   int64_t now)
{
	int64_t passed = elapsed(count, now);
	int64_t delay;

	if (rule->stop > 0 && count->failures >= rule->stop)
		return AUTH_THROTTLE_STOPPED;
	if (count->failures < rule->free)
		return 0;
	delay = delay_after(count->failures, rule);
	return passed < delay ? delay - passed : 0;
}

void
auth_throttle_fail(AuthThrottleCount *count, int64_t now)
{
	if (count->failures < INT32_MAX)
		count->failures++;
	count->failed_at = now;
}

/*
 * Take back a failure.  If nobody else has counted one since, all is as it was
 * before, or else each good attempt would start the delay of others anew.
 */
void
auth_throttle_take_back(AuthThrottleCount *count,
						const AuthThrottleCounted *counted)
{
	if (count->failures == counted->after.failures &&
		count->failed_at == counted->after.failed_at)
		*count = counted->before;
	else if (count->failures > 0)
		count->failures--;
}
