/*
 * attempt.h
 *	  Attempts to sign in: whether one is allowed, and what follows from it.
 */
#ifndef AUTH_ATTEMPT_H
#define AUTH_ATTEMPT_H

#include "postgres.h"

#include "utils/uuid.h"

#include "address.h"
#include "digest.h"
#include "key.h"
#include "password.h"
#include "throttle_rule.h"

/* An attempt against a key or a user, from an address if one is given. */
typedef struct AuthAttempt
{
	pg_uuid_t target;
	pg_uuid_t network;	/* meaningful with an address, as is the next */
	pg_uuid_t familiar; /* the target at this network */
	bool has_address;
	const pg_uuid_t *counter; /* the target, or the target at the network */
	AuthThrottleCounted counted;
	AuthThrottleCounted network_counted;
	int64 wait; /* of one that is not allowed, in microseconds */
} AuthAttempt;

extern void auth_attempt_on_key(AuthAttempt *attempt, const AuthKeyId *id,
								const AuthAddress *address);
extern void auth_attempt_on_user(AuthAttempt *attempt, text *user_id,
								 const AuthAddress *address);
extern bool auth_attempt_begin(AuthAttempt *attempt);
extern bool auth_attempt_begin_familiar(AuthAttempt *attempt);
extern void auth_attempt_succeed(const AuthAttempt *attempt);
extern AuthPasswordAnswer auth_attempt_compare(const AuthAttempt *attempt,
											   text *password,
											   const char *hash);
extern bool auth_attempt_has_stopped(const AuthAttempt *attempt);
extern void auth_attempt_lift(const AuthKeyId *id);
extern void auth_attempt_lift_user(text *user_id);

/* For the functions that show counts. */
extern AuthThrottleRule auth_attempt_rule(void);
extern AuthThrottleRule auth_attempt_network_rule(void);
extern void auth_attempt_key_digest(pg_uuid_t *digest, const AuthKeyId *id);
extern void auth_attempt_network_digest(pg_uuid_t *digest, AuthDigestKind kind,
										const AuthAddress *address);

#endif /* AUTH_ATTEMPT_H */
