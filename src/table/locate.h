/*
 * locate.h
 *	  How our tables have to be, and whether they are.
 */
#ifndef AUTH_LOCATE_H
#define AUTH_LOCATE_H

#include "postgres.h"

#include "table/relation.h"

extern AuthProblem auth_relation_locate(AuthLocation *found);
extern bool auth_relation_is_user_key(const ForeignKeyCacheInfo *key,
									  AttrNumber user_id, Oid auth_user);
extern int auth_relation_layout(void);
extern bool auth_relation_is_marked(void);
extern bool auth_relation_has_user_reference(AuthTable table);

#endif /* AUTH_LOCATE_H */
