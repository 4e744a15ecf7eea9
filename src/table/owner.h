/*
 * owner.h
 *	  Running code as another role, with a search path of ours.
 */
#ifndef AUTH_OWNER_H
#define AUTH_OWNER_H

#include "postgres.h"

/* What auth_role_end goes back to. */
typedef struct AuthRole
{
	Oid userid;
	int sec_context;
	int nest_level;
	ErrorContextCallback context;
} AuthRole;

extern void auth_role_begin(AuthRole *role, Oid userid);
extern void auth_role_set(const char *setting, const char *value);
extern void auth_role_end(AuthRole *role);

#endif /* AUTH_OWNER_H */
