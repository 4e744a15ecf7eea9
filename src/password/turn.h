/*
 * turn.h
 *	  A limit on the passwords that the server hashes at a time.
 */
#ifndef AUTH_TURN_H
#define AUTH_TURN_H

#include "postgres.h"

extern bool auth_turn_begin(void);
extern void auth_turn_end(void);

extern void auth_turn_init(void);

#endif /* AUTH_TURN_H */
