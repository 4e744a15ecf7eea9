/*
 * email_verification.h
 *	  Whether a user reads what is sent to the address of a key.
 */
#ifndef AUTH_EMAIL_VERIFICATION_H
#define AUTH_EMAIL_VERIFICATION_H

#include "postgres.h"

#include "fmgr.h"

#include "token/token.h"

extern Datum auth_email_verification_request(FunctionCallInfo fcinfo,
											 const AuthToken *token,
											 bool is_code);

#endif /* AUTH_EMAIL_VERIFICATION_H */
