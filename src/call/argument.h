/*
 * argument.h
 *	  Arguments of SQL functions: checked, and named in the errors.
 *
 * The functions are not STRICT, so that a NULL where none has a meaning gets
 * an answer instead of a NULL back.
 */
#ifndef AUTH_ARGUMENT_H
#define AUTH_ARGUMENT_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "fmgr.h"
#include "utils/jsonb.h"

#include "server/compat.h"

/* Bytes of an identifier: what fits an index entry with room to spare. */
#define AUTH_IDENTIFIER_BYTES 1024

extern void auth_argument_required(FunctionCallInfo fcinfo, int number,
								   const char *name);
extern text *auth_argument_text(FunctionCallInfo fcinfo, int number,
								const char *name);
extern text *auth_argument_require_identifier(text *value, const char *name);
extern text *auth_argument_new_identifier(FunctionCallInfo fcinfo, int number,
										  const char *name);
extern Interval *auth_argument_period(FunctionCallInfo fcinfo, int number,
									  const char *name);
pg_noreturn extern void auth_argument_invalid_period(const char *name);
extern Jsonb *auth_argument_object(FunctionCallInfo fcinfo, int number,
								   const char *name);
extern int32 auth_argument_int(FunctionCallInfo fcinfo, int number,
							   const char *name, int32 low, int32 high);
extern int32 auth_argument_rows(FunctionCallInfo fcinfo, int number,
								const char *name);

#endif /* AUTH_ARGUMENT_H */
