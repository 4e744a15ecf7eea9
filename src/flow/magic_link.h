/*
 * magic_link.h
 *	  Signing in with a token that was sent to a key.
 */
#ifndef AUTH_MAGIC_LINK_H
#define AUTH_MAGIC_LINK_H

extern void auth_magic_link_init(void);

#endif /* AUTH_MAGIC_LINK_H */
