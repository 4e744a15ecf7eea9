/*
 * refresh_token.h
 *	  Refresh tokens and the families that they are of.
 */
#ifndef AUTH_REFRESH_TOKEN_H
#define AUTH_REFRESH_TOKEN_H

#include "postgres.h"

extern void auth_refresh_token_init(void);

#endif /* AUTH_REFRESH_TOKEN_H */
