/*
 * change_password.h
 *	  A new password for whoever knows the old one.
 */
#ifndef AUTH_CHANGE_PASSWORD_H
#define AUTH_CHANGE_PASSWORD_H

#include "postgres.h"

#include "fmgr.h"

#include "sign_in/known_password.h"

typedef struct AuthPasswordChange
{
	AuthKnownPassword known; /* the old one, of the user */
	text *new_password;
	char *hash; /* of the new one */
	NullableDatum except_session;
} AuthPasswordChange;

extern void auth_change_password_arguments(AuthPasswordChange *change,
										   FunctionCallInfo fcinfo);
extern bool auth_change_password_begin(AuthPasswordChange *change,
									   NullableDatum *status);
extern void auth_change_password_end(const AuthPasswordChange *change,
									 bool locked, NullableDatum *status);

#endif /* AUTH_CHANGE_PASSWORD_H */
