/*
 * user_end.h
 *	  The end of users: what goes with them.
 */
#ifndef AUTH_USER_END_H
#define AUTH_USER_END_H

#include "postgres.h"

extern void auth_user_delete(text *user_id);
extern void auth_user_end(text *user_id);

#endif /* AUTH_USER_END_H */
