/*
 * own_password.h
 *	  The password of one's own: confirmed, changed, or set for the first time.
 */
#ifndef AUTH_OWN_PASSWORD_H
#define AUTH_OWN_PASSWORD_H

#include "postgres.h"

#include "fmgr.h"

#include "account/own.h"
#include "sign_in/known_password.h"

extern bool auth_own_password_check(AuthOwn *own, AuthKnownPassword *known,
									FunctionCallInfo fcinfo,
									NullableDatum *status);

#endif /* AUTH_OWN_PASSWORD_H */
