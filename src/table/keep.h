/*
 * keep.h
 *	  Rows that stay, whatever becomes of their transaction.
 */
#ifndef AUTH_KEEP_H
#define AUTH_KEEP_H

#include "postgres.h"

#include "catalog/pg_type.h"

#include "table/statement.h"

/* What a statement returns of a row that is to be kept. */
#define AUTH_KEEP_PLACE "ctid, tableoid"
#define AUTH_KEEP_TYPES ((Oid[]){TIDOID, OIDOID})

extern void auth_keep_returned(const AuthStatement *statement, bool must);

#endif /* AUTH_KEEP_H */
