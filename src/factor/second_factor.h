/*
 * second_factor.h
 *	  Whether signing in takes a second factor, and which ones a user has.
 */
#ifndef AUTH_SECOND_FACTOR_H
#define AUTH_SECOND_FACTOR_H

#include "postgres.h"

#include "fmgr.h"

extern void auth_second_factor_set(text *user_id);
extern void auth_second_factor_review(text *user_id);
extern bool auth_second_factor_remove(text *user_id, const char *reason,
									  int64 *apps);
extern void auth_second_factor_end_others(text *user_id,
										  NullableDatum except_session,
										  const char *reason);
extern NullableDatum auth_second_factor_list(text *user_id);
extern void auth_second_factor_add_all(FunctionCallInfo fcinfo, text *user_id);

#endif /* AUTH_SECOND_FACTOR_H */
