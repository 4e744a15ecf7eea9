/*
 * user_disable.h
 *	  Users who are kept out, for good or for a while.
 */
#ifndef AUTH_USER_DISABLE_H
#define AUTH_USER_DISABLE_H

#include "postgres.h"

extern void auth_user_forget_end(text *user_id);

#endif /* AUTH_USER_DISABLE_H */
