/*
 * once.h
 *	  Calls that a statement evaluates once.
 */
#ifndef AUTH_ONCE_H
#define AUTH_ONCE_H

extern void auth_once_init(void);

#endif /* AUTH_ONCE_H */
