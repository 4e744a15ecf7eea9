/*
 * revoke.h
 *	  What is made is its owner's alone.
 */
#ifndef AUTH_REVOKE_H
#define AUTH_REVOKE_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "table/statement.h"

extern void auth_revoke_require_script(const char *function);

/* Before and after tables are made, both within one execution. */
extern List *auth_revoke_present(AuthExecution *execution);
extern void auth_revoke_new(AuthExecution *execution, List *present);

#endif /* AUTH_REVOKE_H */
