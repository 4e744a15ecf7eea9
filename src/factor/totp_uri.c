/*
 * totp_uri.c
 *	  What an authenticator app is told, as a QR code usually.  Pure: no server
 *	  is needed.
 *
 * otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=ISSUER&..., as apps read it.
 * A colon parts issuer and account even where it is percent-encoded, so that
 * neither may have one.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "factor/totp_uri.h"
#include "secret/base32.h"

/* More than all that is the same in each, with its numbers. */
#define FIXED 128

/* Characters that stand for themselves (RFC 3986, section 2.3). */
static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
		   c == '~';
}

/* Write the text percent-encoded, without its colons. */
static char *
write_encoded(char *out, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text != '\0'; text++)
	{
		if (is_unreserved(*text))
			*out++ = *text;
		else if (*text != ':')
		{
			*out++ = '%';
			*out++ = digits[(unsigned char) *text >> 4];
			*out++ = digits[(unsigned char) *text & 15];
		}
	}
	return out;
}

static char *
write_secret(char *out, const AuthTotpRule *rule)
{
	auth_base32_encode(rule->secret, rule->length, out);
	return out + AUTH_BASE32_LENGTH(rule->length);
}

/* The most bytes that the URI takes, with the zero at its end. */
size_t
auth_totp_uri_room(const AuthTotpRule *rule, const AuthTotpLabel *label)
{
	return FIXED + AUTH_BASE32_LENGTH(rule->length) +
		   3 * (2 * strlen(label->issuer) + strlen(label->account));
}

/* Write the URI, with a zero at its end. */
void
auth_totp_uri_write(const AuthTotpRule *rule, const AuthTotpLabel *label,
					char *out)
{
	out = stpcpy(out, "otpauth://totp/");
	out = write_encoded(out, label->issuer);
	out = stpcpy(out, ":");
	out = write_encoded(out, label->account);
	out = stpcpy(out, "?secret=");
	out = write_secret(out, rule);
	out = stpcpy(out, "&issuer=");
	out = write_encoded(out, label->issuer);
	out = stpcpy(out, "&algorithm=");
	out = stpcpy(out, auth_totp_algorithm_word(rule->algorithm));
	(void) sprintf(out, "&digits=%d&period=%d", rule->digits, rule->period);
}
