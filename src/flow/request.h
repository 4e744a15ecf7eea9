/*
 * request.h
 *	  Requests for a message with a token.
 */
#ifndef AUTH_REQUEST_H
#define AUTH_REQUEST_H

#include "postgres.h"

#include "fmgr.h"
#include "token/token.h"

extern Datum auth_request_for_user(FunctionCallInfo fcinfo, AuthToken *token);
extern Datum auth_request_for_key(FunctionCallInfo fcinfo, const char *purpose);

/* What becomes of a token that is used. */
extern bool auth_request_find(AuthToken *token, const char *purpose,
							  text *secret);
extern bool auth_request_still_holds(const AuthToken *token);
extern Datum auth_request_result(FunctionCallInfo fcinfo,
								 const AuthToken *token);

#endif /* AUTH_REQUEST_H */
