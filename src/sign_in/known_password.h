/*
 * known_password.h
 *	  The password of a user who is known already.
 */
#ifndef AUTH_KNOWN_PASSWORD_H
#define AUTH_KNOWN_PASSWORD_H

#include "postgres.h"

#include "call/ip.h"
#include "throttle/attempt.h"

/* What a password is asked for, as the record says it. */
typedef struct AuthPasswordPurpose
{
	const char *refused; /* the kind of event when it is refused */
	const char *stopped; /* the reason when that was the last failure allowed */
} AuthPasswordPurpose;

typedef struct AuthKnownPassword
{
	const AuthPasswordPurpose *purpose;
	text *user_id;
	text *password;
	AuthIp ip;
	AuthAttempt attempt;
	char *hash; /* that the password has matched */
} AuthKnownPassword;

extern bool auth_known_password_check(AuthKnownPassword *known,
									  NullableDatum *status);
extern bool auth_known_password_stays(const AuthKnownPassword *known);
extern void auth_known_password_changed(const AuthKnownPassword *known,
										NullableDatum *status);

#endif /* AUTH_KNOWN_PASSWORD_H */
