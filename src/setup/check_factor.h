/*
 * check_factor.h
 *	  For auth_check(): whether those are asked for a second factor who have one.
 */
#ifndef AUTH_CHECK_FACTOR_H
#define AUTH_CHECK_FACTOR_H

#include "postgres.h"

#include "fmgr.h"

#include "table/statement.h"

extern void auth_check_factors(FunctionCallInfo fcinfo,
							   AuthExecution *execution);

#endif /* AUTH_CHECK_FACTOR_H */
