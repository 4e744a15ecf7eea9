/*
 * totp.h
 *	  Authenticator apps: codes of a secret and the time.
 */
#ifndef AUTH_TOTP_H
#define AUTH_TOTP_H

#include "postgres.h"

extern int64 auth_totp_count(text *user_id);

#endif /* AUTH_TOTP_H */
