/*
 * assignment.h
 *	  What a statement writes into a row: columns of ours and attributes.
 */
#ifndef AUTH_ASSIGNMENT_H
#define AUTH_ASSIGNMENT_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "table/relation.h"

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
	NullableDatum *values;
} AuthAssignments;

extern AuthAssignments *auth_assignment_begin(AuthTable table, Jsonb *object);
extern void auth_assignment_add(AuthAssignments *assignments,
								const char *column, Oid type,
								NullableDatum value);
extern void auth_assignment_add_object(AuthAssignments *assignments,
									   Jsonb *object);
extern Datum auth_assignment_insert(const AuthAssignments *assignments,
									void (*duplicate)(void), int user);
extern bool auth_assignment_update(AuthTable table, Datum id,
								   Jsonb *attributes);

#endif /* AUTH_ASSIGNMENT_H */
