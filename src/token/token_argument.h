/*
 * token_argument.h
 *	  Arguments of the functions that make and use tokens and codes.
 */
#ifndef AUTH_TOKEN_ARGUMENT_H
#define AUTH_TOKEN_ARGUMENT_H

#include "postgres.h"

#include "fmgr.h"

#include "token/token.h"

extern void auth_token_new_arguments(AuthToken *token, FunctionCallInfo fcinfo,
									 int data);
extern void auth_token_used_argument(AuthToken *token, FunctionCallInfo fcinfo);

#endif /* AUTH_TOKEN_ARGUMENT_H */
