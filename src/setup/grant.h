/*
 * grant.h
 *	  What other features may ask of rights.
 */
#ifndef AUTH_GRANT_H
#define AUTH_GRANT_H

#include "postgres.h"

#include "fmgr.h"

extern void auth_grant_owner(FunctionCallInfo fcinfo, Oid role);
extern bool auth_grant_is_lacking(Oid role);

#endif /* AUTH_GRANT_H */
