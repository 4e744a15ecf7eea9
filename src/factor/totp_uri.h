/*
 * totp_uri.h
 *	  What an authenticator app is told, as a QR code usually.  Pure: no server
 *	  is needed.
 */
#ifndef AUTH_TOTP_URI_H
#define AUTH_TOTP_URI_H

#include <stddef.h>

#include "factor/totp_rule.h"

/* What the app shows, in UTF-8. */
typedef struct AuthTotpLabel
{
	const char *issuer;
	const char *account;
} AuthTotpLabel;

extern size_t auth_totp_uri_room(const AuthTotpRule *rule,
								 const AuthTotpLabel *label);
extern void auth_totp_uri_write(const AuthTotpRule *rule,
								const AuthTotpLabel *label, char *out);

#endif /* AUTH_TOTP_URI_H */
