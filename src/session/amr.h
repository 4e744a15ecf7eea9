/*
 * amr.h
 *	  The words of the methods by which a user was authenticated, as text[].
 */
#ifndef AUTH_AMR_H
#define AUTH_AMR_H

#include "postgres.h"

#include "fmgr.h"

extern int32 auth_amr_argument(FunctionCallInfo fcinfo, int number);
extern NullableDatum auth_amr_value(int32 methods);

#endif /* AUTH_AMR_H */
