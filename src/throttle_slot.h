/*
 * throttle_slot.h
 *	  The table of counts.
 */
#ifndef AUTH_THROTTLE_SLOT_H
#define AUTH_THROTTLE_SLOT_H

#include "postgres.h"

#include "utils/uuid.h"

#include "throttle_rule.h"

extern int64 auth_throttle_count(const pg_uuid_t *digest,
								 const AuthThrottleRule *rule,
								 AuthThrottleCounted *counted);
extern void auth_throttle_uncount(const pg_uuid_t *digest,
								  const AuthThrottleCounted *counted);
extern void auth_throttle_reset(const pg_uuid_t *digest, int32 below);
extern bool auth_throttle_is_empty(void);
extern void auth_throttle_look(const pg_uuid_t *digest,
							   AuthThrottleCount *count);

#endif /* AUTH_THROTTLE_SLOT_H */
