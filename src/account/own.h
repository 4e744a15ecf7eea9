/*
 * own.h
 *	  Whose account a token is for.
 */
#ifndef AUTH_OWN_H
#define AUTH_OWN_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/uuid.h"

/* A living session and its user, who is whose account it is about. */
typedef struct AuthOwn
{
	pg_uuid_t session;
	text *user_id;
	int32 methods; /* by which its user was authenticated */
	bool asked;	   /* its user has a second factor */
	bool fresh;	   /* its user has proven not long ago all that it has */
} AuthOwn;

extern bool auth_own_argument(AuthOwn *own, FunctionCallInfo fcinfo);
extern bool auth_own_hold(AuthOwn *own);
extern bool auth_own_lock(AuthOwn *own);
extern bool auth_own_fresh_argument(AuthOwn *own, FunctionCallInfo fcinfo,
									NullableDatum *status);
extern bool auth_own_is_proven(const AuthOwn *own);
extern bool auth_own_proven_argument(AuthOwn *own, FunctionCallInfo fcinfo,
									 NullableDatum *status);
extern bool auth_own_lock_fresh(AuthOwn *own, NullableDatum *status);
extern bool auth_own_begin(AuthOwn *own, FunctionCallInfo fcinfo,
						   NullableDatum *status);
extern text *auth_own_renew(AuthOwn *own, int32 proof, int32 lost);

#endif /* AUTH_OWN_H */
