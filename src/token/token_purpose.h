/*
 * token_purpose.h
 *	  The purposes of tokens that are known here, and what they are to us.
 */
#ifndef AUTH_TOKEN_PURPOSE_H
#define AUTH_TOKEN_PURPOSE_H

#include "postgres.h"

/* The purposes that the flows have. */
#define AUTH_TOKEN_EMAIL_CHANGE "email_change"
#define AUTH_TOKEN_EMAIL_VERIFICATION "email_verification"
#define AUTH_TOKEN_PASSWORD_RESET "password_reset"
#define AUTH_TOKEN_SIGN_IN "sign_in"
#define AUTH_TOKEN_SIGN_UP "sign_up"

/* Those of second factors. */
#define AUTH_TOKEN_DEVICE "device"
#define AUTH_TOKEN_RECOVERY "recovery"
#define AUTH_TOKEN_SECOND_FACTOR "second_factor"

extern bool auth_token_purpose_is(text *purpose, const char *const *purposes,
								  int count);
extern text *auth_token_purpose_check(text *purpose);

#endif /* AUTH_TOKEN_PURPOSE_H */
