/*
 * purge.h
 *	  Removal of rows whose time is over.
 */
#ifndef AUTH_PURGE_H
#define AUTH_PURGE_H

#include "postgres.h"

#include "fmgr.h"

#include "statement.h"

extern Datum auth_purge(FunctionCallInfo fcinfo, AuthStatement *statement,
						const char *function);

#endif /* AUTH_PURGE_H */
