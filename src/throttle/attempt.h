/*
 * attempt.h
 *	  Attempts to sign in: whether one is allowed, and what follows from it.
 */
#ifndef AUTH_ATTEMPT_H
#define AUTH_ATTEMPT_H

#include "postgres.h"

#include "utils/uuid.h"

#include "call/ip.h"
#include "call/key_id.h"
#include "count/throttle_rule.h"
#include "password/password.h"
#include "throttle/count.h"
#include "throttle/network.h"

/*
 * An attempt against a key or a user, from an IP address if one is given.  What
 * they are named by stays the caller's.
 */
typedef struct AuthAttempt
{
	const AuthKeyId *key; /* of an attempt against a key */
	text *user_id;		  /* of one against a user */
	const AuthIp *ip;
	AuthCountKind kind; /* a key or a user */
	pg_uuid_t target;
	pg_uuid_t familiar; /* the target at the network of the IP */
	int networks;		/* 0: no IP is given */

	/* The target, or the target at the network, and then the networks. */
	AuthCountItem items[1 + AUTH_NETWORK_ITEMS];
	int64 wait; /* of one that is not allowed, in microseconds */
	bool made;	/* the password has been compared with a hash */
} AuthAttempt;

extern void auth_attempt_on_key(AuthAttempt *attempt, const AuthKeyId *id,
								const AuthIp *ip);
extern void auth_attempt_on_user(AuthAttempt *attempt, text *user_id,
								 const AuthIp *ip);
extern void auth_attempt_on_second_factor(AuthAttempt *attempt, text *user_id,
										  const AuthIp *ip);
extern bool auth_attempt_begin(AuthAttempt *attempt);
extern bool auth_attempt_begin_of_networks(AuthAttempt *attempt);
extern void auth_attempt_succeed(const AuthAttempt *attempt);
extern AuthPasswordAnswer
auth_attempt_compare(AuthAttempt *attempt, text *password, const char *hash);
extern void auth_attempt_withdraw(AuthAttempt *attempt);
extern bool auth_attempt_is_fault_of_server(void);
extern bool auth_attempt_has_stopped(const AuthAttempt *attempt);
extern void auth_attempt_lift(const AuthKeyId *id);
extern void auth_attempt_lift_user(text *user_id);
extern void auth_attempt_lift_second_factor(text *user_id);

/* For the functions that show counts, and the limit of messages. */
extern AuthThrottleRule auth_attempt_rule(void);
extern void auth_attempt_key_digest(pg_uuid_t *digest, const AuthKeyId *id);

extern void auth_attempt_init(void);

#endif /* AUTH_ATTEMPT_H */
