/*
 * locate.h
 *	  How our tables have to be, and whether they are.
 */
#ifndef AUTH_LOCATE_H
#define AUTH_LOCATE_H

#include "postgres.h"

#include "utils/rel.h"

#include "table/definition.h"

/* Where a table is that is as its definition says. */
typedef struct AuthLocation
{
	Oid oid;
	Oid owner;
	Oid index;
	Oid user_index; /* finds all rows of a user, or InvalidOid */
	Oid counts;		/* index of counts, of auth_throttle */
	bool is_partitioned;
	bool has_delete_triggers; /* those of foreign keys to it, too */
	AttrNumber attributes[AUTH_COLUMNS];
	NameData primary_key;
	NameData user_reference; /* foreign key to auth_user, '' where none */
} AuthLocation;

/* What is wrong with the tables; without a text, nothing. */
typedef struct AuthProblem
{
	char *text;
	char *mend;			/* a statement that mends it, or NULL */
	bool loses_nothing; /* by that statement: auth_setup() runs it */
} AuthProblem;

extern AuthProblem auth_relation_locate(AuthLocation *found,
										AuthProblem *of_record);
extern bool auth_relation_is_user_key(const ForeignKeyCacheInfo *key,
									  AttrNumber user_id, Oid auth_user);
extern bool auth_relation_has_user_reference(AuthTable table);

#endif /* AUTH_LOCATE_H */
