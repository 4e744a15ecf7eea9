/*
 * attribute.h
 *	  Attributes: the application's own columns of our tables, as jsonb.
 */
#ifndef AUTH_ATTRIBUTE_H
#define AUTH_ATTRIBUTE_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "row.h"
#include "statement.h"

/*
 * Columns that a statement writes, ours and the application's, with the
 * values as its arguments.  In an UPDATE the first one selects the row.
 */
typedef struct AuthAssignments
{
	AuthTable table;
	int count;
	const char **columns;
	Oid *types;
	Datum *values;
	char *nulls;
} AuthAssignments;

extern AuthAssignments *auth_attribute_assignments(AuthTable table,
												   Jsonb *object);
extern void auth_attribute_assign(AuthAssignments *assignments,
								  const char *column, Oid type, Datum value,
								  bool isnull);
extern void auth_attribute_assign_object(AuthAssignments *assignments,
										 Jsonb *object);
extern Datum auth_attribute_insert(const AuthAssignments *assignments,
								   AuthConflictHandler conflict);
extern bool auth_attribute_update(const AuthAssignments *assignments);
extern Datum auth_attribute_read(AuthRow *row);

#endif /* AUTH_ATTRIBUTE_H */
