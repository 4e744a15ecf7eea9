/*
 * key_way.h
 *	  Which keys are ways in.
 */
#ifndef AUTH_KEY_WAY_H
#define AUTH_KEY_WAY_H

#include "postgres.h"

#include "call/key_id.h"

extern bool auth_key_way_is_left(text *user_id, const AuthKeyId *without);

#endif /* AUTH_KEY_WAY_H */
