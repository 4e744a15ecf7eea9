/*
 * result.h
 *	  Rows that SQL functions return.
 */
#ifndef AUTH_RESULT_H
#define AUTH_RESULT_H

#include "postgres.h"

#include "fmgr.h"

extern Datum auth_result_row(FunctionCallInfo fcinfo,
							 const NullableDatum *values, int columns);
extern void auth_result_begin_set(FunctionCallInfo fcinfo);
extern void auth_result_add(FunctionCallInfo fcinfo,
							const NullableDatum *values, int columns);

#endif /* AUTH_RESULT_H */
