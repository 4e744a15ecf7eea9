/*
 * known_factor.h
 *	  The second factor of a user who is known already.
 */
#ifndef AUTH_KNOWN_FACTOR_H
#define AUTH_KNOWN_FACTOR_H

#include "postgres.h"

#include "fmgr.h"

#include "call/ip.h"
#include "factor/totp.h"
#include "throttle/attempt.h"

/* One of the codes is given, and the other is NULL. */
typedef struct AuthKnownFactor
{
	text *totp;
	text *recovery_code;
	AuthTotp *to_confirm; /* by the code, which is not used; or NULL */
	text *user_id;
	AuthIp ip;
	AuthAttempt attempt;
} AuthKnownFactor;

extern void auth_known_factor_arguments(AuthKnownFactor *known,
										FunctionCallInfo fcinfo, int totp,
										int recovery_code);
extern bool auth_known_factor_begin(AuthKnownFactor *known);
extern bool auth_known_factor_use(AuthKnownFactor *known, const char **reason);
extern void auth_known_factor_accept(const AuthKnownFactor *known);
extern void auth_known_factor_ignore(const AuthKnownFactor *known,
									 const char *reason);
extern void auth_known_factor_refuse(const AuthKnownFactor *known,
									 const char *reason);
extern int32 auth_known_factor_method(const AuthKnownFactor *known);

#endif /* AUTH_KNOWN_FACTOR_H */
