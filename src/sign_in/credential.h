/*
 * credential.h
 *	  A key and a password that are presented together.
 */
#ifndef AUTH_CREDENTIAL_H
#define AUTH_CREDENTIAL_H

#include "postgres.h"

#include "throttle/attempt.h"
#include "user/key_row.h"
#include "user/user_row.h"

/* Why a credential is refused. */
typedef enum AuthRefusal
{
	AUTH_REFUSAL_NONE,
	AUTH_REFUSAL_UNKNOWN_KEY,
	AUTH_REFUSAL_NO_PASSWORD,
	AUTH_REFUSAL_WRONG_PASSWORD,
	AUTH_REFUSAL_OUTDATED_PASSWORD,
	AUTH_REFUSAL_USER_DISABLED,
	AUTH_REFUSAL_BUSY /* nobody has looked at the password */
} AuthRefusal;

typedef struct AuthCredential
{
	AuthKeyId id;
	text *password;
	AuthIp ip;
	AuthAttempt attempt;
	AuthKey key;	   /* once it was found */
	AuthHeldUser user; /* once it is held */
} AuthCredential;

extern bool auth_credential_begin(AuthCredential *credential);
extern AuthRefusal auth_credential_check(AuthCredential *credential);
extern bool auth_credential_hold(AuthCredential *credential);
extern void auth_credential_accept(AuthCredential *credential);
extern void auth_credential_refuse(AuthCredential *credential,
								   AuthRefusal refusal);

#endif /* AUTH_CREDENTIAL_H */
