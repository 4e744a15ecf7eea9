/*
 * throttle_slot.h
 *	  The table of counts.
 */
#ifndef AUTH_THROTTLE_SLOT_H
#define AUTH_THROTTLE_SLOT_H

#include "postgres.h"

#include "utils/uuid.h"

#include "throttle_rule.h"

/* What is counted: a part of every digest. */
typedef enum AuthThrottleKind
{
	AUTH_THROTTLE_KEY = 'k',
	AUTH_THROTTLE_USER = 'u',
	AUTH_THROTTLE_ADDRESS = 'a',
	AUTH_THROTTLE_FAMILIAR = 'f' /* a key or user at an address of its own */
} AuthThrottleKind;

typedef struct AuthThrottlePart
{
	const void *bytes;
	Size length;
} AuthThrottlePart;

extern void auth_throttle_digest(pg_uuid_t *digest, AuthThrottleKind kind,
								 const AuthThrottlePart *parts, int count);
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
