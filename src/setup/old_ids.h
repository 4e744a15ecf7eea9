/*
 * old_ids.h
 *	  Ids of layout 1, which were all of a hash.
 */
#ifndef AUTH_OLD_IDS_H
#define AUTH_OLD_IDS_H

#include "postgres.h"

extern void auth_old_ids_mark(void);

#endif /* AUTH_OLD_IDS_H */
