/*
 * request.h
 *	  Requests of clients, who name a key, for a message with a token.
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

	/*
	 * When the token is nobody's in any case, what the message is about if the
	 * key is somebody's; or NULL.
	 */
	const char *known;
} AuthRequest;

extern Jsonb *auth_request_data_argument(FunctionCallInfo fcinfo, int number);
extern Datum auth_request_message(FunctionCallInfo fcinfo,
								  const AuthRequest *request);

#endif /* AUTH_REQUEST_H */
