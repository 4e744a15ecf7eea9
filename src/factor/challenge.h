/*
 * challenge.h
 *	  Sign-ins that wait for a second factor.
 */
#ifndef AUTH_CHALLENGE_H
#define AUTH_CHALLENGE_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "call/key_id.h"
#include "token/token.h"

extern text *auth_challenge_make(text *user_id, const AuthKeyId *key,
								 Jsonb *data);
extern bool auth_challenge_find(AuthToken *challenge, text *secret);
extern bool auth_challenge_count(const AuthToken *challenge);
extern bool auth_challenge_lock(AuthToken *challenge);
extern void auth_challenge_end(const AuthToken *challenge);

extern void auth_challenge_init(void);

#endif /* AUTH_CHALLENGE_H */
