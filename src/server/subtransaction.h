/*
 * subtransaction.h
 *	  Work that is done and then kept or undone.
 */
#ifndef AUTH_SUBTRANSACTION_H
#define AUTH_SUBTRANSACTION_H

#include "postgres.h"

/* Whether what was done is to be kept. */
typedef bool (*AuthWork)(void *argument);

extern bool auth_subtransaction_keep(AuthWork work, void *argument);

#endif /* AUTH_SUBTRANSACTION_H */
