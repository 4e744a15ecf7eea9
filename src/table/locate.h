/*
 * locate.h
 *	  How our tables have to be, and whether they are.
 */
#ifndef AUTH_LOCATE_H
#define AUTH_LOCATE_H

#include "postgres.h"

#include "table/relation.h"

/* Where a table is that is as its definition says. */
typedef struct AuthLocation
{
	Oid oid;
	Oid owner;
	Oid index;
	Oid counts; /* index of counts, of auth_throttle */
	AttrNumber attributes[AUTH_COLUMNS];
	NameData primary_key;
	NameData user_reference; /* foreign key to auth_user, '' where none */
} AuthLocation;

extern AuthProblem auth_relation_locate(AuthLocation *found);
extern bool auth_relation_is_user_key(const ForeignKeyCacheInfo *key,
									  AttrNumber user_id, Oid auth_user);
extern int auth_relation_layout(void);
extern bool auth_relation_is_marked(void);
extern bool auth_relation_has_user_reference(AuthTable table);

#endif /* AUTH_LOCATE_H */
