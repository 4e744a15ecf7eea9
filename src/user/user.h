/*
 * user.h
 *	  What other features may ask of users.
 */
#ifndef AUTH_USER_H
#define AUTH_USER_H

#include "postgres.h"

#include "utils/jsonb.h"

extern text *auth_user_insert(Jsonb *attributes, text *user_id);

extern Datum auth_user_result(FunctionCallInfo fcinfo, text *user_id);

#endif /* AUTH_USER_H */
