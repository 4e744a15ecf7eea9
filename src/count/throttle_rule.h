/*
 * throttle_rule.h
 *	  When another attempt is allowed after failures.  Pure: no server is
 *	  needed.
 */
#ifndef AUTH_THROTTLE_RULE_H
#define AUTH_THROTTLE_RULE_H

#include <stdbool.h>
#include <stdint.h>

/* What is known of the failures of a key or an address. */
typedef struct AuthThrottleCount
{
	int32_t failures;
	int32_t carry;	   /* of the time in which one is forgotten, in ms */
	int64_t failed_at; /* of the last failure, in microseconds */
} AuthThrottleCount;

/* A failure that was counted in advance. */
typedef struct AuthThrottleCounted
{
	AuthThrottleCount before;
	AuthThrottleCount after; /* the same, when it was not counted */
} AuthThrottleCounted;

typedef struct AuthThrottleRule
{
	int32_t free;	   /* a delay follows from this failure on */
	int32_t stop;	   /* no attempt is allowed from this one on; 0: never */
	int64_t delay;	   /* the first one, in microseconds; each next doubles */
	int64_t max_delay; /* microseconds */
	int64_t forget;	   /* time in which one is forgotten, in ms; 0: never */
} AuthThrottleRule;

#define AUTH_THROTTLE_STOPPED INT64_MAX

extern void auth_throttle_forget(AuthThrottleCount *count,
								 const AuthThrottleRule *rule, int64_t now);
extern int64_t auth_throttle_wait(const AuthThrottleCount *count,
								  const AuthThrottleRule *rule, int64_t now);
extern void auth_throttle_fail(AuthThrottleCount *count, int64_t now);
extern void auth_throttle_take_back(AuthThrottleCount *count,
									const AuthThrottleCounted *counted);

#endif /* AUTH_THROTTLE_RULE_H */
