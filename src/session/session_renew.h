/*
 * session_renew.h
 *	  A new token for a session whose user has proven something.
 */
#ifndef AUTH_SESSION_RENEW_H
#define AUTH_SESSION_RENEW_H

#include "postgres.h"

#include "utils/uuid.h"

extern bool auth_session_lock(const pg_uuid_t *id);
extern text *auth_session_renew(const pg_uuid_t *id, int32 proof, int32 lost,
								pg_uuid_t *renewed);

#endif /* AUTH_SESSION_RENEW_H */
