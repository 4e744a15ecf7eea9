/*
 * sign_up.h
 *	  A user for whoever reads what is sent to an address.
 */
#ifndef AUTH_SIGN_UP_H
#define AUTH_SIGN_UP_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "call/ip.h"
#include "session/session_period.h"
#include "token/token.h"

typedef struct AuthSignUp
{
	FunctionCallInfo fcinfo;
	AuthToken token; /* for nobody, which was found; or of the code */
	text *code;		 /* NULL: it is no code */
	int password;	 /* the number of the argument; or AUTH_NO_PASSWORD */
	Jsonb *user_attributes;
	Jsonb *session_attributes;
	AuthPeriods periods;
	AuthIp ip;

	bool is_taken; /* the key is somebody's */
	Datum result;
} AuthSignUp;

#define AUTH_NO_PASSWORD (-1)

extern void auth_sign_up_arguments(AuthSignUp *up, FunctionCallInfo fcinfo,
								   int first);
extern bool auth_sign_up_find(AuthToken *token, const char *purpose,
							  text *secret);
extern Datum auth_sign_up_complete(AuthSignUp *up);

#endif /* AUTH_SIGN_UP_H */
