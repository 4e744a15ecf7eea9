/*
 * part.h
 *	  Parts of our tables that the functions work without.
 */
#ifndef AUTH_PART_H
#define AUTH_PART_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "table/relation.h"

extern bool auth_part_has_index(AuthTable table, const char *name);
extern List *auth_part_problems(void);

#endif /* AUTH_PART_H */
