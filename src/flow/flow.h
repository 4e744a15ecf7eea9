/*
 * flow.h
 *	  What begins with a message: requests for it, and what becomes of the token.
 */
#ifndef AUTH_FLOW_H
#define AUTH_FLOW_H

#include "postgres.h"

#include "fmgr.h"

#include "token/token.h"
#include "user/user_row.h"

extern bool auth_flow_may_send(text *target, bool is_users, bool to_somebody);
extern bool auth_flow_may_send_for(text *user_id);
extern int64 auth_flow_count_change(text *user_id);
extern void auth_flow_wipe(AuthToken *token);
extern Datum auth_flow_answer(FunctionCallInfo fcinfo, int64 wait);

/* What becomes of a token that is used. */
extern bool auth_flow_find(AuthToken *token, const char *purpose, text *secret);
extern bool auth_flow_still_holds(const AuthToken *token, AuthHeldUser *user);
extern Datum auth_flow_result(FunctionCallInfo fcinfo, const AuthToken *token);

#endif /* AUTH_FLOW_H */
