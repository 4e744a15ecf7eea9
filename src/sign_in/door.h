/*
 * door.h
 *	  The one way in: what all sign-ins end with.
 */
#ifndef AUTH_DOOR_H
#define AUTH_DOOR_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "call/ip.h"
#include "session/session_period.h"
#include "user/key.h"
#include "user/user_row.h"

/* Who wants to come in, and has proven what. */
typedef struct AuthSignIn
{
	const AuthHeldUser *user;
	int32 methods;		  /* which have been proven (session/level.h) */
	const AuthKeyId *key; /* or NULL */
	const AuthIp *ip;
	const char *reason; /* or NULL: a password */
	text *device_token; /* of a device that may be remembered; or NULL */
	Jsonb *attributes;
	const AuthPeriods *periods;
} AuthSignIn;

extern Datum auth_door_ask(FunctionCallInfo fcinfo, const AuthSignIn *sign_in);
extern Datum auth_door_open(FunctionCallInfo fcinfo, const AuthSignIn *sign_in,
							text *device_token);
extern Datum auth_door_session(FunctionCallInfo fcinfo, const pg_uuid_t *id,
							   text *token, text *device_token);
extern Datum auth_door_answer(FunctionCallInfo fcinfo,
							  const NullableDatum *status);
extern Datum auth_door_refuse(FunctionCallInfo fcinfo);
extern Datum auth_door_taken(FunctionCallInfo fcinfo);
extern Datum auth_door_throttle(FunctionCallInfo fcinfo, int64 wait);

#endif /* AUTH_DOOR_H */
