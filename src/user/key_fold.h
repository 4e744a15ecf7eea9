/*
 * key_fold.h
 *	  Names of keys that were stored before their providers' were folded.
 */
#ifndef AUTH_KEY_FOLD_H
#define AUTH_KEY_FOLD_H

#include "postgres.h"

extern void auth_key_fold_stored(void);
extern uint64 auth_key_count_unfolded(void);

#endif /* AUTH_KEY_FOLD_H */
