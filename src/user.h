/*
 * user.h
 *	  What other features may ask of users.
 */
#ifndef AUTH_USER_H
#define AUTH_USER_H

#include "postgres.h"

#include "fmgr.h"

#include "compat.h"
#include "row.h"

extern bool auth_user_open(AuthRow *row, Snapshot snapshot, Datum user_id);
extern bool auth_user_is_disabled(AuthRow *row);
extern void auth_user_lock(text *user_id);
extern void auth_user_require(text *user_id);
extern void auth_user_require_enabled(text *user_id);
pg_noreturn extern void auth_user_gone(Datum user_id);
extern Datum auth_user_result(FunctionCallInfo fcinfo, text *user_id);

#endif /* AUTH_USER_H */
