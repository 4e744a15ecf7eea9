/*
 * check_catalog.h
 *	  What the server's catalogs say about our tables.
 */
#ifndef AUTH_CHECK_CATALOG_H
#define AUTH_CHECK_CATALOG_H

#include "postgres.h"

#include "fmgr.h"

extern bool auth_check_rights(FunctionCallInfo fcinfo);
extern void auth_check_catalog(FunctionCallInfo fcinfo);

#endif /* AUTH_CHECK_CATALOG_H */
