/*
 * layout.h
 *	  Our tables by their names, before anything else is known of them.
 */
#ifndef AUTH_LAYOUT_H
#define AUTH_LAYOUT_H

#include "postgres.h"

#include "utils/rel.h"

#include "table/definition.h"

extern Oid auth_relation_extension_schema(void);
extern Oid auth_relation_find(AuthTable table);
extern Relation auth_relation_open_found(AuthTable table);
extern bool auth_relation_has_mark(Relation auth_user);
extern bool auth_relation_is_marked(void);
extern int auth_relation_layout(void);

#endif /* AUTH_LAYOUT_H */
