/*
 * session.h
 *	  What other features may ask of sessions.
 */
#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include "postgres.h"

#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "session/session_live.h"
#include "session/session_period.h"

typedef void (*AuthSessionVisit)(AuthLiveSession *live, void *argument);

extern bool auth_session_validate(AuthLiveSession *live, const pg_uuid_t *id,
								  bool *renewed);
extern text *auth_session_token(pg_uuid_t *id);
extern text *auth_session_start(text *user_id, int32 methods, Jsonb *attributes,
								const AuthPeriods *periods, pg_uuid_t *id);
extern void auth_session_each(text *user_id, AuthSessionVisit visit,
							  void *argument);

#endif /* AUTH_SESSION_H */
