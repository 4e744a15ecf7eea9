/*
 * challenge.h
 *	  Sign-ins that wait for a second factor.
 */
#ifndef AUTH_CHALLENGE_H
#define AUTH_CHALLENGE_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "call/key_id.h"
#include "throttle/count.h"
#include "token/token.h"

typedef struct AuthChallenge
{
	AuthToken token;	 /* of a user; with a key, or with none */
	AuthCountItem guess; /* at the second factor, once it was counted */
} AuthChallenge;

extern text *auth_challenge_make(text *user_id, const AuthKeyId *key,
								 Jsonb *data);
extern bool auth_challenge_find(AuthChallenge *challenge, text *secret);
extern bool auth_challenge_count(AuthChallenge *challenge);
extern void auth_challenge_withdraw(AuthChallenge *challenge);
extern bool auth_challenge_take(AuthChallenge *challenge);

extern void auth_challenge_init(void);

#endif /* AUTH_CHALLENGE_H */
