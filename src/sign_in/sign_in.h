/*
 * sign_in.h
 *	  What all ways of signing in end with.
 */
#ifndef AUTH_SIGN_IN_H
#define AUTH_SIGN_IN_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "call/ip.h"
#include "session/session_period.h"
#include "user/key.h"

typedef struct AuthSignIn
{
	text *user_id;
	const AuthKeyId *key; /* or NULL */
	const AuthIp *ip;
	const char *reason; /* or NULL: a password */
	Jsonb *attributes;
	const AuthPeriods *periods;
} AuthSignIn;

extern Datum auth_sign_in_start(FunctionCallInfo fcinfo,
								const AuthSignIn *sign_in);
extern Datum auth_sign_in_refused(FunctionCallInfo fcinfo);
extern Datum auth_sign_in_taken(FunctionCallInfo fcinfo);

#endif /* AUTH_SIGN_IN_H */
