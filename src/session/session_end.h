/*
 * session_end.h
 *	  The end of sessions: signing out, revocation, removal of dead ones.
 */
#ifndef AUTH_SESSION_END_H
#define AUTH_SESSION_END_H

#include "postgres.h"

#include "session/session.h"

extern bool auth_session_end(const pg_uuid_t *id, text *user_id,
							 const char *reason);
extern uint64 auth_session_end_others(text *user_id,
									  NullableDatum except_session,
									  const char *reason);
extern void auth_session_end_listed(text *user_id, NullableDatum ids,
									const char *reason);

#endif /* AUTH_SESSION_END_H */
