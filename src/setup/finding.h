/*
 * finding.h
 *	  Rows of auth_check().
 */
#ifndef AUTH_FINDING_H
#define AUTH_FINDING_H

#include "postgres.h"

#include "fmgr.h"
#include "nodes/pg_list.h"

#include "table/statement.h"

/* Something does not work; something may be lost or seen; good to know. */
#define AUTH_FINDING_ERROR "error"
#define AUTH_FINDING_WARNING "warning"
#define AUTH_FINDING_NOTICE "notice"

/* What a statement returns that finds something. */
#define AUTH_FINDING_TYPES ((Oid[]){TEXTOID, TEXTOID, TEXTOID, TEXTOID})

extern void auth_finding_add(FunctionCallInfo fcinfo, const char *severity,
							 const char *kind, const char *finding,
							 const char *statement);
extern void auth_finding_add_problem(FunctionCallInfo fcinfo,
									 const char *severity, const char *kind,
									 const AuthProblem *problem);
extern void auth_finding_add_problems(FunctionCallInfo fcinfo,
									  const char *severity, const char *kind,
									  const List *problems);
extern uint64 auth_finding_run(FunctionCallInfo fcinfo,
							   AuthExecution *execution,
							   AuthStatement *statement,
							   const NullableDatum *arguments);

#endif /* AUTH_FINDING_H */
