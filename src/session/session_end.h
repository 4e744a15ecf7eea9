/*
 * session_end.h
 *	  The end of sessions: signing out, revocation, removal of dead ones.
 */
#ifndef AUTH_SESSION_END_H
#define AUTH_SESSION_END_H

#include "postgres.h"

#include "utils/uuid.h"

/*
 * Condition on a row of auth_session.  One that a refresh token can still bring
 * back is not dead.
 */
#define AUTH_SESSION_IS_DEAD(clock)                          \
	"expires_at < " clock " OR family_id IS NOT NULL"        \
	" AND EXISTS (SELECT FROM auth_ended"                    \
	" WHERE auth_ended.id = auth_session.family_id)"         \
	" OR idle_expires_at < " clock                           \
	" AND NOT EXISTS (SELECT FROM auth_refresh_token family" \
	" WHERE family.user_id = auth_session.user_id"           \
	" AND family.session_id = auth_session.id"               \
	" AND family.expires_at >= " clock " AND family.ends_at >= " clock ")"

extern bool auth_session_end(const pg_uuid_t *id, text *user_id,
							 const char *reason);
extern uint64 auth_session_delete_others(text *user_id,
										 NullableDatum except_session);
extern uint64 auth_session_end_others(text *user_id,
									  NullableDatum except_session,
									  const char *reason);
extern uint64 auth_session_end_all(const char *reason);
extern void auth_session_end_listed(text *user_id, NullableDatum ids,
									const char *reason);

#endif /* AUTH_SESSION_END_H */
