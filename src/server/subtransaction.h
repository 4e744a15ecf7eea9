/*
 * subtransaction.h
 *	  Work that is done and then kept or undone.
 */
#ifndef AUTH_SUBTRANSACTION_H
#define AUTH_SUBTRANSACTION_H

#include "postgres.h"

/* Whether what was done is to be kept. */
typedef bool (*AuthWork)(void *argument);

/* Whether the work may fail with the error. */
typedef bool (*AuthForgives)(const ErrorData *error);

extern bool auth_subtransaction_keep(AuthWork work, void *argument);
extern bool auth_subtransaction_try(AuthWork work, void *argument,
									AuthForgives forgives);

#endif /* AUTH_SUBTRANSACTION_H */
