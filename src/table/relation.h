/*
 * relation.h
 *	  Our tables: where they are and what their columns are.
 */
#ifndef AUTH_RELATION_H
#define AUTH_RELATION_H

#include "postgres.h"

#include "utils/rel.h"

#include "table/locate.h"

extern void auth_relation_init(void);
extern uint64 auth_relation_generation(void);
extern Relation auth_relation_open(AuthTable table, LOCKMODE lockmode);
extern Relation auth_relation_try_open(AuthTable record, LOCKMODE lockmode,
									   AuthProblem *problem);

extern Oid auth_relation_schema(void);
extern const AuthLocation *auth_relation_location(AuthTable table);
extern bool auth_relation_is(AuthTable table, Relation relation);

/* Whether an error is about the constraint; no catalog is read for it. */
extern bool auth_relation_is_primary_key(AuthTable table,
										 const ErrorData *error);
extern bool auth_relation_is_user_reference(AuthTable table,
											const ErrorData *error);

/* For auth_setup(), which meets tables that are not in order, and grants. */
extern void auth_relation_lock(void);
extern AuthProblem auth_relation_problem(void);
extern bool auth_relation_is_located(AuthTable table);

#endif /* AUTH_RELATION_H */
