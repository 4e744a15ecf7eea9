/*
 * pending.h
 *	  What a challenge keeps of the sign-in that waits for it.
 */
#ifndef AUTH_PENDING_H
#define AUTH_PENDING_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "session/session_period.h"

/* What was proven, and what is wanted. */
typedef struct AuthPending
{
	int32 methods;
	Jsonb *attributes;
	AuthPeriods periods;
} AuthPending;

extern Jsonb *auth_pending_write(const AuthPending *pending);
extern bool auth_pending_read(AuthPending *pending, Jsonb *data);

#endif /* AUTH_PENDING_H */
