/*
 * email_change.h
 *	  Another address for a user who reads what is sent to it.
 */
#ifndef AUTH_EMAIL_CHANGE_H
#define AUTH_EMAIL_CHANGE_H

#include "postgres.h"

#include "fmgr.h"

#include "call/key_id.h"
#include "token/token.h"

extern uint64 auth_email_change_find(AuthKeyId *key, text *user_id,
									 text *provider_id);
extern Datum auth_email_change_request(FunctionCallInfo fcinfo,
									   const AuthToken *token);

#endif /* AUTH_EMAIL_CHANGE_H */
