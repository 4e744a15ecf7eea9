/*
 * client.h
 *	  What callers of the client set may choose.
 */
#ifndef AUTH_CLIENT_H
#define AUTH_CLIENT_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "session/session_period.h"
#include "table/relation.h"

extern void auth_client_check_provider(text *provider_id);
extern Jsonb *auth_client_object(FunctionCallInfo fcinfo, int number,
								 const char *name, AuthTable table);
extern AuthPeriods auth_client_periods(FunctionCallInfo fcinfo, int first);

extern void auth_client_init(void);

#endif /* AUTH_CLIENT_H */
