/*
 * token_purpose.h
 *	  The purposes of tokens that give access to their user.
 */
#ifndef AUTH_TOKEN_PURPOSE_H
#define AUTH_TOKEN_PURPOSE_H

#include "postgres.h"

extern bool auth_token_purpose_gives_access(text *purpose);
extern NullableDatum auth_token_purposes_of_access(void);

#endif /* AUTH_TOKEN_PURPOSE_H */
