/*
 * reseal.h
 *	  What old keys have sealed.
 */
#ifndef AUTH_RESEAL_H
#define AUTH_RESEAL_H

#include "postgres.h"

#include "fmgr.h"

extern void auth_reseal_check(FunctionCallInfo fcinfo);

#endif /* AUTH_RESEAL_H */
