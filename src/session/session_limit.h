/*
 * session_limit.h
 *	  How many sessions a user may have.
 */
#ifndef AUTH_SESSION_LIMIT_H
#define AUTH_SESSION_LIMIT_H

#include "postgres.h"

extern void auth_session_make_room(text *user_id);

extern void auth_session_limit_init(void);

#endif /* AUTH_SESSION_LIMIT_H */
