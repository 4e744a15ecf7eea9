/*
 * reason.h
 *	  Why a message could not be sent, as it is stored.  Pure: no server is
 *	  needed.
 */
#ifndef AUTH_REASON_H
#define AUTH_REASON_H

#include <stddef.h>

/* A mail server's answer may quote the message, and so the secret in it. */
extern void auth_reason_clean(char *reason, size_t length, const char *secret,
							  size_t secret_length);

#endif /* AUTH_REASON_H */
