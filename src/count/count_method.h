/*
 * count_method.h
 *	  The index access method whose pages hold counts.
 */
#ifndef AUTH_COUNT_METHOD_H
#define AUTH_COUNT_METHOD_H

#include "postgres.h"

#include "utils/rel.h"

extern void auth_count_init(void);
extern bool auth_count_is_index(Relation index);
extern BlockNumber auth_count_wanted_blocks(Relation index);

#endif /* AUTH_COUNT_METHOD_H */
