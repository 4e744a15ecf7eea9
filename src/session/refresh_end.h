/*
 * refresh_end.h
 *	  The end of families of refresh tokens: replay, revocation, removal of
 *	  dead ones.
 */
#ifndef AUTH_REFRESH_END_H
#define AUTH_REFRESH_END_H

#include "postgres.h"

#include "session/refresh_token.h"

extern bool auth_refresh_end_replayed(const AuthRefreshFamily *family,
									  const AuthIp *ip);
extern void auth_refresh_delete_session(const pg_uuid_t *session);
extern void auth_refresh_delete_others(text *user_id,
									   NullableDatum except_session);
extern void auth_refresh_delete_orphans(text *user_id);

#endif /* AUTH_REFRESH_END_H */
