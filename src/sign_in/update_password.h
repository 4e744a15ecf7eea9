/*
 * update_password.h
 *	  What a new password of a user changes in its keys.
 */
#ifndef AUTH_UPDATE_PASSWORD_H
#define AUTH_UPDATE_PASSWORD_H

#include "postgres.h"

#include "table/statement.h"

extern void auth_key_lift_written(const AuthStatement *statement, uint64 count);


#endif /* AUTH_UPDATE_PASSWORD_H */
