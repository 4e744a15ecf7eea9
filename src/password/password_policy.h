/*
 * password_policy.h
 *	  Which new passwords are accepted.
 */
#ifndef AUTH_PASSWORD_POLICY_H
#define AUTH_PASSWORD_POLICY_H

#include "postgres.h"

#include "nodes/pg_list.h"

extern int auth_policy_count_characters(text *password);
extern void auth_policy_require(text *password, List *identifiers);

extern int auth_password_max_length; /* code points */

extern void auth_policy_init(void);

#endif /* AUTH_PASSWORD_POLICY_H */
