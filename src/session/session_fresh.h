/*
 * session_fresh.h
 *	  How long ago the user of a session was authenticated.
 */
#ifndef AUTH_SESSION_FRESH_H
#define AUTH_SESSION_FRESH_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "session/session_live.h"

extern bool auth_session_is_within(TimestampTz authenticated_at,
								   Interval *period);
extern bool auth_session_is_fresh(AuthLiveSession *live);

extern void auth_session_fresh_init(void);

#endif /* AUTH_SESSION_FRESH_H */
