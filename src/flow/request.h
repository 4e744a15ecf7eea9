/*
 * request.h
 *	  Requests for a message with a token.
 */
#ifndef AUTH_REQUEST_H
#define AUTH_REQUEST_H

#include "postgres.h"

#include "fmgr.h"

#include "token/token.h"

typedef struct AuthRequest
{
	const char *purpose; /* of the token */
	bool to_nobody;		 /* an address that is nobody's gets one as well */
	bool is_code;
	int lifetime;  /* seconds */
	text *browser; /* which has to be shown with the token; NULL: nothing */

	/*
	 * What the message is about where nobody is to have the key, and somebody
	 * has; or NULL.
	 */
	const char *known;
} AuthRequest;

extern Jsonb *auth_request_data_argument(FunctionCallInfo fcinfo, int number);
extern int64 auth_request_send(FunctionCallInfo fcinfo,
							   const AuthRequest *request);
extern Datum auth_request_message(FunctionCallInfo fcinfo,
								  const AuthRequest *request);
extern Datum auth_request_for_user(FunctionCallInfo fcinfo,
								   const AuthRequest *request,
								   const AuthToken *token);

#endif /* AUTH_REQUEST_H */
