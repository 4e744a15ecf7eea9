/*
 * password_policy.h
 *	  Which new passwords are accepted.
 */
#ifndef AUTH_PASSWORD_POLICY_H
#define AUTH_PASSWORD_POLICY_H

#include "postgres.h"

#include "nodes/pg_list.h"

extern bool auth_password_policy_is_too_long(text *password);
extern void auth_password_policy_require(text *password, List *identifiers,
										 bool only_factor);

extern void auth_password_policy_init(void);

#endif /* AUTH_PASSWORD_POLICY_H */
