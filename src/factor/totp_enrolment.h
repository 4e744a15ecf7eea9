/*
 * totp_enrolment.h
 *	  What an authenticator app is told when it is set up.
 */
#ifndef AUTH_TOTP_ENROLMENT_H
#define AUTH_TOTP_ENROLMENT_H

#include "postgres.h"

#include "factor/totp_row.h"

extern void auth_totp_require_issuer(void);
extern text *auth_totp_letters(const AuthTotp *totp);
extern text *auth_totp_uri(const AuthTotp *totp);

extern void auth_totp_enrolment_init(void);

#endif /* AUTH_TOTP_ENROLMENT_H */
