/*
 * session.h
 *	  What other features may ask of sessions.
 */
#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include "postgres.h"

#include "utils/uuid.h"

extern void auth_session_hash(text *token, pg_uuid_t *id);
extern void auth_session_end_others(text *user_id, Datum except_session,
									bool isnull);
extern void auth_session_delete_all(Datum user_id);

#endif /* AUTH_SESSION_H */
