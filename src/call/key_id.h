/*
 * key_id.h
 *	  What names a key.
 */
#ifndef AUTH_KEY_ID_H
#define AUTH_KEY_ID_H

#include "postgres.h"

typedef struct AuthKeyId
{
	text *provider_id;
	text *provider_user_id;
} AuthKeyId;

#endif /* AUTH_KEY_ID_H */
