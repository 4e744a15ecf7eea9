/*
 * owner.h
 *	  Running code as the owner of our tables, with a search path of ours.
 */
#ifndef AUTH_OWNER_H
#define AUTH_OWNER_H

#include "postgres.h"

/* What auth_owner_end goes back to. */
typedef struct AuthOwnerScope
{
	Oid userid;
	int sec_context;
	int nest_level;
	ErrorContextCallback context;
} AuthOwnerScope;

extern Oid auth_owner_of(Oid catalog, Oid object);
extern void auth_owner_begin(AuthOwnerScope *scope, Oid userid);
extern void auth_owner_set(const char *setting, const char *value);
extern void auth_owner_end(AuthOwnerScope *scope);

#endif /* AUTH_OWNER_H */
