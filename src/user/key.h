/*
 * key.h
 *	  What other features may ask of keys.
 */
#ifndef AUTH_KEY_H
#define AUTH_KEY_H

#include "postgres.h"

#include "fmgr.h"

#include "call/key_id.h"

typedef struct AuthNewKey
{
	AuthKeyId id;
	char *hash;	   /* NULL: no password */
	bool verified; /* somebody has proven that the name is theirs */
} AuthNewKey;

extern char *auth_key_hash_argument(FunctionCallInfo fcinfo, int number,
									const AuthKeyId *id, text *user_id);
extern char *auth_key_hash_for_user(text *password, text *user_id);
extern bool auth_key_new_optional(AuthNewKey *key, FunctionCallInfo fcinfo,
								  int first, int verified);
extern void auth_key_insert(AuthNewKey *key, text *user_id);
extern bool auth_key_insert_free(AuthNewKey *key, text *user_id);
extern bool auth_key_create_free(AuthNewKey *key, text *user_id,
								 const char *reason);
extern bool auth_key_delete(const AuthKeyId *id, text *user_id);
extern void auth_key_add_all(FunctionCallInfo fcinfo, text *user_id);
extern text *auth_key_user(AuthKeyId *id);
extern void auth_key_rename_only(text *user_id, const AuthKeyId *new_id);

#endif /* AUTH_KEY_H */
