/*
 * key_name.h
 *	  The names of keys, as they are typed.
 */
#ifndef AUTH_KEY_NAME_H
#define AUTH_KEY_NAME_H

#include "postgres.h"

#include "fmgr.h"
#include "nodes/pg_list.h"

#include "call/key_id.h"
#include "secret/digest.h"

extern text *auth_key_name_folded(text *provider_id, text *name);
extern text *auth_key_new_name(text *provider_id, text *name,
							   const char *argument);
extern text *auth_key_name_address(text *address, const char *argument);
extern void auth_key_id_arguments(AuthKeyId *id, FunctionCallInfo fcinfo,
								  int first);
extern void auth_key_new_id(AuthKeyId *id, FunctionCallInfo fcinfo, int first,
							const char *provider_id,
							const char *provider_user_id);
extern void auth_key_new_id_arguments(AuthKeyId *id, FunctionCallInfo fcinfo,
									  int first);
extern bool auth_key_name_same_address(text *a, text *b);
extern AuthDigestPart auth_key_name_digest_address(text *address);

extern void auth_key_name_init(void);
extern List *auth_key_email_providers(void);
extern NullableDatum auth_key_email_provider_array(void);
extern bool auth_key_is_email_provider(text *provider_id);
extern void auth_key_require_email_provider(text *provider_id);

#endif /* AUTH_KEY_NAME_H */
