/*
 * throttle_rule.c
 *	  Tests of the rule by which attempts are throttled.
 */
#include "count/throttle_rule.h"
#include "server/clock.h"
#include "unit.h"

#define SECOND INT64_C(1000000)

static const AuthThrottleRule key_rule = {.free = 5,
										  .stop = 100,
										  .delay = SECOND,
										  .max_delay = 900 * SECOND};
static const AuthThrottleRule address_rule = {.free = 30,
											  .delay = SECOND,
											  .max_delay = 900 * SECOND,
											  .forget = 60000};

static int64_t
wait_after(int32_t failures, const AuthThrottleRule *rule, int64_t passed)
{
	AuthThrottleCount count = {.failures = failures, .failed_at = 10 * SECOND};

	return auth_throttle_wait(&count, rule, 10 * SECOND + passed);
}

static void
delays_double(void)
{
	CHECK(wait_after(0, &key_rule, 0) == 0);
	CHECK(wait_after(4, &key_rule, 0) == 0);
	CHECK(wait_after(5, &key_rule, 0) == SECOND);
	CHECK(wait_after(6, &key_rule, 0) == 2 * SECOND);
	CHECK(wait_after(14, &key_rule, 0) == 512 * SECOND);
	CHECK(wait_after(15, &key_rule, 0) == 900 * SECOND);
	CHECK(wait_after(99, &key_rule, 0) == 900 * SECOND);
	CHECK(wait_after(6, &key_rule, SECOND) == SECOND);
	CHECK(wait_after(6, &key_rule, 2 * SECOND - 1) == 1);
	CHECK(wait_after(6, &key_rule, 2 * SECOND) == 0);
	CHECK(wait_after(INT32_MAX, &address_rule, 0) == 900 * SECOND);
}

static void
the_stop_has_no_end(void)
{
	CHECK(wait_after(100, &key_rule, 0) == AUTH_THROTTLE_STOPPED);
	CHECK(wait_after(100, &key_rule, INT64_MAX / 2) == AUTH_THROTTLE_STOPPED);
	CHECK(wait_after(INT32_MAX, &key_rule, 0) == AUTH_THROTTLE_STOPPED);
}

/* Clocks that differ a little: the whole delay, not more. */
static void
clocks_differ(void)
{
	CHECK(wait_after(5, &key_rule, -SECOND) == SECOND);
	CHECK(wait_after(5, &key_rule, -60 * SECOND) == SECOND);
}

/* The clock was wrong: what was counted then is long past. */
static void
clock_set_back(void)
{
	AuthThrottleCount count = {.failures = 40, .failed_at = 7200 * SECOND};

	CHECK(wait_after(5, &key_rule, -61 * SECOND) == 0);
	CHECK(wait_after(20, &key_rule, -7200 * SECOND) == 0);
	CHECK(wait_after(100, &key_rule, -7200 * SECOND) == AUTH_THROTTLE_STOPPED);
	auth_throttle_forget(&count, &address_rule, 0);
	CHECK(count.failures == 0);
	CHECK(auth_clock_is_future(INT64_MAX, INT64_MIN + 1));
	CHECK(!auth_clock_is_future(0, 0));
}

static void
limits_of_the_settings(void)
{
	AuthThrottleRule rule = {.free = 1, .delay = 0, .max_delay = 900 * SECOND};

	CHECK(wait_after(INT32_MAX, &rule, 0) == 0);
	rule = (AuthThrottleRule){.free = 1, .delay = SECOND, .max_delay = 0};
	CHECK(wait_after(1, &rule, 0) == 0);
	rule = (AuthThrottleRule){.free = 1,
							  .delay = 3600 * SECOND,
							  .max_delay = 86400 * SECOND};
	CHECK(wait_after(1000, &rule, 0) == 86400 * SECOND);
}

static void
addresses_are_forgotten(void)
{
	AuthThrottleCount count = {.failures = 10, .failed_at = 0};

	auth_throttle_forget(&count, &key_rule, 3600 * SECOND);
	CHECK(count.failures == 10);
	auth_throttle_forget(&count, &address_rule, 59 * SECOND);
	CHECK(count.failures == 10 && count.carry == 59000);

	/* What has passed is not lost with another failure. */
	auth_throttle_fail(&count, 59 * SECOND);
	CHECK(count.failures == 11);
	auth_throttle_forget(&count, &address_rule, 60 * SECOND);
	CHECK(count.failures == 10 && count.carry == 0);

	count.failed_at = 0;
	auth_throttle_forget(&count, &address_rule, 150 * SECOND);
	CHECK(count.failures == 8 && count.carry == 30000);
	count.failed_at = 0;
	auth_throttle_forget(&count, &address_rule, INT64_MAX / 2);
	CHECK(count.failures == 0 && count.carry == 0);
}

static void
failures_do_not_overflow(void)
{
	AuthThrottleCount count = {.failures = INT32_MAX - 1};

	auth_throttle_fail(&count, SECOND);
	CHECK(count.failures == INT32_MAX && count.failed_at == SECOND);
	auth_throttle_fail(&count, 2 * SECOND);
	CHECK(count.failures == INT32_MAX && count.failed_at == 2 * SECOND);
}

static void
taken_back(void)
{
	AuthThrottleCounted counted = {.before = {3, 7, SECOND},
								   .after = {4, 7, 9 * SECOND}};
	AuthThrottleCount count = counted.after;

	auth_throttle_take_back(&count, &counted);
	CHECK(count.failures == 3 && count.failed_at == SECOND);

	/* Somebody else has failed meanwhile: that stays. */
	count = (AuthThrottleCount){5, 7, 10 * SECOND};
	auth_throttle_take_back(&count, &counted);
	CHECK(count.failures == 4 && count.failed_at == 10 * SECOND);
	count = (AuthThrottleCount){0, 0, 10 * SECOND};
	auth_throttle_take_back(&count, &counted);
	CHECK(count.failures == 0);
}

void
test_throttle_rule(void)
{
	delays_double();
	the_stop_has_no_end();
	clocks_differ();
	clock_set_back();
	limits_of_the_settings();
	addresses_are_forgotten();
	failures_do_not_overflow();
	taken_back();
}
