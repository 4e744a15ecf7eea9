/*
 * second_set.h
 *	  Tables of an installation of the extension that was dropped.
 */
#ifndef AUTH_SECOND_SET_H
#define AUTH_SECOND_SET_H

#include "postgres.h"

#include "nodes/pg_list.h"

extern List *auth_second_sets(Oid role);

#endif /* AUTH_SECOND_SET_H */
