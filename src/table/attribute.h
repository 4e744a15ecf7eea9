/*
 * attribute.h
 *	  Attributes: the application's own columns of our tables, as jsonb.
 */
#ifndef AUTH_ATTRIBUTE_H
#define AUTH_ATTRIBUTE_H

#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "fmgr.h"

#include "table/row.h"

extern bool auth_attribute_is_one(AuthTable table, Form_pg_attribute column);
extern void auth_attribute_init_function(FmgrInfo *function, Oid oid, Oid type,
										 MemoryContext context);
extern Datum auth_attribute_read(AuthRow *row);
extern Datum auth_attribute_read_for_notice(AuthRow *user);
extern NullableDatum auth_attribute_read_one(AuthRow *row, const char *name);

extern void auth_attribute_init(void);

#endif /* AUTH_ATTRIBUTE_H */
